"""What the learner gets to see, and how much of the plan was done."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from tests.care.bouts import KNOWN, day
from tests.care.story import Story
from unpinch.care.days import adherence_by_day, day_records
from unpinch.care.light import base_of, judge_all
from unpinch.journal.fold import fold
from unpinch.journal.kinds import ExerciseDone, Planned, SessionEvent, SetDone
from unpinch.learning import DayRecord


def records(story: Story) -> dict[dt.date, DayRecord]:
    person = fold(story.journal, story.now)
    base = base_of(person.mornings, person)
    found = day_records(person, judge_all(person, base, KNOWN.rules), base, KNOWN, story.now.date())
    assert [record.day for record in found] == sorted({record.day for record in found})
    return {record.day: record for record in found}


def test_nothing_told_is_no_day() -> None:
    assert records(Story()) == {}
    assert records(Story().pain(3)) == {}


def test_every_day_from_the_first_to_today_gaps_included() -> None:
    story = Story().on(0).morning(3).on(2).morning(4).on(4)
    found = records(story)
    assert [found[day(number)].leg_morning for number in range(5)] == [3, None, 4, None, None]
    story = Story().on(1)
    story.do("EX09")
    assert list(records(story.on(2))) == [day(1), day(2)]


def test_what_lies_after_today_by_the_calendar_is_left_out() -> None:
    story = Story().on(2).morning(3)
    story.now = story.now.astimezone(dt.timezone(dt.timedelta(hours=-12)))
    assert records(story) == {}


@pytest.mark.parametrize(
    ("fields", "dose", "soon", "tap"),
    [
        ({}, 1.0, None, 0),
        ({"response": "easier"}, 1.0, None, -1),
        ({"response": "worse"}, 1.0, None, 1),
        ({"response": None, "leg_max": 3}, 1.0, None, None),
        ({"leg_pre": 4, "leg_post": 2}, 1.0, -2.0, 0),
        ({"leg_pre": 4}, 1.0, None, 0),
        ({"leg_post": 4}, 1.0, None, 0),
        ({"sets": ()}, 1.0, None, 0),
        ({"sets": (SetDone(reps=10),)}, 0.5, None, 0),
        ({"sets": (SetDone(reps=10),) * 9}, 1.0, None, 0),
        ({"rung": 99, "sets": (SetDone(reps=10),)}, 1 / 3, None, 0),
    ],
)
def test_one_bout(fields: dict[str, Any], dose: float, soon: float | None, tap: int | None) -> None:
    story = Story()
    told: dict[str, Any] = {"variant": "EX09b", "rung": 3, "response": "same", "sets": (SetDone(reps=9),) * 2}
    story.write(ExerciseDone(exercise="EX09", **(told | fields)))
    (one,) = records(story)[day(0)].exposures
    assert (one.exercise, one.family, one.dose, one.soon, one.tap) == (
        "EX09",
        "hip_strength",
        dose,
        soon,
        tap,
    )


def test_both_sides_make_one_set() -> None:
    story = Story()
    sides = (SetDone(side="left", reps=10), SetDone(side="right", reps=10))
    story.write(ExerciseDone(exercise="EX26", variant="EX26b", rung=3, sets=sides))
    assert records(story)[day(0)].exposures[0].dose == 0.5


def test_two_bouts_of_a_day_are_one_exposure() -> None:
    story = Story()
    story.do("EX20", response="easier", leg_pre=4, leg_post=3)
    story.on(0, 18)
    story.do("EX20", response=None, leg_max=4)
    (one,) = records(story)[day(0)].exposures
    assert (one.dose, one.soon, one.tap) == (2.0, -1.0, -1)
    story.on(0, 20)
    story.do("EX20", response="worse", leg_pre=3, leg_post=5)
    (one,) = records(story)[day(0)].exposures
    assert (one.dose, one.soon, one.tap) == (3.0, 2.0, 1)


def test_skipped_and_unknown_exercises_are_no_exposure() -> None:
    story = Story().morning(3)
    story.do("EX09", skipped=True)
    story.write(ExerciseDone(exercise="XX", variant="x", rung=0))
    assert records(story)[day(0)].exposures == ()


# --- adherence --------------------------------------------------------------------------------------


def adherence(story: Story) -> dict[int, float]:
    found = adherence_by_day(fold(story.journal, story.now), KNOWN)
    return {(when - day(0)).days: round(share, 3) for when, share in found.items()}


def session(story: Story, number: int, done: int, *, planned: int = 4, told: bool = True) -> None:
    """Do some sets of a session that planned four: two on each side."""
    name = f"s{number}"
    story.on(number)
    if told:
        plan = (
            Planned(exercise="EX26", variant="EX26b", rung=3, sets=planned // 2, sides=("left", "right")),
        )
        story.write(SessionEvent(session=name, event="started", plan=plan))
    story.do("EX26", session=name, sets=(SetDone(reps=10),) * done, skipped=done == 0)


def test_five_sessions_a_week_are_all_of_them() -> None:
    story = Story()
    for number in range(14):
        if number % 7 < 5:
            session(story, number, 4)
    shares = adherence(story)
    assert shares[0] == 1.0
    assert shares[11] == 1.0


def test_more_than_all_of_them_are_still_all() -> None:
    story = Story()
    for number in range(7):
        session(story, number, 4)
    assert set(adherence(story).values()) == {1.0}


@pytest.mark.parametrize(("done", "counts"), [(0, False), (1, False), (2, True), (4, True)])
def test_half_of_the_sets_make_a_session(done: int, counts: bool) -> None:
    story = Story()
    session(story, 0, done)
    assert adherence(story) == {0: 1.0 if counts else 0.0}


def test_three_of_five_are_sixty_per_cent() -> None:
    story = Story()
    for number in (0, 7, 9, 13):
        session(story, number, 4)
    assert adherence(story)[13] == 0.6
    few = Story()
    for number in (0, 7, 13):
        session(few, number, 4)
    assert adherence(few)[13] == 0.4


def test_what_was_done_without_a_session_is_not_of_the_plan() -> None:
    story = Story()
    story.do("EX09")
    assert adherence(story) == {0: 0.0}


def test_a_session_whose_plan_is_not_known_counts() -> None:
    story = Story()
    session(story, 0, 1, told=False)
    assert adherence(story) == {0: 1.0}
    story.do("EX16", session="s0", sets=())
    assert adherence(story) == {0: 1.0}


def test_two_sessions_on_a_day_are_two() -> None:
    story = Story()
    session(story, 0, 4)
    session(story, 6, 4)
    story.do("EX16", session="other", sets=())
    assert adherence(story)[6] == 0.6


@pytest.mark.parametrize(("done", "counts"), [(1, False), (2, True)])
def test_what_works_both_legs_at_once_counts_its_sets_once(done: int, counts: bool) -> None:
    story = Story().on(0)
    plan = (Planned(exercise="EX09", variant="EX09b", rung=3, sets=4),)
    story.write(SessionEvent(session="s", event="started", plan=plan))
    story.do("EX09", session="s", sets=(SetDone(reps=10),) * done)
    assert adherence(story) == {0: 1.0 if counts else 0.0}
