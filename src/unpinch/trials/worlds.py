"""Virtual people whose truth is known: mornings made up by a law, so that a learner can be judged.

The law is not the learner's model on purpose: it has flares, sudden turns, slow drifts, whole numbers
with a floor and a ceiling, and mornings and exercises that are skipped because it hurts. All chance
comes from the generator that the caller gives.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence

import msgspec
import numpy as np

from unpinch.learning.beliefs import DayRecord, Exposure

Plan = Callable[[Sequence[DayRecord]], Sequence[str]]
"""Takes all days so far, the last one with its morning but nothing done; returns today's families."""

FIRST_DAY = dt.date(2024, 1, 1)
NPRS_MAX = 10.0


class World(msgspec.Struct, frozen=True, kw_only=True):
    """The truth about one virtual person. NPRS points and days where nothing else is said.

    Attributes
    ----------
    name, about
        What it is called, and what is special about it.
    effects
        For each family what a day with it does to the next morning; others do nothing.
    soon
        For each family the change within ten minutes.
    start, plateau, tau_days
        The course falls from start to plateau; ``slope_per_week`` is added.
    noise_sd, carry_over
        What is new in each morning, and how much of the last morning's noise stays.
    turn_day, turn
        A sudden lasting change, and its day.
    drift_sd
        Step of a slow random walk.
    flare_chance, flare_rise, flare_days
        Chance a day that a flare begins, its height and its length.
    weekend
        Added on Saturdays and Sundays.
    missed
        Chance that a morning is not told.
    bad_leg, missed_when_bad, skipped_when_bad
        From this pain on, further chances that the morning is not told, and that today's exercises
        are left out.
    exact
        Told as it is felt between 0 and 10, instead of as whole numbers.
    """

    name: str
    about: str
    effects: Mapping[str, float] = {}
    soon: Mapping[str, float] = {}
    soon_noise_sd: float = 1.4
    start: float = 5.0
    plateau: float = 5.0
    tau_days: float = 28.0
    slope_per_week: float = 0.0
    noise_sd: float = 1.2
    carry_over: float = 0.4
    turn_day: int | None = None
    turn: float = 0.0
    drift_sd: float = 0.0
    flare_chance: float = 0.0
    flare_rise: float = 0.0
    flare_days: int = 0
    weekend: float = 0.0
    missed: float = 0.0
    bad_leg: float = 7.0
    missed_when_bad: float = 0.0
    skipped_when_bad: float = 0.0
    exact: bool = False


def live(
    world: World,
    families: Mapping[str, Sequence[str]],
    plan: Plan,
    days: int,
    rng: np.random.Generator,
    *,
    first: dt.date = FIRST_DAY,
) -> tuple[DayRecord, ...]:
    """Let a virtual person live for some days.

    Parameters
    ----------
    world
        The truth.
    families
        Ids of the exercises of each family; each planned family is done with one of them.
    plan
        Decides what is done each day, from what has been told so far.
    days
        How many.
    rng
        The only source of chance.
    first
        The first day.
    """
    course = courses(world, days, first, rng)
    noise = world.noise_sd / np.sqrt(1.0 - world.carry_over**2) * rng.standard_normal()
    done: tuple[str, ...] = ()
    history: list[DayRecord] = []
    for number in range(days):
        if number:
            noise = world.carry_over * noise + world.noise_sd * rng.standard_normal()
        felt = float(course[number] + noise + sum(world.effects.get(name, 0.0) for name in done))
        told = float(np.clip(felt if world.exact else np.round(felt), 0.0, NPRS_MAX))
        bad = felt >= world.bad_leg
        missing = rng.random() < world.missed or (rng.random() < world.missed_when_bad and bad)
        today = DayRecord(
            day=first + dt.timedelta(days=number), leg_morning=None if missing else told, exposures=()
        )
        skipped = rng.random() < world.skipped_when_bad and bad
        done = () if skipped else tuple(plan((*history, today)))
        exposures = tuple(_bout(world, name, families[name], rng) for name in done)
        history.append(msgspec.structs.replace(today, exposures=exposures))
    return tuple(history)


