"""The choice of a session as an integer programme: the best set of exercises that keeps to every limit.

All of it is whole numbers (hundredths of a minute, thousandths of a point), so that equal is equal
and the answer of the solver can be checked without rounding. One exercise is one unknown that is
0 or 1. What depends on several of them at once is linear too, since it is counted where it can only
cost: a position is used, or an exercise is the second, third... of its family; or only please: a
muscle group has its turn.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Sequence
from functools import lru_cache

import msgspec
import numpy as np
import numpy.typing as npt

_CHUNK = 16
"""Exercises whose names settle a tie in one go: 2**16 times the solver's tolerance is still under 1."""

_NODES = 20_000
"""Where the solver stops and `enumerated` takes over. Nodes, not seconds: a clock is not reproducible."""

_FEW_SETS = 2_000
"""So many sets are tried sooner than the solver has warmed up."""

_HALF = 0.5

Vector = npt.NDArray[np.float64]


class Problem(msgspec.Struct, frozen=True, kw_only=True):
    """What may be chosen; entry ``i`` of each tuple is one exercise, in the order that settles ties.

    Attributes
    ----------
    worth
        In thousandths of a point.
    takes
        In hundredths of a minute, when the person is in its position already.
    place, place_takes, place_cost
        Its position, as an index into ``place_takes``: hundredths of a minute to get there. The
        last is what each position costs in points.
    family, same_family
        An index, and the cost of each pair of one family.
    goal, goal_worth
        The muscle group that it covers, as an index into ``goal_worth``, or -1. A group that is
        covered twice is worth no more.
    new, gentle, alone
        Those never done; those of rest and walking; those that come only when nothing else does.
    minutes
        In hundredths.
    free
        Hundredths of a minute that the gentle ones may take together; one alone may take more.
    """

    worth: tuple[int, ...]
    takes: tuple[int, ...]
    place: tuple[int, ...]
    place_takes: tuple[int, ...]
    place_cost: int
    family: tuple[int, ...]
    same_family: int
    goal: tuple[int, ...]
    goal_worth: tuple[int, ...]
    new: frozenset[int]
    gentle: frozenset[int]
    alone: frozenset[int]
    minutes: int
    free: int
    exercises_max: int
    new_max: int


# A day's answers seldom change what is asked here.
@lru_cache(maxsize=32)
def solve(problem: Problem) -> tuple[int, ...] | None:
    """Return the set that is worth most, None when not a single exercise fits.

    Among sets of equal worth it is the one that has the first exercise in which they differ: the
    answer depends on nothing but the problem. Whether all sets are tried or the solver is asked
    makes no difference but in time.
    """
    usable = sum(fits(problem, (one,)) for one in range(len(problem.worth)))
    sets = sum(math.comb(usable, size) for size in range(1, problem.exercises_max + 1))
    return enumerated(problem) if sets <= _FEW_SETS else solved(problem)


def solved(problem: Problem) -> tuple[int, ...] | None:
    """Return the same as `solve` by the solver.

    Where it gives up, or what it says does not bear checking, every set is tried instead.
    """
    usable = [one for one in range(len(problem.worth)) if fits(problem, (one,))]
    if not usable:
        return None
    model = _Model(problem, usable)
    best = model.best(model.worth)
    if best is None:
        return enumerated(problem)
    aim = value(problem, best)
    settled: dict[int, int] = {}
    for start in range(0, len(usable), _CHUNK):
        part = range(start, min(start + _CHUNK, len(usable)))
        first = np.zeros(model.size)
        first[part.start : part.stop] = [2.0 ** (part.stop - 1 - at) for at in part]
        best = model.best(first, at_least=aim, settled=settled)
        if best is None or value(problem, best) != aim:
            return enumerated(problem)
        settled |= {at: int(usable[at] in best) for at in part}
    return best


def enumerated(problem: Problem) -> tuple[int, ...] | None:
    """Return the same as `solve` by trying every set that fits: slow, and simple to believe."""
    every = (one for one in _sets(problem) if fits(problem, one))
    return max(every, key=lambda one: (value(problem, one), _precedence(problem, one)), default=None)


def value(problem: Problem, chosen: Sequence[int]) -> int:
    """Return what a set is worth, in thousandths of a point."""
    pairs = sum(
        problem.family[one] == problem.family[other] for one, other in itertools.combinations(chosen, 2)
    )
    goals = {problem.goal[one] for one in chosen} - {-1}
    return (
        sum(problem.worth[one] for one in chosen)
        - problem.same_family * pairs
        - problem.place_cost * len({problem.place[one] for one in chosen})
        + sum(problem.goal_worth[goal] for goal in goals)
    )


def hundredths(problem: Problem, chosen: Sequence[int]) -> int:
    """Return the hundredths of a minute of a set: each position is taken up once."""
    places = {problem.place[one] for one in chosen}
    return sum(problem.takes[one] for one in chosen) + sum(problem.place_takes[place] for place in places)


def fits(problem: Problem, chosen: Sequence[int]) -> bool:
    """Tell whether a set keeps to every limit."""
    gentle = [one for one in chosen if one in problem.gentle]
    return (
        0 < len(chosen) <= problem.exercises_max
        and hundredths(problem, chosen) <= problem.minutes
        and sum(one in problem.new for one in chosen) <= problem.new_max
        and (len(gentle) < 2 or sum(_whole(problem, one) for one in gentle) <= problem.free)
        and (len(chosen) == 1 or not problem.alone.intersection(chosen))
    )


