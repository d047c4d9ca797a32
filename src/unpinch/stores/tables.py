"""The one table, and the rows that go into it. It is the same for every database."""

from __future__ import annotations

import zlib
from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    Column,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    UniqueConstraint,
)

from unpinch.journal import Entry, EntryError, decode
from unpinch.stores.base import checked

SCHEMA: Final = 1
"""Version of the tables; raised whenever an older Unpinch could no longer read them."""

METADATA: Final = MetaData()

ENTRY: Final = Table(
    "entry",
    METADATA,
    # Grows with every entry and is never used again, not even after everything was deleted: so
    # the last one that was seen tells what is new, and the first one whether it is the same journal.
    Column("seq", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
    Column("person", String(64), nullable=False),
    Column("id", String(64), nullable=False),
    Column("at", String(32), nullable=False),
    Column("recorded", String(32), nullable=False),
    Column("kind", String(32), nullable=False),
    Column("raw", LargeBinary, nullable=False),  # canonical JSON of the whole entry
    Column("crc", BigInteger, nullable=False),  # CRC-32 of raw: disks forget bits in silence
    UniqueConstraint("person", "id", name="entry_once"),
    Index("entry_order", "person", "seq"),
    sqlite_autoincrement=True,
)


def row(person: str, entry: Entry) -> dict[str, Any]:
    """Return the row of an entry.

    Raises
    ------
    EntryError
        When the entry is not valid.
    """
    raw = checked(entry)
    return {
        "person": person,
        "id": entry.id,
        "at": entry.at.isoformat(),
        "recorded": entry.recorded.isoformat(),
        "kind": entry.kind,
        "raw": raw,
        "crc": zlib.crc32(raw),
    }


def sound(entry_id: object, raw: object, crc: object) -> bool:
    """Tell whether a row's content is what was once written."""
    return isinstance(raw, bytes) and isinstance(entry_id, str) and zlib.crc32(raw) == crc


def fault(seq: int, entry_id: object, raw: object, crc: object) -> str | None:
    """Say what is wrong with a row; None when it can be trusted."""
    if not sound(entry_id, raw, crc) or not isinstance(raw, bytes):
        return f"row {seq}: its content is not what was written"
    try:
        entry = decode(raw)
    except EntryError as error:
        return f"row {seq}: {error}"
    return None if entry.id == entry_id else f"row {seq}: it stands under another id"
