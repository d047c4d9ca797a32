"""The integer programme: the best set there is, whatever the order, and never over a limit."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest
import scipy.optimize
from hypothesis import given, settings
from hypothesis import strategies as st

from unpinch.care import programme
from unpinch.care.programme import Problem, enumerated, fits, hundredths, solve, solved, value

SOME = 120


def problem(count: int, **fields: Any) -> Problem:
    """Return so many exercises of one minute, alike but in family and position."""
    usual: dict[str, Any] = {
        "worth": (1000,) * count,
        "takes": (100,) * count,
        "place": (0,) * count,
        "place_takes": (20,) * 7,
        "place_cost": 0,
        "family": tuple(range(count)),
        "same_family": 0,
        "goal": (-1,) * count,
        "goal_worth": (0,) * 9,
        "new": frozenset(),
        "gentle": frozenset(),
        "alone": frozenset(),
        "minutes": 1500,
        "free": 900,
        "exercises_max": 5,
        "new_max": 1,
    }
    return Problem(**(usual | fields))


@st.composite
def problems(draw: st.DrawFn, most: int = 9) -> Problem:
    """Draw a small problem; few different numbers, so that ties are common."""
    count = draw(st.integers(1, most))

    def each(numbers: st.SearchStrategy[int]) -> tuple[int, ...]:
        return tuple(draw(st.lists(numbers, min_size=count, max_size=count)))

    some = st.frozensets(st.integers(0, count - 1))
    points = draw(st.sampled_from([st.integers(-3, 6).map(lambda n: 500 * n), st.integers(-700, 5000)]))
    return problem(
        count,
        worth=each(points),
        takes=each(st.integers(50, 600)),
        place=each(st.integers(0, 6)),
        place_takes=tuple(draw(st.lists(st.integers(0, 60), min_size=7, max_size=7))),
        place_cost=draw(st.sampled_from([0, 100, 500])),
        family=each(st.integers(0, 3)),
        same_family=draw(st.sampled_from([0, 500, 700])),
        goal=each(st.integers(-1, 3)),
        goal_worth=tuple(draw(st.lists(st.sampled_from([0, 500, 1000]), min_size=4, max_size=4))),
        new=draw(some),
        gentle=draw(some),
        alone=draw(some),
        minutes=draw(st.sampled_from([60, 400, 900, 1500])),
        free=draw(st.integers(0, 900)),
        exercises_max=draw(st.integers(1, 6)),
        new_max=draw(st.integers(0, 2)),
    )


@settings(max_examples=SOME, deadline=None)
@given(problems())
def test_nothing_that_fits_is_worth_more(one: Problem) -> None:
    """Beside every set there is, tried one by one with other arithmetic than the solver's."""
    found = solved(one)
    count = len(one.worth)
    every = [
        chosen
        for size in range(1, count + 1)
        for chosen in itertools.combinations(range(count), size)
        if fits(one, chosen)
    ]
    if not every:
        assert found is None
        return
    assert found is not None
    assert fits(one, found)
    best = max(value(one, chosen) for chosen in every)
    assert value(one, found) == best
    # Of those that are worth as much it has the first exercise in which two of them differ.
    ties = [chosen for chosen in every if value(one, chosen) == best]
    for other in ties:
        if other != found:
            assert min(set(found) ^ set(other)) in found
    assert enumerated(one) == solve(one) == found


@settings(max_examples=SOME, deadline=None)
@given(problems())
def test_every_limit_holds(one: Problem) -> None:
    found = solved(one)
    if found is None:
        return
    assert 1 <= len(found) <= one.exercises_max
    places = {one.place[at] for at in found}
    takes = sum(one.takes[at] for at in found) + sum(one.place_takes[place] for place in places)
    assert takes == hundredths(one, found) <= one.minutes
    assert len(one.new.intersection(found)) <= one.new_max
    gentle = one.gentle.intersection(found)
    whole = sum(one.takes[at] + one.place_takes[one.place[at]] for at in gentle)
    assert len(gentle) <= 1 or whole <= one.free
    assert len(found) == 1 or not one.alone.intersection(found)


CASES: list[tuple[dict[str, Any], tuple[int, ...] | None]] = [
    ({}, (0, 1, 2, 3, 4)),
    ({"exercises_max": 2}, (0, 1)),
    ({"worth": (0, 1, 2, 3, 4, 5), "exercises_max": 2}, (4, 5)),
    ({"worth": (5, -1, 0, -2, -3, -4)}, (0, 2)),  # what does harm is no filler
    ({"worth": (-5, -4, -3, -2, -1, -6)}, (4,)),  # but one there is
    ({"minutes": 119}, None),
    ({"minutes": 120}, (0,)),
    ({"minutes": 219}, (0,)),
    ({"minutes": 220}, (0, 1)),
    ({"minutes": 220, "place": (0, 1, 2, 3, 0, 5)}, (0, 4)),  # no way between the two
    ({"place": (0, 1, 2, 3, 0, 5), "place_cost": 1001}, (0, 4)),
    ({"new": frozenset(range(6))}, (0,)),
    ({"new": frozenset({0, 1})}, (0, 2, 3, 4, 5)),
    ({"new": frozenset(range(6)), "new_max": 0}, None),
    ({"gentle": frozenset({0, 1}), "free": 239}, (0, 2, 3, 4, 5)),
    ({"gentle": frozenset({0, 1}), "free": 240}, (0, 1, 2, 3, 4)),
    ({"gentle": frozenset({0}), "free": 0}, (0, 1, 2, 3, 4)),  # one alone may
    ({"alone": frozenset({0, 1})}, (2, 3, 4, 5)),
    ({"alone": frozenset(range(6))}, (0,)),
    ({"family": (0, 0, 0, 0, 1, 1), "same_family": 900, "exercises_max": 2}, (0, 4)),
    ({"family": (0, 0, 0, 0, 0, 0), "same_family": 501}, (0, 1)),  # 1000, then 499, then -2
    ({"family": (0, 0, 0, 0, 0, 0), "same_family": 499}, (0, 1, 2)),
    ({"goal": (0, 0, 0, 1, -1, -1), "goal_worth": (10, 5), "exercises_max": 2}, (0, 3)),
]


