"""How today's plan differs from the last one that was begun, each change with its reason."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

from unpinch.care.access import GENTLE
from unpinch.care.decision import Change, Lock, Plan, PlannedDose, PlannedExercise
from unpinch.care.dosing import Event, Standing
from unpinch.journal.fold import Person, Session
from unpinch.journal.kinds import Planned
from unpinch.knowledge import Knowledge, Words, say
from unpinch.knowledge.words import Value

_DAY_H = 24

What = Literal["added", "dropped", "more", "less", "easier", "harder", "waits", "same_less_added"]


def changes(
    plan: Plan,
    person: Person,
    locks: Sequence[Lock],
    events: Sequence[Event],
    standing: Mapping[str, Standing],
    knowledge: Knowledge,
) -> tuple[Change, ...]:
    """Compare today's plan with the last session that was begun; none when there was none."""
    last = last_session(person)
    if last is None:
        return ()
    before = {planned.exercise: planned for planned in last.plan}
    today = {planned.exercise: planned for planned in plan.exercises}
    found = [_changed(before[name], now, events, knowledge) for name, now in today.items() if name in before]
    added = [_added(now, knowledge) for name, now in today.items() if name not in before]
    gone = [
        _gone(was, locks, plan, standing, knowledge)
        for name, was in before.items()
        if name not in today and name in knowledge.exercises
    ]
    return (*gone, *(change for change in found if change is not None), *added)


def last_session(person: Person) -> Session | None:
    """Return the session that was begun last."""
    begun = [session for session in person.sessions.values() if session.started_at is not None]
    return max(begun, key=lambda one: (one.started_at, one.id), default=None)


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
    was: Planned, now: PlannedExercise, events: Sequence[Event], knowledge: Knowledge
) -> Change | None:
    before = spoken_dose(was, was.sides, knowledge)
    after = spoken_dose(now.dose, now.sides, knowledge)
    what: What
    if now.rung != was.rung and now.variant != was.variant:
        what = "harder" if now.rung > was.rung else "easier"
    elif _amount(now.dose) != _amount(was):
        what = "more" if _amount(now.dose) > _amount(was) else "less"
    else:
        return None
    event = next((event for event in reversed(events) if event.exercise == now.exercise), None)
    up = what in {"harder", "more"}
    rule, words = _reason(now.exercise, what, event, up=up, knowledge=knowledge)
    return Change(exercise=now.exercise, what=what, before=before, after=after, rule=rule, words=words)


def _reason(
    exercise: str, what: What, event: Event | None, *, up: bool, knowledge: Knowledge
) -> tuple[str | None, Words]:
    """Return the rule behind a changed amount, and its words; limits of the day where none fits."""
    name = knowledge.exercises[exercise].name
    if event is not None:
        outcomes = {"step_up", "back_up"} if up else {"red", "lock"}
        if event.outcome in outcomes:
            key = f"change.{event.outcome}.{event.judged.reason}"
            if key not in knowledge.words:
                key = f"change.{event.outcome}"
            rule = "R7" if event.outcome == "red" else event.rule
            return rule, say(knowledge.words, key, name=name, **seen(event, knowledge))
    return None, say(knowledge.words, f"change.{what}", name=name)


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


def _gone(
    was: Planned,
    locks: Sequence[Lock],
    plan: Plan,
    standing: Mapping[str, Standing],
    knowledge: Knowledge,
) -> Change:
    exercise = knowledge.exercises[was.exercise]
    before = spoken_dose(was, was.sides, knowledge)
    lock = next((lock for lock in locks if lock.exercise == exercise.id and not lock.limit_to), None)
    if lock is not None:
        rule = lock.code if lock.code.startswith("R") else None
        return Change(
            exercise=exercise.id, what="waits", before=before, after=None, rule=rule, words=lock.words
        )
    if plan.kind != "full":
        key = f"change.{plan.kind}"
    elif exercise.kind in GENTLE:
        key = "change.gentle"
    elif exercise.kind == "strengthen":
        key = "change.rest_day"
    else:
        key = "change.other_day"
    gap_days = exercise.min_gap_h // _DAY_H
    words = say(knowledge.words, key, name=exercise.name, gap_days=gap_days)
    return Change(exercise=exercise.id, what="dropped", before=before, after=None, rule=None, words=words)


def _amount(dose: PlannedDose | Planned) -> float:
    """Return sets times repetitions, seconds or minutes: comparable within one exercise."""
    return dose.sets * (dose.minutes or dose.reps or dose.hold_s or 1)
