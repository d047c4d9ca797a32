"""What comes in from outside: a journal as lines, or a health record, told apart by what is in it."""

from __future__ import annotations

import codecs
from typing import NamedTuple

import msgspec

from unpinch.journal import Journal, JournalError
from unpinch.knowledge import Knowledge

_AGE = b"age-encryption.org/"


class IncomingError(Exception):
    """Something cannot be brought in; one line says where and why."""


class Incoming(NamedTuple):
    """What a file holds for a journal.

    Attributes
    ----------
    journal
        All entries of it.
    altered
        Ids of those that a health record could not hold letter by letter.
    """

    journal: Journal
    altered: frozenset[str] = frozenset()

    def beside(self, known: Journal) -> Journal:
        """Return what comes to a journal: an altered entry does not take the place of one that is there."""
        there = self.altered & {entry.id for entry in known}
        return Journal(entry for entry in self.journal if entry.id not in there)


def incoming(raw: bytes, knowledge: Knowledge) -> Incoming:
    """Return what bytes from outside hold for a journal: all of it, or nothing.

    Parameters
    ----------
    raw
        JSONL as `unpinch.exchange.jsonl` writes it, or a FHIR Bundle or CarePlan as JSON.
    knowledge
        What is known.

    Raises
    ------
    IncomingError
        When they cannot be read.
    """
    from unpinch.exchange.fhir import FhirError, from_bundle

    raw = raw.removeprefix(codecs.BOM_UTF8)
    if _AGE in raw[:64]:
        raise IncomingError("this is a locked copy: bring it back with its passphrase instead")
    try:
        if is_record(raw):
            found = from_bundle(raw, knowledge)
            return Incoming(Journal(found.entries), found.altered)
        return Incoming(Journal.from_jsonl(raw))
    except (FhirError, JournalError) as error:
        raise IncomingError(str(error)) from error


def is_record(raw: bytes) -> bool:
    """Tell whether bytes look like a health record, not like lines of entries."""
    if b'"resourceType"' not in raw:
        return False
    first = raw.strip().partition(b"\n")[0]
    try:
        found = msgspec.json.decode(first, type=dict[str, msgspec.Raw])
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return first.strip() in {b"", b"{"}  # a record may be written over many lines
    return "resourceType" in found
