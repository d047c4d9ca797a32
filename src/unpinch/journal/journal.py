"""The journal: a set of entries that only grows."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from functools import cached_property

from unpinch.journal.entry import Entry, EntryError, decode, encode
from unpinch.journal.kinds import Retraction


class JournalError(ValueError):
    """A journal cannot be read or joined; the message names the line or the entry."""


class Journal:
    """An immutable set of entries, in the order in which they happened.

    Equal entries count once; two different entries with one id are refused, since one of them
    would be lost. Joining journals is a set union: in any order, any number of times, the
    result is the same.
    """

    def __init__(self, entries: Iterable[Entry] = ()) -> None:
        by_id: dict[str, Entry] = {}
        for entry in entries:
            known = by_id.setdefault(entry.id, entry)
            if known is not entry and encode(known) != encode(entry):
                raise JournalError(f"entry {entry.id}: two different entries have this id")
        self.entries: tuple[Entry, ...] = tuple(
            sorted(by_id.values(), key=lambda entry: (entry.at, entry.id))
        )

    def append(self, *entries: Entry) -> Journal:
        """Return a journal with these entries as well."""
        return Journal((*self.entries, *entries))

    def merge(self, other: Journal) -> Journal:
        """Return the union of two journals."""
        return Journal((*self.entries, *other.entries))

    @cached_property
    def retracted(self) -> frozenset[str]:
        """Ids of entries that were taken back. A retraction itself can not be taken back."""
        return frozenset(entry.data.entry for entry in self.entries if isinstance(entry.data, Retraction))

    @cached_property
    def live(self) -> tuple[Entry, ...]:
        """What counts: no retraction, and nothing that was retracted."""
        return tuple(
            entry for entry in self.entries if entry.kind != "retraction" and entry.id not in self.retracted
        )

    @cached_property
    def digest(self) -> str:
        """SHA-256 of what counts, in canonical form."""
        content = hashlib.sha256()
        for entry in self.live:
            content.update(encode(entry) + b"\n")
        return content.hexdigest()

    @classmethod
    def from_jsonl(cls, text: str) -> Journal:
        """Read one entry a line; empty lines are passed over.

        Raises
        ------
        JournalError
            Names the line, the entry, the field and the reason.
        """
        entries = []
        for number, line in enumerate(text.split("\n"), start=1):
            if not line.strip():
                continue
            try:
                entries.append(decode(line))
            except EntryError as error:
                raise JournalError(f"line {number}: {error}") from error
        return cls(entries)

    def to_jsonl(self) -> str:
        """Write one entry a line, in canonical form and in order."""
        return "".join(encode(entry).decode() + "\n" for entry in self.entries)

    def __iter__(self) -> Iterator[Entry]:
        return iter(self.entries)

    def __len__(self) -> int:
        return len(self.entries)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Journal) and self.entries == other.entries

    def __hash__(self) -> int:
        return hash(self.entries)

    def __repr__(self) -> str:
        return f"Journal({len(self.entries)} entries, {len(self.retracted)} retracted)"
