"""What a clinician set is where it begins, and never more than the rules allow."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from tests.care.bouts import EXT, KNOWN
from tests.care.story import Story, ready
from tests.care.test_planning import _scene, limits
from unpinch.care.advised import advised, start_of, week_max
from unpinch.care.choice import candidates
from unpinch.care.decision import Lock, PlannedExercise
from unpinch.care.opened import opened
from unpinch.journal.fold import fold
from unpinch.journal.kinds import Advised, Programme
from unpinch.learning import Choice


def line(exercise: str | None = "EX09", **fields: Any) -> Advised:
    return Advised(words="as shown", exercise=exercise, **fields)


def told(*lines: Advised, leg: int = 2, until: dt.date | None = None, **answers: Any) -> Story:
    story = ready(Story(), leg, **answers)
    story.write(Programme(advised=lines, until=until))
    return story


def locked(story: Story, name: str = "EX09") -> list[Lock]:
    return [
        lock for lock in story.decide().clearance.locks if lock.exercise == name and lock.code == "clinician"
    ]


def planned(story: Story) -> dict[str, PlannedExercise]:
    session = story.decide().session
    return {} if session is None else {stop.exercise: stop for stop in session.exercises}


# --- what is to be left out -----------------------------------------------------------------------


def test_what_a_clinician_says_to_avoid_is_closed() -> None:
    (lock,) = locked(told(line(avoid=True)))
    assert lock.limit_to == ()
    assert (
        lock.words.text == "Your clinician asked you to leave out Bridge. It waits until they say otherwise."
    )
    story = told(line(avoid=True))
    for day in range(1, 12):
        story.on(day).screen().morning(2)
        assert "EX09" not in planned(story)
        story.session()


def test_to_avoid_one_way_leaves_the_others() -> None:
    ways = [variant.id for variant in KNOWN.exercises["EX09"].variants]
    (lock,) = locked(told(line(avoid=True, variant=ways[0])))
    assert lock.limit_to == tuple(ways[1:])
    (lock,) = locked(told(*(line(avoid=True, variant=way) for way in ways)))
    assert lock.limit_to == ()


def test_a_way_that_is_not_known_here_may_be_any() -> None:
    (lock,) = locked(told(line(avoid=True, variant="EX09x")))
    assert lock.limit_to == ()
    (lock,) = locked(told(line(avoid=True), line(avoid=True, variant=KNOWN.exercises["EX09"].variants[0].id)))
    assert lock.limit_to == ()


def test_what_is_to_be_done_closes_nothing() -> None:
    assert locked(told(line())) == []
    assert locked(told(line(None, avoid=True))) == []


def test_the_latest_programme_counts_to_its_last_day() -> None:
    story = told(line(avoid=True), until=ready(Story()).now.date())
    assert locked(story)
    assert locked(story.on(1)) == []
    story = told(line(avoid=True))
    entry = story.write(Programme(advised=(line("EX16"),)))
    assert locked(story) == []
    story.take_back(entry)
    assert locked(story)


# --- what is to be done ---------------------------------------------------------------------------


def test_what_a_clinician_chose_comes_first_and_says_so() -> None:
    for name in ("EX13", "EX07"):
        assert name not in planned(ready(Story(), 2))
        stop = planned(told(line(name)))[name]
        assert stop.why.text == f"Your clinician chose this for you. {KNOWN.exercises[name].purpose}"


def test_it_opens_nothing_that_is_closed() -> None:
    story = ready(Story(), 9)
    story.write(Programme(advised=tuple(line(name) for name in KNOWN.exercises)))
    kinds = {KNOWN.exercises[name].kind for name in planned(story)}
    assert kinds <= {"relief", "aerobic"}
    story = told(*(line(name) for name in KNOWN.exercises), CE1="yes_new")
    assert planned(story) == {}


def test_one_new_exercise_a_session_stays_one() -> None:
    story = told(*(line(name) for name in ("EX13", "EX07", "EX16", "EX01")))
    assert sum(stop.new for stop in planned(story).values()) == 1


# --- how much --------------------------------------------------------------------------------------


def ladder(*amounts: tuple[int, int]) -> Any:
    import msgspec

    from unpinch.knowledge.models import Dose, Step

    steps = tuple(
        Step(variant="a" if place < 2 else "b", dose=Dose(sets=sets, reps=reps))
        for place, (sets, reps) in enumerate(amounts)
    )
    return msgspec.structs.replace(EXT, ladder=steps, start=2)


OF = ladder((1, 5), (1, 8), (2, 8), (3, 10))


@pytest.mark.parametrize(
    ("fields", "rung"),
    [
        ({}, 2),
        ({"sets": 2, "reps": 8}, 2),
        ({"sets": 5, "reps": 30}, 2),  # more than the usual start is not begun with
        ({"sets": 1}, 1),
        ({"reps": 7}, 0),
        ({"reps": 2}, 0),  # less than the least: the least
        ({"hold_s": 5.0}, 2),  # says nothing of a count
        ({"minutes": 1.0}, 2),
        ({"variant": "a"}, 1),
        ({"variant": "a", "reps": 5}, 0),
        ({"variant": "b", "sets": 1}, 2),
        ({"variant": "zz"}, 2),
    ],
)
def test_it_begins_with_no_more_than_was_asked_for(fields: dict[str, Any], rung: int) -> None:
    assert start_of(OF, {"EXT": line("EXT", **fields)}) == rung
    assert start_of(OF, {}) == OF.start


def test_holds_and_minutes_count_too() -> None:
    for name, field in (("EX16", "hold_s"), ("EX25", "minutes")):
        exercise = KNOWN.exercises[name]
        told = {name: line(name, **{field: 0.1})}
        assert exercise.start > 0
        assert start_of(exercise, told) == 0


def test_after_the_first_time_the_rules_go_on() -> None:
    name = "EX20"
    story = told(line(name, reps=1))
    first = planned(story)[name].rung
    assert first < KNOWN.exercises[name].start
    story.do(name, rung=first + 1)
    story.on(1).screen().morning(2)
    stop = planned(story).get(name)
    assert stop is None or stop.rung <= KNOWN.exercises[name].start


@pytest.mark.parametrize(("days", "most"), [(None, 7), (2, 2), (7, 7)])
def test_no_more_days_a_week_than_were_asked_for(days: int | None, most: int) -> None:
    assert week_max(EXT, {"EXT": line("EXT", days_a_week=days)}) == most
    assert week_max(EXT, {}) == EXT.per_week_max == 7


def test_a_day_too_many_waits() -> None:
    story = told(line("EX16", days_a_week=1))
    story.do("EX16")
    found = []
    for day in range(1, 9):
        story.on(day).screen().morning(2)
        found.append("EX16" in planned(story))
    assert not any(found[:6])
    assert any(found[6:])


def test_the_first_line_of_an_exercise_counts() -> None:
    story = told(line("EX09", sets=1), line("EX09", sets=3), line("EX16", avoid=True), line(None))
    found = advised(fold(story.journal, story.now))
    assert list(found) == ["EX09"]
    assert found["EX09"].sets == 1
    assert advised(fold(ready(Story()).journal, story.now)) == {}


def test_what_makes_mornings_worse_is_not_planned_for_having_been_chosen() -> None:
    scene = _scene(told(line("EX09")))
    family = KNOWN.exercises["EX09"].family
    others = Choice(on_trial=("sliders",), today=("sliders",), keep=(), dropped=(), why={})
    worse = Choice(on_trial=("sliders",), today=("sliders",), keep=(), dropped=(family,), why={})
    today = opened(scene, limits())
    assert "EX09" in {one.exercise.id for one in candidates(today, others, ())}
    assert "EX09" not in {one.exercise.id for one in candidates(today, worse, ())}
