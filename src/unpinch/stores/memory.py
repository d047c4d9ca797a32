"""A journal that is gone when the program ends: for tests and for trying things out."""

from __future__ import annotations

import threading

from unpinch.journal import Entry, Journal
from unpinch.stores.base import Report, checked


class MemoryStore:
    """Keeps a journal in memory; see `unpinch.stores.base.Store`."""

    def __init__(self, journal: Journal | None = None) -> None:
        self._journal = journal or Journal()
        self._lock = threading.Lock()

    def journal(self) -> Journal:
        """Return the journal."""
        return self._journal

    def append(self, *entries: Entry) -> None:
        """Add entries, all or none."""
        self._add(entries)

    def merge(self, journal: Journal) -> int:
        """Add what is not yet there; return how many entries were new."""
        return self._add(journal.entries)

    def delete_everything(self) -> None:
        """Forget the journal."""
        with self._lock:
            self._journal = Journal()

    def check(self) -> Report:
        """Report on the journal."""
        return Report.of(self._journal, "memory")

    def close(self) -> None:
        """Do nothing: there is nothing to let go of."""

    def _add(self, entries: tuple[Entry, ...]) -> int:
        for entry in entries:
            checked(entry)
        with self._lock:
            grown = self._journal.append(*entries)
            new = len(grown) - len(self._journal)
            self._journal = grown
        return new
