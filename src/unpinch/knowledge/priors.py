"""Typed shape of the priors of the learning engine (data file ``priors.yaml``)."""

from __future__ import annotations

from unpinch.knowledge.kinds import Tag
from unpinch.knowledge.models import Record


class Prior(Record, frozen=True, kw_only=True):
    """A normal or log-normal prior: location and scale, with what it rests on."""

    mean: float
    sd: float
    source: str
    tag: Tag
    note: str | None = None


class Grid(Record, frozen=True, kw_only=True):
    """Values of a hyper-parameter over which the engine mixes, with their prior weights."""

    values: tuple[float, ...]
    weights: tuple[float, ...]
    source: str
    tag: Tag
    note: str | None = None


class Priors(Record, frozen=True, kw_only=True):
    """Everything that the engine believes before the person has said anything."""

    version: str
    start_leg: Prior  # leg NPRS on the first days
    plateau: Prior  # as a share of the start, when pain is recent
    slope_per_week: Prior  # when pain has lasted twelve weeks or more
    recent_days: int
    tau_days: Grid  # speed of recovery, when pain is recent
    noise_sd: Grid  # day-to-day, NPRS points
    carry_over: Grid  # lag-1 correlation of daily pain
    family_next_day: Prior  # NPRS points, negative is easier
    exercise_next_day: Prior  # around its family
    family_soon: Prior  # within ten minutes
    exercise_soon: Prior
    soon_noise_sd: Grid
