"""Take up a session that broke off: which one, with what plan, and from which exercise."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from unpinch.care.decision import Lock, Plan, PlannedDose, PlannedExercise
from unpinch.care.duration import Place, exercise_seconds, place_of
from unpinch.journal.fold import Person, Session
from unpinch.journal.kinds import ExerciseDone, Planned
from unpinch.knowledge import Knowledge
from unpinch.knowledge.words import Words
from unpinch.session.script import Script

CHANGES_THE_PLAN = frozenset({"screen", "pain", "profile", "selftest"})
"""Kinds of entry that a plan rests on: after one of them the old plan is not taken up again."""


def broken_off(person: Person, knowledge: Knowledge) -> Session | None:
    """Return the last session if it was begun not long ago, not ended, and nothing has changed since."""
    begun = [session for session in person.sessions.values() if session.started_at is not None]
    if not begun:
        return None
    last = max(begun, key=lambda session: (session.started_at, session.id))
    assert last.started_at is not None
    if last.event_last != "started" or not last.plan:
        return None
    if person.now - last.started_at > dt.timedelta(hours=knowledge.timing.resume_h):
        return None
    later = (entry for entry in reversed(person.entries) if entry.at > last.started_at)
    return None if any(entry.kind in CHANGES_THE_PLAN for entry in later) else last


def done_in(session: Session, person: Person) -> tuple[ExerciseDone, ...]:
    """Return what was written down of a session, oldest first."""
    return tuple(done for _, done in person.exercises if done.session == session.id)


def plan_again(
    session: Session, person: Person, knowledge: Knowledge, locks: Sequence[Lock] = ()
) -> Plan | None:
    """Return the plan that a session began with, or None when the rest of it may not be done now.

    Parameters
    ----------
    session
        As `broken_off` returned it.
    person
        Whose session it is.
    locks
        ``Clearance.locks`` of now: an exercise that is still to be done must not be among them.
    """
    finished = {done.exercise for done in done_in(session, person)}
    stops: list[PlannedExercise] = []
    before: Place | None = None
    for planned in session.plan:
        stop = _again(planned, before, knowledge)
        if stop is None or (planned.exercise not in finished and _closed(planned, locks)):
            return None
        before = place_of(knowledge.exercises[stop.exercise], stop.variant)
        stops.append(stop)
    return Plan(exercises=tuple(stops), minutes=sum(stop.minutes for stop in stops), kind="full")


def first_open_step(script: Script, session: Session, person: Person) -> int:
    """Return the step to go on from: the first exercise that nothing was written down of."""
    finished = {done.exercise for done in done_in(session, person)}
    for facts in script.exercises:
        if facts.exercise not in finished:
            return facts.first_step
    return len(script.steps) - 1


def _again(planned: Planned, before: Place | None, knowledge: Knowledge) -> PlannedExercise | None:
    exercise = knowledge.exercises.get(planned.exercise)
    if exercise is None or planned.variant not in {variant.id for variant in exercise.variants}:
        return None
    # The entry says how much; how long to rest is known from the rung alone.
    rung = exercise.ladder[min(planned.rung, len(exercise.ladder) - 1)].dose
    dose = PlannedDose(
        sets=planned.sets,
        reps=planned.reps,
        hold_s=planned.hold_s,
        minutes=planned.minutes,
        rest_s=rung.rest_s,
        effort_cr10=rung.effort_cr10,
    )
    seconds = exercise_seconds(
        exercise, dose, planned.sides, knowledge.timing, variant=planned.variant, before=before
    )
    return PlannedExercise(
        exercise=exercise.id,
        variant=planned.variant,
        rung=planned.rung,
        position=place_of(exercise, planned.variant).position,
        sides=planned.sides,
        dose=dose,
        minutes=seconds / 60,
        light=None,
        new=False,
        on_trial=False,
        why=Words(key="session.why.again", text=exercise.purpose),
    )


def _closed(planned: Planned, locks: Sequence[Lock]) -> bool:
    return any(lock.exercise == planned.exercise and planned.variant not in lock.limit_to for lock in locks)
