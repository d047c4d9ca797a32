"""Stills of the figure for pages, and the words for those who do not see them."""

from __future__ import annotations

import functools
from typing import NamedTuple

from unpinch.body import UnknownMovement, describe, svg
from unpinch.knowledge.kinds import Side
from unpinch.knowledge.models import Exercise


@functools.lru_cache(maxsize=512)
def still(movement: str, side: Side = "right", at: float = 1.0, ghost: float | None = None) -> str:
    """Return a still as SVG, empty when nobody has drawn this movement yet."""
    try:
        return svg(movement, side, at=at, ghost=ghost)
    except UnknownMovement:
        return ""


@functools.lru_cache(maxsize=512)
def in_words(movement: str, side: Side = "right") -> str:
    """Return what the figure does, in sentences; empty when nobody has drawn it yet."""
    try:
        return describe(movement, side)
    except UnknownMovement:
        return ""


def movement_of(exercise: Exercise, variant: str | None = None) -> str:
    """Return the movement that shows a variant; of the first one when it is not named."""
    known = {one.id: one.movement for one in exercise.variants}
    return known.get(variant or "", exercise.variants[0].movement)


class Picture(NamedTuple):
    """A still of an exercise, and which way of it is drawn where that is not the one asked for."""

    svg: str
    words: str
    other: str | None  # name of the way that is drawn instead


def picture_of(exercise: Exercise, variant: str | None = None, side: Side = "right") -> Picture:
    """Return a still of a way; of the exercise's plain way where nobody has drawn this one yet."""
    movement = movement_of(exercise, variant)
    if picture := still(movement, side):
        return Picture(picture, in_words(movement, side), None)
    plain = sorted(exercise.variants, key=lambda way: way.movement != exercise.id)
    for way in plain:
        if picture := still(way.movement, side):
            return Picture(picture, in_words(way.movement, side), way.name)
    return Picture("", "", None)


def thumbnail(exercise: Exercise) -> str:
    """Return a still that stands for the exercise in a list: of any of its ways that is drawn."""
    ways = [exercise.ladder[exercise.start].variant, *(one.id for one in exercise.variants)]
    return next((picture for way in ways if (picture := still(movement_of(exercise, way)))), "")
