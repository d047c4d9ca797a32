"""Today's session: the worthiest exercises that fit the minutes, the limits and the floor.

First version: exercises are taken by their worth for as long as they fit, then put in the order
of positions, so that nobody gets up and down twice. The seam for an exact solver is `plan`: it
gets candidates with their worth and returns the session, or the limit that nothing satisfied.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping, Sequence
from typing import Literal

import msgspec

from unpinch.care.access import GENTLE
from unpinch.care.decision import Plan, PlannedDose, PlannedExercise
from unpinch.care.dosing import Standing
from unpinch.care.duration import Place, exercise_seconds, place_of
from unpinch.knowledge import Knowledge, Words
from unpinch.knowledge.kinds import Light, Side
from unpinch.knowledge.models import Exercise, Step

PlanKind = Literal["full", "minimum", "easy"]
_HALF = 0.5
_DAY = dt.timedelta(days=1)


class Candidate(msgspec.Struct, frozen=True, kw_only=True):
    """An exercise that may be planned today, with how much of it.

    Attributes
    ----------
    worth
        See `unpinch.knowledge.planning.Weights`.
    new
        Never done before, and of a family that is on trial.
    longer
        Rungs above it, highest first, for what minutes are left over: of a walk.
    """

    exercise: Exercise
    rung: int
    longer: tuple[int, ...]
    step: Step
    sets_factor: float  # below 1 after a red day
    sides: tuple[Side, ...]
    worth: float
    new: bool
    on_trial: bool
    light: Light | None
    why: Words


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """What a session must keep to.

    Attributes
    ----------
    new_max
        New exercises that are still allowed today and this week.
    effort_max
        Highest aimed effort (CR10), None for no limit.
    free_minutes, gentle_minutes
        Of walking and relief together, and of each.
    longer_walks
        What minutes are left over may go to a walk.
    gentle_only
        Nothing but walking and relief.
    because
        What makes the session as small as it is, part of the keys ``change....<because>``: the
        ``usual`` limits, the ``leg`` as it is now, ``minimum``, ``easy`` (worse today),
        ``irritable`` or ``flare``.
    """

    minutes: float
    exercises_max: int
    new_max: int
    effort_max: float | None
    free_minutes: float
    gentle_minutes: float
    longer_walks: bool
    sets_factor: float
    kind: PlanKind
    gentle_only: bool
    because: str


def plan(candidates: Sequence[Candidate], limits: Limits, knowledge: Knowledge) -> Plan | None:
    """Choose and order a session.

    Returns
    -------
    Plan or None
        None when not a single candidate fits.
    """
    chosen = _taken([], candidates, limits, knowledge)
    if not chosen:
        return None
    # What then is left over may go to rest and walking, beyond their share.
    all_of_it = msgspec.structs.replace(limits, free_minutes=limits.minutes)
    chosen = _taken(chosen, candidates, all_of_it, knowledge)
    return _laid_out([_stretched(one, chosen, limits, knowledge) for one in chosen], limits, knowledge)


def _taken(
    known: Sequence[Candidate], candidates: Sequence[Candidate], limits: Limits, knowledge: Knowledge
) -> list[Candidate]:
    """Add the worthiest candidates that fit beside what is in already."""
    chosen = list(known)
    names = {one.exercise.id for one in known}
    left = [one for one in candidates if one.exercise.id not in names]
    while left and len(chosen) < limits.exercises_max:
        best = max(left, key=lambda one: (_worth_beside(one, chosen, knowledge), one.exercise.id))
        left.remove(best)
        if _fits(best, chosen, limits, knowledge):
            chosen.append(best)
    return chosen


def _stretched(
    one: Candidate, chosen: Sequence[Candidate], limits: Limits, knowledge: Knowledge
) -> Candidate:
    """Return a walk as long as the session has room for it, anything else as it is."""
    others = sum(minutes_of(other, None, limits, knowledge) for other in chosen if other is not one)
    for rung in one.longer:
        longer = msgspec.structs.replace(one, rung=rung, step=one.exercise.ladder[rung])
        if others + minutes_of(longer, None, limits, knowledge) <= limits.minutes:
            return longer
    return one


def _worth_beside(one: Candidate, chosen: Sequence[Candidate], knowledge: Knowledge) -> float:
    same = sum(other.exercise.family == one.exercise.family for other in chosen)
    return one.worth - knowledge.planning.weights.same_family * same


def _fits(one: Candidate, chosen: Sequence[Candidate], limits: Limits, knowledge: Knowledge) -> bool:
    takes = minutes_of(one, None, limits, knowledge)
    spent = sum(minutes_of(other, None, limits, knowledge) for other in chosen)
    if spent + takes > limits.minutes:
        return False
    if one.exercise.kind == "relief" and one.worth <= 0 and chosen:
        return False  # nothing hurts: rest is no filler
    if one.new and sum(other.new for other in chosen) >= limits.new_max:
        return False
    if one.exercise.kind not in GENTLE:
        return True
    gentle = [other for other in chosen if other.exercise.kind in GENTLE]
    free = sum(minutes_of(other, None, limits, knowledge) for other in gentle)
    return not gentle or free + takes <= limits.free_minutes


def over_effort(step: Step, limits: Limits) -> bool:
    """Tell whether a step aims at more effort than today allows."""
    effort = step.dose.effort_cr10
    return effort is not None and limits.effort_max is not None and effort > limits.effort_max


def minutes_of(candidate: Candidate, before: Place | None, limits: Limits, knowledge: Knowledge) -> float:
    """Return the guided minutes of a candidate, coming from a place."""
    seconds = exercise_seconds(
        candidate.exercise,
        dose_of(candidate, limits),
        candidate.sides,
        knowledge.timing,
        variant=candidate.step.variant,
        before=before,
        new=candidate.new,
    )
    return seconds / 60


def dose_of(candidate: Candidate, limits: Limits) -> PlannedDose:
    """Return today's amount: the rung's, less after a red day or in a flare.

    Fewer sets; where there is but one, fewer repetitions, or a shorter hold or walk.
    """
    dose = candidate.step.dose
    factor = min(limits.sets_factor, candidate.sets_factor)
    sets = max(1, math.ceil(dose.sets * factor - _HALF))  # a half is rounded down
    share = min(1.0, dose.sets * factor)
    return PlannedDose(
        sets=sets,
        reps=None if dose.reps is None else max(1, int(dose.reps * share)),
        hold_s=dose.hold_s if dose.hold_s is None or dose.reps is not None else dose.hold_s * share,
        minutes=None if dose.minutes is None else max(_HALF, int(dose.minutes * share / _HALF) * _HALF),
        rest_s=dose.rest_s,
        effort_cr10=dose.effort_cr10,
    )


def _laid_out(chosen: Sequence[Candidate], limits: Limits, knowledge: Knowledge) -> Plan:
    ordered = sorted(
        chosen,
        key=lambda one: (
            knowledge.positions[place_of(one.exercise, one.step.variant).position].order,
            one.exercise.kind != "relief",
            one.exercise.id,
        ),
    )
    before: Place | None = None
    stops = []
    for one in ordered:
        minutes = minutes_of(one, before, limits, knowledge)
        before = place_of(one.exercise, one.step.variant)
        stops.append(
            PlannedExercise(
                exercise=one.exercise.id,
                variant=one.step.variant,
                rung=one.rung,
                position=before.position,
                sides=one.sides,
                dose=dose_of(one, limits),
                minutes=round(minutes, 2),
                light=one.light,
                new=one.new,
                on_trial=one.on_trial,
                why=one.why,
            )
        )
    return Plan(
        exercises=tuple(stops),
        minutes=round(sum(stop.minutes for stop in stops), 2),
        kind=limits.kind,
    )


def is_new(exercise: Exercise, standing: Standing | None, knowledge: Knowledge) -> bool:
    """Tell whether an exercise is one to be tried for the first time; relief and walking are not."""
    return standing is None and knowledge.families[exercise.family].on_trial


def pick_rung(
    exercise: Exercise,
    standing: Standing | None,
    variants: Sequence[str],
    limits: Limits,
    knowledge: Knowledge,
) -> int | None:
    """Return the highest rung not above where the exercise stands that is open today.

    Where every walk or rest is longer than its share, the shortest one will do.

    Parameters
    ----------
    variants
        The variants that no lock closes and for which everything is at hand.
    limits
        Rungs that aim at too much effort for today, or take too long, are passed over.

    Returns
    -------
    int or None
        None when no rung at or below is open.
    """
    shortest = None
    for rung in open_rungs(exercise, standing, variants, limits, knowledge):
        minutes = exercise.ladder[rung].dose.minutes
        if minutes is None or minutes <= limits.gentle_minutes:
            return rung
        shortest = rung
    return shortest


def open_rungs(
    exercise: Exercise,
    standing: Standing | None,
    variants: Sequence[str],
    limits: Limits,
    knowledge: Knowledge,
) -> list[int]:
    """Return every rung up to where the exercise stands that is open today, highest first."""
    top = exercise.start if standing is None else standing.rung
    new = is_new(exercise, standing, knowledge)
    rungs = range(min(top, len(exercise.ladder) - 1), -1, -1)
    return [
        rung
        for rung in rungs
        if exercise.ladder[rung].variant in variants
        and not over_effort(exercise.ladder[rung], limits)
        and not _too_long(exercise, exercise.ladder[rung], limits, knowledge, new=new)
    ]


def _too_long(exercise: Exercise, step: Step, limits: Limits, knowledge: Knowledge, *, new: bool) -> bool:
    """Tell whether a step takes all of today's minutes and more."""
    sides: tuple[Side, ...] = ("left", "right") if exercise.sided else ()
    timing = knowledge.timing
    seconds = exercise_seconds(exercise, step.dose, sides, timing, variant=step.variant, new=new)
    return seconds > 60 * limits.minutes


def rested(
    exercise: Exercise,
    group_last: Mapping[str, dt.datetime],
    groups: Sequence[str],
    standing: Standing | None,
    now: dt.datetime,
    slack_h: float,
) -> bool:
    """Tell whether the pause since the last bout of the exercise and of its muscles is over.

    Where it lasts a day or more, the time of day may vary a little, or a person who is early on
    Wednesday would lose the day.
    """
    gap = dt.timedelta(hours=exercise.min_gap_h)
    if gap >= _DAY:
        gap -= dt.timedelta(hours=slack_h)
    if standing is not None and standing.last_at is not None and now - standing.last_at < gap:
        return False
    return all(now - group_last[group] >= gap for group in groups if group in group_last)
