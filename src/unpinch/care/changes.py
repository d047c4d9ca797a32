"""How today's plan differs from the last one that was begun, each change with its reason."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Literal

from unpinch.care.access import GENTLE
from unpinch.care.decision import Change, Plan, PlannedDose, PlannedExercise
from unpinch.care.dosing import Event
from unpinch.care.opened import Scene
from unpinch.care.planning import Limits
from unpinch.journal.fold import Person, Session
from unpinch.journal.kinds import Planned
from unpinch.knowledge import Knowledge, Words, say
from unpinch.knowledge.words import Value
from unpinch.learning.policy import Choice

_DAY_H = 24

What = Literal["added", "dropped", "more", "less", "easier", "harder", "waits", "same_less_added"]


def changes(
    plan: Plan, limits: Limits, choice: Choice, scene: Scene, events: Sequence[Event]
) -> tuple[Change, ...]:
    """Compare today's plan with the sessions that were begun; none when there was none.

    What was in the last session and is not today is told with its reason. An amount is compared
    with the last session that had the exercise, so that what comes back lighter after a rest says
    why; what comes back as it was is no change.
    """
    begun = _begun(scene.person)
    if not begun:
        return ()
    last_at, last = begun[-1]
    before = {was.exercise: (at, was) for at, session in begun for was in session.plan}
    today = {now.exercise for now in plan.exercises}
    gone = [
        _gone(was, last_at, limits, choice, scene)
        for was in last.plan
        if was.exercise not in today and was.exercise in scene.knowledge.exercises
    ]
    found = []
    for now in plan.exercises:
        if now.exercise not in before:
            found.append(_added(now, scene.knowledge))
            continue
        at, was = before[now.exercise]
        highest = max(
            other.rung for _, session in begun for other in session.plan if other.exercise == now.exercise
        )
        # A step up that had to wait, since the leg was sore, is told when it comes about.
        since = [
            event
            for event in events
            if event.exercise == now.exercise and (event.at >= at or now.rung > highest)
        ]
        change = _changed(was, now, since, limits, scene)
        if change is not None:
            found.append(change)
    return (*gone, *found)


def _begun(person: Person) -> list[tuple[dt.datetime, Session]]:
    """Return the sessions that were begun, oldest first."""
    begun = [(one.started_at, one) for one in person.sessions.values() if one.started_at is not None]
    return sorted(begun, key=lambda one: (one[0], one[1].id))


def spoken_dose(dose: PlannedDose | Planned, sides: Sequence[str], knowledge: Knowledge) -> str:
    """Return an amount in words: ``2 times 10, each side``."""
    values: dict[str, Value] = {
        "sets": dose.sets,
        "reps": dose.reps or 0,
        "hold": float(dose.hold_s or 0),
        "minutes": float(dose.minutes or 0),
    }
    if dose.minutes is not None:
        key = "dose.minutes"
    elif dose.reps is not None:
        key = "dose.reps"
    else:
        key = "dose.hold"
    if dose.sets == 1:
        key += "_once"
    text = say(knowledge.words, key, **values).text
    return say(knowledge.words, "dose.sides", dose=text).text if len(sides) > 1 else text


def _changed(
    was: Planned, now: PlannedExercise, since: Sequence[Event], limits: Limits, scene: Scene
) -> Change | None:
    knowledge = scene.knowledge
    before = spoken_dose(was, was.sides, knowledge)
    after = spoken_dose(now.dose, now.sides, knowledge)
    what: What
    if now.rung != was.rung and now.variant != was.variant:
        what = "harder" if now.rung > was.rung else "easier"
    elif _amount(now.dose) != _amount(was):
        what = "more" if _amount(now.dose) > _amount(was) else "less"
    else:
        return None
    rule, words = _reason(was, what, since, limits, scene)
    if rule is None and knowledge.exercises[now.exercise].kind in GENTLE:
        return None  # a walk takes what minutes are left: that is no news
    return Change(exercise=now.exercise, what=what, before=before, after=after, rule=rule, words=words)


def _reason(
    was: Planned, what: What, since: Sequence[Event], limits: Limits, scene: Scene
) -> tuple[str | None, Words]:
    """Return the rule behind a changed amount, and its words; limits of the day where none fits."""
    knowledge = scene.knowledge
    name = knowledge.exercises[was.exercise].name
    up = what in {"harder", "more"}
    outcomes = {"step_up", "back_up"} if up else {"red", "lock"}
    fitting = [event for event in since if event.outcome in outcomes]
    if fitting:
        event = max(fitting, key=lambda one: (one.at, one.outcome == "lock", one.rule == "R4"))
        keys = (
            f"change.{event.rule}.{event.outcome}",
            f"change.{event.outcome}.{event.judged.reason}",
            f"change.{event.outcome}",
        )
        key = next(key for key in keys if key in knowledge.words)
        rule = "R7" if event.outcome == "red" else event.rule
        return rule, say(knowledge.words, key, name=name, **seen(event, knowledge))
    if up:
        return None, say(knowledge.words, f"change.{what}", name=name)
    locks = (
        lock for lock in scene.locks if lock.exercise == was.exercise and was.variant not in lock.limit_to
    )
    lock = next(locks, None)
    if lock is not None:
        return None, lock.words
    return None, say(knowledge.words, f"change.{what}.{limits.because}", name=name)


def seen(event: Event, knowledge: Knowledge) -> dict[str, Value]:
    """Return the values that a rule saw, for its words: what was not told is 0."""
    saw = event.judged.saw
    pre, top, morning = (saw[key] for key in ("leg_pre", "leg_max", "leg_morning"))
    usual = saw["usual_morning"]
    rise = top - pre if isinstance(top, int) and isinstance(pre, int) else 0
    over = morning - usual if isinstance(morning, int) and isinstance(usual, float) else 0.0
    return {
        "rise": rise,
        "top": top if isinstance(top, int) else 0,
        "over": round(over, 1),
        "day": f"{event.judged.at:%A}",
        "off_days": knowledge.rules.deload.off_h // _DAY_H,
        "settle": knowledge.rules.light.red_settle_min,
    }


def _added(now: PlannedExercise, knowledge: Knowledge) -> Change:
    name = knowledge.exercises[now.exercise].name
    key = "change.new" if now.new else "change.added"
    return Change(
        exercise=now.exercise,
        what="added",
        before=None,
        after=spoken_dose(now.dose, now.sides, knowledge),
        rule="R6" if now.new else None,
        words=say(knowledge.words, key, name=name, why=now.why.text),
    )


def _gone(was: Planned, last_at: dt.datetime, limits: Limits, choice: Choice, scene: Scene) -> Change:
    knowledge = scene.knowledge
    exercise = knowledge.exercises[was.exercise]
    before = spoken_dose(was, was.sides, knowledge)
    lock = next((lock for lock in scene.locks if lock.exercise == exercise.id and not lock.limit_to), None)
    if lock is not None:
        rule = lock.code if lock.code.startswith("R") else None
        return Change(
            exercise=exercise.id, what="waits", before=before, after=None, rule=rule, words=lock.words
        )
    gap = dt.timedelta(hours=exercise.min_gap_h)
    if limits.gentle_only or limits.kind != "full":
        key = f"change.{limits.because}"
    elif exercise.kind == "strengthen" and scene.now - last_at < gap:
        key = "change.rest_day"
    elif exercise.family in choice.dropped:
        key = "change.dropped"
    elif exercise.family in (*choice.on_trial, *choice.keep) and exercise.family not in choice.today:
        key = "change.other_day"
    else:
        key = "change.gentle" if exercise.kind in GENTLE else "change.room"
    family = knowledge.families[exercise.family].name.lower()
    words = say(knowledge.words, key, name=exercise.name, gap_h=exercise.min_gap_h, family=family)
    return Change(exercise=exercise.id, what="dropped", before=before, after=None, rule=None, words=words)


def _amount(dose: PlannedDose | Planned) -> float:
    """Return sets times repetitions, seconds or minutes: comparable within one exercise."""
    return dose.sets * (dose.minutes or dose.reps or dose.hold_s or 1)
