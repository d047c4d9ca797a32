"""What the learner concludes, and what it is told: the seam between `learning` and `care`.

`care` folds the journal into `DayRecord`s (it knows what a traffic light or a missed morning is)
and asks for `Beliefs`; the model behind them can deepen without `care` noticing.
"""

from __future__ import annotations

import datetime as dt
from typing import Literal

import msgspec

Verdict = Literal["helps", "seems_not_to", "makes_worse", "cant_tell_yet"]
Leaning = Literal["easier", "harder", "none"]


class Exposure(msgspec.Struct, frozen=True, kw_only=True):
    """One exercise on one day.

    Attributes
    ----------
    dose
        Share of the planned sets that was done, 0 to 1 and above.
    soon
        Leg NPRS about ten minutes after minus before; None when not told as numbers.
    tap
        -1 easier, 0 same, 1 worse; None when not told.
    """

    exercise: str
    family: str
    dose: float
    soon: float | None = None
    tap: int | None = None


class DayRecord(msgspec.Struct, frozen=True, kw_only=True):
    """One calendar day: the morning's leg NPRS (None when missing), then what was done."""

    day: dt.date
    leg_morning: float | None
    exposures: tuple[Exposure, ...] = ()


class Belief(msgspec.Struct, frozen=True, kw_only=True):
    """What is believed of one family or exercise.

    Attributes
    ----------
    subject
        Id of a family or of an exercise.
    level, when
        What the subject is; whether the effect is on the next morning or within ten minutes.
    mean, low, high
        Shrunken effect in NPRS points, negative is easier, with its 90 % interval.
    p_easier
        Probability that the effect is below zero.
    days
        Exposed days with a morning after them (or exposures, for ``soon``).
    verdict, leaning
        In words; ``leaning`` refines "can't tell yet".
    more_days
        Further days until a verdict is to be expected; None when unknown or not needed.
    dots
        Quantiles of the effect, equally likely, for a dot plot.
    """

    subject: str
    level: Literal["family", "exercise"]
    when: Literal["next_day", "soon"]
    mean: float
    low: float
    high: float
    p_easier: float
    days: int
    verdict: Verdict
    leaning: Leaning
    more_days: int | None
    dots: tuple[float, ...]


class Trend(msgspec.Struct, frozen=True, kw_only=True):
    """Recovery that no exercise is credited with.

    Attributes
    ----------
    mornings
        Mornings counted.
    now, week_ago, change_per_week
        Level of the smooth course in NPRS points, and its change, each with a 90 % interval as
        (low, mean, high). None before there are enough mornings.
    noise_sd
        How much single mornings vary around it.
    """

    mornings: int
    now: tuple[float, float, float] | None
    change_per_week: tuple[float, float, float] | None
    noise_sd: float | None


class Beliefs(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that the learner says at one time."""

    trend: Trend
    beliefs: tuple[Belief, ...]  # families first, in the order of the knowledge; never by effect
    baseline_days_left: int  # days until families are compared
