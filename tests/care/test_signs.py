"""Every warning sign, and every pair and triple of them, closes the exercises."""

from __future__ import annotations

import itertools
import random
import sys
from typing import Any

import msgspec
import pytest

from tests.care import referee
from tests.factories import T0, at
from unpinch import Journal, decide
from unpinch.care.screen import BLOCKING, screen
from unpinch.journal import Entry, make
from unpinch.journal.fold import Answer, Person, fold
from unpinch.journal.kinds import Screen
from unpinch.knowledge import load
from unpinch.learning import learn

KNOWN = load()
NOBODY = fold(Journal(), T0)
REFUSALS = {"E": "EmergencySigns", "U": "UrgentSigns"}


def signs() -> list[tuple[str, str]]:
    """Return every answer that is an emergency or urgent by itself, read from the raw data."""
    return [
        (name, option["id"])
        for name, question in referee.questions().items()
        for option in question.get("options", [])
        if option.get("tier") in REFUSALS
    ]


SIGNS = signs()


def entry(number: int, question: str, answer: Any) -> Entry:
    data = Screen(question=question, answer=answer, occasion="full", version="1")
    return make(f"e{number:03}", at(0, 8, number), data)


def person(answers: tuple[tuple[str, Any], ...]) -> Person:
    """Return somebody who gave these answers one after another."""
    told: dict[str, tuple[Answer, ...]] = {}
    for number, (question, answer) in enumerate(answers):
        one = Answer(
            question=question,
            answer=answer,
            at=at(0, 8, number),
            occasion="full",
            version="1",
            entry_id=f"e{number:03}",
        )
        told[question] = (*told.get(question, ()), one)
    return msgspec.structs.replace(NOBODY, answers=told)


def journal(answers: tuple[tuple[str, Any], ...]) -> Journal:
    return Journal(entry(number, *answer) for number, answer in enumerate(answers))


def test_there_are_signs() -> None:
    assert len(SIGNS) > 50
    assert {tier for _, _, tier in _tiers()} == {"E", "U"}


def _tiers() -> list[tuple[str, str, str]]:
    return [
        (name, answer, referee.worst(referee.parts(referee.questions()[name], answer)))
        for name, answer in SIGNS
    ]


@pytest.mark.parametrize(("question", "answer", "tier"), _tiers())
def test_each_sign_alone(question: str, answer: str, tier: str) -> None:
    decision = decide(journal(((question, answer),)), at(0, 9), KNOWN)
    assert decision.clearance.tier == tier
    assert decision.refusal is not None
    assert decision.refusal.name == REFUSALS[tier]
    assert decision.session is None
    assert [ask.name for ask in decision.asks] == ["seen"]
    assert decision.clearance.because[0].source == question


@pytest.mark.parametrize("question", sorted({question for question, _ in SIGNS}))
def test_not_sure_is_as_grave_as_the_gravest_yes(question: str) -> None:
    options = {option["id"]: option for option in referee.questions()[question]["options"]}
    gravest = referee.worst(list(options.values()))
    for unsure in ("not_sure", "prefer_not"):
        if unsure in options:
            assert options[unsure].get("tier") == gravest


def test_every_pair_of_signs() -> None:
    for pair in itertools.permutations(SIGNS, 2):
        found = screen(person(pair), at(0, 9), KNOWN.screening)
        assert found.tier == referee.Opinion(journal(pair), at(0, 9)).blocking, pair
        assert found.tier in BLOCKING, pair


@pytest.fixture
def known_by_heart(monkeypatch: pytest.MonkeyPatch) -> None:
    """Learn nothing anew: no journal here has a single day to learn from."""
    nothing = learn(
        (),
        families={name: () for name in KNOWN.families},
        priors=KNOWN.priors,
        rules=KNOWN.rules.learning,
        since_days=None,
    )
    # The package names the function and the module alike.
    monkeypatch.setattr(sys.modules["unpinch.care.decide"], "learn", lambda *_, **__: nothing)


