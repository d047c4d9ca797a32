"""Making copies while the app runs: at its start, from time to time, and at its end."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable

from unpinch.journal import Journal
from unpinch.knowledge.keeping import Keeping
from unpinch.stores.base import StoreError
from unpinch.stores.copies import Copies
from unpinch.stores.sqlite import SqliteStore


class Keeper:
    """Keeps copies of a store's journal; see `unpinch.stores.copies`.

    Parameters
    ----------
    store
        Whose journal.
    keeping
        How many copies stay, and how often to look.
    clock
        Gives the time with its UTC offset.

    Attributes
    ----------
    trouble
        Why the last copy could not be made, in one line; None when all is well.
    """

    def __init__(self, store: SqliteStore, keeping: Keeping, clock: Callable[[], dt.datetime]) -> None:
        self.copies = Copies(store.copies_folder)
        self.trouble: str | None = None
        self._store = store
        self._keeping = keeping
        self._clock = clock
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None
        self._tending = threading.Lock()
        self._done: Journal | None = None

    def tend(self) -> None:
        """Make a copy if something is new, and let go of what is no longer needed. Never raises."""
        with self._tending:
            try:
                journal = self._store.journal()
                if journal is self._done:
                    return
                made = self.copies.make(journal, self._clock())
                # Whoever deletes empties the journal first and then looks for copies. So a copy
                # that was made meanwhile is found either there or here.
                if made is not None and not all(entry in self._store.journal() for entry in journal):
                    self.copies.delete_everything()
                    return
                self.copies.thin(journal, self._keeping)
                self._done, self.trouble = journal, None
            except (StoreError, OSError) as error:
                self.trouble = str(error)

    def start(self) -> None:
        """Look now, and again for as long as the app runs."""
        self._thread = threading.Thread(target=self._watch, name="copies", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Look for the last time."""
        self._stopping.set()
        if self._thread is not None:
            self._thread.join()
        self.tend()

    def _watch(self) -> None:
        while True:
            self.tend()
            if self._stopping.wait(self._keeping.every_min * 60):
                return
