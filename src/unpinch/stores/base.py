"""What every store of a journal can do, and how it refuses."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Protocol

from unpinch.journal import Entry, Journal, decode, encode


class StoreError(Exception):
    """A store cannot do what it was asked; one line says where and why, and nothing was changed."""


class StoreTooNew(StoreError):
    """A newer version of Unpinch wrote this store; it was not touched."""


class StoreDamaged(StoreError):
    """A store cannot be trusted any more; it was left as it is.

    Attributes
    ----------
    rescued
        What could still be read.
    """

    def __init__(self, message: str, rescued: Journal) -> None:
        super().__init__(message)
        self.rescued = rescued


@dataclass(frozen=True, kw_only=True)
class Report:
    """How a journal is.

    Attributes
    ----------
    place
        Where it is kept.
    entries, live
        How many entries can be read, and how many of them count.
    first_at, last_at
        Times of the first and the last entry; None when there is none.
    problems
        One line for each; none when all is well.
    notes
        What else was looked at, one line each: the log, the copies.
    """

    place: str
    entries: int
    live: int
    first_at: dt.datetime | None
    last_at: dt.datetime | None
    problems: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether nothing is wrong."""
        return not self.problems

    @classmethod
    def of(
        cls, journal: Journal, place: str, problems: tuple[str, ...] = (), notes: tuple[str, ...] = ()
    ) -> Report:
        """Return the report of a journal that could be read."""
        entries = journal.entries
        return cls(
            place=place,
            entries=len(entries),
            live=len(journal.live),
            first_at=entries[0].at if entries else None,
            last_at=entries[-1].at if entries else None,
            problems=problems,
            notes=notes,
        )


class Store(Protocol):
    """Where one person's journal is kept. Every method may be called from any thread."""

    def journal(self) -> Journal:
        """Return the journal as it is now, whoever wrote to it.

        The same object comes back for as long as nothing was added.

        Raises
        ------
        StoreDamaged
            When an entry that is there cannot be read: a missing answer is never passed over.
        """
        ...

    def append(self, *entries: Entry) -> None:
        """Add entries, all or none; they are safe once this returns. Known ones are passed over.

        Raises
        ------
        JournalConflict
            When an entry differs from a known one with the same id; nothing was written.
        EntryError
            When an entry is not valid; nothing was written.
        StoreError
            When the store cannot be written; nothing was written.
        """
        ...

    def merge(self, journal: Journal) -> int:
        """Add what is not yet there, as `append` does; return how many entries were new."""
        ...

    def delete_everything(self) -> None:
        """Delete the journal for good, so that no word of it stays in the store's files.

        Raises
        ------
        StoreError
            When something of it could not be deleted.
        """
        ...

    def check(self) -> Report:
        """Read everything and report what is wrong."""
        ...

    def close(self) -> None:
        """Let go of files and connections."""
        ...


def checked(entry: Entry) -> bytes:
    """Return an entry's canonical JSON once it is sure that it can be read again.

    Raises
    ------
    EntryError
        When it is not valid: it was put together by hand.
    """
    raw = encode(entry)
    decode(raw)
    return raw
