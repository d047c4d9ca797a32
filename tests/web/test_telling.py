"""Forms become entries: what was told, nothing guessed; what is wrong is said beside its field."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from tests.web import people
from tests.web.client import Visitor, plain
from tests.web.markup import Node, read
from unpinch.journal.kinds import Pain
from unpinch.knowledge import load


def field(page: str, name: str) -> list[Node]:
    """Return the fields of a name on a page."""
    tree, _ = read(page)
    return [node for node in tree.all("input", "select", "textarea") if node.attrs.get("name") == name]


# --- pain ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(("path", "when"), [("/pain", "now"), ("/morning", "morning")])
def test_a_number_alone_is_enough(path: str, when: str) -> None:
    visitor = Visitor(people.ready())
    assert visitor.post(path, {"leg_nprs": "0"}).headers["location"] == "/today"
    pain = visitor.said("pain")[-1]
    assert (pain.when, pain.leg_nprs, pain.distal, pain.side) == (when, 0, None, None)
    assert (pain.new_numbness, pain.new_weakness, pain.constant, pain.settle_min) == (None,) * 4


def test_everything_that_is_told_is_kept() -> None:
    visitor = Visitor(people.ready())
    told = {
        **{"leg_nprs": "10", "distal": "6", "side": "left", "back_nprs": "3", "worst_24h_nprs": "9"},
        **{"new_numbness": "no", "new_weakness": "no", "constant": "yes"},
        **{"provoke_min": "15", "settle_min": "90"},
    }
    visitor.post("/pain", told)
    pain = visitor.said("pain")[-1]
    assert (pain.leg_nprs, pain.distal, pain.side, pain.back_nprs, pain.worst_24h_nprs) == (
        10,
        6,
        "left",
        3,
        9,
    )
    assert (pain.new_numbness, pain.new_weakness, pain.constant) == (False, False, True)
    assert (pain.provoke_min, pain.settle_min) == (15, 90)


@pytest.mark.parametrize("sign", ["new_numbness", "new_weakness"])
def test_a_new_sign_leads_to_its_questions(sign: str) -> None:
    visitor = Visitor(people.ready())
    answer = visitor.post("/pain", {"leg_nprs": "4", sign: "yes"})
    assert answer.headers["location"] == "/new-symptoms"
    assert getattr(visitor.said("pain")[-1], sign) is True


@pytest.mark.parametrize(
    "told",
    [
        {},
        {"leg_nprs": "11"},
        {"leg_nprs": "-1"},
        {"leg_nprs": "4.5"},
        {"leg_nprs": "four"},
        {"leg_nprs": "4", "distal": "7"},
        {"leg_nprs": "4", "side": "up"},
        {"leg_nprs": "4", "settle_min": "99999"},
        {"leg_nprs": "4", "constant": "perhaps"},
    ],
)
def test_a_wrong_pain_entry_is_refused_and_what_was_typed_stays(told: dict[str, str]) -> None:
    visitor = Visitor(people.ready())
    before = visitor.entries
    answer = visitor.post("/pain", {"side": "left", **told})
    assert answer.status_code == 422
    assert visitor.entries == before
    assert "Please" in plain(answer.text)
    if told.get("leg_nprs") == "4":
        chosen = [node.attrs["value"] for node in field(answer.text, "leg_nprs") if "checked" in node.attrs]
        assert chosen == ["4"]


@pytest.mark.parametrize("path", ["/pain", "/morning"])
def test_the_last_number_is_never_shown_while_asking(path: str) -> None:
    """Nothing is chosen beforehand, and the words of the page are the same whatever came before."""
    pages = []
    for leg in (1, 8):
        diary = people.Diary(f"lead{leg}")
        people.told(diary, people.NOW - dt.timedelta(days=1))
        moment = people.NOW - dt.timedelta(minutes=20)
        diary.write(moment, Pain(when="morning", leg_nprs=leg, distal=5, side="right"))
        diary.write(moment, Pain(when="now", leg_nprs=leg, distal=5, side="right"))
        page = Visitor(diary.journal).page(path)
        assert not [node for node in field(page, "leg_nprs") if "checked" in node.attrs]
        assert not [node for node in field(page, "distal") if "checked" in node.attrs]
        pages.append(plain(page))
    assert pages[0] == pages[1]


def test_the_map_is_a_list_of_seven_places() -> None:
    page = Visitor(people.ready()).page("/pain")
    assert sorted(node.attrs["value"] for node in field(page, "distal")) == list("0123456")
    assert [node.attrs["value"] for node in field(page, "leg_nprs")] == [str(n) for n in range(11)]


# --- profile ------------------------------------------------------------------------------------


def test_the_groups_lead_on_to_today() -> None:
    visitor = Visitor(people.half_screened())
    sent: dict[str, dict[str, Any]] = {
        "leg": {"side": "left"},
        "start": {"since": "2026-10-01", "first_episode": "no"},
        "you": {"birth_year": "1980", "sex": "female"},
        "things": {"equipment": ["chair", "mat"]},
        "minutes": {"minutes_a_day": "10"},
        "place": {"country": "GB", "emergency_number": ""},
    }
    to = "/profile/leg?flow=1"
    seen = []
    while to.startswith("/profile/"):
        step = to.split("/")[2].split("?")[0]
        seen.append(step)
        visitor.page(to)
        to = visitor.post(to, sent[step]).headers["location"]
    assert (seen, to) == (list(sent), "/today")
    told = visitor.said("profile")
    assert told[0].side == "left"
    assert (told[1].since, told[1].first_episode) == (dt.date(2026, 10, 1), False)
    assert (told[2].birth_year, told[2].sex) == (1980, "female")
    assert told[3].equipment == ("chair", "mat")
    assert told[4].minutes_a_day == 10
    assert (told[5].country, told[5].emergency_number) == ("GB", None)


def test_skipping_tells_nothing() -> None:
    visitor = Visitor(people.half_screened())
    before = visitor.entries
    answer = visitor.post("/profile/start?flow=1", {"skip": "yes", "since": "2026-10-01"})
    assert answer.headers["location"] == "/profile/you?flow=1"
    assert visitor.entries == before


def test_no_things_at_all_is_an_answer() -> None:
    visitor = Visitor(people.half_screened())
    visitor.post("/profile/things", {})
    assert visitor.said("profile")[-1].equipment == ()


@pytest.mark.parametrize(
    ("step", "told", "name"),
    [
        ("start", {"since": "2026-11-23"}, "since"),
        ("start", {"since": "yesterday"}, "since"),
        ("start", {"since": "0001-01-01"}, "since"),
        ("you", {"birth_year": "1850"}, "birth_year"),
        ("you", {"birth_year": "2030"}, "birth_year"),
        ("you", {"birth_year": "old"}, "birth_year"),
        ("place", {"country": "XX"}, "country"),
        ("place", {"country": "GB", "emergency_number": "call me"}, "emergency_number"),
    ],
)
def test_a_wrong_fact_is_said_beside_its_field(step: str, told: dict[str, str], name: str) -> None:
    visitor = Visitor(people.half_screened())
    before = visitor.entries
    answer = visitor.post(f"/profile/{step}", told)
    assert answer.status_code == 422
    assert f'id="{name}-error"' in answer.text
    field_at = field(answer.text, name)[0]
    assert field_at.attrs["aria-describedby"] == f"{name}-error"
    if field_at.tag == "input":
        assert field_at.attrs["value"] == told[name]
    assert visitor.entries == before


# --- questionnaires -----------------------------------------------------------------------------


def test_ticks_alone_are_kept() -> None:
    visitor = Visitor(people.ready())
    visitor.post("/questionnaire/RMDQ24", {"ticked": ["r01", "r24", "forged"]})
    told = visitor.said("questionnaire")[-1]
    assert (told.instrument, told.answers) == ("RMDQ24", {"r01": 1, "r24": 1})
    visitor.post("/questionnaire/RMDQ24", {})
    assert visitor.said("questionnaire")[-1].answers == {}


def test_the_statements_stand_unchanged_and_have_no_button_for_no() -> None:
    page = plain(Visitor(people.ready()).page("/questionnaire/RMDQ24")).replace("&#39;", "'")
    for item in load().questionnaires["RMDQ24"].items:
        assert item.text in page


def test_own_activities_come_back_the_next_week_without_their_numbers() -> None:
    visitor = Visitor(people.ready())
    sent = {"label-a1": "Sitting through a meal", "a1": "3", "label-a2": "Stairs", "a2": "7"}
    assert visitor.post("/questionnaire/PSFS", sent).headers["location"] == "/today"
    told = visitor.said("questionnaire")[-1]
    assert (told.answers, told.labels) == (
        {"a1": 3, "a2": 7},
        {"a1": "Sitting through a meal", "a2": "Stairs"},
    )
    page = visitor.page("/questionnaire/PSFS")
    assert field(page, "label-a1")[0].attrs["value"] == "Sitting through a meal"
    assert not [node for node in field(page, "a1") if "checked" in node.attrs]


@pytest.mark.parametrize(
    ("instrument", "sent"),
    [
        ("PSFS", {}),
        ("PSFS", {"label-a1": "Stairs"}),
        ("PSFS", {"label-a1": "Stairs", "a1": "11"}),
        ("GROC", {}),
        ("GROC", {"change": "6"}),
        ("GROC", {"change": "-6"}),
        ("GROC", {"change": "much"}),
    ],
)
def test_half_a_questionnaire_is_refused_and_stays_on_the_page(instrument: str, sent: dict[str, str]) -> None:
    visitor = Visitor(people.ready())
    answer = visitor.post(f"/questionnaire/{instrument}", sent)
    assert answer.status_code == 422
    assert visitor.said("questionnaire") == []
    if "label-a1" in sent:
        assert field(answer.text, "label-a1")[0].attrs["value"] == "Stairs"


@pytest.mark.parametrize("change", [-5, 0, 5])
def test_all_in_all_keeps_its_sign(change: int) -> None:
    visitor = Visitor(people.ready())
    visitor.post("/questionnaire/GROC", {"change": str(change)})
    assert visitor.said("questionnaire")[-1].answers == {"change": change}
