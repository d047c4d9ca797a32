"""What every store promises, whatever it is made of."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from tests import factories as make_up
from tests.factories import T0, Diary, at, note
from unpinch.journal import Entry, EntryError, Journal, JournalConflict
from unpinch.journal.kinds import Note, Pain, Profile
from unpinch.stores import MemoryStore, SqliteStore, Store, StoreError, default_path, open_store


@pytest.fixture(params=["memory", "sqlite"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    made: Store = MemoryStore() if request.param == "memory" else SqliteStore(tmp_path / "j.db")
    yield made
    made.close()


def test_a_new_store_is_empty(store: Store) -> None:
    assert store.journal() == Journal()
    assert store.check().ok


def test_what_was_appended_is_there(store: Store) -> None:
    store.append(note("b", when=at(1)), note("a"))
    assert [entry.id for entry in store.journal()] == ["a", "b"]
    store.append()
    assert len(store.journal()) == 2


def test_the_same_journal_comes_back_until_something_is_new(store: Store) -> None:
    store.append(note("a"))
    first = store.journal()
    store.append(note("a"))
    assert store.journal() is first
    store.append(note("b"))
    assert store.journal() is not first
    assert store.journal().entries[0] is first.entries[0]


def test_the_same_entry_again_is_fine(store: Store) -> None:
    store.append(note("a"), note("a"))
    store.append(note("a"))
    assert len(store.journal()) == 1


def test_another_entry_with_a_known_id_is_refused_and_nothing_is_written(store: Store) -> None:
    store.append(note("a", "one"))
    with pytest.raises(JournalConflict, match="entry a: "):
        store.append(note("b"), note("a", "two"))
    with pytest.raises(JournalConflict, match="entry a: "):
        store.merge(Journal([note("a", "two"), note("b")]))
    with pytest.raises(JournalConflict, match="entry c: "):
        store.append(note("c", "one"), note("c", "two"))
    assert [entry.data for entry in store.journal()] == [Note(text="one")]


def test_an_entry_that_is_not_valid_is_refused_and_nothing_is_written(store: Store) -> None:
    by_hand = Entry(id="x", at=T0, recorded=T0, kind="pain", data=Pain(when="now", leg_nprs=99))
    with pytest.raises(EntryError, match="entry x: pain: leg_nprs: must be at most 10"):
        store.append(note("a"), by_hand)
    assert store.journal() == Journal()
    naive = Entry(id="x", at=T0.replace(tzinfo=None), recorded=T0, kind="note", data=Note(text=""))
    with pytest.raises(EntryError, match="entry x: at: must have a UTC offset"):
        store.append(naive)


def test_merge_counts_what_was_new(store: Store) -> None:
    store.append(note("a"))
    assert store.merge(Journal([note("a"), note("b"), note("c")])) == 2
    assert store.merge(Journal([note("a"), note("b"), note("c")])) == 0
    assert store.merge(Journal()) == 0


def test_everything_can_be_deleted_and_begun_anew(store: Store) -> None:
    store.append(note("a", "one"))
    store.delete_everything()
    assert store.journal() == Journal()
    store.append(note("a", "two"))
    assert [entry.data for entry in store.journal()] == [Note(text="two")]
    assert store.check().ok


def test_the_report_counts(store: Store) -> None:
    diary = Diary()
    diary.take_back(diary.write(Note(text="x"), at(0)))
    diary.write(Profile(name="Ann"), at(3))
    store.append(*diary.entries)
    report = store.check()
    assert (report.entries, report.live, report.first_at, report.last_at) == (3, 1, at(0), at(3))
    assert report.ok


def test_threads_lose_nothing(store: Store) -> None:
    failed: list[BaseException] = []

    def write(name: str) -> None:
        try:
            for number in range(25):
                store.append(note(f"{name}{number}"))
                assert any(entry.id == f"{name}{number}" for entry in store.journal())
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=write, args=(name,)) for name in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert len(store.journal()) == 100


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(make_up.journals())
def test_every_journal_comes_back_as_it_was(store: Store, journal: Journal) -> None:
    store.delete_everything()
    assert store.merge(journal) == len(journal)
    assert store.journal() == journal
    assert store.journal().to_jsonl() == journal.to_jsonl()


@pytest.mark.parametrize("place", ["sqlite:///{}/x.db", "{}/x.db"])
def test_open_store_takes_addresses_and_paths(tmp_path: Path, place: str) -> None:
    opened = open_store(place.format(tmp_path))
    opened.append(note("a"))
    opened.close()
    again = SqliteStore(tmp_path / "x.db")
    assert len(again.journal()) == 1
    again.close()


@pytest.mark.parametrize("place", ["memory:", "sqlite://", "sqlite:///:memory:"])
def test_open_store_in_memory(place: str) -> None:
    assert isinstance(open_store(place), MemoryStore)


@pytest.mark.parametrize(
    "place", ["postgresql://host/db", "nonsense://x", "mysql+pymysql://u:secret@h/d", "://"]
)
def test_open_store_refuses_what_it_does_not_know(place: str) -> None:
    with pytest.raises(StoreError) as caught:
        open_store(place)
    assert "sqlite:///PATH" in str(caught.value) or "no address" in str(caught.value)
    assert "secret" not in str(caught.value)


def test_the_default_is_this_users_own_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("UNPINCH_DATA", raising=False)
    assert default_path().name == "journal.db"
    assert "unpinch" in str(default_path().parent).lower()
    monkeypatch.setenv("UNPINCH_DATA", str(tmp_path / "mine"))
    assert default_path() == tmp_path / "mine" / "journal.db"
    opened = open_store()
    opened.append(note("a"))
    opened.close()
    assert (tmp_path / "mine" / "journal.db").is_file()
