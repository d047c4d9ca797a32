"""What the server puts on the pages of the self-tests."""

from __future__ import annotations

import datetime as dt
import json
import re
from typing import Any

import pytest

from tests.web.client import Visitor, plain
from tests.web.decisions import clearance, decision
from tests.web.people import NOW
from unpinch.care.decision import Refusal
from unpinch.journal import Journal, make
from unpinch.journal.kinds import Data, Pain, Profile, SelfTestDone
from unpinch.knowledge import load
from unpinch.knowledge.words import Words


def visiting(*told: tuple[float, Data], leg: int = 2, tier: Any = "G", side: Any = "right") -> Visitor:
    """Return somebody who told how the leg is; further entries come with the days ago."""
    entries = [
        make("p-1", NOW - dt.timedelta(days=9), Profile(side=side, equipment=tuple(load().equipment))),
        make("p-2", NOW - dt.timedelta(minutes=5), Pain(when="now", leg_nprs=leg)),
    ]
    entries += [make(f"t-{n}", NOW - dt.timedelta(days=days), data) for n, (days, data) in enumerate(told)]
    return Visitor(Journal(entries), decision(clearance=clearance(tier)))


def data_of(html: str) -> dict[str, Any]:
    found = re.search(r'<script type="application/json" id="test-data">(.*?)</script>', html, re.S)
    assert found
    data: dict[str, Any] = json.loads(found[1])
    return data


def test_the_list_names_what_is_open_and_why_the_rest_waits() -> None:
    html = visiting().page("/selftests")
    words = plain(html)
    known = load().selftests
    assert 'href="/selftests/T1"' in html
    assert 'href="/selftests/T3"' not in html
    assert f"First comes: {known['T1'].name}" in words
    assert load().words["session.test.stop_rule"] in words
    assert known["T1"].measures in words


def test_with_strong_pain_no_test_is_offered() -> None:
    html = visiting(leg=7).page("/selftests")
    assert "No tests today" in html
    assert 'class="test"' not in html


@pytest.mark.parametrize("tier", ["E", "U", "R", None])
def test_no_test_is_shown_while_a_check_comes_first(tier: Any) -> None:
    visitor = visiting(tier=tier)
    assert visitor.get("/selftests").status_code == 303
    assert visitor.get("/selftests/T1").status_code == 303


def test_stale_answers_shut_them() -> None:
    stale = Refusal(name="PainMissing", words=Words(key="x", text="x"))
    visitor = Visitor(visiting().store.journal(), decision(refusal=stale))
    assert visitor.get("/selftests").headers["location"] == "/today"


def test_a_test_that_waits_leads_back_to_the_list() -> None:
    assert visiting().get("/selftests/T3").headers["location"] == "/selftests"
    assert visiting(leg=7).get("/selftests/T1").headers["location"] == "/selftests"
    assert visiting().get("/selftests/T99").status_code == 404


@pytest.mark.parametrize(("side", "order"), [("right", ["left", "right"]), ("left", ["right", "left"])])
def test_the_leg_that_does_not_hurt_goes_first(side: str, order: list[str]) -> None:
    data = data_of(visiting(side=side).page("/selftests/T6"))
    assert data["sides"] == order
    assert "Stand on the left leg, lift the right foot" in " ".join(data["how"]["left"])
    assert "Stand on the right leg, lift the left foot" in " ".join(data["how"]["right"])


def test_every_test_can_be_shown() -> None:
    shown = 0
    for test in load().selftests.values():
        visitor = visiting((0.001, SelfTestDone(test="T1", value=9.0)), leg=min(2, test.leg_nprs_max))
        answer = visitor.get(f"/selftests/{test.id}")
        if answer.status_code == 303:
            assert test.id == "T2"  # for people of 60 and over
            continue
        data = data_of(answer.text)
        assert data["test"]["id"] == test.id
        assert not re.search(r"[{}]", " ".join(line for lines in data["how"].values() for line in lines))
        assert not re.search(r"\{(side|other)\}", plain(answer.text), re.I)
        assert load().equipment[test.equipment[0]].safety in plain(answer.text)
        shown += 1
    assert shown == len(load().selftests) - 1


def test_the_limit_of_pain_comes_along() -> None:
    assert data_of(visiting(leg=2).page("/selftests/T1"))["limit"] == 4
    assert data_of(visiting(leg=2).page("/selftests/T1"))["leg_before"] == 2


def test_after_a_test_that_stirred_it_up_no_other_is_offered() -> None:
    done = SelfTestDone(test="T1", value=9.0, leg_before=2, leg_max=5)
    visitor = visiting((0.001, done))
    assert "Enough tests for today" in visitor.page("/selftests")
    assert visitor.get("/selftests/T6").headers["location"] == "/selftests"


def test_earlier_days_are_shown_plainly_and_nothing_is_judged() -> None:
    told = [
        (2.0, SelfTestDone(test="T6", side="left", value=30.0)),
        (2.0, SelfTestDone(test="T6", side="left", value=33.5, attempt=2)),
        (2.0, SelfTestDone(test="T6", side="right", not_possible=True)),
    ]
    html = visiting(*told).page("/selftests/T6")
    words = plain(html[html.index('id="result"') : html.index("</section>", html.index('id="result"'))])
    assert "30, 33.5" in words
    assert "not possible" in words
    assert "It does not show the cause." in words
    assert not re.search(r"weak|imbalance|stronger|deficit", words, re.I)


def test_the_next_test_is_one_that_is_open_and_not_done_today() -> None:
    assert 'id="following" href="/selftests/T6"' in visiting().page("/selftests/T1")
    done = SelfTestDone(test="T6", side="left", value=30.0)
    assert 'id="following" href="/selftests/T7"' in visiting((0.001, done)).page("/selftests/T1")


def test_today_and_the_days_before_are_told_in_the_list() -> None:
    words = plain(
        visiting(
            (0.001, SelfTestDone(test="T1", value=9.0)),
            (3.0, SelfTestDone(test="T6", side="left", value=9.0)),
        ).page("/selftests")
    )
    assert "Done today" in words
    assert "Last time: Thursday 19 November" in words


def test_what_others_manage_stands_beside_it_with_its_source() -> None:
    told = (1.0, Profile(sex="female", birth_year=1980))
    words = plain(visiting(told).page("/selftests/T8"))
    assert "What other people manage" in words
    assert "Half of healthy women, on a slope: 21 times or more ( Hébert-Losier 2017 )." in words
    assert "healthy men" not in words
    assert "our calculation" in plain(visiting(told).page("/selftests/T1"))
    assert "What other people manage" not in plain(visiting(told).page("/selftests/T7"))
