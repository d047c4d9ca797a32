"""Copies that are made by themselves: enough of them, none too many, and nothing lost by making room."""

from __future__ import annotations

import datetime as dt
import os
import stat
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.factories import T0, Diary, at, mornings, note
from unpinch.exchange.backup import pack, read_backup
from unpinch.exchange.files import UNFINISHED
from unpinch.journal import Journal
from unpinch.knowledge import load
from unpinch.stores import Copies, Keeper, MemoryStore, SqliteStore, StoreError, copies_folder, examine
from unpinch.stores.copies import Kept, spare

KEEPING = load().keeping


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "journal.db"


@pytest.fixture
def store(path: Path) -> Iterator[SqliteStore]:
    made = SqliteStore(path)
    yield made
    made.close()


class Clock:
    def __init__(self) -> None:
        self.now = T0

    def __call__(self) -> dt.datetime:
        return self.now


def names(copies: Copies) -> list[str]:
    return [one.path.name for one in copies.kept()]


def test_the_plan_is_a_year_of_copies() -> None:
    assert (KEEPING.daily, KEEPING.weekly, KEEPING.monthly) == (7, 4, 12)


def test_a_copy_is_for_this_user_alone_and_made_when_something_is_new(tmp_path: Path) -> None:
    copies = Copies(tmp_path / "journal-backups")
    assert copies.make(Journal(), T0) is None
    assert not copies.folder.exists()
    journal = mornings([5, 4])
    made = copies.make(journal, T0)
    assert made is not None
    assert made.path.name == "unpinch-20250602T060000Z.zip"
    assert read_backup(made.path).journal == journal
    assert stat.S_IMODE(made.path.stat().st_mode) == 0o600
    assert stat.S_IMODE(copies.folder.stat().st_mode) == 0o700
    assert copies.make(journal, at(1)) is None, "nothing is new"
    more = journal.append(note("x"))
    again = copies.make(more, T0)  # in the same second
    assert again is not None
    assert again.path.name == "unpinch-20250602T060001Z.zip"
    assert len(names(copies)) == 2


def days(*numbers: int) -> list[Kept]:
    start = dt.datetime(2025, 1, 1, 12, tzinfo=dt.UTC)
    return [Kept(Path(f"{n}"), start + dt.timedelta(days=n)) for n in numbers]


def test_of_a_year_of_days_the_plan_keeps_days_weeks_and_months() -> None:
    kept = days(*range(365))
    gone = {one.path for one in spare(kept, KEEPING)}
    left = [one.made.date() for one in kept if one.path not in gone]
    assert left[-7:] == [dt.date(2025, 12, day) for day in range(25, 32)]
    assert dt.date(2025, 12, 21) in left, "the Sunday before, the newest of its week"
    ends = [dt.date(2025, month + 1, 1) - dt.timedelta(days=1) for month in range(1, 12)]
    assert [day for day in left if day.month < 12] == ends
    assert len(left) == 7 + 2 + 11


@settings(max_examples=100)
@given(st.lists(st.integers(0, 800), max_size=60, unique=True), st.integers(0, 800))
def test_making_room_day_by_day_or_at_once_keeps_the_same_span(numbers: list[int], extra: int) -> None:
    kept = days(*numbers)
    gone = spare(kept, KEEPING)
    left = [one for one in kept if one not in gone]
    assert len(left) <= KEEPING.daily + KEEPING.weekly + KEEPING.monthly
    assert len(left) >= min(len(numbers), KEEPING.daily)
    if kept:
        assert max(kept, key=lambda one: one.made) in left
    assert spare(left, KEEPING) == [], "what was kept stays when nothing is new"
    fresh = days(extra)[0]
    assert fresh not in spare([*kept, fresh], KEEPING, fresh.path)


def test_two_years_of_use(path: Path, store: SqliteStore) -> None:
    clock = Clock()
    few = replace(KEEPING, daily=2, weekly=2, monthly=3)
    keeper = Keeper(store, few, clock)
    for day in range(0, 730, 9):
        clock.now = at(day)
        store.append(note(f"n{day}", when=clock.now))
        keeper.tend()
        assert keeper.trouble is None
        newest = keeper.copies.kept()[0]
        assert read_backup(newest.path).journal == store.journal()
        assert len(names(keeper.copies)) <= 7
    assert len(names(keeper.copies)) == 3  # two days in two weeks and two months, and a third month


