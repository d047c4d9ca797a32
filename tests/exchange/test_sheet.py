"""The sheet for the fridge door: help first, what a rule allows and no more, and the right leg."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.care.journals import made
from tests.exchange.papers import faults, flat, kinds, pictures, sizes
from tests.knowledge.reading import grade
from tests.web import decisions, people
from unpinch.care.decision import Decision, RefusalName
from unpinch.exchange.paper import Asked
from unpinch.exchange.paper.sheet import _programme, content, has_exercises, sheet
from unpinch.journal import Journal, make
from unpinch.journal.kinds import Profile
from unpinch.knowledge import load
from unpinch.knowledge.kinds import Tier
from unpinch.session import build

KNOWN = load()
STRANGE = [
    "Мария",
    "مريم",
    "山田花子",
    "Łucja",
    "🦵🏽 leg",
    "a\x00b\x1bc",
    "e\u0301\u0301",
    "\u202ename",
    "#set text(red)",
]
NAMES = {variant.name or one.name for one in KNOWN.exercises.values() for variant in one.variants}


def of(journal: Journal, made_up: Decision | None = None, **more: object) -> Asked:
    """Ask for the sheet of a journal, on the morning that tests have."""
    return Asked(journal, people.NOW, KNOWN, decision=made_up, **more)  # type: ignore[arg-type]


def telling(**fields: Any) -> Journal:
    """Return the journal of a first morning with more told about the person."""
    told = make("zz-0", people.NOW - dt.timedelta(minutes=5), Profile(**fields))
    return Journal([*people.ready().entries, told])


# --- what is on it ------------------------------------------------------------------------------


def test_the_card_stands_first_with_whom_to_call() -> None:
    words = flat(sheet(of(people.ready())))
    assert words.startswith("Get help at once")
    assert words.index("999") < words.index("Your exercises")
    assert words.index(KNOWN.words["safety.net"]) < words.index("Your exercises")
    assert "NHS 111" in words
    assert "116 123" in words


def test_todays_plan_is_on_it_with_amount_side_steps_and_when_to_stop() -> None:
    asked = of(people.month())
    plan = asked.decision.session
    assert plan is not None
    words = flat(sheet(asked))
    script = build(plan, KNOWN, locks=asked.decision.clearance.locks)
    for number, one in enumerate(script.exercises, start=1):
        assert f"{number}. {one.name}" in words
        for line in (*one.how, *one.cues, *one.stops):
            assert line in words
    assert "2 times 30 seconds" in words
    assert "Each leg. Start with the left one." in words
    question = next(one for one in KNOWN.screening.questions if one.id == KNOWN.screening.session_line)
    assert question.text in words
    assert "The plan of Sunday 22 November 2026" in words


def test_pictures_show_start_and_end_of_what_is_planned_on_the_side_that_begins() -> None:
    asked = of(people.month())
    plan = asked.decision.session
    assert plan is not None
    told = content(asked)["exercises"]
    for planned, shown in zip(plan.exercises, told, strict=True):
        movement = KNOWN.exercises[planned.exercise].variant(planned.variant).movement
        drawn = [picture["svg"] for picture in shown["pictures"]]
        assert len(drawn) == 2
        assert drawn[0] != drawn[1]
        for svg in drawn:
            assert f'data-movement="{movement}"' in svg
            if planned.sides:
                assert f'data-side="{planned.sides[0]}"' in svg
    assert len(pictures(sheet(asked))) == 2 * len(plan.exercises)


@pytest.mark.parametrize("first", ["left", "right"])
def test_left_is_never_shown_as_right(first: str) -> None:
    """Words, marks and pictures of a plan that begins on one side all mean that side."""
    asked = of(people.month())
    plan = asked.decision.session
    assert plan is not None
    sides = ("left", "right") if first == "left" else ("right", "left")
    turned = tuple(replace(one, sides=sides if one.sides else ()) for one in plan.exercises)
    assert any(one.sides for one in turned)
    changed = replace(asked.decision, session=replace(plan, exercises=turned))
    again = of(people.month(), changed)
    for one in content(again)["exercises"]:
        if not one["sides"]:
            assert one["side"] == "Both sides together."
            continue
        other = "right" if first == "left" else "left"
        assert [mark["side"] for mark in one["sides"]] == list(sides)
        assert [mark["mark"] for mark in one["sides"]] == ["L" if s == "left" else "R" for s in sides]
        assert one["side"] == f"Each leg. Start with the {first} one."
        assert one["shown"] == f"The pictures show the {first} leg."
        assert all(f'data-side="{first}"' in picture["svg"] for picture in one["pictures"])
        assert f"The {first} leg works." in one["pictures"][0]["alt"]
        exercise = next(each for each in turned if each.sides)
        how = KNOWN.exercises[exercise.exercise].variant(exercise.variant).how
        assert one["how"] == [
            line.replace("{side}", first)
            .replace("{other}", other)
            .replace("{Side}", first.title())
            .replace("{Other}", other.title())
            for line in how
        ]


def test_both_legs_hurt_and_the_name_is_long() -> None:
    name = "Maximiliana Wilhelmina Featherstonehaugh-Chomondley of Upper and Lower Saxony the Younger"
    journal = telling(side="both", name=name)
    made_of = sheet(of(journal))
    assert "For Maximiliana Wilhelmina" in flat(made_of)
    assert "…" in flat(made_of)
    assert faults(made_of) == []


@pytest.mark.parametrize("name", STRANGE)
def test_a_name_in_any_letters_is_no_reason_to_fail(name: str) -> None:
    journal = telling(name=name)
    made_of = sheet(of(journal))
    assert faults(made_of) == []
    assert "For " in flat(made_of)
    if name in ("Мария", "Łucja", "#set text(red)"):
        assert name in flat(made_of)


def test_without_a_known_country_there_is_room_for_the_number() -> None:
    words = flat(sheet(of(people.half_screened())))
    assert KNOWN.words["sheet.card.write"] in words
    assert "999" not in words


def test_ones_own_number_comes_before_the_countrys() -> None:
    journal = telling(country="GB", emergency_number="5550 199")
    assert "Call 5550 199" in flat(sheet(of(journal)))


# --- when there is no plan ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("who", "title"),
    [
        (people.emergency, "Please get checked now, at a hospital"),
        (people.urgent, "Please talk to a doctor today"),
        (people.clinician_first, "Please see a clinician before you start"),
        (people.too_young, "Please see a clinician before you start"),
        (people.half_screened, "No exercises just now"),
        (people.nobody, "No exercises just now"),
    ],
)
def test_with_a_red_flag_it_is_the_card_and_what_to_do_alone(who: object, title: str) -> None:
    asked = of(who())  # type: ignore[operator]
    made_of = sheet(asked)
    words = flat(made_of)
    assert words.startswith("Get help at once")
    assert title in words
    assert len(sizes(made_of)) == 1
    assert not has_exercises(asked)
    assert pictures(made_of) == []
    assert KNOWN.words["sheet.none"] in words
    assert not {name for name in NAMES if re.search(rf"\d\. {re.escape(name)}\b", words)}


def test_nobody_is_sent_for_an_agreement_that_opens_nothing() -> None:
    words = flat(sheet(of(people.too_young())))
    assert KNOWN.words["screen.under_age"] in words
    assert "agrees" not in words


@pytest.mark.parametrize("name", decisions.REFUSALS)
@pytest.mark.parametrize("tier", ["E", "U", "R", None])
def test_no_refusal_and_no_tier_lets_a_plan_through(name: RefusalName, tier: Tier | None) -> None:
    """Even if a plan came with it by mistake, and the journal holds one from yesterday."""
    refusal = decisions.refused(name).refusal
    wrong = decisions.decision(
        clearance=decisions.clearance(tier),
        refusal=refusal,
        session=decisions.plan(),
    )
    assert not has_exercises(of(people.month(), wrong))


def test_private_lines_to_say_are_held_back_until_they_are_wanted() -> None:
    closed, wanted = sheet(of(people.emergency())), sheet(of(people.emergency(), intimate=True))
    line = "I have new trouble peeing."
    assert line not in flat(closed)
    assert KNOWN.words["sheet.held_back"] in flat(closed)
    assert "cauda equina" in flat(closed)  # what to ask for; it tells no answer
    assert line in flat(wanted)
    assert KNOWN.words["sheet.held_back"] not in flat(wanted)


def test_while_todays_answers_are_missing_the_last_plan_is_shown_and_called_so() -> None:
    later = people.NOW + dt.timedelta(hours=13)
    asked = Asked(people.month(), later, KNOWN)
    refusal = asked.decision.refusal
    assert refusal is not None
    assert refusal.name == "StaleAnswers"
    words = flat(sheet(asked))
    assert "Your exercises, from your last plan" in words
    assert "Today's plan comes once you have answered the question below" in words
    pain = decisions.refused("PainMissing").refusal
    assert pain is not None
    other = Asked(people.month(), later, KNOWN, decision=replace(asked.decision, refusal=pain))
    assert pain.words.text in content(other)["lead"]
    for one in (words, content(other)["lead"]):
        assert "We left out what has to wait." in one
    last = max(
        (one for one in asked.person.sessions.values() if one.plan), key=lambda one: str(one.started_at)
    )
    closed = {lock.exercise for lock in asked.decision.clearance.locks if not lock.limit_to}
    expected = [
        KNOWN.exercises[one.exercise].variant(one.variant).name or KNOWN.exercises[one.exercise].name
        for one in last.plan
        if one.exercise not in closed
    ]
    assert expected
    assert [one["name"] for one in content(asked)["exercises"]] == expected


def test_what_a_rule_closes_is_not_shown_from_the_last_plan() -> None:
    asked = of(people.month())
    begun = [one for one in asked.person.sessions.values() if one.plan]
    gone = begun[-1].plan[0].exercise
    clearance = replace(asked.decision.clearance, locks=(decisions.lock(gone, "R4"),))
    refused = replace(
        asked.decision, clearance=clearance, session=None, refusal=decisions.refused("PainMissing").refusal
    )
    names = _shown(of(people.month(), refused))
    assert gone not in names
    assert names == [one.exercise for one in begun[-1].plan[1:]]


def _shown(asked: Asked) -> list[str]:
    return [one.exercise for one in _programme(asked)[0]]


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**48))
def test_no_sheet_ever_shows_what_is_closed(seed: int) -> None:
    """For any journal: nothing under E, U, R or an open screen, and never past a lock."""
    person = made(seed)
    asked = Asked(person.journal, person.now, KNOWN)
    shown = _shown(asked)
    clearance = asked.decision.clearance
    if clearance.tier not in ("G", "A"):
        assert shown == []
    if asked.decision.refusal is not None:
        assert asked.decision.refusal.name in ("PainMissing", "NothingFits", "StaleAnswers") or shown == []
    closed = {lock.exercise for lock in clearance.locks if not lock.limit_to}
    assert closed.isdisjoint(shown)


# --- how it is made ---------------------------------------------------------------------------------


@pytest.mark.parametrize(("paper", "size"), [("a4", (595, 842)), ("letter", (612, 792))])
@pytest.mark.parametrize("who", [people.month, people.ready, people.emergency, people.nobody])
def test_it_can_be_read_by_everybody_on_both_papers(who: object, paper: str, size: tuple[int, int]) -> None:
    made_of = sheet(of(who(), paper=paper))  # type: ignore[operator]
    assert faults(made_of) == []
    assert set(sizes(made_of)) == {size}


def test_steps_and_stop_signs_are_lists_and_names_are_headings() -> None:
    found = kinds(sheet(of(people.month())))
    plan = of(people.month()).decision.session
    assert plan is not None
    assert found.count("/H2") >= len(plan.exercises) + 1
    assert found.count("/L") >= len(plan.exercises) + 2


def test_the_same_journal_gives_the_same_bytes() -> None:
    assert sheet(of(people.month())) == sheet(of(people.month()))
    assert sheet(of(people.month())) != sheet(of(people.ready()))


def test_it_can_be_read_at_the_age_of_eleven() -> None:
    for who in (people.month, people.ready, people.emergency, people.urgent, people.clinician_first):
        told = content(of(who()))
        said = [told["lead"] or "", *told["stops"], told["limit"], told["before"]]
        said += [
            line
            for one in told["exercises"]
            for line in (*one["how"], *one["cues"], one["often"], one["side"])
        ]
        said += told["now"]["text"] + told["now"]["say"] if told["now"] else []
        assert grade(" ".join(said)) <= 6, who
    own = {key: text for key, text in KNOWN.words.items() if key.startswith(("sheet.", "take_out."))}
    assert {key for key, text in own.items() if len(text.split()) > 4 and grade(text) > 7} == set()
