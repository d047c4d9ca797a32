"""The log of a store: what stands in it, and whether it is what was written."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.factories import note
from unpinch.stores import SqliteStore, examine
from unpinch.stores.wal import Log, look_at_log


def with_log(tmp_path: Path, entries: int = 6) -> Path:
    """Return a store whose log was left behind, as after a power cut."""
    path, copy = tmp_path / "a" / "journal.db", tmp_path / "b" / "journal.db"
    copy.parent.mkdir()
    with closing(SqliteStore(path)) as store:
        for number in range(entries):
            store.append(note(f"n{number}", "words " * 100))
        for name in ("journal.db", "journal.db-wal"):
            shutil.copy(path.with_name(name), copy.with_name(name))
    copy.chmod(0o600)
    return copy


def test_a_log_is_counted(tmp_path: Path) -> None:
    path = with_log(tmp_path)
    log = look_at_log(path)
    assert log.writes >= 6
    assert (log.lost, log.problem) == (0, None)
    # SQLite itself takes as many pages out of it.
    with closing(sqlite3.connect(path)) as database:
        assert database.execute("PRAGMA wal_checkpoint").fetchone() == (0, log.pages, log.pages)


def test_check_tells_of_the_log(tmp_path: Path) -> None:
    report = examine(with_log(tmp_path))
    assert report.entries == 6
    assert report.ok
    assert report.notes[0].startswith("its log holds ")
    assert report.notes[0].endswith("all as they were written")


def test_a_page_that_is_wrong_hides_later_writes_and_that_is_told(tmp_path: Path) -> None:
    path = with_log(tmp_path)
    log = Path(f"{path}-wal")
    raw = bytearray(log.read_bytes())
    before = look_at_log(path)
    place = raw.rindex(b"words words", 0, len(raw) - 3 * 4120)
    raw[place] ^= 1
    log.write_bytes(raw)
    after = look_at_log(path)
    assert after.lost >= 1
    assert after.writes + after.lost <= before.writes
    report = examine(path)
    assert report.entries < 6, "SQLite says nothing of it"
    assert [line for line in report.problems if "its log is damaged" in line]


def test_a_write_that_was_cut_off_is_no_damage(tmp_path: Path) -> None:
    path = with_log(tmp_path)
    log = Path(f"{path}-wal")
    log.write_bytes(log.read_bytes()[:-5000])
    told = look_at_log(path)
    assert told.lost == 0
    assert told.writes >= 4
    assert examine(path).ok


@pytest.mark.parametrize("content", [b"", b"short", bytes(32), b"\xff" * 5000])
def test_what_is_no_log_holds_nothing(tmp_path: Path, content: bytes) -> None:
    Path(f"{tmp_path / 'j.db'}-wal").write_bytes(content)
    assert look_at_log(tmp_path / "j.db") == Log(0, 0, 0)
    assert look_at_log(tmp_path / "j.db").about == "its log is empty"
