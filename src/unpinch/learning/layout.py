"""Who is judged, and what was done, as arrays: the only place where ids become columns."""

from __future__ import annotations

import datetime as dt
import itertools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from unpinch.learning.beliefs import DayRecord, Exposure

Array = NDArray[np.float64]
Ints = NDArray[np.int64]


class LearningError(ValueError):
    """The days cannot be learnt from; the message names the day and the reason."""


@dataclass(frozen=True)
class Layout:
    """The order of the columns: families first, then exercises, each as the knowledge has them.

    Attributes
    ----------
    families, exercises
        Ids. A *subject* is one of them; subject ``i`` is family ``i`` for ``i < len(families)``.
    family_of
        For each exercise the index of its family.
    """

    families: tuple[str, ...]
    exercises: tuple[str, ...]
    family_of: tuple[int, ...]
    place: dict[str, tuple[int, str]] = field(repr=False, compare=False)  # exercise -> index, family
    member: Array = field(repr=False, compare=False)  # 1 where an exercise is of a family

    @classmethod
    def of(cls, families: Mapping[str, Sequence[str]]) -> Layout:
        """Lay out families (id -> ids of its exercises).

        Raises
        ------
        LearningError
            When an exercise stands in two families.
        """
        names = tuple(families)
        exercises: list[str] = []
        owners: list[int] = []
        place: dict[str, tuple[int, str]] = {}
        for number, family in enumerate(names):
            for exercise in families[family]:
                if exercise in place:
                    raise LearningError(f"exercise {exercise!r} stands twice in the families")
                place[exercise] = (len(exercises), family)
                exercises.append(exercise)
                owners.append(number)
        member = np.zeros((len(exercises), len(names)))
        member[np.arange(len(exercises)), owners] = 1.0
        return cls(names, tuple(exercises), tuple(owners), place, member)

    @property
    def size(self) -> int:
        """Number of subjects."""
        return len(self.families) + len(self.exercises)

    def keep(self, exercises: NDArray[np.bool_]) -> Layout:
        """Return the layout with the marked exercises only; families all stay.

        Parameters
        ----------
        exercises
            Shape (exercises,).
        """
        kept = [self.exercises[i] for i in np.flatnonzero(exercises)]
        by_family: dict[str, list[str]] = {family: [] for family in self.families}
        for exercise in kept:
            by_family[self.place[exercise][1]].append(exercise)
        return Layout.of(by_family)

    def rows(self, days: Sequence[DayRecord]) -> Array:
        """Return how much of each subject was done on each day.

        A family counts up to 1 (all sets of one exercise, or halves of two); the exercises share
        what their family got in proportion to their doses, so that the effect of a family is that
        of a day with it, however many of its exercises filled that day.

        Returns
        -------
        Array
            Shape (days, size), between 0 and 1.

        Raises
        ------
        LearningError
            When an exercise is unknown, stands under another family, or has a dose that is no
            number from 0 upwards.
        """
        cells: list[int] = []
        doses: list[float] = []
        width = len(self.exercises)
        for number, day in enumerate(days):
            for exposure in day.exposures:
                column, family = self.place.get(exposure.exercise, (-1, ""))
                dose = exposure.dose
                if family != exposure.family or not 0.0 <= dose < math.inf:
                    raise LearningError(f"{day.day}: {self._fault(exposure)}")
                cells.append(number * width + column)
                doses.append(dose)
        done = np.bincount(cells, weights=doses, minlength=len(days) * width) if cells else None
        if done is None:
            return np.zeros((len(days), self.size))
        each = np.minimum(done.reshape(len(days), width), 1.0)
        totals = each @ self.member
        shared = each / (np.maximum(totals, 1.0) @ self.member.T)
        return np.hstack([np.minimum(totals, 1.0), shared])

    def _fault(self, exposure: Exposure) -> str:
        known = self.place.get(exposure.exercise)
        if known is None:
            return f"exercise {exposure.exercise!r} is not known"
        if known[1] != exposure.family:
            return f"exercise {exposure.exercise!r} belongs to {known[1]!r}, not to {exposure.family!r}"
        return f"dose {exposure.dose} of {exposure.exercise!r} is no share of the planned sets"


@dataclass(frozen=True)
class Table:
    """All days in their order, as arrays. Days without a record hold nothing: nothing was done.

    Attributes
    ----------
    layout
        Order of the columns of ``done``.
    first
        Day number 0; None when there is no record.
    index
        Day number of each record, shape (records,).
    done
        What was done on each record's day, shape (records, subjects).
    at, leg
        Day numbers and NPRS of the mornings that were told, shape (mornings,).
    before
        What was done on the day before each of these mornings, shape (mornings, subjects).
    """

    layout: Layout
    first: dt.date | None
    index: Ints
    done: Array
    at: Ints
    leg: Array
    before: Array

    def only(self, layout: Layout, columns: NDArray[np.bool_]) -> Table:
        """Return the table with the marked columns only, which are those of ``layout``."""
        return replace(self, layout=layout, done=self.done[:, columns], before=self.before[:, columns])


def tabulate(days: Sequence[DayRecord], layout: Layout) -> Table:
    """Put the days into order and into arrays.

    Raises
    ------
    LearningError
        When a day stands twice, or holds what cannot be (see also `Layout.rows`).
    """
    ordered = sorted(days, key=lambda day: day.day)
    for one, other in itertools.pairwise(ordered):
        if one.day == other.day:
            raise LearningError(f"{one.day}: this day stands twice")
    for day in ordered:
        check_morning(day)
    first = ordered[0].day if ordered else None
    index = np.array([(day.day - ordered[0].day).days for day in ordered], dtype=np.int64)
    done = layout.rows(ordered)
    told = np.array([day.leg_morning is not None for day in ordered], dtype=bool)
    at = index[told]
    leg = np.array([day.leg_morning for day in ordered if day.leg_morning is not None], dtype=float)
    before = np.zeros((len(at), layout.size))
    if len(index) > 1:
        follows = np.concatenate(([False], np.diff(index) == 1))
        shifted = np.zeros_like(done)
        shifted[1:] = done[:-1]
        before = (shifted * follows[:, None])[told]
    return Table(layout, first, index, done, at, leg, before)


def check_morning(day: DayRecord) -> None:
    """Refuse a morning that is no NPRS.

    Raises
    ------
    LearningError
        When the number lies outside 0 to 10.
    """
    if day.leg_morning is not None and not 0.0 <= day.leg_morning <= 10.0:
        raise LearningError(f"{day.day}: morning pain {day.leg_morning} is not between 0 and 10")