def test_a_copy_with_an_entry_that_the_journal_lacks_never_goes(store: SqliteStore) -> None:
    """The journal was lost and begun anew: its copies are all that is left of the old one."""
    clock = Clock()
    few = replace(KEEPING, daily=1, weekly=1, monthly=1)
    keeper = Keeper(store, few, clock)
    lost = mornings([7, 7, 7], prefix="lost")
    keeper.copies.make(lost, at(-400))
    for day in range(5):
        clock.now = at(day)
        store.append(note(f"n{day}", when=clock.now))
        keeper.tend()
    assert len(names(keeper.copies)) == 2
    assert read_backup(keeper.copies.kept()[-1].path).journal == lost
    store.merge(lost)
    clock.now = at(9)
    keeper.tend()
    assert len(names(keeper.copies)) == 1


def test_a_damaged_copy_neither_goes_nor_stands_for_the_journal(store: SqliteStore) -> None:
    clock = Clock()
    keeper = Keeper(store, replace(KEEPING, daily=1, weekly=1, monthly=1), clock)
    store.append(note("a"))
    keeper.tend()
    damaged = keeper.copies.kept()[0].path
    damaged.write_bytes(damaged.read_bytes()[:-30])
    Keeper(store, KEEPING, lambda: at(1)).tend()
    assert len(names(keeper.copies)) == 2, "a sound one was made beside it"
    clock.now = at(500)
    store.append(note("b"))
    keeper.tend()
    assert damaged.exists()
    report = examine(store.path)
    assert [line for line in report.problems if "damaged or cut off" in line and str(damaged) in line]


def test_nothing_goes_while_no_sound_copy_is_new(tmp_path: Path) -> None:
    copies = Copies(tmp_path)
    copies.make(mornings([1]), at(0))
    copies.make(mornings([1, 2]), at(60))
    assert copies.thin(mornings([1, 2, 3]), replace(KEEPING, daily=1, weekly=1, monthly=1)) == ()
    assert len(names(copies)) == 2


def test_half_written_copies_are_cleared_away_once_nobody_writes_them(store: SqliteStore) -> None:
    keeper = Keeper(store, KEEPING, Clock())
    store.append(note("a"))
    keeper.tend()
    old, new = (keeper.copies.folder / f"{UNFINISHED}{name}" for name in "ab")
    old.write_bytes(b"half")
    new.write_bytes(b"half")
    os.utime(old, (0, 0))
    store.append(note("b"))
    keeper.tend()
    assert (old.exists(), new.exists()) == (False, True)


def test_a_disk_that_is_full_is_told_and_stops_nothing(store: SqliteStore) -> None:
    keeper = Keeper(store, KEEPING, Clock())
    keeper.copies.folder.write_text("in the way")
    store.append(note("a"))
    keeper.tend()
    assert "journal-backups" in str(keeper.trouble)
    keeper.copies.folder.unlink()
    keeper.tend()
    assert keeper.trouble is None
    assert len(names(keeper.copies)) == 1


def test_a_damaged_journal_is_not_copied_over_the_sound_ones(path: Path) -> None:
    with closing(SqliteStore(path)) as store:
        store.append(*(note(f"n{number}", "words " * 30) for number in range(100)))
        keeper = Keeper(store, KEEPING, Clock())
        keeper.tend()
    raw = bytearray(path.read_bytes())
    place = raw.rindex(b"words words")
    raw[place : place + 5] = b"lies!"
    path.write_bytes(raw)
    with closing(SqliteStore(path)) as store:
        again = Keeper(store, KEEPING, lambda: at(1))
        again.tend()
        assert again.trouble is not None
        assert "damaged" in again.trouble
    assert len(names(keeper.copies)) == 1
    report = examine(path)
    assert not report.ok
    assert report.notes[-1].startswith("1 automatic copy in ")


def test_the_keeper_copies_at_the_start_and_at_the_end(store: SqliteStore) -> None:
    store.append(note("a"))
    keeper = Keeper(store, KEEPING, Clock())
    keeper.start()
    keeper.stop()
    assert read_backup(keeper.copies.kept()[0].path).journal == store.journal()
    keeper = Keeper(store, KEEPING, lambda: at(1))
    keeper.start()
    store.append(note("b"))
    keeper.stop()
    assert read_backup(keeper.copies.kept()[0].path).journal == store.journal()


