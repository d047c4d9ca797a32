"""R1, R2 and R4: every limit of the traffic light at, just below and just above."""

from __future__ import annotations

import datetime as dt
from typing import Any

import msgspec
import pytest

from tests.care.bouts import KNOWN, STEADY, base, bout, day
from tests.care.story import Story
from tests.factories import at
from unpinch.care.light import base_of, judge, judge_all
from unpinch.journal.fold import fold
from unpinch.journal.kinds import ExerciseDone, Pain

CALM: dict[str, Any] = {"leg_pre": 3, "leg_max": 3}


@pytest.mark.parametrize(
    ("told", "light", "reason"),
    [
        # The cap: 5, or one over the start where that is more.
        ({"leg_pre": 4, "leg_max": 5}, "amber", "leg_up"),
        ({"leg_pre": 4, "leg_max": 6}, "red", "leg_over_cap"),
        ({"leg_pre": 5, "leg_max": 5}, "green", "green"),
        ({"leg_pre": 5, "leg_max": 6}, "amber", "leg_up"),
        ({"leg_pre": 5, "leg_max": 7}, "red", "leg_over_cap"),
        ({"leg_pre": 7, "leg_max": 8}, "amber", "leg_up"),
        ({"leg_pre": 7, "leg_max": 9}, "red", "leg_over_cap"),
        ({"leg_pre": 9, "leg_max": 10}, "amber", "leg_up"),
        ({"leg_pre": None, "leg_max": 5}, "amber", "leg_up"),
        ({"leg_pre": None, "leg_max": 6}, "red", "leg_over_cap"),
        # The rise.
        ({"leg_pre": 1, "leg_max": 2}, "green", "green"),
        ({"leg_pre": 1, "leg_max": 3}, "amber", "leg_rise_amber"),
        ({"leg_pre": 1, "leg_max": 4}, "red", "leg_rise"),
        ({"leg_pre": 0, "leg_max": 3}, "red", "leg_rise"),
        # Amber above 3, or above the start where that is more.
        ({"leg_pre": 3, "leg_max": 3}, "green", "green"),
        ({"leg_pre": 3, "leg_max": 4}, "amber", "leg_up"),
        ({"leg_pre": 2, "leg_max": 3}, "green", "green"),
        ({"leg_pre": 6, "leg_max": 6}, "green", "green"),
        ({"leg_pre": 6, "leg_max": 2}, "green", "green"),
        # The back: 6, or two over the start where that is more.
        ({**CALM, "back_pre": 3, "back_max": 6}, "green", "green"),
        ({**CALM, "back_pre": 3, "back_max": 7}, "red", "back_over_cap"),
        ({**CALM, "back_pre": 5, "back_max": 7}, "green", "green"),
        ({**CALM, "back_pre": 5, "back_max": 8}, "red", "back_over_cap"),
        ({**CALM, "back_max": 6}, "green", "green"),
        ({**CALM, "back_max": 7}, "red", "back_over_cap"),
        # How long it takes to settle.
        ({**CALM, "settle_min": 10}, "green", "green"),
        ({**CALM, "settle_min": 10.5}, "amber", "settles_slowly"),
        ({**CALM, "settle_min": 60}, "amber", "settles_slowly"),
        ({**CALM, "settle_min": 60.5}, "red", "settles_late"),
        # Further down the leg.
        ({**CALM, "distal_pre": 4, "distal_post": 4}, "green", "green"),
        ({**CALM, "distal_pre": 4, "distal_post": 3}, "green", "green"),
        ({**CALM, "distal_pre": 4, "distal_post": 5}, "red", "lower"),
        ({**CALM, "distal_pre": 0, "distal_post": 1}, "red", "lower"),
        ({**CALM, "distal_pre": None, "distal_post": 6}, "green", "green"),
        ({**CALM, "distal_pre": 4, "distal_post": None}, "green", "green"),
        # New signs.
        ({**CALM, "new_numbness": True}, "red", "new_numbness"),
        ({**CALM, "new_weakness": True}, "red", "new_weakness"),
        ({**CALM, "new_numbness": False, "new_weakness": False}, "green", "green"),
        # One tap alone.
        ({"leg_pre": None, "leg_max": None, "response": "easier"}, "green", "green"),
        ({"leg_pre": None, "leg_max": None, "response": "same"}, "green", "green"),
        ({"leg_pre": None, "leg_max": None, "response": "worse"}, "amber", "worse"),
        ({**CALM, "response": "worse"}, "amber", "worse"),
        ({**CALM, "stopped": True}, "amber", "stopped"),
        # A tap is not stronger than a number.
        ({"leg_pre": 3, "leg_max": 6, "response": "easier"}, "red", "leg_over_cap"),
        # Nothing told is not green.
        ({"leg_pre": 3, "leg_max": None, "response": None}, None, "untold"),
        ({"leg_pre": 3, "leg_max": 3, "response": None}, "green", "green"),
    ],
)
def test_each_limit(told: dict[str, Any], light: str | None, reason: str) -> None:
    judged = bout(**told)
    assert (judged.light, judged.reason) == (light, reason)


def test_the_gravest_limit_is_the_one_that_is_named() -> None:
    everything = bout(leg_pre=3, leg_max=9, new_weakness=True, distal_post=6, settle_min=90)
    assert (everything.light, everything.reason) == ("red", "new_weakness")
    assert everything.lower


@pytest.mark.parametrize(("leg_max", "light"), [(None, "red"), (0, "amber"), (3, "amber")])
def test_a_rule_may_take_worse_without_a_number_for_red(leg_max: int | None, light: str) -> None:
    """Where a number was told, the number says how much worse it was."""
    rule = msgspec.structs.replace(KNOWN.rules.light, worse_without_number="red")
    rules = msgspec.structs.replace(KNOWN.rules, light=rule)
    told = bout(leg_max=leg_max, response="worse").done
    assert judge(told, at(0, 9), None, STEADY, rules).light == light


