"""The door for the player's entries: once and for all, all or none, with one clear line when not."""

from __future__ import annotations

import datetime as dt
import threading
from typing import Any

import pytest
import uuid_utils

from tests.web import people
from tests.web.client import Visitor


def entry(kind: str = "exercise", ago_s: float | None = None, **data: Any) -> dict[str, Any]:
    plain = (
        {"exercise": "EX16", "variant": "EX16b", "rung": 3, "response": "easier"}
        if kind == "exercise"
        else {}
    )
    told: dict[str, Any] = {"id": str(uuid_utils.uuid7()), "kind": kind, "data": {**plain, **data}}
    return told if ago_s is None else {**told, "ago_s": ago_s}


def test_entries_are_saved_with_the_servers_time() -> None:
    visitor = Visitor(people.ready())
    told = [entry(ago_s=90), entry("pain", when="after_session", leg_nprs=3)]
    answer = visitor.send({"entries": told})
    assert answer.status_code == 200
    assert answer.json() == {"saved": [one["id"] for one in told], "tier": "G"}
    kept = {one.id: one for one in visitor.entries}
    first = kept[told[0]["id"]]
    assert first.recorded - first.at == dt.timedelta(seconds=90)
    assert abs(first.recorded - visitor.clock.now) < dt.timedelta(seconds=1)
    assert kept[told[1]["id"]].at == kept[told[1]["id"]].recorded


def test_sending_again_changes_nothing() -> None:
    visitor = Visitor(people.ready())
    told = entry(ago_s=5)
    for wait in (5, 30, 600):
        answer = visitor.send({"entries": [{**told, "ago_s": wait}]})
        assert answer.json()["saved"] == [told["id"]]
    assert [one.id for one in visitor.entries].count(told["id"]) == 1
    twice = entry()
    assert visitor.send({"entries": [twice, twice]}).status_code == 200
    assert [one.id for one in visitor.entries].count(twice["id"]) == 1


def test_one_id_never_stands_for_two_entries() -> None:
    visitor = Visitor(people.ready())
    told = entry()
    visitor.send({"entries": [told]})
    before = visitor.entries
    other = {**told, "data": {**told["data"], "response": "worse"}}
    answer = visitor.send({"entries": [entry(), other]})
    assert answer.status_code == 409
    assert answer.json()["entry"] == told["id"]
    assert visitor.entries == before


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"kind": "sessions"}, "kind"),
        ({"data": {"exercise": "EX16", "variant": "EX16b", "rung": 3, "leg_pre": 11}}, "leg_pre"),
        ({"data": {"exercise": "EX16", "variant": "EX16b", "rung": 3, "distal_post": 9}}, "distal_post"),
        ({"data": {"exercise": "EX16", "variant": "EX16b"}}, "rung"),
        ({"data": {"exercise": "EX16", "variant": "EX16b", "rung": 3, "mood": 1}}, "mood"),
        ({"id": "1"}, "id"),
        ({"id": "00000000-0000-4000-8000-000000000000"}, "id"),
        ({"id": "0190A0A0-0000-7000-8000-000000000000"}, "id"),
    ],
)
def test_one_wrong_entry_keeps_all_out_and_is_named(change: dict[str, Any], field: str) -> None:
    visitor = Visitor(people.ready())
    before = visitor.entries
    wrong = {**entry(), **change}
    answer = visitor.send({"entries": [entry(), wrong]})
    assert answer.status_code == 422
    told = answer.json()
    assert told["entry"] == wrong["id"]
    assert told["field"] == field or field in told["reason"]
    assert told["reason"] in told["error"]
    assert "\n" not in told["error"]
    assert visitor.entries == before


@pytest.mark.parametrize(
    "body",
    [None, [], {}, {"entries": 1}, {"entries": [1]}, {"entries": [{"id": "x"}]}, {"entries": [], "more": 1}],
)
def test_what_is_no_request_is_said_in_one_line(body: Any) -> None:
    answer = Visitor(people.ready()).send(body)
    assert answer.status_code == 422
    assert "\n" not in answer.json()["error"]


@pytest.mark.parametrize("ago", [-1, 1e12, "5", None])
def test_the_time_of_an_entry_must_make_sense(ago: Any) -> None:
    visitor = Visitor(people.ready())
    before = visitor.entries
    assert visitor.send({"entries": [{**entry(), "ago_s": ago}]}).status_code == 422
    assert visitor.entries == before


def test_no_json_at_all_is_refused() -> None:
    visitor = Visitor(people.ready())
    answer = visitor.client.post("/api/entries", content=b"\xff{", headers={"X-CSRF-Token": visitor.token})
    assert answer.status_code == 422
    assert answer.json()["entry"] is None


def test_without_the_header_nothing_is_taken() -> None:
    visitor = Visitor(people.ready())
    before = visitor.entries
    answer = visitor.client.post("/api/entries", json={"entries": [entry()]})
    assert answer.status_code == 403
    assert set(answer.json()) == {"error"}
    answer = visitor.client.post(f"/api/entries?csrf={visitor.token}", json={"entries": [entry()]})
    assert answer.status_code == 403
    assert visitor.entries == before


def test_in_an_emergency_the_answer_names_it() -> None:
    visitor = Visitor(people.emergency())
    before = visitor.entries
    answer = visitor.send({"entries": [entry()]})
    assert answer.status_code == 403
    assert answer.json()["refusal"] == "EmergencySigns"
    assert visitor.entries == before


def test_new_numbness_reopens_the_questions_at_once() -> None:
    visitor = Visitor(people.ready())
    answer = visitor.send({"entries": [entry(new_numbness=True, stopped=True)]})
    assert answer.status_code == 200
    assert visitor.get("/session").headers["location"] == "/today"


def test_the_same_entry_from_two_hands_at_once_is_kept_once() -> None:
    visitor = Visitor(people.ready())
    told = entry()
    token = visitor.token
    answers: list[int] = []

    def send() -> None:
        answer = visitor.client.post(
            "/api/entries", json={"entries": [told]}, headers={"X-CSRF-Token": token}
        )
        answers.append(answer.status_code)

    hands = [threading.Thread(target=send) for _ in range(6)]
    for hand in hands:
        hand.start()
    for hand in hands:
        hand.join()
    assert answers == [200] * 6
    assert [one.id for one in visitor.entries].count(told["id"]) == 1
