"""An emergency answer stops everything: no way leads to an exercise."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.house import House
from tests.e2e.visitor import Visitor
from unpinch.journal import from_fields
from unpinch.knowledge import load

NOW = dt.datetime(2026, 11, 22, 8, 0, tzinfo=dt.timezone(dt.timedelta(hours=0)))

WAYS = (
    "/today", "/session", "/session?speed=10", "/exercises", "/exercises/EX09", "/figure/EX09.svg",
    "/figure/EX09.json", "/selftests", "/selftests/T1", "/helps", "/history", "/", "/screen", "/welcome",
    "/morning", "/pain", "/new-symptoms", "/article", "/questionnaire/RMDQ24",
)  # fmt: skip


def test_nothing_leads_past_an_emergency(page: Page, tmp_path: Path) -> None:
    """Neither the address bar, nor going back, nor the API, nor the command shows an exercise."""
    house = House(tmp_path / "journal.db", NOW)
    me = Visitor(page, house)
    try:
        me.go("/screen")
        me.answer_all()
        me.tell_profile()
        me.morning(4)
        me.get_ready()
        page.get_by_role("link", name="Start").click()
        expect(page.locator("#begin")).to_be_visible()
        house.wait(minutes=1)

        me.go("/new-symptoms/CE2")
        me.answer(me.questions["CE2"], "yes_new")
        assert me.path == "/emergency"
        _calls_the_number(page, load().countries["IE"].emergency)

        for way in WAYS:
            me.go(way)
            _no_exercise(page, way)
        me.go("/emergency")
        for _ in range(4):
            page.go_back()
            page.reload()
            _no_exercise(page, "back")
        _the_api_shows_nothing(page, house)
        _the_command_refuses(house, tmp_path)
        _only_being_seen_opens_it(me)
    finally:
        house.close()


def _calls_the_number(page: Page, number: str) -> None:
    link = page.locator(f'a[href="tel:{number}"]')
    expect(link).to_be_visible()
    expect(page.get_by_role("heading", level=1)).to_be_visible()


def _no_exercise(page: Page, way: str) -> None:
    """Nothing on the page, however it was reached, is an exercise."""
    text = page.inner_text("body")
    for exercise in load().exercises.values():
        assert exercise.name not in text, f"{way} shows {exercise.name}"
    assert page.locator("#begin, svg.figure, .thread, #session-data").count() == 0, way


def _the_api_shows_nothing(page: Page, house: House) -> None:
    for way in ("/figure/EX09.json", "/session", "/exercises/EX09"):
        answer = page.request.get(house.address + way, max_redirects=0)
        assert answer.status in {303, 403}, way
        assert "EX09" not in answer.text()


def _the_command_refuses(house: House, folder: Path) -> None:
    file = folder / "journal.jsonl"
    file.write_text(house.journal.to_jsonl(), encoding="utf-8")
    command = [sys.executable, "-m", "unpinch", "decide", str(file), "--at", house.now.isoformat()]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0
    assert '"name":"EmergencySigns"' in done.stdout
    assert '"session":null' in done.stdout


def _only_being_seen_opens_it(me: Visitor) -> None:
    """A later "no" does not open it; having been seen does, after all questions were asked again."""
    house = me.house
    version = load().screening.version
    fields = {"question": "CE2", "answer": "no", "occasion": "full", "version": version}
    house.wait(minutes=5)
    house.store.append(from_fields("later-no", house.now, "screen", fields))
    assert _tier(house) == "E"
    house.wait(minutes=5)
    me.go("/emergency/seen")
    me.page.locator('button[name="answer"][value="yes"]').click()
    assert _tier(house) != "E"
    assert house.decision.session is None
    house.wait(minutes=1)
    me.get_ready()
    assert house.decision.session is not None


def _tier(house: House) -> str | None:
    return house.decision.clearance.tier


pytestmark = pytest.mark.browser
