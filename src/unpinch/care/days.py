"""The journal as the learner wants it: one record a day, and how much of the plan was done."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

from unpinch.care.light import Base, Judged
from unpinch.journal.fold import Person
from unpinch.journal.kinds import ExerciseDone, Planned
from unpinch.knowledge import Knowledge
from unpinch.learning.beliefs import DayRecord, Exposure

_TAPS = {"easier": -1, "same": 0, "worse": 1}


def day_records(
    person: Person, judged: Sequence[Judged], base: Base, knowledge: Knowledge, today: dt.date
) -> tuple[DayRecord, ...]:
    """Return a record for every day from the first morning or exercise to today, gaps included."""
    exposures: dict[dt.date, dict[str, Exposure]] = {}
    for one in judged:
        exercise = knowledge.exercises.get(one.done.exercise)
        if exercise is None:
            continue
        done = exposures.setdefault(one.at.date(), {})
        done[exercise.id] = _joined(done.get(exercise.id), _exposure(one, exercise.family, knowledge))
    days = [*base.legs, *exposures]
    if not days:
        return ()
    first = min(days)
    all_days = [first + dt.timedelta(days=back) for back in range((today - first).days + 1)]
    return tuple(
        DayRecord(
            day=day,
            leg_morning=base.legs.get(day),
            exposures=tuple(exposures.get(day, {}).values()),
        )
        for day in all_days
    )


def _exposure(one: Judged, family: str, knowledge: Knowledge) -> Exposure:
    pre, post = one.saw["leg_pre"], one.done.leg_post
    return Exposure(
        exercise=one.done.exercise,
        family=family,
        dose=_share(one.done, knowledge),
        soon=float(post - pre) if post is not None and isinstance(pre, int) else None,
        tap=None if one.done.response is None else _TAPS[one.done.response],
    )


def _joined(known: Exposure | None, new: Exposure) -> Exposure:
    """Two bouts of one exercise on one day: the doses add up, the later answer stands."""
    if known is None:
        return new
    return Exposure(
        exercise=new.exercise,
        family=new.family,
        dose=known.dose + new.dose,
        soon=known.soon if new.soon is None else new.soon,
        tap=known.tap if new.tap is None else new.tap,
    )


def _share(done: ExerciseDone, knowledge: Knowledge) -> float:
    """Return the share of the rung's sets that was done; a bout without sets told counts as one."""
    ladder = knowledge.exercises[done.exercise].ladder
    dose = ladder[min(done.rung, len(ladder) - 1)].dose
    if not done.sets:
        return 1.0
    sides = len({one.side for one in done.sets if one.side is not None}) or 1
    return min(1.0, len(done.sets) / (dose.sets * sides))


def adherence_by_day(person: Person, knowledge: Knowledge) -> dict[dt.date, float]:
    """Return for each day with exercise the share of planned sessions done in the week up to it.

    A session counts when at least the share `AdherenceRule.done_share` of its sets was done. In
    the first week only as many sessions are expected as its days allow.
    """
    rule = knowledge.rules.adherence
    sets_done: dict[str, int] = {}
    days_of: dict[str, dt.date] = {}
    for at, done in person.exercises:
        if done.session is not None and not done.skipped:
            sets_done[done.session] = sets_done.get(done.session, 0) + max(1, len(done.sets))
            days_of[done.session] = at.date()
    counted: dict[dt.date, int] = {}
    for name, day in days_of.items():
        session = person.sessions.get(name)
        planned = _sets(session.plan) if session is not None else 0
        if sets_done[name] >= rule.done_share * planned:
            counted[day] = counted.get(day, 0) + 1
    return _shares(sorted({at.date() for at, _ in person.exercises}), counted, knowledge)


def _shares(
    days: Sequence[dt.date], counted: Mapping[dt.date, int], knowledge: Knowledge
) -> dict[dt.date, float]:
    window = knowledge.rules.progress.adherence_days
    expected = knowledge.planning.sessions_per_week * window / 7
    shares = {}
    for day in days:
        done = sum(counted.get(day - dt.timedelta(days=back), 0) for back in range(window))
        so_far = min(window, (day - days[0]).days + 1) * expected / window
        shares[day] = min(1.0, done / max(1.0, so_far))
    return shares


def _sets(plan: Sequence[Planned]) -> int:
    return sum(planned.sets * max(1, len(planned.sides)) for planned in plan)
