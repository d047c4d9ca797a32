"""What happened: an append-only journal of what a person said and did."""

from unpinch.journal.entry import Entry, EntryError, decode, encode, from_fields, make
from unpinch.journal.fold import Answer, Morning, Person, Session, fold
from unpinch.journal.journal import Journal, JournalConflict, JournalError

__all__ = [
    "Answer",
    "Entry",
    "EntryError",
    "Journal",
    "JournalConflict",
    "JournalError",
    "Morning",
    "Person",
    "Session",
    "decode",
    "encode",
    "fold",
    "from_fields",
    "make",
]
