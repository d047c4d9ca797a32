"""What happened: an append-only journal of what a person said and did."""

from unpinch.journal.entry import Entry, EntryError, decode, encode, from_fields, make
from unpinch.journal.journal import Journal, JournalError

__all__ = ["Entry", "EntryError", "Journal", "JournalError", "decode", "encode", "from_fields", "make"]
