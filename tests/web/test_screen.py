"""The questions: one a screen, kept at once, gravest first; an emergency ends them."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from tests.web import people
from tests.web.client import Visitor, plain
from tests.web.markup import read
from unpinch.knowledge import load
from unpinch.knowledge.clinical import Question

QUESTIONS = {question.id: question for question in load().screening.questions}


def fields(question: Question, said: Any) -> dict[str, Any]:
    return {
        "answer": list(said) if isinstance(said, tuple) else f"{said:g}" if isinstance(said, float) else said
    }


def walk(visitor: Visitor, said: dict[str, Any] | None = None, most: int = 80) -> list[str]:
    """Answer whatever is asked, mildly but for ``said``; return the questions in order."""
    asked: list[str] = []
    to = visitor.get("/screen").headers["location"]
    while to.startswith("/screen/") and len(asked) < most:
        name = to.split("/")[-1]
        asked.append(name)
        visitor.page(to)
        question = QUESTIONS[name]
        answer = (said or {}).get(name, people.mild(question))
        to = visitor.post(to, fields(question, answer)).headers["location"]
        if to == "/screen":
            to = visitor.get("/screen").headers["location"]
    asked.append(to)
    return asked


def test_mild_answers_lead_through_every_question_to_today() -> None:
    visitor = Visitor()
    asked = walk(visitor)
    assert asked[-1] == "/profile/leg?flow=1", "who has told nothing yet goes on to the second piece"
    always = [q.id for q in QUESTIONS.values() if "full" in q.sets and not q.only_if]
    assert [name for name in asked if name in always] == always
    said = visitor.said("screen")
    assert [one.question for one in said] == asked[:-1]
    assert {one.occasion for one in said} == {"full"}
    assert {one.version for one in said} == {load().screening.version}


def test_each_answer_is_kept_at_once_and_the_way_resumes() -> None:
    visitor = Visitor()
    visitor.post("/screen/CE1", {"answer": "no"})
    assert len(visitor.entries) == 1
    again = Visitor(visitor.store.journal())
    assert again.get("/screen").headers["location"] == "/screen/CE2"
    assert "left" in plain(again.page("/screen/CE2"))


@pytest.mark.parametrize("said", ["yes_new", "not_sure", "prefer_not"])
def test_an_emergency_sign_ends_the_questions(said: str) -> None:
    visitor = Visitor()
    assert visitor.post("/screen/CE1", {"answer": said}).headers["location"] == "/emergency"
    for path in ("/screen", "/screen/CE2", "/today", "/exercises", "/new-symptoms"):
        assert visitor.get(path).headers["location"] == "/emergency"
    assert visitor.post("/screen/CE1", {"answer": "no"}).headers["location"] == "/emergency"


def test_an_urgent_sign_goes_on_with_the_questions_and_says_so() -> None:
    visitor = Visitor()
    for name in ("CE1", "CE2", "CE3", "CE4", "CE5", "CE6"):
        visitor.post(f"/screen/{name}", {"answer": "no"})
    to = visitor.post("/screen/MO1", {"answer": "yes_new"}).headers["location"]
    assert to == "/screen/MO2"
    assert load().actions["U"].title in plain(visitor.page(to))
    assert load().actions["U"].title in plain(visitor.page("/today"))


def test_seen_opens_the_questions_again() -> None:
    visitor = Visitor(people.emergency())
    visitor.clock.now += dt.timedelta(minutes=5)
    assert visitor.post("/emergency/seen", {"answer": "no"}).headers["location"] == "/emergency"
    assert visitor.get("/today").headers["location"] == "/emergency"
    visitor.clock.now += dt.timedelta(hours=6)
    assert visitor.post("/emergency/seen", {"answer": "yes"}).headers["location"] == "/screen"
    assert visitor.get("/screen").headers["location"].startswith("/screen/")
    assert visitor.post("/emergency/seen", {"answer": "maybe"}).status_code == 422


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("CE1", {}),
        ("CE1", {"answer": "perhaps"}),
        ("CE1", {"answer": ["no", "yes_new"]}),
        ("CA2", {}),
        ("CA2", {"answer": ["none", "weight_loss"]}),
        ("CA2", {"answer": ["weight_loss", "other"]}),
        ("AG1", {"answer": ""}),
        ("AG1", {"answer": "old"}),
        ("AG1", {"answer": "0"}),
        ("AG1", {"answer": "121"}),
        ("AG1", {"answer": "46.5"}),
        ("AG1", {"answer": "nan"}),
        ("AG1", {"answer": "inf"}),
        ("SV1", {"answer": "11"}),
    ],
)
def test_no_answer_is_ever_taken_for_another(name: str, said: dict[str, Any]) -> None:
    visitor = Visitor()
    answer = visitor.post(f"/screen/{name}", said)
    assert answer.status_code == 422
    assert "Please" in plain(answer.text) or "Tick" in plain(answer.text)
    tree, faults = read(answer.text)
    assert faults == []
    assert [node for node in tree.all("p") if node.attrs.get("id") == "answer-error"]
    assert visitor.entries == ()


@pytest.mark.parametrize("name", list(QUESTIONS))
def test_every_question_can_be_asked_and_answered(name: str) -> None:
    """Each option of each question stands on its page and comes back as it was meant."""
    question = QUESTIONS[name]
    visitor = Visitor()
    page = visitor.page(f"/screen/{name}")
    for option in question.options:
        assert f'value="{option.id}"' in page
        fresh = Visitor()
        fresh.post(f"/screen/{name}", {"answer": option.id})
        kept = fresh.said("screen")[0]
        assert (kept.question, kept.answer) == (
            name,
            (option.id,) if question.answer == "several" else option.id,
        )
    if question.why:
        assert "Why do we ask?" in page


def test_what_was_typed_wrongly_stays_to_be_mended() -> None:
    visitor = Visitor()
    assert 'value="121"' in visitor.post("/screen/AG1", {"answer": "121"}).text
    page = visitor.post("/screen/CA2", {"answer": ["none", "night_sweats"]}).text
    assert 'value="night_sweats" checked' in page


def test_several_answers_are_kept_together() -> None:
    visitor = Visitor()
    visitor.post("/screen/CA2", {"answer": ["weight_loss", "night_sweats"]})
    assert visitor.said("screen")[0].answer == ("weight_loss", "night_sweats")


def test_the_last_answer_shows_only_when_asked_for() -> None:
    visitor = Visitor(people.half_screened())
    label = next(option.label for option in QUESTIONS["MO1"].options if option.id == "no")
    assert "You said before" not in visitor.page("/screen/MO1")
    assert f"You said before: {label}" in plain(visitor.page("/screen/MO1?again=1"))


def test_back_leads_to_the_question_before() -> None:
    visitor = Visitor(people.half_screened())
    tree, _ = read(visitor.page("/screen/UM1"))
    back = next(node for node in tree.all("a") if node.attrs.get("class") == "back")
    assert back.attrs["href"] == "/screen/MO3?again=1"


def test_new_symptoms_asks_its_set_in_order_and_comes_back_to_today() -> None:
    visitor = Visitor(people.ready())
    expected = [q.id for q in QUESTIONS.values() if "new_symptoms" in q.sets and not q.only_if]
    to, asked = f"/new-symptoms/{expected[0]}", []
    while to.startswith("/new-symptoms/"):
        name = to.split("/")[-1]
        asked.append(name)
        visitor.page(to)
        to = visitor.post(to, fields(QUESTIONS[name], people.mild(QUESTIONS[name]))).headers["location"]
    assert asked == expected
    assert to == "/today"
    assert {one.occasion for one in visitor.said("screen")[-len(asked) :]} == {"new_symptoms"}


def test_new_symptoms_can_end_in_the_emergency_page() -> None:
    visitor = Visitor(people.ready())
    assert visitor.post("/new-symptoms/CE2", {"answer": "yes_new"}).headers["location"] == "/emergency"
    assert visitor.get("/session").headers["location"] == "/emergency"


def test_session_line_is_kept_as_such_and_reopens_the_questions() -> None:
    visitor = Visitor(people.ready())
    visitor.post("/screen/SL1", {"answer": "yes"})
    assert visitor.said("screen")[-1].occasion == "session"
    assert visitor.get("/screen").headers["location"].startswith("/screen/")
    assert visitor.get("/session").headers["location"] == "/today"