@pytest.mark.usefixtures("known_by_heart")
def test_every_pair_of_signs_is_refused() -> None:
    for pair in itertools.combinations(SIGNS, 2):
        decision = decide(journal(pair), at(0, 9), KNOWN)
        tier = decision.clearance.tier
        assert tier in REFUSALS, pair
        assert decision.refusal is not None, pair
        assert decision.refusal.name == REFUSALS[tier], pair
        assert decision.session is None, pair


def test_every_triple_of_signs() -> None:
    for triple in itertools.combinations(SIGNS, 3):
        found = screen(person(triple), at(0, 9), KNOWN.screening)
        assert found.tier in BLOCKING, triple
        assert {one.source for one in found.because} >= {question for question, _ in triple}, triple


@pytest.mark.slow
@pytest.mark.usefixtures("known_by_heart")
def test_every_triple_of_signs_is_refused() -> None:
    for triple in itertools.combinations(SIGNS, 3):
        decision = decide(journal(triple), at(0, 9), KNOWN)
        assert decision.refusal is not None, triple
        assert decision.refusal.name == REFUSALS[referee.Opinion(journal(triple), at(0, 9)).blocking], triple
        assert decision.session is None, triple


@pytest.mark.usefixtures("known_by_heart")
def test_a_sample_of_triples_is_refused() -> None:
    chance = random.Random(1)
    triples = list(itertools.combinations(SIGNS, 3))
    for triple in chance.sample(triples, 300):
        shuffled = tuple(chance.sample(triple, 3))
        decision = decide(journal(shuffled), at(0, 9), KNOWN)
        assert decision.refusal is not None, triple
        assert decision.refusal.name == REFUSALS[referee.Opinion(journal(shuffled), at(0, 9)).blocking], (
            triple
        )


def feeders() -> list[tuple[str, Any]]:
    """Return every answer that is no sign by itself and raises a flag that may make one with another."""
    found: list[tuple[str, Any]] = []
    for name, question in referee.questions().items():
        several = question["answer"] == "several"
        for option in question.get("options", []):
            if option.get("flags") and option.get("tier") not in REFUSALS:
                found.append((name, (option["id"],) if several else option["id"]))
        found += [(name, float(band["at_least"])) for band in question.get("bands", []) if band.get("flags")]
    return found


def test_every_pair_that_is_a_sign_only_together() -> None:
    """Nothing that two answers mean together is lost, nor any sign beside an answer that is none."""
    together = set()
    for first, second in itertools.combinations([*feeders(), *SIGNS], 2):
        if first in SIGNS and second in SIGNS:
            continue
        found = screen(person((first, second)), at(0, 9), KNOWN.screening)
        wanted = referee.Opinion(journal((first, second)), at(0, 9)).blocking
        assert (found.tier if found.tier in BLOCKING else "G") == wanted, (first, second)
        if wanted != "G" and first not in SIGNS and second not in SIGNS:
            together |= {one.source for one in found.because if one.tier in BLOCKING}
    assert together >= {
        "cancer_with_signs_of_illness", "night_pain_with_illness",
        "infection_risk_with_new_pain", "two_signs_of_a_break", "knock_with_thin_bones",
    }  # fmt: skip


def test_two_ticks_of_one_question_are_two_answers() -> None:
    """Where several fit, what they mean together counts as if they stood in two questions."""
    grave = 0
    for name, question in referee.questions().items():
        if question["answer"] != "several":
            continue
        ids = [option["id"] for option in question["options"] if option.get("flags")]
        for pair in itertools.combinations(ids, 2):
            answers = ((name, pair),)
            found = screen(person(answers), at(0, 9), KNOWN.screening)
            wanted = referee.Opinion(journal(answers), at(0, 9)).blocking
            assert (found.tier if found.tier in BLOCKING else "G") == wanted, (name, pair)
            grave += wanted != "G"
    assert grave >= 6  # signs of illness; of a break
