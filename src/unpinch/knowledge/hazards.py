"""Typed shape of the hazards: what could do harm, and what stands against it."""

from __future__ import annotations

from unpinch.knowledge.kinds import Tag
from unpinch.knowledge.models import Record


class Control(Record, frozen=True, kw_only=True):
    """One thing that stands against a hazard, with the tests that prove it."""

    does: str
    tests: tuple[str, ...]  # "tests/care/test_signs.py::test_each_sign_alone", with "[id]" for one case


class Hazard(Record, frozen=True, kw_only=True):
    """Something that could do harm.

    Severity and probability are estimates from before anything stood against it: severity 1 is a
    nuisance and 5 lasting harm or death, probability 1 is very rare and 5 usual.
    """

    id: str
    what: str  # what can happen
    harm: str  # and what it does to the person
    severity: int
    probability: int
    controls: tuple[Control, ...]
    left: str  # what remains all the same
    source: str
    tag: Tag
