"""A person with a plan of four exercises, so that the tests of the pages need no planner."""

from __future__ import annotations

import datetime as dt
import functools
import time
from collections.abc import Callable
from typing import Any

import msgspec

from tests.web.decisions import clearance, decision
from tests.web.people import NOW
from unpinch.care.decision import Lock, Plan, PlannedDose, PlannedExercise
from unpinch.care.duration import Place, exercise_seconds, place_of
from unpinch.journal import Journal, make
from unpinch.journal.kinds import Pain, Profile
from unpinch.knowledge import load
from unpinch.knowledge.kinds import Side, Tier
from unpinch.knowledge.words import Words
from unpinch.web.visit import Decider


def ticking() -> Callable[[], dt.datetime]:
    """Return a clock that starts at `NOW`."""
    began = time.monotonic()
    return lambda: NOW + dt.timedelta(seconds=time.monotonic() - began)


def somebody(leg: int = 3, distal: int = 5) -> Journal:
    """Return the journal of a person whose right leg hurts down to the calf."""
    profile = Profile(side="right", birth_year=1980, sex="female")
    pain = Pain(when="now", leg_nprs=leg, back_nprs=2, distal=distal, side="right")  # type: ignore[arg-type]
    return Journal(
        [make("p-1", NOW - dt.timedelta(hours=1), profile), make("p-2", NOW - dt.timedelta(minutes=5), pain)]
    )


def stop(
    name: str, variant: str, sides: tuple[Side, ...] = (), *, new: bool = False, rung: int = 0, **dose: Any
) -> PlannedExercise:
    """Return one stop of a plan over the knowledge that ships."""
    shape = {"sets": 1, "reps": None, "hold_s": None, "minutes": None, "rest_s": 10.0, "effort_cr10": None}
    return PlannedExercise(
        exercise=name,
        variant=variant,
        rung=rung,
        position=place_of(load().exercises[name], variant).position,
        sides=sides,
        dose=msgspec.convert(shape | dose, PlannedDose),
        minutes=1.0,
        light=None,
        new=new,
        on_trial=False,
        why=Words(key="why", text="It is due today."),
    )


@functools.cache
def four() -> Plan:
    """Return minutes, repetitions on both sides, a hold on both sides and counts without sides."""
    stops = (
        stop("EX25", "EX25b", minutes=1.0),
        stop("EX20", "EX20b", ("right", "left"), reps=4, rung=1),
        stop("EX16", "EX16b", ("left", "right"), sets=2, hold_s=15.0, rung=2),
        stop("EX09", "EX09b", reps=3, sets=2, new=True, rung=1),
    )
    seconds = 0.0
    before: Place | None = None
    for one in stops:
        exercise = load().exercises[one.exercise]
        seconds += exercise_seconds(
            exercise, one.dose, one.sides, load().timing, variant=one.variant, before=before, new=one.new
        )
        before = place_of(exercise, one.variant)
    return Plan(exercises=stops, minutes=seconds / 60, kind="full")


def decided(plan: Plan | None = None, *, locks: tuple[Lock, ...] = (), tier: Tier | None = "G") -> Decider:
    """Return a decider that always comes to the same plan."""
    made = decision(session=plan, clearance=clearance(tier, locks=locks))
    return lambda *_: made