@pytest.mark.parametrize(("fields", "expected"), CASES)
def test_each_limit_and_each_price(fields: dict[str, Any], expected: tuple[int, ...] | None) -> None:
    one = problem(6, **fields)
    assert solved(one) == expected
    assert enumerated(one) == expected
    assert solve(one) == expected


@pytest.mark.parametrize(("fields", "expected"), CASES)
def test_the_solver_finds_it_by_itself(
    monkeypatch: pytest.MonkeyPatch, fields: dict[str, Any], expected: tuple[int, ...] | None
) -> None:
    """Were its rows wrong, trying every set would hide it, and take too long where there are many."""
    monkeypatch.setattr(programme, "enumerated", lambda _: pytest.fail("the solver gave up"))
    assert solved(problem(6, **fields)) == expected


def test_what_a_set_is_worth_by_hand() -> None:
    one = problem(
        5,
        worth=(1000, 900, 800, 700, -50),
        place=(0, 1, 1, 2, 2),
        place_cost=30,
        family=(0, 0, 0, 1, 1),
        same_family=200,
        goal=(0, 1, 1, -1, -1),
        goal_worth=(70, 5, 3),
    )
    assert value(one, (3,)) == 700 - 30
    assert value(one, (0, 3)) == 1000 + 700 - 2 * 30 + 70
    assert value(one, (0, 1, 2)) == 1000 + 900 + 800 - 3 * 200 - 2 * 30 + 70 + 5
    assert value(one, (3, 4)) == 700 - 50 - 200 - 30
    assert hundredths(one, (1, 2, 3)) == 3 * 100 + 2 * 20


def test_many_alike_are_settled_by_their_order(monkeypatch: pytest.MonkeyPatch) -> None:
    """More than one round of settling, and as many ties as there can be."""
    monkeypatch.setattr(programme, "enumerated", lambda _: pytest.fail("the solver gave up"))
    alike = problem(31)
    assert solve(alike) == (0, 1, 2, 3, 4)
    late = problem(31, worth=(0,) * 20 + (1000,) * 11, exercises_max=3)
    assert solve(late) == (20, 21, 22)


@pytest.mark.parametrize(("count", "asked"), [(12, False), (13, True)])
def test_the_solver_is_asked_where_there_are_many_sets(
    monkeypatch: pytest.MonkeyPatch, count: int, asked: bool
) -> None:
    calls: list[Problem] = []

    def noted(one: Problem) -> tuple[int, ...] | None:
        calls.append(one)
        return solved(one)

    monkeypatch.setattr(programme, "solved", noted)
    assert solve(problem(count)) == (0, 1, 2, 3, 4)
    assert bool(calls) == asked
    assert solve(problem(0)) is None


@pytest.mark.parametrize(("count", "asked"), [(2000, False), (2001, True)])
def test_two_thousand_sets_are_few_enough_to_be_tried(
    monkeypatch: pytest.MonkeyPatch, count: int, asked: bool
) -> None:
    monkeypatch.setattr(programme, "solved", lambda _: (7,))
    found = solve(problem(count, worth=(*range(1, count), 0), exercises_max=1))
    assert found == ((7,) if asked else (count - 2,))


@pytest.mark.parametrize("answers", [0, 1])
def test_where_the_solver_gives_up_every_set_is_tried(monkeypatch: pytest.MonkeyPatch, answers: int) -> None:
    one = problem(6, worth=(1, 5, 4, 5, 2, 3), exercises_max=2)
    found = solved(one)
    usual, asked = programme._Model.best, itertools.count()

    def given_up(*args: Any, **more: Any) -> tuple[int, ...] | None:
        return usual(*args, **more) if next(asked) < answers else None

    monkeypatch.setattr(programme._Model, "best", given_up)
    assert solved(one) == found == (1, 3)
    assert next(asked) == answers + 1


def test_a_solver_that_ends_at_its_limit_is_not_believed(monkeypatch: pytest.MonkeyPatch) -> None:
    """It may then hold a set that fits and is not the best."""
    one = problem(14, worth=(*(500 for _ in range(13)), 9000), minutes=250)
    poor = [1.0, *(0.0 for _ in range(13))]
    found = scipy.optimize.OptimizeResult(status=1, x=np.array([*poor, *(0.0 for _ in range(16))]))
    monkeypatch.setattr(scipy.optimize, "milp", lambda *_, **__: found)
    assert solved(one) == enumerated(one) == (0, 13)
