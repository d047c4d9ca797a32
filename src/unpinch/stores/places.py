"""Finding and opening the store that a person means."""

from __future__ import annotations

import os
from pathlib import Path

import platformdirs
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from unpinch.stores.base import Store, StoreError
from unpinch.stores.memory import MemoryStore
from unpinch.stores.sqlite import SqliteStore


def default_path() -> Path:
    """Return where this user's journal is kept.

    It is ``journal.db`` in the folder that the environment variable ``UNPINCH_DATA`` names, else
    in this user's data folder of the system.
    """
    named = os.environ.get("UNPINCH_DATA")
    folder = Path(named).expanduser() if named else platformdirs.user_data_path("unpinch", appauthor=False)
    return folder / "journal.db"


def database_path(place: str | None = None) -> Path | None:
    """Return the file that a place means; None for ``memory:``.

    Parameters
    ----------
    place
        ``sqlite:///path``, a plain path, or ``memory:``; this user's own journal when left out.

    Raises
    ------
    StoreError
        When it is an address of another kind.
    """
    if not place:
        return default_path()
    if place == "memory:":
        return None
    if "://" not in place:
        return Path(place)
    try:
        url = make_url(place)
    except ArgumentError as error:
        raise StoreError(f"{place}: is no address of a database") from error
    if url.get_backend_name() != "sqlite":
        raise StoreError(
            f"{url.get_backend_name()}: only sqlite:///PATH is known, or a plain path, or memory:"
        )
    return Path(url.database) if url.database and url.database != ":memory:" else None


def open_store(place: str | None = None) -> Store:
    """Open a store, making it when it is not there.

    Parameters
    ----------
    place
        See `database_path`.

    Raises
    ------
    StoreError
        When it cannot be opened, is damaged, or comes from a newer version.
    """
    path = database_path(place)
    return MemoryStore() if path is None else SqliteStore(path)
