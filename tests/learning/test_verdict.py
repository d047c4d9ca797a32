"""From chances to words."""

from __future__ import annotations

import numpy as np
import pytest
from msgspec.structs import replace

from tests.learning.hand import RULES
from unpinch.learning.beliefs import Verdict
from unpinch.learning.verdict import (
    AHEAD_DAYS,
    Subjects,
    conclude_subjects,
    leaning,
    more_days,
    odds_of_little,
    verdict,
    with_family,
)

ONE = np.ones(1)


def judge(
    mean: float,
    sd: float,
    days: float = 20,
    pace: float = 0.5,
    prior_mean: float = -0.1,
    prior_sd: float = 0.3,
) -> Subjects:
    return conclude_subjects(
        ONE,
        np.array([[mean]]),
        np.array([[sd]]),
        prior_mean=np.array([prior_mean]),
        prior_sd=np.array([prior_sd]),
        days=np.array([days]),
        pace=np.array([pace]),
        rules=RULES,
    )


@pytest.mark.parametrize(
    ("mean", "sd", "days", "expected"),
    [
        (-0.6, 0.2, 20, "helps"),
        (-0.6, 0.2, 5, "cant_tell_yet"),  # too few days
        (0.6, 0.2, 20, "makes_worse"),
        (-0.3, 0.2, 20, "cant_tell_yet"),  # reaches beyond what is noticed
        (0.0, 0.15, 20, "seems_not_to"),
        (-0.1, 0.29, 20, "cant_tell_yet"),  # within it, but that was so before the first day
        (-0.25, 0.1, 20, "helps"),  # small, but sure
    ],
)
def test_the_four_words(mean: float, sd: float, days: float, expected: Verdict) -> None:
    assert judge(mean, sd, days).verdict == (expected,)


def test_the_words_turn_at_their_thresholds() -> None:
    rules = replace(RULES, helps_p=0.9)

    def word(p_easier: float, low: float = -1.0, high: float = 1.0, slight: float = 1.0) -> Verdict:
        return verdict(p_easier=p_easier, low=low, high=high, slight=slight, days=6, rules=rules)

    assert word(0.9) == "helps"
    assert word(0.899) == "cant_tell_yet"
    assert word(1 - 0.9) == "makes_worse"
    assert word(0.101) == "cant_tell_yet"
    assert word(0.5, -0.5, 0.5, 3.0) == "seems_not_to"
    assert word(0.5, -0.5, 0.5, 2.9) == "cant_tell_yet"
    assert word(0.5, -0.51, 0.5, 9.0) == "cant_tell_yet"
    assert word(0.5, -0.5, 0.51, 9.0) == "cant_tell_yet"


def test_leaning_turns_at_its_threshold() -> None:
    assert [leaning(p, RULES) for p in (0.76, 0.74, 0.5, 0.26, 0.24)] == [
        "easier", "none", "none", "none", "harder",
    ]  # fmt: skip


def test_odds_of_little_are_those_of_the_normal() -> None:
    found = odds_of_little(ONE, np.array([[0.0, 0.5, 9.0]]), np.array([[0.25, 1e-6, 0.1]]), RULES)
    assert found[0] == pytest.approx(0.9544997 / 0.0455003, rel=1e-5)
    assert found[1] == pytest.approx(1.0, abs=1e-3)
    assert found[2] == pytest.approx(0.0, abs=1e-12)


def test_an_exercise_helps_only_with_its_family_but_harms_alone() -> None:
    two = replace_verdicts(["helps", "cant_tell_yet", "helps", "helps", "makes_worse"])
    assert with_family(two, (0, 1, 1)).verdict == (
        "helps", "cant_tell_yet", "helps", "cant_tell_yet", "makes_worse",
    )  # fmt: skip


def replace_verdicts(verdicts: list[Verdict]) -> Subjects:
    size = len(verdicts)
    nothing = np.zeros(size)
    return Subjects(
        mean=nothing,
        low=nothing,
        high=nothing,
        p_easier=nothing,
        days=nothing,
        verdict=tuple(verdicts),
        leaning=tuple("none" for _ in verdicts),
        more_days=tuple(None for _ in verdicts),
        dots=np.zeros((size, 20)),
    )


def test_more_days_are_what_the_formula_foretells() -> None:
    """After 10 days: sd 0.25 from a prior of 0.3. It needs mean / sd = 1.645, at half a day a day."""
    mean, sd, prior_sd = -0.35, 0.25, 0.3
    learnt = (1 / sd**2 - 1 / prior_sd**2) / 10
    needed = ((1.6448536 / mean) ** 2 - 1 / sd**2) / learnt / 0.5
    found = judge(mean, sd, days=10)
    assert found.verdict == ("cant_tell_yet",)
    assert found.more_days == (int(np.ceil(needed)),)


def test_more_days_wait_for_enough_days_and_see_no_further_than_they_can() -> None:
    def ahead(mean: float, sd: float, days: float, pace: float) -> float:
        mean_, sd_, days_, pace_ = (np.array([value]) for value in (mean, sd, days, pace))
        return float(more_days(mean_, sd_, np.array([-0.1]), np.array([0.3]), days_, pace_, RULES)[0])

    assert ahead(-0.9, 0.2, 3, 0.5) == 6, "three more days at half a day a day"
    assert ahead(-0.9, 0.2, 3, 0.0) == np.inf, "not done any more"
    assert ahead(-0.1, 0.3, 0, 0.5) == np.inf, "nothing known yet"
    assert ahead(-0.2, 0.29, 5, 0.5) == np.inf, "too slow"
    assert ahead(-0.36, 0.25, 10, 0.5) <= AHEAD_DAYS


def test_a_verdict_needs_no_more_days() -> None:
    assert judge(-0.6, 0.2).more_days == (None,)
