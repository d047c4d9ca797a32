"""What has been counted so far: days, mornings and bouts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from unpinch.learning.beliefs import DayRecord
from unpinch.learning.layout import Array, Layout, Table
from unpinch.learning.soon import Bouts

PACE_DAYS = 14  # how far back "at the present rate" looks


@dataclass(frozen=True)
class Tally:
    """Counts of a person's days.

    Attributes
    ----------
    first, last
        First and latest day with a record, None before any.
    mornings
        Mornings that were told.
    done
        Days on which each subject was done, shape (subjects,).
    counted
        Those of them that a told morning followed, shape (subjects,).
    bouts
        Answers within ten minutes.
    lately
        Of the records of the last `PACE_DAYS` days: the day and what was done, shape (subjects,).
    """

    first: dt.date | None
    last: dt.date | None
    mornings: int
    done: Array
    counted: Array
    bouts: Bouts
    lately: tuple[tuple[dt.date, Array], ...]

    @classmethod
    def empty(cls, layout: Layout) -> Tally:
        """Return the counts before the first day."""
        nothing = np.zeros(layout.size)
        return cls(None, None, 0, nothing, nothing, Bouts.of((), layout), ())

    @classmethod
    def of(cls, days: Sequence[DayRecord], table: Table) -> Tally:
        """Count all days at once."""
        ordered = sorted(days, key=lambda day: day.day)
        last = ordered[-1].day if ordered else None
        return cls(
            first=table.first,
            last=last,
            mornings=len(table.at),
            done=(table.done > 0.0).sum(axis=0).astype(float),
            counted=(table.before > 0.0).sum(axis=0).astype(float),
            bouts=Bouts.of(ordered, table.layout),
            lately=tuple(
                (day.day, row)
                for day, row in zip(ordered[-PACE_DAYS:], table.done[-PACE_DAYS:], strict=True)
                if last is not None and (last - day.day).days < PACE_DAYS
            ),
        )

    def add(self, day: DayRecord, layout: Layout, done: Array, before: Array) -> Tally:
        """Count one more day: ``done`` on it, and ``before`` on the day before it."""
        told = day.leg_morning is not None
        return replace(
            self,
            first=day.day if self.first is None else self.first,
            last=day.day,
            mornings=self.mornings + told,
            done=self.done + (done > 0.0),
            counted=self.counted + (before > 0.0) * told,
            bouts=self.bouts + Bouts.of((day,), layout),
            lately=(
                *((when, row) for when, row in self.lately if (day.day - when).days < PACE_DAYS),
                (day.day, done),
            ),
        )

    @property
    def now(self) -> int:
        """Day number of the latest record; 0 before any."""
        return 0 if self.first is None or self.last is None else (self.last - self.first).days

    @property
    def days(self) -> int:
        """Calendar days from the first record to the latest, both counted."""
        return 0 if self.first is None else self.now + 1

    def pace(self) -> Array:
        """Return on what share of the last days each subject was done, shape (subjects,)."""
        if not self.lately:
            return np.zeros_like(self.done)
        times: Array = np.sum([row > 0.0 for _, row in self.lately], axis=0)
        return times / min(PACE_DAYS, self.now + 1)
