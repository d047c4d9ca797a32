"""The page of the calendar, its file, and the private address."""

from __future__ import annotations

import re
import stat
from contextlib import closing
from pathlib import Path

import icalendar

from tests.web import people
from tests.web.client import Visitor, plain
from unpinch.stores import Feed, SqliteStore


def address(visitor: Visitor) -> str:
    found = re.search(
        r'value="http://localhost(/calendar/[\w-]+\.ics\?words=\w+)"', visitor.page("/settings/calendar")
    )
    assert found is not None
    return found[1]


def titles(raw: bytes) -> set[str]:
    return {str(one["summary"]) for one in icalendar.Calendar.from_ical(raw).walk("VEVENT")}


def test_the_file_comes_with_the_words_that_were_chosen() -> None:
    visitor = Visitor(people.month())
    answer = visitor.get("/settings/calendar.ics")
    assert answer.headers["content-type"].startswith("text/calendar")
    assert answer.headers["content-disposition"] == 'attachment; filename="calendar.ics"'
    assert "Time for me" in titles(answer.content)
    assert titles(visitor.get("/settings/calendar.ics?words=dot").content) == {"•"}
    assert titles(visitor.get("/settings/calendar.ics?words=nonsense").content) == titles(answer.content)
    assert 'href="/settings/calendar.ics?words=dot"' in visitor.page("/settings/calendar?words=dot")


def test_the_address_is_made_changed_and_turned_off() -> None:
    visitor = Visitor(people.month())
    assert "Make an address" in plain(visitor.page("/settings/calendar"))
    visitor.post("/settings/calendar", {"feed": "on", "words": "moment"})
    first = address(visitor)
    assert len(first) > 60
    assert "Time for me" in titles(visitor.get(first).content)
    assert visitor.get(first[:-30] + "x" * 30).status_code == 404
    visitor.post("/settings/calendar", {"feed": "new", "words": "dot"})
    second = address(visitor)
    assert visitor.get(first).status_code == 404
    assert visitor.get(second).status_code == 200
    visitor.post("/settings/calendar", {"feed": "off"})
    assert visitor.get(second).status_code == 404
    assert visitor.get("/calendar/None.ics").status_code == 404


def test_the_address_follows_the_journal_and_the_answers() -> None:
    visitor = Visitor(people.emergency())
    visitor.post("/settings/calendar", {"feed": "on"})
    assert titles(visitor.get(address(visitor)).content) == set()


def test_the_address_answers_under_this_machines_names_alone() -> None:
    visitor = Visitor(people.month())
    visitor.post("/settings/calendar", {"feed": "on"})
    answer = visitor.get(address(visitor), headers={"Host": "attacker.example"})
    assert answer.status_code == 421


def test_the_address_outlives_the_program_and_goes_with_everything(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    with closing(SqliteStore(path)) as store:
        store.merge(people.ready())
        visitor = Visitor(store=store)
        visitor.post("/settings/calendar", {"feed": "on"})
        made = address(visitor)
    assert stat.S_IMODE((tmp_path / "journal-calendar").stat().st_mode) == 0o600
    with closing(SqliteStore(path)) as store:
        visitor = Visitor(store=store)
        assert visitor.get(made).status_code == 200
        visitor.post("/settings/delete", {"word": "delete"})
        assert visitor.get(made).status_code == 404
    assert not (tmp_path / "journal-calendar").exists()


def test_a_file_that_holds_no_token_opens_nothing(tmp_path: Path) -> None:
    path = tmp_path / "journal-calendar"
    for content in (b"", b"short", b"\xff" * 43):
        path.write_bytes(content)
        feed = Feed(path)
        assert feed.token is None
        assert not feed.opens(content.decode("latin-1"))
