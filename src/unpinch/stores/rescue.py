"""Reading what is left of a damaged SQLite file, out of a copy: the original is not touched."""

from __future__ import annotations

import json
import os
import re
import sqlite3
import tempfile
import threading
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import Final

from unpinch.journal import Entry, EntryError, Journal, decode
from unpinch.stores.tables import fault

_START: Final = re.compile(rb'\{"id":"')
_LONGEST: Final = 1 << 17
"""Bytes of the longest entry: a note of 4,000 characters is far below."""


BROKEN: Final = (sqlite3.Error, UnicodeDecodeError)
"""What a damaged file raises; SQLite's own message may hold damaged names that are no UTF-8."""

_OPENED: Final[dict[tuple[int, int], int]] = {}
_READING: Final = threading.Lock()


def beside(path: Path) -> tuple[Path, Path]:
    """Return where SQLite keeps the write-ahead log of a database, and the index of that log."""
    return Path(f"{path}-wal"), Path(f"{path}-shm")


def lenient(text: bytes) -> str:
    """Read a text of the database; damaged bytes show, and are found out by what they belong to."""
    return text.decode(errors="replace")


def rescue(path: Path, person: str) -> Journal:
    """Return every entry of a person that can still be read and trusted.

    Rows are read one by one, so that one bad page costs its own rows alone. Where the file's
    structure is broken, entries are also picked out of its bytes.
    """
    with tempfile.TemporaryDirectory(prefix="unpinch-rescue-") as folder:
        copy = Path(folder) / "copy.db"
        log, _ = beside(path)
        content, logged = _bytes(path), _bytes(log) if log.is_file() else b""
        copy.write_bytes(content)
        if logged:
            beside(copy)[0].write_bytes(logged)
        raw = content + logged
        found: dict[str, Entry] = {}
        distrusted: set[object] = set()
        whole = False
        with suppress(*BROKEN), closing(sqlite3.connect(copy)) as database:
            database.text_factory = lenient
            whole = _rows(database, person, found, distrusted)
    if not whole:
        for entry in _carve(raw):
            if entry.id not in distrusted:
                found.setdefault(entry.id, entry)
    return Journal(found.values())


def _bytes(path: Path) -> bytes:
    """Return a file's content without ever closing the file.

    On POSIX systems a process that closes a file loses all its locks on it, those of open
    connections too, and others could then remove a log that is still written to.
    """
    found = path.stat()
    key = (found.st_dev, found.st_ino)
    with _READING:
        if key not in _OPENED:
            _OPENED[key] = os.open(path, os.O_RDONLY | getattr(os, "O_BINARY", 0))
        with open(_OPENED[key], "rb", closefd=False) as file:
            file.seek(0)
            return file.read()


def _rows(
    database: sqlite3.Connection, person: str, found: dict[str, Entry], distrusted: set[object]
) -> bool:
    """Read what rows can be read; tell whether nothing stood in the way."""
    whole: bool = database.execute("PRAGMA quick_check(1)").fetchone() == ("ok",)
    database.execute("SELECT 1 FROM entry LIMIT 1")  # no such table: nothing was whole
    for seq in _seqs(database):
        try:
            row = database.execute(
                "SELECT id, raw, crc FROM entry WHERE seq = ? AND person = ?", (seq, person)
            ).fetchone()
        except BROKEN:
            whole = False
            continue
        if row is None:
            continue
        entry_id, raw, crc = row
        if fault(seq, entry_id, raw, crc) is None:
            found[entry_id] = decode(raw)
        else:
            distrusted.add(entry_id)
    return whole


def _seqs(database: sqlite3.Connection) -> Iterator[int]:
    """Yield every number that a row may have, found without walking over bad pages."""
    last = 0
    with suppress(*BROKEN):
        last = (
            database.execute("SELECT max(seq) FROM sqlite_sequence WHERE name = 'entry'").fetchone()[0] or 0
        )
    with suppress(*BROKEN):
        last = max(last, database.execute("SELECT max(seq) FROM entry").fetchone()[0] or 0)
    yield from range(1, last + 1)


def _carve(raw: bytes) -> Iterator[Entry]:
    """Yield the entries whose canonical JSON still stands in these bytes in one piece."""
    reader = json.JSONDecoder()
    for start in _START.finditer(raw):
        # Bytes that are no UTF-8 turn into lone surrogates, which no entry may hold.
        piece = raw[start.start() : start.start() + _LONGEST].decode(errors="surrogateescape")
        try:
            _, end = reader.raw_decode(piece)
            yield decode(piece[:end])
        except (EntryError, ValueError, RecursionError):
            continue
