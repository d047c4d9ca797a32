"""Typed shapes of what a health record calls things: codes, systems, units, value sets, sentences."""

from __future__ import annotations

import msgspec

from unpinch.knowledge.kinds import Tag
from unpinch.knowledge.models import Record


class Coding(Record, frozen=True, kw_only=True):
    """A code of a public system, with where it was read."""

    system: str  # a key of `Fhir.systems`
    code: str
    display: str
    source: str
    tag: Tag


class Unit(Record, frozen=True, kw_only=True):
    """A unit: as a person reads it, and its UCUM code."""

    name: str
    ucum: str


class Field(Record, frozen=True, kw_only=True):
    """How one field of an entry is told: what it is called, and in which form.

    With a ``unit`` it is a quantity; with ``values`` one of these codes (whole numbers when
    ``whole``); with ``part`` a list of parts of that name; with ``of`` a code of that table;
    otherwise text, a number, a date, or yes and no, as the journal has it.
    """

    text: str
    unit: str | None = None
    values: dict[str, str] = msgspec.field(default_factory=dict)
    whole: bool = False
    part: str | None = None
    of: str | None = None
    codings: tuple[Coding, ...] = ()
    site: str | None = None  # a key of `Fhir.sites`: told as an observation of its own
    date: bool = False
    many: bool = False


class Shape(Record, frozen=True, kw_only=True):
    """How a kind of entry, or a part of one, is told."""

    text: str
    category: str | None = None  # of an observation
    fields: dict[str, Field]


class Lost(Record, frozen=True, kw_only=True):
    """Something that does not come back from a bundle, and why."""

    id: str
    kinds: tuple[str, ...]  # kinds of entry that it can touch
    what: str
    why: str
    choice: bool  # left out for the person's sake, where FHIR itself could carry it


class Fhir(Record, frozen=True, kw_only=True):
    """Everything that a bundle says beside the person's own data."""

    base: str  # begins the names of our own systems, extensions and questionnaires
    systems: dict[str, str]
    units: dict[str, Unit]
    selftest_units: dict[str, str]  # unit of a self-test -> key of ``units``
    sites: dict[str, dict[str, str]]  # site -> side ("left", "right", "both", "untold") -> text
    settings: tuple[str, ...]  # wishes that say nothing about the person's health
    genders: dict[str, str]  # sex of the profile -> administrative gender
    item_types: dict[str, str]  # kind of question, questionnaire or value -> type of item
    profile_types: dict[str, str]  # field of the profile -> type of item, where it is no text
    shapes: dict[str, Shape]  # by kind of entry or part
    concepts: dict[str, str]  # what else has a code of our own -> its text
    words: dict[str, str]  # sentences; some with {places}
    losses: tuple[Lost, ...]
    source: str
    tag: Tag


class ValueSet(Record, frozen=True, kw_only=True):
    """Codes that may stand in an element."""

    systems: tuple[str, ...]
    codes: tuple[str, ...]


class FhirValues(Record, frozen=True, kw_only=True):
    """The required bindings of FHIR R4 for the types that are used here."""

    bindings: dict[str, str]  # "Type.field" -> key of ``sets``
    sets: dict[str, ValueSet]
