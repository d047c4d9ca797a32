"""What the server puts on the page of a session."""

from __future__ import annotations

import datetime as dt
import json
import re
from html import unescape
from typing import Any

import msgspec
import pytest

from tests.web.client import Visitor
from tests.web.decisions import clearance, decision
from tests.web.people import NOW
from tests.web.session_world import four, somebody, stop
from unpinch.care.decision import Lock, Plan
from unpinch.journal import Journal, make
from unpinch.journal.kinds import Data, ExerciseDone, Pain, Preference, SessionEvent, SetDone
from unpinch.knowledge import load
from unpinch.knowledge.words import Words
from unpinch.session import build
from unpinch.web.app import create_app


def visiting(
    plan: Plan | None = None, journal: Journal | None = None, locks: tuple[Lock, ...] = ()
) -> Visitor:
    """Return somebody whose Decision holds a plan."""
    made = decision(session=plan or four(), clearance=clearance("G", locks=locks))
    return Visitor(journal or somebody(), made)


def data_of(html: str) -> dict[str, Any]:
    """Return what the page hands to its scripts."""
    found = re.search(r'<script type="application/json" id="session-data">(.*?)</script>', html, re.S)
    assert found
    data: dict[str, Any] = json.loads(found[1])
    return data


def with_entries(*told: tuple[float, Data]) -> Journal:
    """Return a journal that goes on after `somebody`; minutes ago, and what was said."""
    entries = [
        make(f"e-{no}", NOW - dt.timedelta(minutes=minutes), data) for no, (minutes, data) in enumerate(told)
    ]
    return somebody().append(*entries)


def started(plan: Plan | None = None) -> SessionEvent:
    return SessionEvent(session="s-1", event="started", plan=build(plan or four(), load()).plan)


def test_the_page_holds_the_script_of_the_plan() -> None:
    made = decision(session=four())
    page = data_of(Visitor(somebody(), made).page("/session"))
    script = build(four(), load(), decision=made.digest)
    assert page["script"]["decision"] == made.digest
    assert [step["kind"] for step in page["script"]["steps"]] == [step.kind for step in script.steps]
    assert page["script"]["seconds"] == script.seconds
    assert page["resume"] is None


def test_each_thing_is_named_with_how_to_place_it() -> None:
    """Before the start: what to have at hand, and how to check it."""
    band = stop("EX01", "EX01b", ("right", "left"), reps=4)
    page = visiting(msgspec.structs.replace(four(), exercises=(*four().exercises, band))).page("/session")
    words = unescape(page[: page.index('id="stage"')])
    things = load().exercises["EX01"].variant("EX01b").equipment
    assert {"band", "table"} <= set(things)
    for name in things:
        assert load().equipment[name].safety in words, name


def test_without_a_plan_it_leads_to_today() -> None:
    answer = Visitor(somebody(), decision(session=None)).get("/session")
    assert (answer.status_code, answer.headers["location"]) == (303, "/today")


@pytest.mark.parametrize("tier", ["E", "U", "R", None])
def test_no_tier_but_the_mild_ones_opens_it(tier: Any) -> None:
    answer = Visitor(somebody(), decision(session=four(), clearance=clearance(tier))).get("/session")
    assert answer.status_code == 303


def test_a_hostile_word_cannot_leave_the_data() -> None:
    evil = Words(key="why", text="</script><script>alert(1)</script>")
    base = stop("EX09", "EX09b", reps=3)
    html = visiting(Plan(exercises=(msgspec.structs.replace(base, why=evil),), minutes=1, kind="full")).page(
        "/session"
    )
    assert "<script>alert" not in html
    assert data_of(html)["script"]["exercises"][0]["why"] == evil.text


def test_what_is_known_of_the_pain_comes_along() -> None:
    assert data_of(visiting().page("/session"))["before"] == {"leg_nprs": 3, "back_nprs": 2, "distal": 5}
    later = with_entries((2, Pain(when="now", leg_nprs=4)))
    assert data_of(visiting(journal=later).page("/session"))["before"] == {
        "leg_nprs": 4,
        "back_nprs": 2,
        "distal": 5,
    }
    limit = load().rules.stale.pain_now_h
    old = Journal([make("o", NOW - dt.timedelta(hours=limit + 1), Pain(when="now", leg_nprs=4))])
    assert data_of(visiting(journal=old).page("/session"))["before"] == {}


