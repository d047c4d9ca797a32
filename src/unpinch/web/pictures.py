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
    """A still of one way of an exercise, and its words."""

    svg: str
    words: str


def picture_of(exercise: Exercise, variant: str | None = None, side: Side = "right") -> Picture:
    """Return a still of this way and no other: who keeps to the gentle way is never shown the fuller one."""
    movement = movement_of(exercise, variant)
    return Picture(still(movement, side), in_words(movement, side))


def thumbnail(exercise: Exercise) -> str:
    """Return a still that stands for the exercise in a list: of the way that it starts with."""
    return still(movement_of(exercise, exercise.ladder[exercise.start].variant))
