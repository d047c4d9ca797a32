"""The minutes of a session to the second, and what fills the last of them."""

from __future__ import annotations

import datetime as dt

import msgspec
import pytest

from tests.care.bouts import KNOWN
from tests.care.test_planning import candidate, chosen, limits, some
from tests.factories import at
from unpinch.care.dosing import Standing
from unpinch.care.planning import Candidate, open_rungs, plan, rested
from unpinch.knowledge import Knowledge
from unpinch.knowledge.models import Dose, Exercise, Step

WALK, REST = KNOWN.exercises["EX25"], KNOWN.exercises["EX29"]


def held(hold_s: float) -> Exercise:
    """Return an exercise on the back: 2 seconds to hear, 5 to get ready, the hold, 10 to answer."""
    return some(1, ladder=(Step(variant="a", dose=Dose(hold_s=hold_s)),))


def reached_in(seconds: float) -> Knowledge:
    """Return the knowledge with another time to lie down; to stay there takes 10."""
    places = {**KNOWN.timing.place_s, "supine": seconds}
    return msgspec.structs.replace(KNOWN, timing=msgspec.structs.replace(KNOWN.timing, place_s=places))


@pytest.mark.parametrize(
    ("lying_down", "hold"),
    [
        (22.0, 561.0),  # ceil(22 + 1.2) + 5 + 561 + 10
        (10.0, 573.0),  # no longer than to stay
        (70.0, 513.0),
    ],
)
@pytest.mark.parametrize(("minutes", "fit"), [(9.99, False), (10.0, True)])
def test_ten_minutes_are_ten_minutes(lying_down: float, hold: float, minutes: float, fit: bool) -> None:
    session = plan([candidate(held(hold), rung=0)], limits(minutes=minutes), reached_in(lying_down))
    assert (session.minutes if session else None) == (10.0 if fit else None)


def test_minutes_are_told_to_the_hundredth() -> None:
    session = plan([candidate(held(62.0), rung=0)], limits(), reached_in(22.0))  # 101 seconds
    assert session is not None
    assert [stop.minutes for stop in session.exercises] == [1.68]


@pytest.mark.parametrize(("minutes", "rungs"), [(9.99, []), (10.0, [0])])
def test_a_rung_that_takes_all_minutes_is_open(minutes: float, rungs: list[int]) -> None:
    day, known = limits(minutes=minutes), reached_in(22.0)
    assert list(open_rungs(held(561.0), Standing(rung=0), ("a",), day, known)) == rungs


@pytest.mark.parametrize(("spare", "walked"), [(0.99, 4.0), (1.0, 5.0), (1.99, 5.0), (2.0, 6.0)])
@pytest.mark.parametrize("others", [0, 1, 2])
def test_a_walk_fills_the_minutes_to_the_last(spare: float, walked: float, others: int) -> None:
    """What comes before and after it is counted in, and once."""
    short = msgspec.structs.replace(REST, ladder=(Step(variant="EX29a", dose=Dose(minutes=2.0)),))
    beside = [candidate(short, rung=0), *(candidate(some(number)) for number in range(others))]
    usual = plan([candidate(WALK, worth=9), *beside], limits(minutes=60, free_minutes=60), KNOWN)
    assert usual is not None
    walk = candidate(WALK, worth=9, longer=tuple(range(len(WALK.ladder) - 1, 2, -1)))
    session = plan([walk, *beside], limits(minutes=usual.minutes + spare, free_minutes=60), KNOWN)
    assert session is not None
    assert {stop.exercise: stop.dose.minutes for stop in session.exercises}["EX25"] == walked
    assert chosen(session) == chosen(usual)


def gentle_pair(worth: float, *, new: bool = False) -> list[Candidate]:
    return [candidate(WALK, rung=2, worth=9, new=new), candidate(REST, worth=worth, new=new)]


@pytest.mark.parametrize(
    ("worth", "most", "new_max", "expected"),
    [
        (0.5, 5, 0, ["EX25", "EX29"]),
        (0.0, 5, 0, ["EX25"]),  # where nothing hurts, rest is no filler
        (0.5, 2, 0, ["EX25", "EX29"]),
        (0.5, 1, 0, ["EX25"]),
    ],
)
def test_what_rest_comes_beyond_its_share(worth: float, most: int, new_max: int, expected: list[str]) -> None:
    day = limits(free_minutes=1.0, exercises_max=most, new_max=new_max)
    assert chosen(plan(gentle_pair(worth), day, KNOWN)) == expected


@pytest.mark.parametrize(("new_max", "count"), [(1, 1), (2, 2)])
def test_rest_beyond_its_share_is_no_way_round_what_is_new(new_max: int, count: int) -> None:
    day = limits(free_minutes=1.0, new_max=new_max)
    assert len(chosen(plan(gentle_pair(5.0, new=True), day, KNOWN))) == count


def test_rest_that_eases_goes_before_an_exercise_that_is_worth_less() -> None:
    bonus = KNOWN.planning.weights.exercise
    offered = [
        candidate(REST, worth=0.9),
        candidate(some(1), worth=3.0),
        candidate(some(2), worth=0.5 - bonus),
    ]
    assert set(chosen(plan(offered, limits(exercises_max=2), KNOWN))) == {"EX29", "E01"}


def test_in_a_position_rest_comes_first() -> None:
    rest = candidate(msgspec.structs.replace(some(9, kind="relief"), id="Z9"), worth=5)
    offered = [candidate(some(number)) for number in range(2)]
    assert chosen(plan([*offered, rest], limits(), KNOWN)) == ["Z9", "E00", "E01"]


@pytest.mark.parametrize(
    ("gap_h", "hours", "open_again"),
    [(24, 17.9, False), (24, 18, True), (23, 22.9, False), (23, 23, True)],
)
def test_a_pause_of_a_day_has_slack_and_a_shorter_one_none(
    gap_h: int, hours: float, open_again: bool
) -> None:
    one, now = some(1, min_gap_h=gap_h), at(5)
    then = now - dt.timedelta(hours=hours)
    assert rested(one, {}, (), Standing(rung=0, last_at=then), now, 6) == open_again
    assert rested(one, {"g": then}, ("g",), None, now, 6) == open_again
