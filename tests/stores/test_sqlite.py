"""The SQLite store: private, incremental, refusing to change or to lose what it holds."""

from __future__ import annotations

import os
import sqlite3
import stat
import subprocess
import sys
import tempfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tests.factories import at, note
from unpinch.journal import Entry, Journal, encode, make
from unpinch.journal.kinds import Note
from unpinch.stores import SqliteStore, StoreDamaged, StoreError, StoreTooNew, examine, sqlite
from unpinch.stores.tables import SCHEMA

SECRET = "the-words-of-a-person"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "unpinch" / "journal.db"


@pytest.fixture
def store(path: Path) -> Iterator[SqliteStore]:
    made = SqliteStore(path)
    yield made
    made.close()


def notes(count: int, text: str = "a note", prefix: str = "n") -> list[Entry]:
    return [note(f"{prefix}{number:04d}", f"{text} {number}", at(number % 60)) for number in range(count)]


def filled(path: Path, count: int = 200, text: str = "a note") -> Journal:
    store = SqliteStore(path)
    store.append(*notes(count, text))
    journal = store.journal()
    store.close()
    return journal


def files(path: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in path.parent.iterdir() if file.stat().st_size}


# --- whose eyes ---------------------------------------------------------------------------------


def test_folder_and_files_are_for_this_user_alone(tmp_path: Path) -> None:
    umask = os.umask(0)
    try:
        path = tmp_path / "a" / "b" / "journal.db"
        store = SqliteStore(path)
        store.append(note("a"))
        assert {file.name for file in path.parent.iterdir()} == {
            "journal.db",
            "journal.db-wal",
            "journal.db-shm",
        }
        for file in path.parent.iterdir():
            assert stat.S_IMODE(file.stat().st_mode) == 0o600, file.name
        for folder in (path.parent, path.parent.parent):
            assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        store.close()
    finally:
        os.umask(umask)


def test_check_says_when_others_may_look(path: Path) -> None:
    filled(path, 3)
    path.chmod(0o644)
    report = examine(path)
    assert report.problems == ("other users of this machine may open it (mode 644, should be 600)",)
    assert report.entries == 3


# --- what others write --------------------------------------------------------------------------


def test_only_new_rows_are_read(store: SqliteStore, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store.append(*notes(50))
    before = store.journal()
    counts: list[int] = []
    usual = store._read

    def counted(rows: list[tuple[Any, ...]]) -> list[Entry]:
        counts.append(len(rows))
        return usual(rows)

    monkeypatch.setattr(store, "_read", counted)
    other = SqliteStore(path)
    other.append(note("from-another-program"))
    other.close()
    after = store.journal()
    assert counts == [1]
    assert len(after) == 51
    assert all(entry in after for entry in before)


def test_what_another_deleted_is_gone_here_too(store: SqliteStore, path: Path) -> None:
    store.append(*notes(5))
    assert len(store.journal()) == 5
    other = SqliteStore(path)
    other.delete_everything()
    assert store.journal() == Journal()
    other.append(note("x"))
    other.delete_everything()
    other.append(*notes(5, "written anew"))
    other.close()
    assert store.journal().entries[0].data == Note(text="written anew 0")
    assert len(store.journal()) == 5


def test_persons_in_one_file_do_not_meet(path: Path) -> None:
    ann, bob = SqliteStore(path, person="ann"), SqliteStore(path, person="bob")
    ann.append(note("a", "of ann"))
    bob.append(note("a", "of bob"))
    assert [entry.data for entry in ann.journal()] == [Note(text="of ann")]
    bob.delete_everything()
    assert (len(ann.journal()), len(bob.journal())) == (1, 0)
    assert (examine(path, "ann").entries, examine(path, "bob").entries) == (1, 0)
    ann.close()
    bob.close()


def test_an_entry_in_an_older_form_is_still_the_same(store: SqliteStore, path: Path) -> None:
    entry = note("a")
    raw = (
        b'{"kind":"note",'
        + b'"id":"a","at":"2025-06-02T08:00:00+02:00","recorded":"2025-06-02T08:00:00+02:00",'
    )
    raw += b'"data":{"text":"a note"}}'
    with closing(sqlite3.connect(path)) as database:
        database.execute(
            "INSERT INTO entry (person, id, at, recorded, kind, raw, crc) VALUES ('me','a','','','note',?,?)",
            (raw, zlib.crc32(raw)),
        )
        database.commit()
    assert store.journal() == Journal([entry])
    store.append(entry)
    assert store.check().ok


# --- only ever added ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "change",
    [
        "DELETE FROM entry",
        "DELETE FROM entry WHERE id = 'n0001'",
        "UPDATE entry SET raw = x'00'",
        "UPDATE entry SET person = 'other'",
        "INSERT OR REPLACE INTO entry SELECT seq, person, id, at, recorded, kind, x'00', crc FROM entry",
        "REPLACE INTO entry SELECT seq + 100, person, id, at, recorded, kind, x'00', crc FROM entry",
    ],
)
def test_no_program_can_change_an_entry(path: Path, change: str) -> None:
    journal = filled(path, 3)
    with closing(sqlite3.connect(path)) as database:
        with pytest.raises(sqlite3.IntegrityError, match="entries are only ever added"):
            database.execute(change)
        database.rollback()
    with closing(SqliteStore(path)) as store:
        assert store.journal() == journal