def courses(world: World, days: int, first: dt.date, rng: np.random.Generator) -> np.ndarray:
    """Return what each morning would be like without exercises and without noise, shape (days,)."""
    at = np.arange(days, dtype=float)
    level = world.plateau + (world.start - world.plateau) * np.exp(-at / world.tau_days)
    level += world.slope_per_week * at / 7.0
    if world.turn_day is not None:
        level += world.turn * (at >= world.turn_day)
    level += np.cumsum(world.drift_sd * rng.standard_normal(days))
    begins = rng.random(days) < world.flare_chance
    for day in np.flatnonzero(begins):
        level[day : day + world.flare_days] += world.flare_rise
    weekday = (first.weekday() + np.arange(days)) % 7
    level += world.weekend * (weekday >= 5)
    return level


def half_of_the_days(families: Sequence[str], rng: np.random.Generator, *, baseline_days: int = 3) -> Plan:
    """Return a plan that does each family on half of the days after the first ones, by lot."""

    def plan(history: Sequence[DayRecord]) -> Sequence[str]:
        chosen = rng.random(len(families)) < 0.5
        if len(history) <= baseline_days:
            return ()
        return [name for name, due in zip(families, chosen, strict=True) if due]

    return plan


def _bout(world: World, family: str, exercises: Sequence[str], rng: np.random.Generator) -> Exposure:
    change = world.soon.get(family, 0.0) + world.soon_noise_sd * rng.standard_normal()
    soon = float(np.clip(np.round(change), -NPRS_MAX, NPRS_MAX))
    return Exposure(
        exercise=exercises[int(rng.integers(len(exercises)))],
        family=family,
        dose=1.0,
        soon=soon,
        tap=int(np.sign(soon)),
    )


WORLDS: tuple[World, ...] = (
    World(name="still", about="Nothing helps and nothing changes."),
    World(name="model", about="Nothing helps; told exactly as the learner supposes.", exact=True),
    World(name="recovery", about="It gets better by itself.", start=6.3, plateau=3.1),
    World(name="quick", about="It gets better by itself, fast.", start=6.5, plateau=2.0, tau_days=10.0),
    World(
        name="sudden", about="One morning it is much better.",
        start=6.0, plateau=6.0, turn_day=30, turn=-3.0,
    ),
    World(
        name="relapse", about="One morning it is much worse.",
        start=3.0, plateau=3.0, turn_day=30, turn=3.0,
    ),
    World(name="drift", about="It wanders slowly.", drift_sd=0.2),
    World(
        name="flares", about="Bad weeks come and go.", start=4.0, plateau=4.0,
        flare_chance=0.04, flare_rise=3.0, flare_days=6,
    ),
    World(name="sticky", about="A bad day is followed by bad days.", carry_over=0.8, noise_sd=0.9),
    World(name="wild", about="Mornings differ a lot.", noise_sd=2.4, carry_over=0.2),
    World(name="quiet", about="Mornings hardly differ.", noise_sd=0.5, carry_over=0.2),
    World(name="weekends", about="Easier without work.", weekend=-1.5),
    World(name="gaps", about="Every third morning is not told.", missed=0.35),
    World(
        name="silent when bad", about="Bad mornings are not told.",
        start=6.0, plateau=6.0, missed_when_bad=0.7,
    ),
    World(
        name="rests when bad", about="Nothing is done after a bad morning.",
        start=6.0, plateau=6.0, skipped_when_bad=0.8,
    ),
    World(name="floor", about="Hardly any pain is left.", start=4.0, plateau=0.5, tau_days=14.0),
    World(name="worsening", about="It slowly gets worse.", start=3.0, plateau=3.0, slope_per_week=0.3),
)  # fmt: skip
"""People whom no exercise does anything to: whoever "helps" here is called so by mistake."""
