"""What comes in from outside: a journal as lines, or a health record, told apart by what is in it."""

from __future__ import annotations

import codecs
from typing import NamedTuple

import msgspec

from unpinch.exchange.fhir import FhirError, from_bundle
from unpinch.journal import Journal, JournalError
from unpinch.knowledge import Knowledge

_AGE = b"age-encryption.org/"


class IncomingError(Exception):
    """Something cannot be brought in; one line says where and why."""


class Incoming(NamedTuple):
    """What a file holds for a journal: the entries that it brings, and how many were in it."""

    journal: Journal
    held: int


def incoming(raw: bytes, known: Journal, knowledge: Knowledge) -> Incoming:
    """Return what bytes from outside bring to a journal: all of it, or nothing.

    Parameters
    ----------
    raw
        JSONL as `unpinch.exchange.jsonl` writes it, or a FHIR Bundle or CarePlan as JSON.
    known
        The journal that they are brought to. An entry of it that a health record could not hold
        letter by letter stays as it is.
    knowledge
        What is known.

    Raises
    ------
    IncomingError
        When they cannot be read, or a health record says something else of an entry that is there.
    """
    raw = raw.removeprefix(codecs.BOM_UTF8)
    if _AGE in raw[:64]:
        raise IncomingError("this is a locked copy: bring it back with its passphrase instead")
    try:
        if is_record(raw):
            found = from_bundle(raw, knowledge)
            return Incoming(found.into(known), len(found.entries))
        journal = Journal.from_jsonl(raw)
    except (FhirError, JournalError) as error:
        raise IncomingError(str(error)) from error
    return Incoming(journal, len(journal))


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