def test_check_says_when_a_guard_is_gone(path: Path) -> None:
    filled(path, 3)
    with closing(sqlite3.connect(path)) as database:
        database.execute("DROP TRIGGER entry_is_fixed")
    assert examine(path).problems == ("the guard entry_is_fixed is gone",)


# --- gone for good ------------------------------------------------------------------------------


def test_deleted_words_are_in_no_file(path: Path) -> None:
    store = SqliteStore(path)
    for start in range(0, 300, 50):
        store.append(*notes(50, SECRET * 20, f"p{start}-"))
    assert any(SECRET.encode() in raw for raw in files(path).values())
    store.delete_everything()
    assert [name for name, raw in files(path).items() if SECRET.encode() in raw] == []
    store.append(note("a"))
    with pytest.raises(sqlite3.IntegrityError), closing(sqlite3.connect(path)) as database:
        database.execute("DELETE FROM entry")
    store.close()
    assert [name for name, raw in files(path).items() if SECRET.encode() in raw] == []


def test_deleting_says_when_another_program_holds_on(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    filled(path, 50, SECRET)
    monkeypatch.setattr(sqlite, "BUSY_S", 0.1)
    store = SqliteStore(path)
    with closing(sqlite3.connect(path)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT * FROM entry").fetchone()
        with pytest.raises(StoreError, match="another program still reads it"):
            store.delete_everything()
        reader.rollback()
    assert store.journal() == Journal()
    store.delete_everything()
    assert [name for name, raw in files(path).items() if SECRET.encode() in raw] == []
    store.close()


# --- from another version -----------------------------------------------------------------------


def test_a_newer_store_is_refused_unharmed(path: Path) -> None:
    filled(path)
    with closing(sqlite3.connect(path)) as database:
        database.execute(f"PRAGMA user_version = {SCHEMA + 1}")
    before = files(path)
    with pytest.raises(StoreTooNew, match=r"written by a newer Unpinch \(tables 2, this one knows 1\)"):
        SqliteStore(path)
    with pytest.raises(StoreTooNew, match="newer"):
        examine(path)
    assert files(path) == before


def test_a_newer_store_whose_log_was_left_behind_is_refused_unharmed(path: Path) -> None:
    filled(path)
    crash = (
        "import os, sqlite3, sys\n"
        "database = sqlite3.connect(sys.argv[1], isolation_level=None)\n"
        f"database.execute('PRAGMA user_version = {SCHEMA + 1}')\n"
        "os._exit(0)\n"
    )
    subprocess.run([sys.executable, "-c", crash, str(path)], check=True)
    before = files(path)
    assert "journal.db-wal" in before, "the new version stands in the log alone"
    with pytest.raises(StoreTooNew, match="newer"):
        SqliteStore(path)
    after = files(path)
    assert after["journal.db"] == before["journal.db"]
    assert after["journal.db-wal"] == before["journal.db-wal"]


@pytest.mark.parametrize(
    "script",
    [
        "CREATE TABLE recipe (name TEXT)",
        "PRAGMA application_id = 77; CREATE TABLE entry (seq INTEGER)",
        "PRAGMA user_version = 1; CREATE TABLE entry (seq INTEGER)",
    ],
)
def test_another_programs_database_is_refused_unharmed(tmp_path: Path, script: str) -> None:
    path = tmp_path / "x" / "other.db"
    path.parent.mkdir()
    with closing(sqlite3.connect(path)) as database:
        database.executescript(script)
    before = files(path)
    with pytest.raises(StoreError, match="another program's database; it was left as it is"):
        SqliteStore(path)
    assert files(path) == before


@pytest.mark.parametrize("made", [b"", None])
def test_an_empty_file_is_a_new_store(tmp_path: Path, made: bytes | None) -> None:
    path = tmp_path / "x" / "new.db"
    path.parent.mkdir()
    if made is None:
        with closing(sqlite3.connect(path)) as database:
            database.execute("VACUUM")
    else:
        path.write_bytes(made)
    path.chmod(0o600)
    assert (examine(path).entries, examine(path).problems) == (0, ())
    with closing(SqliteStore(path)) as store:
        store.append(note("a"))
        assert store.check().entries == 1


# --- damage -------------------------------------------------------------------------------------


def overwrite(path: Path, start: int, length: int, byte: bytes = b"\xa5") -> None:
    with path.open("r+b") as file:
        file.seek(start)
        file.write(byte * length)


def read(path: Path) -> Journal:
    with closing(SqliteStore(path)) as store:
        return store.journal()


def damaged(path: Path, before: Journal) -> StoreDamaged:
    """Make sure that a damaged store is refused, left alone, and rescued without a false entry."""
    bytes_before = files(path)
    with pytest.raises(StoreDamaged) as caught:
        read(path)
    assert files(path)["journal.db"] == bytes_before["journal.db"]
    assert len(str(caught.value).splitlines()) == 1
    assert all(entry in before for entry in caught.value.rescued)
    report = examine(path)
    assert not report.ok
    assert report.entries == len(caught.value.rescued)
    assert files(path)["journal.db"] == bytes_before["journal.db"]
    return caught.value


def test_a_bad_page_costs_its_own_rows_alone(path: Path) -> None:
    before = filled(path, 400)
    overwrite(path, (path.stat().st_size // 4096 // 2) * 4096, 4096)
    error = damaged(path, before)
    assert 300 < len(error.rescued) < 400
    assert f"{len(error.rescued)} entries could be read" in str(error)


@pytest.mark.parametrize("keep", [0.3, 0.7, 0.95])
def test_a_file_that_was_cut_off(path: Path, keep: float) -> None:
    before = filled(path, 400)
    with path.open("r+b") as file:
        file.truncate(int(path.stat().st_size * keep))
    error = damaged(path, before)
    assert len(error.rescued) > 400 * keep * 0.5


def test_a_lost_first_page(path: Path) -> None:
    before = filled(path, 400)
    overwrite(path, 0, 4096, b"\0")
    error = damaged(path, before)
    assert "it is no database" in str(error)
    assert len(error.rescued) > 300


def test_a_flipped_bit_in_the_words_of_a_person(path: Path) -> None:
    before = filled(path, 50, "leg pain was 3")
    raw = path.read_bytes()
    place = raw.index(b"leg pain was 3 7") + len("leg pain was ")
    overwrite(path, place, 1, b"8")
    error = damaged(path, before)
    assert len(error.rescued) == 49, "an entry that may say something else is not an entry"
    assert "its content is not what was written" in str(error)
    assert "row 8: its content is not what was written" in " ".join(examine(path).problems)


@pytest.mark.parametrize("column", ["id", "kind", "at"])
def test_columns_that_are_no_text_any_more(path: Path, column: str) -> None:
    before = filled(path, 5)
    with closing(sqlite3.connect(path)) as database:
        database.execute("DROP TRIGGER entry_is_fixed")
        database.execute(f"UPDATE entry SET {column} = CAST(x'ff6e' AS TEXT) WHERE seq = 3")
        database.commit()
    if column == "id":
        assert len(damaged(path, before).rescued) == 4
    else:
        assert read(path) == before, "what counts stands in the entry itself"


def test_an_index_that_hides_rows_is_damage(path: Path) -> None:
    before = filled(path, 20)
    with closing(sqlite3.connect(path)) as database:
        pages = dict(database.execute("SELECT name, rootpage FROM sqlite_schema WHERE type = 'index'"))
    # The last key of a page of integers (the row's number): make it a small one.
    raw = path.read_bytes()
    start = (pages["entry_order"] - 1) * 4096
    place = raw.index(b"me\x14", start, start + 4096) + 2
    overwrite(path, place, 1, b"\x02")
    assert len(damaged(path, before).rescued) == 20


def test_rows_that_no_longer_say_an_entry(path: Path) -> None:
    before = filled(path, 10)
    raw = b'{"id":"z"}'
    with closing(sqlite3.connect(path)) as database:
        database.execute(
            "INSERT INTO entry (person, id, at, recorded, kind, raw, crc) VALUES ('me','z','','','note',?,?)",
            (raw, zlib.crc32(raw)),
        )
        database.commit()
    error = damaged(path, before)
    assert error.rescued == before
    assert "row 11: entry z: " in str(error)


@pytest.mark.parametrize("content", [b"not a database at all", b"\0" * 5000, os.urandom(5000)])
def test_what_is_no_database(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "x" / "journal.db"
    path.parent.mkdir()
    path.write_bytes(content)
    error = damaged(path, Journal())
    assert "it is no database" in str(error)
    assert list(files(path)) == ["journal.db"]


@example(3853, 1, 0x80)
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, 1 << 20), st.integers(1, 200), st.integers(0, 255))
def test_damage_anywhere_is_harmless_or_told(tmp_path: Path, place: int, length: int, byte: int) -> None:
    sound = tmp_path / "sound" / "journal.db"
    before = Journal(notes(60)) if sound.exists() else filled(sound, 60)
    path = tmp_path / "damaged.db"
    path.write_bytes(sound.read_bytes())
    start = place % path.stat().st_size
    overwrite(path, start, min(length, path.stat().st_size - start), bytes([byte]))
    told: Journal | StoreError
    try:
        told = read(path)
    except StoreError as error:
        told = error
    for file in tmp_path.glob("damaged.db*"):
        file.unlink()
    if isinstance(told, StoreDamaged):
        assert all(entry in before for entry in told.rescued)
    elif isinstance(told, StoreError):
        # The few bytes of the header that tell whose file it is, and of which version.
        assert start < 100
    else:
        assert told == before


def test_an_empty_file_beside_a_full_log_is_no_new_store(tmp_path: Path) -> None:
    path = tmp_path / "x" / "journal.db"
    path.parent.mkdir()
    path.touch()
    Path(f"{path}-wal").write_bytes(b"log" + encode(note("last")) + b"more")
    before = files(path)
    with pytest.raises(StoreDamaged, match="it is empty, but its log is not") as caught:
        SqliteStore(path)
    assert caught.value.rescued == Journal([note("last")])
    assert files(path) == before


def test_words_in_the_log_are_rescued_too(path: Path) -> None:
    filled(path, 10)
    crash = (
        "import os, sys\n"
        "from unpinch.journal import decode\n"
        "from unpinch.stores import SqliteStore\n"
        "SqliteStore(sys.argv[1]).append(decode(sys.argv[2]))\n"
        "os._exit(0)\n"
    )
    subprocess.run([sys.executable, "-c", crash, str(path), encode(note("last"))], check=True)
    overwrite(path, 0, 4096, b"\0")
    before = Journal([*notes(10), note("last")])
    assert note("last") in damaged(path, before).rescued


def test_damage_that_comes_while_it_is_open(path: Path) -> None:
    filled(path, 400)
    store = SqliteStore(path)
    overwrite(path, 4096, path.stat().st_size - 4096)
    with pytest.raises(StoreDamaged):
        store.journal()
    store.close()


def test_rescued_notes_keep_every_character(path: Path) -> None:
    texts = ["\u2028", "é e\u0301 🦵🏽", '"\\/', "\0\r\n", "x" * 3000]
    entries = [make(f"t{number}", at(number), Note(text=text)) for number, text in enumerate(texts)]
    store = SqliteStore(path)
    store.append(*entries)
    store.close()
    overwrite(path, 0, 4096, b"\0")
    error = damaged(path, Journal(entries))
    assert [entry.data for entry in error.rescued] == [Note(text=text) for text in texts]


# --- when it cannot write -----------------------------------------------------------------------


def test_a_full_disk_writes_nothing(path: Path) -> None:
    before = filled(path, 20)
    store = SqliteStore(path)
    with store._engine.connect() as link:
        pages = link.exec_driver_sql("PRAGMA page_count").scalar_one()
        link.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(StoreError, match=r"journal\.db: the disk is full$"):
        store.append(*notes(400, "more", "m"))
    assert store.journal() == before
    with store._engine.connect() as link:
        link.exec_driver_sql("PRAGMA max_page_count = 100000")
    store.append(*notes(400, "more", "m"))
    assert len(store.journal()) == 420
    store.close()


def test_a_file_that_may_not_grow_keeps_what_it_has(path: Path) -> None:
    before = filled(path, 20)
    script = (
        "import resource, sys\n"
        "from unpinch.journal import Journal\n"
        "from unpinch.stores import SqliteStore, StoreError\n"
        "more = Journal.from_jsonl(sys.stdin.read())\n"
        "store = SqliteStore(sys.argv[1])\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))\n"
        "try:\n"
        "    store.append(*more)\n"
        "except StoreError as error:\n"
        "    print(error)\n"
        "print(len(store.journal()))\n"
    )
    more = Journal(notes(400, "more", "m")).to_jsonl()
    argv = [sys.executable, "-c", script, str(path)]
    done = subprocess.run(argv, check=True, capture_output=True, text=True, input=more)
    message, count = done.stdout.splitlines()
    assert message.endswith(("the disk could not be read or written", "the disk is full"))
    assert count == "20"
    with closing(SqliteStore(path)) as store:
        assert store.journal() == before
        assert store.check().ok


@pytest.mark.parametrize("make_folder", [Path.touch, Path.mkdir])
def test_a_place_where_nothing_can_be_written(tmp_path: Path, make_folder: Callable[[Path], None]) -> None:
    here = tmp_path / "here"
    make_folder(here)
    path = here / "journal.db" if here.is_file() else here
    with pytest.raises(StoreError) as caught:
        SqliteStore(path)
    assert str(caught.value).startswith(f"{path}: ")
    assert len(str(caught.value).splitlines()) == 1


READ_ONLY = """
import os, sys
from unpinch.stores import SqliteStore, StoreError
if os.geteuid() == 0:  # nothing is read-only to the superuser
    os.setgid(65534)
    os.setuid(65534)
for path in sys.argv[1:]:
    try:
        store = SqliteStore(path)
        store.append()
        print("opened")
    except StoreError as error:
        print(error)
"""


def test_a_read_only_folder_is_one_clear_line() -> None:
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        path = folder / "old" / "journal.db"
        filled(path, 3)
        before = files(path)
        path.chmod(0o444)
        path.parent.chmod(0o555)
        folder.chmod(0o755)
        argv = [sys.executable, "-c", READ_ONLY, str(path), str(path.parent / "new.db")]
        try:
            done = subprocess.run(argv, check=True, capture_output=True, text=True)
        finally:
            path.parent.chmod(0o755)
        old, new = done.stdout.splitlines()
        assert old.startswith(f"{path}: it ")
        assert new == f"{path.parent / 'new.db'}: Permission denied"
        assert files(path) == before


def test_check_of_what_is_not_there(path: Path) -> None:
    with pytest.raises(StoreError, match="there is no such file"):
        examine(path)
    assert not path.parent.exists()
