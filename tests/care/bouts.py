"""Bouts of one exercise with their lights, for tests of the rules that look at its history."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from tests.factories import T0, at
from unpinch.care.dosing import Event, Standing, standings
from unpinch.care.light import Base, Judged, judge
from unpinch.journal.kinds import ExerciseDone, Pain, SetDone
from unpinch.knowledge import load
from unpinch.knowledge.models import Dose, Exercise, Step, Tempo, Variant

KNOWN = load()
ALWAYS: dict[dt.date, float] = {}


def day(number: int) -> dt.date:
    """Return the date of a day after `T0`."""
    return T0.date() + dt.timedelta(days=number)


def base(levels: Mapping[int, int]) -> Base:
    """Return the mornings of some days."""
    legs = {day(number): leg for number, leg in levels.items()}
    return Base(legs=legs, times={day(number): at(number, 7) for number in levels})


STEADY = base({number: 3 for number in range(-10, 120)})
"""Mornings that were always the same."""


def exercise(
    *, sets: int = 2, reps: int | None = 10, kind: Any = "strengthen", sided: bool = False, rungs: int = 6
) -> Exercise:
    """Return an exercise of two variants: rungs 0 to 2 are the easier one."""
    dose = Dose(sets=sets, reps=reps, hold_s=None if reps else 20.0)
    return Exercise(
        id="EXT",
        origin="guideline",
        name="Test",
        synonyms=(),
        family="leg_strength",
        position="supine",
        kind=kind,
        sided=sided,
        targets=(),
        purpose="A test.",
        variants=tuple(Variant(id=name, name=name, how=("Do it.",), movement="m") for name in ("a", "b")),
        ladder=tuple(Step(variant="a" if rung < 3 else "b", dose=dose) for rung in range(rungs)),
        start=2,
        tempo=Tempo(out_s=1, back_s=1),
        per_week_max=7,
        cues=(),
        mistakes=(),
    )


EXT = exercise()


def bout(
    when: float = 0,
    *,
    rung: int = 2,
    sets: int = 2,
    sets_told: tuple[SetDone, ...] | None = None,
    extra: int = 0,
    mornings: Base = STEADY,
    before: Pain | None = None,
    **fields: Any,
) -> Judged:
    """Judge one bout on day ``when`` (a half is the evening): felt the same, unless told otherwise."""
    usual: dict[str, Any] = {
        "exercise": "EXT",
        "variant": "a" if rung < 3 else "b",
        "rung": rung,
        "response": "same",
        "leg_pre": 3,
        "leg_max": 3,
        "distal_pre": 4,
        "distal_post": 4,
        "effort_cr10": 4.0,
        "sets": tuple(SetDone(reps=10 + extra, hold_s=20.0 + extra) for _ in range(sets))
        if sets_told is None
        else sets_told,
    }
    time = at(int(when), 9) + dt.timedelta(hours=12) * (when % 1 > 0)
    return judge(ExerciseDone(**(usual | fields)), time, before, mornings, KNOWN.rules)


def green(when: float, **fields: Any) -> Judged:
    """Return a green bout that was ready for more."""
    return bout(when, **({"extra": 2} | fields))


def red(when: float, **fields: Any) -> Judged:
    """Return a red bout: the leg rose too far."""
    return bout(when, **({"leg_max": 6} | fields))


def lower(when: float, **fields: Any) -> Judged:
    """Return a bout after which the pain was felt further down the leg."""
    return bout(when, **({"distal_post": 5} | fields))


def follow(
    *history: Judged, of: Exercise = EXT, adherence: float = 1.0
) -> tuple[Standing, tuple[Event, ...]]:
    """Return where the exercise stands after its history, and what the rules did."""
    days = {one.at.date(): adherence for one in history}
    standing, events = standings(history, {of.id: of}, KNOWN.rules, days)
    return standing[of.id], events
