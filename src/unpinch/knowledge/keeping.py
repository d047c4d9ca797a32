"""Typed shape of how a journal is kept safe: copies, and how many of them stay."""

from __future__ import annotations

from unpinch.knowledge.kinds import Tag
from unpinch.knowledge.models import Record


class Keeping(Record, frozen=True, kw_only=True):
    """How many automatic copies of a journal stay, and what a passphrase must be like."""

    version: str
    daily: int  # copies of the last days that have one: the newest of each
    weekly: int  # ...of the last weeks
    monthly: int  # ...of the last months
    every_min: float  # minutes between two looks whether a new copy is due, while the app runs
    passphrase_min: int  # letters; shorter ones are refused
    tag: Tag
    source: str