def _whole(problem: Problem, one: int) -> int:
    """Return the hundredths of a minute of one exercise with the way there."""
    return problem.takes[one] + problem.place_takes[problem.place[one]]


def _sets(problem: Problem) -> Iterator[tuple[int, ...]]:
    usable = [one for one in range(len(problem.worth)) if fits(problem, (one,))]
    for size in range(1, problem.exercises_max + 1):
        yield from itertools.combinations(usable, size)


def _precedence(problem: Problem, chosen: Sequence[int]) -> int:
    return sum(1 << (len(problem.worth) - 1 - one) for one in chosen)


class _Model:
    """The rows and columns that the solver gets."""

    def __init__(self, problem: Problem, usable: Sequence[int]) -> None:
        self.problem, self.usable = problem, usable
        count = len(usable)
        places = sorted({problem.place[one] for one in usable})
        goals = sorted({problem.goal[one] for one in usable} - {-1})
        members: dict[int, list[int]] = {}
        for at, one in enumerate(usable):
            members.setdefault(problem.family[one], []).append(at)
        # The second of a family costs one pair, the third two more: dearer each time, so that the
        # solver uses them in this order by itself.
        extras = [
            (family, nth)
            for family, own in members.items()
            for nth in range(1, min(len(own), problem.exercises_max))
        ]
        place_at = {place: count + at for at, place in enumerate(places)}
        goal_at = {goal: count + len(places) + at for at, goal in enumerate(goals)}
        extra_at = {extra: count + len(places) + len(goals) + at for at, extra in enumerate(extras)}
        shared = count + len(places) + len(goals) + len(extras)
        self.size = shared + 1
        self.worth = np.zeros(self.size)
        self.worth[:count] = [problem.worth[one] for one in usable]
        self.worth[list(place_at.values())] = -problem.place_cost
        for goal, at in goal_at.items():
            self.worth[at] = problem.goal_worth[goal]
        for (_, nth), at in extra_at.items():
            self.worth[at] = -problem.same_family * nth
        self._rows: list[Vector] = []
        self._least: list[float] = []
        self._most: list[float] = []

        everyone = dict.fromkeys(range(count), 1.0)
        minutes = {at: float(problem.takes[one]) for at, one in enumerate(usable)}
        minutes |= {at: float(problem.place_takes[place]) for place, at in place_at.items()}
        self._row(minutes, most=problem.minutes)
        self._row(everyone, least=1, most=problem.exercises_max)
        self._row({at: 1.0 for at, one in enumerate(usable) if one in problem.new}, most=problem.new_max)
        for at, one in enumerate(usable):
            self._row({at: 1.0, place_at[problem.place[one]]: -1.0}, most=0)
            if one in problem.alone:
                self._row(everyone | {at: float(problem.exercises_max)}, most=problem.exercises_max)
        for goal, at in goal_at.items():
            covering = {own: -1.0 for own, one in enumerate(usable) if problem.goal[one] == goal}
            self._row(covering | {at: 1.0}, most=0)
        for family, own in members.items():
            beyond = {extra_at[extra]: -1.0 for extra in extras if extra[0] == family}
            self._row(dict.fromkeys(own, 1.0) | beyond, most=1)
        gentle = {at: float(_whole(problem, one)) for at, one in enumerate(usable) if one in problem.gentle}
        # One alone may take more than the share; as soon as `shared` is 1, there may be several.
        self._row(gentle | {shared: sum(gentle.values())}, most=problem.free + sum(gentle.values()))
        self._row(dict.fromkeys(gentle, 1.0) | {shared: -float(len(gentle))}, most=1)

        self._matrix = np.array(self._rows)
        self._whole_numbers = np.zeros(self.size)
        self._whole_numbers[:count] = self._whole_numbers[shared] = 1

    def _row(self, parts: dict[int, float], *, most: float, least: float = -np.inf) -> None:
        row = np.zeros(self.size)
        row[list(parts)] = list(parts.values())
        self._rows.append(row)
        self._least.append(least)
        self._most.append(most)

    def best(
        self, aim: Vector, *, at_least: int | None = None, settled: dict[int, int] | None = None
    ) -> tuple[int, ...] | None:
        """Return the set with most of an aim, None when the solver found none that bears checking."""
        # Fetched here since it takes long: most that is decided needs no plan.
        from scipy.optimize import Bounds, LinearConstraint, milp

        limits = [LinearConstraint(self._matrix, self._least, self._most)]
        if at_least is not None:
            limits.append(LinearConstraint(self.worth[np.newaxis], at_least - _HALF, np.inf))
        low, high = np.zeros(self.size), np.ones(self.size)
        for at, known in (settled or {}).items():
            low[at] = high[at] = known
        found = milp(
            -aim,
            integrality=self._whole_numbers,
            bounds=Bounds(low, high),
            constraints=limits,
            options={"mip_rel_gap": 0.0, "node_limit": _NODES},
        )
        if found.status != 0 or found.x is None:
            return None
        chosen = tuple(one for at, one in enumerate(self.usable) if found.x[at] > _HALF)
        return chosen if fits(self.problem, chosen) else None