def test_wishes_come_along_and_strange_ones_do_not() -> None:
    assert data_of(visiting().page("/session"))["prefs"]["voice"] is True
    wishes = with_entries(
        (3, Preference(name="voice", value=False)),
        (2, Preference(name="voice_rate", value=1.2)),
        (1, Preference(name="tones", value=False)),
    )
    prefs = data_of(visiting(journal=wishes).page("/session"))["prefs"]
    assert prefs == {"voice": False, "voice_rate": 1.2, "tones": False, "vibration": True}


def test_every_movement_and_every_still_that_may_be_shown_is_there() -> None:
    html = visiting().page("/session")
    page = data_of(html)
    for facts in page["script"]["exercises"]:
        assert facts["movement"] in page["movements"]
        for side in facts["sides"]:
            assert f'data-movement="{facts["movement"]}" data-side="{side}"' in html


def test_it_can_be_read_without_javascript() -> None:
    html = visiting().page("/session")
    plain = html[html.index('<ol class="steps plain-plan">') :]
    assert "right leg first, then left" in plain
    assert "Put your left ankle on your right knee" in plain


def test_time_runs_faster_in_tests_alone() -> None:
    assert data_of(visiting().page("/session?speed=60"))["speed"] == 1
    visitor = visiting()
    visitor.app.state.testing = True
    assert data_of(visitor.page("/session?speed=60"))["speed"] == 60
    assert visitor.get("/session?speed=0").status_code == 422


def test_the_application_is_not_made_for_tests_unless_it_is_said() -> None:
    assert create_app(Visitor().store).state.testing is False


def test_a_session_that_broke_off_goes_on_with_its_own_plan() -> None:
    old = Plan(
        exercises=(stop("EX09", "EX09b", reps=5), stop("EX30", "EX30b", reps=5)), minutes=3, kind="full"
    )
    did = ExerciseDone(exercise="EX09", variant="EX09b", rung=0, session="s-1", sets=(SetDone(reps=5),))
    html = visiting(journal=with_entries((4, started(old)), (2, did))).page("/session")
    page = data_of(html)
    assert [facts["exercise"] for facts in page["script"]["exercises"]] == ["EX09", "EX30"]
    assert page["resume"] == {"session": "s-1", "no": page["script"]["exercises"][1]["first_step"]}
    assert "Go on where you stopped" in html


@pytest.mark.parametrize(
    "later",
    [SessionEvent(session="s-1", event="stopped"), SessionEvent(session="s-1", event="finished")],
)
def test_a_session_that_was_ended_does_not(later: Data) -> None:
    page = data_of(visiting(journal=with_entries((4, started()), (1, later))).page("/session"))
    assert page["resume"] is None
    assert page["ended"] == ["s-1"]


def test_after_a_new_answer_todays_plan_is_guided_and_not_the_old_one() -> None:
    old = Plan(exercises=(stop("EX30", "EX30b", reps=5),), minutes=3, kind="full")
    page = data_of(
        visiting(journal=with_entries((4, started(old)), (1, Pain(when="now", leg_nprs=6)))).page("/session")
    )
    assert page["resume"] is None
    assert page["script"]["exercises"][0]["exercise"] == "EX25"


def test_an_easier_version_that_is_locked_is_not_offered() -> None:
    plan = Plan(exercises=(stop("EX16", "EX16c", ("left",), hold_s=10.0, rung=5),), minutes=1, kind="full")
    only = Lock(exercise="EX16", code="X", words=Words(key="w", text="w"), limit_to=("EX16a", "EX16c"))
    assert data_of(visiting(plan).page("/session"))["script"]["exercises"][0]["easier"] == "EX16b"
    locked = data_of(visiting(plan, locks=(only,)).page("/session"))
    assert locked["script"]["exercises"][0]["easier"] == "EX16a"
