"""Typed shape of what an export for research leaves out (data file ``research.yaml``)."""

from __future__ import annotations

from unpinch.knowledge.kinds import Tag
from unpinch.knowledge.models import Record


class Research(Record, frozen=True, kw_only=True):
    """What could tell who somebody is, and what takes its place: our own rule."""

    version: str
    kinds: tuple[str, ...]  # entries that are left out altogether
    fields: dict[str, tuple[str, ...]]  # left out of a kind of entry
    wishes: tuple[str, ...]  # preferences that stay; the others speak of the device
    band_years: int  # width of the bands that ages fall into
    oldest: int  # from this age on there is one band
    ages: tuple[str, ...]  # questions of the screen whose answer is an age
    weeks_least: int  # the dates are moved back by whole weeks, at least this many
    weeks_most: int
    tag: Tag
    source: str