@pytest.mark.parametrize("leg_pre", [None, 0])
def test_where_any_pain_is_amber_a_little_is(leg_pre: int | None) -> None:
    rule = msgspec.structs.replace(KNOWN.rules.light, amber_leg=0)
    rules = msgspec.structs.replace(KNOWN.rules, light=rule)
    lights = [
        judge(bout(leg_pre=leg_pre, leg_max=leg).done, at(0, 9), None, STEADY, rules).light for leg in (0, 1)
    ]
    assert lights == ["green", "amber"]


@pytest.mark.parametrize(
    ("mornings", "light", "reason", "settled"),
    [
        # Usual is the mean of the seven mornings up to the day itself, here 3.
        ({-2: 3, -1: 3, 0: 3, 1: 3}, "green", "green", True),
        ({-2: 3, -1: 3, 0: 3, 1: 4}, "amber", "morning_amber", True),
        ({-2: 3, -1: 3, 0: 3, 1: 5}, "red", "morning_red", True),
        # Just below: usual is 3.33.
        ({-2: 3, -1: 3, 0: 4, 1: 4}, "green", "green", True),
        ({-2: 3, -1: 3, 0: 4, 1: 5}, "amber", "morning_amber", True),
        ({-2: 3, -1: 3, 0: 4, 1: 6}, "red", "morning_red", True),
        # A morning a week before the day is in, one day older is not.
        ({-6: 3, -1: 3, 0: 3, 1: 5}, "red", "morning_red", True),
        ({-7: 3, -1: 3, 0: 3, 1: 5}, "green", "green", False),
        # Two mornings are too few to say what is usual; a missing one settles nothing.
        ({-1: 3, 0: 3, 1: 9}, "green", "green", False),
        ({-2: 3, -1: 3, 0: 3, 2: 9}, "green", "green", False),
    ],
)
def test_the_next_morning(mornings: dict[int, int], light: str, reason: str, settled: bool) -> None:
    judged = bout(mornings=base(mornings))
    assert (judged.light, judged.reason, judged.settled) == (light, reason, settled)
    by_morning = reason.startswith("morning")
    assert judged.known_at == (at(1, 7) if by_morning else judged.at)


def test_a_sore_morning_says_nothing_against_having_rested() -> None:
    story = Story()
    for day_no in range(3):
        story.on(day_no).morning(3)
    story.do("EX29")
    story.do("EX25")
    story.on(3).morning(6)
    person = fold(story.journal, story.now)
    found = judge_all(person, base_of(person.mornings, person), KNOWN.rules, {"EX29"})
    assert [(one.done.exercise, one.light, one.settled) for one in found] == [
        ("EX29", "green", True),
        ("EX25", "red", True),
    ]
    assert [fired.subject for fired in story.decide().rules] == ["EX25"]


def test_what_the_rule_saw_is_kept() -> None:
    judged = bout(mornings=base({-2: 3, -1: 3, 0: 4, 1: 6}), back_max=2, settle_min=5)
    assert judged.saw == {
        "response": "same",
        "leg_pre": 3,
        "leg_max": 3,
        "back_max": 2,
        "distal_pre": 4,
        "distal_post": 4,
        "settle_min": 5,
        "leg_morning": 6,
        "usual_morning": 3.33,
    }


def test_how_it_was_before_comes_from_the_last_fresh_pain_entry() -> None:
    before = Pain(when="now", leg_nprs=2, back_nprs=5, distal=3)
    told: dict[str, Any] = {"leg_pre": None, "distal_pre": None, "back_pre": None, "leg_max": 5}
    assert bout(before=before, **told).reason == "lower"
    assert bout(before=before, **told, distal_post=3).reason == "leg_rise"
    assert bout(before=before, **(told | {"leg_max": 3}), distal_post=3, back_max=7).light == "green"
    assert bout(before=before, **(told | {"leg_pre": 4}), distal_post=3).light == "amber"


@pytest.mark.parametrize(("hours", "light"), [(11.9, "red"), (12, "red"), (12.1, "amber")])
def test_a_pain_entry_stands_for_before_for_twelve_hours(hours: float, light: str) -> None:
    story = Story().on(1, 20)
    story.pain(1)
    story.now += dt.timedelta(hours=hours, seconds=-1)
    story.write(ExerciseDone(exercise="EX09", variant="EX09a", rung=0, leg_max=4))
    person = fold(story.journal, story.now)
    assert judge_all(person, base_of(person.mornings, person), KNOWN.rules)[0].light == light


def test_a_later_pain_entry_is_not_before() -> None:
    story = Story()
    story.write(ExerciseDone(exercise="EX09", variant="EX09a", rung=0, leg_max=4))
    story.pain(1)
    person = fold(story.journal, story.now)
    assert judge_all(person, base_of(person.mornings, person), KNOWN.rules)[0].saw["leg_pre"] is None


def test_what_was_skipped_is_not_judged() -> None:
    story = Story()
    story.do("EX09", skipped=True, leg_max=10)
    person = fold(story.journal, story.now)
    assert judge_all(person, base_of(person.mornings, person), KNOWN.rules) == ()


def test_a_morning_without_a_number_is_no_morning() -> None:
    story = Story()
    story.morning(None).on(1).morning(4)
    person = fold(story.journal, story.now)
    mornings = base_of(person.mornings, person)
    assert mornings.legs == {day(1): 4}
    assert mornings.mean(day(1), 7, 1) == 4
    assert mornings.mean(day(1), 7, 2) is None
    assert STEADY.mean(day(5), 7, 7) == 3
