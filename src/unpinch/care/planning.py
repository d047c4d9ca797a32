"""Today's session: the worthiest exercises that fit the minutes, the limits and the floor.

`unpinch.care.programme` chooses them. They are put in the order of positions, so that nobody gets
up and down twice.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Literal

import msgspec

from unpinch.care.access import GENTLE
from unpinch.care.decision import Plan, PlannedDose, PlannedExercise
from unpinch.care.dosing import Standing
from unpinch.care.duration import Place, exercise_seconds, place_of
from unpinch.care.programme import Problem, fits, solve
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
    goal, goal_worth
        The group of the week that it covers (`unpinch.knowledge.planning.Goal`), and what that is
        worth today, once for all that cover it; None where it covers none.
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
    goal: str | None
    goal_worth: float
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

    The set that is worth most comes first; minutes that it leaves over go to rest and walking
    beyond their share, and then to a longer walk.

    Parameters
    ----------
    candidates
        In any order; no exercise twice.

    Returns
    -------
    Plan or None
        None when not a single candidate fits.
    """
    offered = sorted(candidates, key=lambda one: one.exercise.id)
    chosen = solve(_problem(offered, limits, knowledge))
    if chosen is None:
        return None
    taken = _rested_more([offered[at] for at in chosen], offered, limits, knowledge)
    return _laid_out(_walked_more(taken, limits, knowledge), limits, knowledge)


def could_come(
    candidates: Sequence[Candidate], limits: Limits, knowledge: Knowledge
) -> tuple[Candidate, ...]:
    """Return the candidates that fit by themselves; where there is none, `plan` has no answer."""
    offered = sorted(candidates, key=lambda one: one.exercise.id)
    problem = _problem(offered, limits, knowledge)
    return tuple(one for at, one in enumerate(offered) if fits(problem, (at,)))


def _problem(offered: Sequence[Candidate], limits: Limits, knowledge: Knowledge) -> Problem:
    """Say in whole numbers what the candidates are worth and what they take.

    No minutes are counted twice and none too few: on the way from one exercise to the next each
    thing is reckoned as fetched anew, and every number is rounded up.
    """
    weights, timing = knowledge.planning.weights, knowledge.timing
    places = [place_of(one.exercise, one.step.variant).position for one in offered]
    positions = tuple(sorted(set(places)))
    families = sorted({one.exercise.family for one in offered})
    goals = {one.goal: one.goal_worth for one in offered if one.goal is not None}
    names = sorted(goals)
    gentle = frozenset(at for at, one in enumerate(offered) if one.exercise.kind in GENTLE)
    return Problem(
        worth=tuple(
            _thousandths(one.worth + weights.exercise * (at not in gentle)) for at, one in enumerate(offered)
        ),
        takes=tuple(
            _hundredths(minutes_of(one, Place(position=place), limits, knowledge))
            for one, place in zip(offered, places, strict=True)
        ),
        place=tuple(positions.index(place) for place in places),
        place_takes=tuple(
            _hundredths(max(0.0, timing.place_s[place] - timing.stay_s) / 60) for place in positions
        ),
        place_cost=_thousandths(weights.place),
        family=tuple(families.index(one.exercise.family) for one in offered),
        same_family=_thousandths(weights.same_family),
        goal=tuple(-1 if one.goal is None else names.index(one.goal) for one in offered),
        goal_worth=tuple(_thousandths(goals[name]) for name in names),
        new=frozenset(at for at, one in enumerate(offered) if one.new),
        gentle=gentle,
        # Where nothing hurts, rest is no filler.
        alone=frozenset(
            at for at, one in enumerate(offered) if one.exercise.kind == "relief" and one.worth <= 0
        ),
        minutes=_whole(limits.minutes),
        free=_whole(limits.free_minutes),
        exercises_max=limits.exercises_max,
        new_max=limits.new_max,
    )


def _thousandths(points: float) -> int:
    return round(1000 * points)


def _hundredths(minutes: float) -> int:
    return math.ceil(round(100 * minutes, 6))


def _whole(minutes: float) -> int:
    return math.floor(round(100 * minutes, 6))


def _rested_more(
    chosen: Sequence[Candidate], offered: Sequence[Candidate], limits: Limits, knowledge: Knowledge
) -> list[Candidate]:
    """Add rest and walking beyond their share, the worthiest first, where there is room."""
    taken = list(chosen)
    more = [one for one in offered if one not in taken and one.exercise.kind in GENTLE and one.worth > 0]
    for one in sorted(more, key=lambda other: (-other.worth, other.exercise.id)):
        new = sum(other.new for other in (*taken, one))
        if (
            len(taken) < limits.exercises_max
            and new <= limits.new_max
            and _room([*taken, one], limits, knowledge)
        ):
            taken.append(one)
    return taken


def _walked_more(chosen: Sequence[Candidate], limits: Limits, knowledge: Knowledge) -> list[Candidate]:
    """Make each walk as long as the session has room for it."""
    taken = list(chosen)
    for at, one in enumerate(taken):
        for rung in one.longer:
            longer = msgspec.structs.replace(one, rung=rung, step=one.exercise.ladder[rung])
            if _room([*taken[:at], longer, *taken[at + 1 :]], limits, knowledge):
                taken[at] = longer
                break
    return taken


def _room(chosen: Sequence[Candidate], limits: Limits, knowledge: Knowledge) -> bool:
    """Tell whether a session keeps to the minutes as it is laid out."""
    return _whole(_laid_out(chosen, limits, knowledge).minutes) <= _whole(limits.minutes)


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
    start: int | None = None,
) -> int | None:
    """Return the highest rung not above where the exercise stands that is open today.

    Where every walk or rest is longer than its share, the shortest one will do.

    Parameters
    ----------
    variants
        The variants that no lock closes and for which everything is at hand.
    limits
        Rungs that aim at too much effort for today, or take too long, are passed over.
    start
        Where it begins when it was never done; its own start when left out.

    Returns
    -------
    int or None
        None when no rung at or below is open.
    """
    shortest = None
    for rung in open_rungs(exercise, standing, variants, limits, knowledge, start):
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
    start: int | None = None,
) -> Iterator[int]:
    """Yield every rung up to where the exercise stands that is open today, highest first."""
    begins = exercise.start if start is None else start
    top = begins if standing is None else standing.rung
    new = is_new(exercise, standing, knowledge)
    for rung in range(min(top, len(exercise.ladder) - 1), -1, -1):
        step = exercise.ladder[rung]
        if (
            step.variant in variants
            and not over_effort(step, limits)
            and not _too_long(exercise, step, limits, knowledge, new=new)
        ):
            yield rung


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
