"""The journal: a set of entries that only grows."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from functools import cached_property
from operator import attrgetter
from typing import Final

from unpinch.journal.entry import Entry, EntryError, decode, decode_canonical, encode_lines
from unpinch.journal.kinds import Retraction

_ORDER: Final = attrgetter("at", "id")
_BLANK: Final = " \t\r"


class JournalError(ValueError):
    """A journal cannot be read or joined; the message names the line or the entry."""


class JournalConflict(JournalError):
    """Two different entries have one id: one of them would be lost."""


class Journal:
    """An immutable set of entries, in the order in which they happened.

    Equal entries count once; two different entries with one id are refused, since one of them
    would be lost. Joining journals is a set union: in any order, any number of times, the
    result is the same.
    """

    def __init__(self, entries: Iterable[Entry] = ()) -> None:
        self._by_id = _new({}, entries)
        self.entries: tuple[Entry, ...] = tuple(sorted(self._by_id.values(), key=_ORDER))

    def append(self, *entries: Entry) -> Journal:
        """Return a journal with these entries as well.

        Raises
        ------
        JournalConflict
            When an entry differs from a known one of the same id.
        """
        new = _new(self._by_id, entries)
        if not new:
            return self
        grown = Journal.__new__(Journal)
        grown._by_id = {**self._by_id, **new}
        later = tuple(sorted(new.values(), key=_ORDER))
        if self.entries and _ORDER(later[0]) < _ORDER(self.entries[-1]):
            grown.entries = tuple(sorted((*self.entries, *later), key=_ORDER))
        else:
            grown.entries = self.entries + later
            grown._carry_over(self, later)
        return grown

    def merge(self, other: Journal) -> Journal:
        """Return the union of two journals.

        Raises
        ------
        JournalConflict
            When the two hold different entries with one id.
        """
        return self.append(*other.entries)

    @cached_property
    def retracted(self) -> frozenset[str]:
        """Ids of entries that were taken back. A retraction itself can not be taken back."""
        return frozenset(entry.data.entry for entry in self.entries if isinstance(entry.data, Retraction))

    @cached_property
    def live(self) -> tuple[Entry, ...]:
        """What counts: no retraction, and nothing that was retracted."""
        retracted = self.retracted
        return tuple(
            entry for entry in self.entries if entry.kind != "retraction" and entry.id not in retracted
        )

    @cached_property
    def digest(self) -> str:
        """SHA-256 of what counts, in canonical form."""
        return self._content.hexdigest()

    @cached_property
    def _content(self) -> hashlib._Hash:
        return hashlib.sha256(encode_lines(self.live))

    def _carry_over(self, before: Journal, later: tuple[Entry, ...]) -> None:
        """Extend what was worked out before by later entries, where that is all that changes."""
        known = vars(before)
        if "live" not in known or any(
            entry.kind == "retraction" or entry.id in before.retracted for entry in later
        ):
            return
        self.retracted = before.retracted
        self.live = before.live + later
        if "_content" in known:
            content = before._content.copy()
            content.update(encode_lines(later))
            self._content = content

    @classmethod
    def from_jsonl(cls, text: str | bytes) -> Journal:
        """Read one entry a line; empty lines and a byte order mark are passed over.

        Parameters
        ----------
        text
            Lines that end in a line feed, alone or after a carriage return; bytes are UTF-8.

        Raises
        ------
        JournalError
            Names the line, the entry, the field and the reason.
        """
        if isinstance(text, bytes):
            return cls(_read(text.removeprefix(b"\xef\xbb\xbf")))
        try:
            raw = text.removeprefix("\ufeff").encode()
        except UnicodeEncodeError as error:
            number = text.count("\n", 0, error.start) + 1
            reason = "entry: holds half of a character (a lone surrogate)"
            raise JournalError(f"line {number}: {reason}") from error
        return cls(_read(raw))

    def to_jsonl(self) -> str:
        """Write one entry a line, in canonical form and in order."""
        return encode_lines(self.entries).decode()

    def __iter__(self) -> Iterator[Entry]:
        return iter(self.entries)

    def __len__(self) -> int:
        return len(self.entries)

    def __contains__(self, entry: object) -> bool:
        return isinstance(entry, Entry) and self._by_id.get(entry.id) == entry

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Journal) and self.entries == other.entries

    def __hash__(self) -> int:
        return hash(self.entries)

    def __repr__(self) -> str:
        return f"Journal({len(self.entries)} entries, {len(self.retracted)} retracted)"


def _new(known: dict[str, Entry], entries: Iterable[Entry]) -> dict[str, Entry]:
    """Return the entries that are not known, by id."""
    new: dict[str, Entry] = {}
    for entry in entries:
        same = known.get(entry.id) or new.setdefault(entry.id, entry)
        if same is not entry and same != entry:
            raise JournalConflict(f"entry {entry.id}: two different entries have this id")
    return new


def _read(raw: bytes) -> list[Entry]:
    quick = decode_canonical(raw)
    if quick is not None:
        return quick
    entries = []
    blank = _BLANK.encode()
    for number, line in enumerate(raw.split(b"\n"), start=1):
        if line.strip(blank):
            try:
                entries.append(decode(line))
            except EntryError as error:
                raise JournalError(f"line {number}: {error}") from error
    return entries
