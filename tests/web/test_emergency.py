"""The emergency page: the right number, words to say, and what was marked."""

from __future__ import annotations

import pytest

from tests.web import decisions, people
from tests.web.client import Visitor, plain
from tests.web.markup import read
from unpinch.care.decision import Because
from unpinch.journal import Journal
from unpinch.knowledge import load
from unpinch.web.rescue import dialled


def numbers(page: str) -> list[str]:
    tree, _ = read(page)
    return [node.attrs["href"] for node in tree.all("a") if node.attrs.get("class") == "call"]


def test_it_calls_the_number_of_the_persons_country() -> None:
    page = Visitor(people.emergency()).page("/emergency")
    assert numbers(page) == ["tel:999"]
    assert "A&amp;E" in page


@pytest.mark.parametrize("code", [code for code, one in load().countries.items() if dialled(one.emergency)])
def test_each_country_has_its_number(code: str) -> None:
    visitor = Visitor(people.emergency())
    assert visitor.post("/emergency/country", {"country": code}).headers["location"] == "/emergency"
    country = load().countries[code]
    page = visitor.page("/emergency")
    assert numbers(page) == [f"tel:{dialled(country.emergency)}"]
    assert f"Call {country.emergency}" in plain(page)
    assert country.emergency_place in plain(page).replace("&amp;", "&")


def test_elsewhere_dials_nothing_wrong_and_asks_for_the_number() -> None:
    visitor = Visitor(people.emergency())
    visitor.post("/emergency/country", {"country": "ZZ"})
    page = visitor.page("/emergency")
    assert all(number != "tel:999" for number in numbers(page))
    if not dialled(load().countries["ZZ"].emergency):
        assert numbers(page) == []
        assert '<details class="more" open>' in page
    visitor.post("/emergency/country", {"country": "ZZ", "emergency_number": "+49 112"})
    assert numbers(visitor.page("/emergency")) == ["tel:+49112"]


def test_a_number_typed_for_one_country_is_not_called_in_another() -> None:
    visitor = Visitor(people.emergency())
    visitor.post("/emergency/country", {"country": "GB", "emergency_number": "0123 456"})
    assert numbers(visitor.page("/emergency")) == ["tel:0123456"]
    visitor.post("/emergency/country", {"country": "US"})
    assert numbers(visitor.page("/emergency")) == ["tel:911"]


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ({"country": "XX"}, "country from the list"),
        ({"country": "GB", "emergency_number": "help"}, "with digits"),
    ],
)
def test_a_wrong_number_is_refused(told: dict[str, str], words: str) -> None:
    visitor = Visitor(people.emergency())
    answer = visitor.post("/emergency/country", told)
    assert answer.status_code == 422
    assert words in plain(answer.text)
    assert numbers(answer.text) == ["tel:999"]


@pytest.mark.parametrize(
    ("languages", "number"),
    [
        ("en-US,en;q=0.9", "911"),
        ("en, de-AT;q=0.5", "112"),
        ("en-GB", "999"),
        ("../..-ZZ;;,", None),
        ("", None),
    ],
)
def test_until_told_the_country_is_the_browsers(languages: str, number: str | None) -> None:
    visitor = Visitor(Journal(), decisions.refused("EmergencySigns"))
    page = visitor.get("/emergency", headers={"Accept-Language": languages}).text
    elsewhere = dialled(load().countries["ZZ"].emergency)
    assert (
        numbers(page)
        == [f"tel:{number}" if number else f"tel:{elsewhere}"][: 1 if number or elsewhere else 0]
    )


def test_it_shows_what_was_marked_and_what_to_say() -> None:
    words = plain(Visitor(people.emergency()).page("/emergency")).replace("&#39;", "'")
    questions = {question.id: question for question in load().screening.questions}
    for name, said in (("CE1", "yes_new"), ("CE2", "not_sure")):
        label = next(option.label for option in questions[name].options if option.id == said)
        assert f"{questions[name].text} {label}." in words
    assert " ".join((load().actions["E"].say or "?").split()) in words
    assert questions["CE3"].text not in words


def test_a_sign_that_counts_only_together_is_shown_too() -> None:
    """A combination names the answers that make it up."""
    combination = next(one for one in load().screening.combinations if one.tier == "E")
    because = Because(source=combination.id, answer=None, tier="E", at=people.NOW)
    made = decisions.decision(clearance=decisions.clearance("E", because=(because,)))
    diary = people.Diary("together")
    raised = {*combination.when.all, *combination.when.any, *combination.when.of}
    marked = []
    for question in load().screening.questions:
        for option in question.options:
            if raised & set(option.flags):
                said = (option.id,) if question.answer == "several" else option.id
                people.answer(diary, people.NOW, question.id, said)
                marked.append(f"{question.text} {option.label}.")
                break
    words = plain(Visitor(diary.journal, made).page("/emergency")).replace("&#39;", "'")
    assert len(marked) >= 2
    assert all(one in words for one in marked)


def test_without_signs_the_page_still_says_whom_to_call() -> None:
    page = Visitor(people.ready()).page("/emergency")
    assert numbers(page) == ["tel:999"]
    assert "When to get help at once" in plain(page)
    assert "I have been seen" not in plain(page)


def test_the_page_offers_no_way_round() -> None:
    tree, _ = read(Visitor(people.emergency()).page("/emergency"))
    links = {node.attrs["href"] for node in tree.all("a")}
    assert links == {"#main", "tel:999", "tel:116123", "/emergency/seen", "/settings", "/help", "/sources"}
    assert {node.attrs["action"] for node in tree.all("form")} == {"/emergency/country"}