# --- gone -----------------------------------------------------------------------------------------

SECRET = "the-words-of-a-person"


def test_deleting_leaves_the_words_in_no_file(path: Path, store: SqliteStore) -> None:
    keeper = Keeper(store, KEEPING, Clock())
    for day in range(5):
        store.append(note(f"n{day}", f"{SECRET} {day}"))
        keeper.copies.make(store.journal(), at(day))
    assert len(names(keeper.copies)) == 5
    (keeper.copies.folder / f"{UNFINISHED}half").write_bytes(SECRET.encode())
    stranger = keeper.copies.folder / "holiday.txt"
    stranger.write_text("not ours")
    assert any(SECRET.encode() in file.read_bytes() for file in path.parent.rglob("*") if file.is_file())
    store.delete_everything()
    left = [file for file in path.parent.rglob("*") if file.is_file()]
    assert [file.name for file in left if SECRET.encode() in file.read_bytes()] == []
    assert [file.name for file in left if file.suffix == ".zip"] == []
    assert stranger.read_text() == "not ours"
    keeper.tend()
    assert names(keeper.copies) == []
    assert store.check().ok


def test_a_copy_that_is_made_while_another_deletes_goes_as_well(
    path: Path, store: SqliteStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.append(note("a", SECRET))
    keeper = Keeper(store, KEEPING, Clock())
    usual = keeper.copies.make

    def slow(journal: Journal, now: dt.datetime) -> Kept | None:
        with closing(SqliteStore(path)) as other:
            other.delete_everything()  # its look at the copies comes before this one is there
        return usual(journal, now)

    monkeypatch.setattr(keeper.copies, "make", slow)
    keeper.tend()
    assert names(Copies(store.copies_folder)) == []


def test_a_copy_that_cannot_be_removed_is_named(store: SqliteStore, monkeypatch: pytest.MonkeyPatch) -> None:
    store.append(note("a"))
    copies = Copies(store.copies_folder)
    copies.make(store.journal(), T0)

    def fails(*_: object, **__: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(Path, "unlink", fails)
    with pytest.raises(StoreError, match=r"unpinch-.*zip: could not be deleted \(Operation not permitted\)"):
        copies.delete_everything()


def test_persons_in_one_file_have_copies_of_their_own(path: Path) -> None:
    with closing(SqliteStore(path, person="ann")) as ann, closing(SqliteStore(path, person="a/b")) as other:
        assert ann.copies_folder.name == "journal-backups-ann"
        assert other.copies_folder.name == "journal-backups-a%2Fb"
        assert copies_folder(path).name == "journal-backups"
        other.append(note("x"))
        Copies(other.copies_folder).make(other.journal(), T0)
        ann.delete_everything()
        assert len(Copies(other.copies_folder).kept()) == 1


# --- what check says --------------------------------------------------------------------------------


def test_check_compares_copies_with_the_journal(store: SqliteStore) -> None:
    store.append(note("a", "one"))
    copies = Copies(store.copies_folder)
    copies.make(store.journal().append(note("b")), at(0))
    copies.make(Journal([note("a", "two")]), at(1))
    copies.kept()[1].path.chmod(0o644)
    told = store.check()
    assert "2 automatic copies" in told.notes[-1]
    assert "not all is well" in told.notes[-1]
    text = "\n".join(told.problems)
    assert "holds 1 that the journal does not" in text
    assert "differs from the journal: entry a: two different entries have this id" in text
    assert "other users may open it (mode 644, should be 600)" in text


def test_check_of_a_journal_that_is_gone_names_its_copies(path: Path, store: SqliteStore) -> None:
    Copies(store.copies_folder).make(mornings([1]), T0)
    store.close()
    path.unlink()
    with pytest.raises(StoreError, match="there is no such file, but copies of it are in "):
        examine(path)


def test_a_store_in_memory_has_no_copies() -> None:
    diary = Diary()
    diary.write(mornings([1]).entries[0].data)
    store = MemoryStore(diary.journal)
    assert store.check().notes == ()


def test_other_files_in_the_folder_are_no_copies(tmp_path: Path) -> None:
    for name in ("unpinch-20250602T060000Z.zip.part", "unpinch-20251302T060000Z.zip", "x.zip"):
        (tmp_path / name).write_bytes(pack(mornings([1]), T0))
    assert Copies(tmp_path).kept() == ()
