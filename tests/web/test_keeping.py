"""The pages that keep the journal safe and let it go."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext

from tests.factories import note
from tests.web import people
from tests.web.client import Visitor, plain
from tests.web.serving import served
from unpinch.exchange.backup import pack, seal, unpack
from unpinch.journal import Journal
from unpinch.knowledge import load
from unpinch.stores import Copies, Keeper, SqliteStore
from unpinch.web.app import create_app

PHRASE = "four words in a row"
MARKER = "the-words-of-a-person"


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[Visitor]:
    """Yield someone whose journal is kept in a file, with one automatic copy."""
    with closing(SqliteStore(tmp_path / "data" / "journal.db")) as store:
        store.merge(people.ready())
        keeper = Keeper(store, load().keeping, lambda: people.NOW)
        keeper.tend()
        visitor = Visitor(store=store)
        visitor.app = create_app(store, clock=visitor.clock, keeper=keeper)
        visitor.client.app = visitor.app
        visitor.client._transport.app = visitor.app
        yield visitor


def restored(visitor: Visitor, content: bytes, passphrase: str = "") -> Any:
    files = {"file": ("copy", content, "application/octet-stream")}
    return visitor.post("/settings/restore", {"passphrase": passphrase}, files=files)


# --- a locked copy ------------------------------------------------------------------------------------


def test_a_locked_copy_goes_out_and_comes_back() -> None:
    visitor = Visitor(people.ready())
    answer = visitor.post("/settings/backup", {"passphrase": PHRASE, "again": PHRASE})
    assert answer.status_code == 200
    assert answer.headers["content-disposition"] == 'attachment; filename="unpinch-2026-11-22.age"'
    copy = unpack(answer.content, PHRASE)
    assert copy.journal == people.ready()
    assert copy.manifest is not None
    assert copy.manifest.made.date() == dt.date(2026, 11, 22)
    fresh = Visitor()
    location = restored(fresh, answer.content, PHRASE).headers["location"]
    assert location == f"/settings/restore?restored={len(people.ready())}"
    assert fresh.store.journal() == people.ready()
    assert f"Brought back: {len(people.ready())} new entries." in plain(fresh.page(location))


@pytest.mark.parametrize(
    ("passphrase", "again", "words"),
    [
        ("", "", "10 letters or more"),
        ("short", "short", "10 letters or more"),
        (PHRASE, "other", "not the same"),
    ],
)
def test_a_passphrase_that_will_not_do_saves_nothing(passphrase: str, again: str, words: str) -> None:
    answer = Visitor(people.ready()).post("/settings/backup", {"passphrase": passphrase, "again": again})
    assert answer.status_code == 422
    assert words in plain(answer.text)
    assert "attachment" not in answer.headers.get("content-disposition", "")


def test_the_passphrase_stands_in_no_page() -> None:
    answer = Visitor(people.ready()).post("/settings/backup", {"passphrase": PHRASE, "again": "x"})
    assert PHRASE not in answer.text


@pytest.mark.parametrize(
    ("content", "passphrase", "words"),
    [
        (seal(pack(people.ready(), people.NOW), PHRASE), "", "This file is locked. Type its passphrase"),
        (seal(pack(people.ready(), people.NOW), PHRASE), "wrong", "this passphrase does not open it"),
        (pack(people.ready(), people.NOW)[:-50], "", "damaged or cut off"),
        (b"", "", "choose a file first"),
        (b"hello", "", "line 1"),
    ],
    ids=["locked", "wrong", "cut", "empty", "other"],
)
def test_a_copy_that_will_not_do_changes_nothing(content: bytes, passphrase: str, words: str) -> None:
    visitor = Visitor(people.ready())
    answer = restored(visitor, content, passphrase)
    assert answer.status_code == 422
    assert words in plain(answer.text)
    assert visitor.store.journal() == people.ready()


def test_a_conflict_is_named_and_changes_nothing() -> None:
    visitor = Visitor(Journal([note("n1", "one")]))
    answer = restored(visitor, pack(Journal([note("n1", "two"), note("n2")]), people.NOW))
    assert answer.status_code == 422
    assert "entry n1: two different entries have this id" in plain(answer.text)
    assert visitor.store.journal() == Journal([note("n1", "one")])


# --- copies on this machine -----------------------------------------------------------------------------


def test_copies_on_this_machine_are_listed_and_brought_back(kept: Visitor) -> None:
    page = kept.page("/settings/restore")
    assert f"Sunday 22 November, 08:30 {len(people.ready())} entries" in plain(page).replace("  ", " ")
    name = kept.app.state.house.keeper.copies.kept()[0].path.name
    answer = kept.post("/settings/restore", {"copy": name})
    assert answer.headers["location"] == "/settings/restore?restored=0"
    assert kept.post("/settings/restore", {"copy": "../journal.db"}).status_code == 422


def test_damaged_copies_and_troubles_are_told(kept: Visitor) -> None:
    keeper = kept.app.state.house.keeper
    path = keeper.copies.kept()[0].path
    path.write_bytes(b"PK\x03\x04")
    keeper.trouble = "the disk is full"
    page = plain(kept.page("/settings/restore"))
    assert "damaged" in page
    assert "The last copy could not be made: the disk is full." in page
    assert "The last copy could not be made: the disk is full." in plain(kept.page("/settings/backup"))
    path.unlink()
    assert "There is no copy yet" in plain(kept.page("/settings/restore"))


# --- deleting ---------------------------------------------------------------------------------------------


def test_the_page_says_what_goes_and_what_stays(kept: Visitor) -> None:
    page = plain(kept.page("/settings/delete"))
    assert f"{len(people.ready())} entries in all" in page
    assert "Copies that Unpinch made by itself: 1." in page
    for word in ("stick or a cloud", "another browser", "the disk may still hold", "no way back"):
        assert word in page
    assert 'href="/settings/backup"' in kept.page("/settings/delete")


def test_deleting_takes_the_copies_and_tells_the_browser(kept: Visitor, tmp_path: Path) -> None:
    kept.store.append(note("n1", MARKER))
    kept.app.state.house.keeper.tend()
    answer = kept.post("/settings/delete", {"word": "delete"})
    assert answer.headers["location"] == "/welcome?gone=1"
    assert answer.headers["clear-site-data"] == '"cache", "storage"'
    assert 'unpinch_token=""' in answer.headers["set-cookie"]
    left = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert {path.name for path in left} <= {"journal.db", "journal.db-wal", "journal.db-shm"}
    assert [path for path in left if MARKER.encode() in path.read_bytes()] == []
    assert "/static/js/gone.js" in kept.page("/welcome?gone=1")


def test_an_address_alone_clears_no_browser() -> None:
    page = Visitor(people.ready()).page("/welcome?gone=1")
    assert "gone.js" not in page
    assert "Everything is deleted" not in page


KEPT_HERE = """async () => {
  const names = indexedDB.databases ? (await indexedDB.databases()).map((one) => one.name) : [];
  return [Object.keys(localStorage), Object.keys(sessionStorage), names, await caches.keys()];
}"""
FILL = """async (words) => {
  localStorage.setItem("unpinch-out:1", words);
  localStorage.setItem("unpinch-session", words);
  sessionStorage.setItem("x", words);
  await (await caches.open("pages")).put("/x", new Response(words));
  await new Promise((done) => {
    const asked = indexedDB.open("unpinch", 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore("x");
    asked.onsuccess = () => { asked.result.close(); done(); };
  });
}"""


def test_nothing_stays_in_the_browser_nor_on_the_disk(context: BrowserContext, tmp_path: Path) -> None:
    """A marker in notes is looked for in every file of the data folder and all storage of the page."""
    database = tmp_path / "data" / "journal.db"
    journal = people.ready().append(*(note(f"n{number}", f"{MARKER} {number}") for number in range(30)))
    with served(journal, lambda: people.NOW, keep=database) as (address, store):
        other, page = context.new_page(), context.new_page()
        other.goto(f"{address}/selftests/T6")  # a page with an outbox, in another tab
        page.goto(f"{address}/settings")
        page.evaluate(FILL, MARKER)
        before = page.evaluate(KEPT_HERE)
        assert all(before), before
        data = [path for path in tmp_path.rglob("*") if path.is_file()]
        assert [path for path in data if MARKER.encode() in path.read_bytes()]
        page.get_by_role("link", name="Delete everything").click()
        page.get_by_role("button", name="Delete everything").click()
        assert "Nothing was deleted" in page.inner_text("main")
        assert page.evaluate(KEPT_HERE) == before
        page.get_by_label("Type delete to go on").fill("delete")
        page.get_by_role("button", name="Delete everything").click()
        page.wait_for_url("**/welcome?gone=1")
        page.wait_for_selector("html[data-cleared]")
        assert page.evaluate(KEPT_HERE) == [[], [], [], []]
        other.wait_for_url("**/welcome")
        assert other.evaluate(KEPT_HERE) == [[], [], [], []]
        assert len(store.journal()) == 0
        left = [path for path in tmp_path.rglob("*") if path.is_file()]
        assert [path.name for path in left if MARKER.encode() in path.read_bytes()] == []
        assert Copies(tmp_path / "data" / "journal-backups").kept() == ()
        cookies = {one["name"] for one in context.cookies(address)}
        assert cookies == {"unpinch_token"}, "a new one, for the forms of the next page"


def test_a_copy_is_saved_and_brought_back_by_hand(context: BrowserContext, tmp_path: Path) -> None:
    with served(people.ready(), lambda: people.NOW) as (address, _):
        page = context.new_page()
        page.goto(f"{address}/settings/backup")
        page.get_by_label("Passphrase").fill(PHRASE)
        page.get_by_label("Once more").fill(PHRASE)
        for _ in range(2):  # the page stays, and may be asked again
            with page.expect_download() as waiting:
                page.get_by_role("button", name="Save the copy").click()
        file = tmp_path / waiting.value.suggested_filename
        waiting.value.save_as(file)
    assert file.suffix == ".age"
    with served(Journal(), lambda: people.NOW) as (address, store):
        page.goto(f"{address}/settings/restore")
        page.get_by_label("A copy").set_input_files(file)
        page.get_by_label("Its passphrase").fill(PHRASE)
        page.get_by_role("button", name="Bring it back").click()
        page.wait_for_url("**restored=*")
        assert store.journal() == people.ready()
