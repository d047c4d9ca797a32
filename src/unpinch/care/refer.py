"""R7 (pause), R8 and R9: when the programme pauses, goes easy, or a clinician should look."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import msgspec

from unpinch.care.light import Base, Judged
from unpinch.care.screen import Screened
from unpinch.journal.fold import Person
from unpinch.journal.kinds import Questionnaire
from unpinch.knowledge import Knowledge
from unpinch.knowledge.words import Value

_DECIMALS = 6
"""Means are compared to this many decimals: below it lies only the rounding of thirds and sevenths."""


class Notice(msgspec.Struct, frozen=True, kw_only=True):
    """Something that a rule over the whole course says."""

    rule: str
    outcome: str  # "pause", "flare", "severe", "worse", "review", "refer", "late"
    at: dt.datetime
    saw: dict[str, Value | None]
    until: dt.datetime | None = None


def notices(
    person: Person,
    judged: Sequence[Judged],
    base: Base,
    now: dt.datetime,
    knowledge: Knowledge,
    screened: Screened,
) -> tuple[Notice, ...]:
    """Return everything that the rules over the course say at ``now``."""
    return (
        *_pause(judged, now, knowledge, screened.agreed_at),
        *_severe(person, now, knowledge, screened),
        *_course(person, base, now, knowledge),
    )


def _pause(
    judged: Sequence[Judged],
    now: dt.datetime,
    knowledge: Knowledge,
    agreed_at: dt.datetime | None,
) -> list[Notice]:
    """R7: red in several exercises on several days pauses the programme.

    It goes on once a clinician's agreement is told after the last of them, or when those days
    have fallen out of the window.
    """
    rule = knowledge.rules.deload
    window = dt.timedelta(days=rule.pause_within_days)
    reds = [
        one
        for one in judged
        if one.light == "red"
        and now - one.known_at < window
        and (agreed_at is None or one.known_at > agreed_at)
    ]
    days = sorted({one.at.date() for one in reds})
    names = {one.done.exercise for one in reds}
    if len(names) < rule.pause_exercises or len(days) < rule.pause_days:
        return []
    return [
        Notice(
            rule="R7",
            outcome="pause",
            at=max(one.known_at for one in reds),
            saw={"exercises": len(names), "days": len(days), "window": rule.pause_within_days},
            until=min(one.known_at for one in reds) + window,
        )
    ]


def _severe(person: Person, now: dt.datetime, knowledge: Knowledge, screened: Screened) -> list[Notice]:
    """R9: every number of the last hours is severe, and they reach back far enough.

    Once somebody has looked at it, it is not urgent every other day: the screen goes on asking
    whether anything eases it, and a new bout of it counts anew.
    """
    rule = knowledge.rules.refer
    silence = dt.timedelta(days=knowledge.rules.stale.base_days)
    since = None
    last = None
    for at, pain in reversed(person.pains):
        if pain.leg_nprs is None:
            continue
        if pain.leg_nprs < rule.severe_leg or (since is not None and since - at >= silence):
            break
        since, last = at, last or at
    limit = dt.timedelta(hours=rule.severe_h)
    if since is None or last is None or now - since < limit or now - last >= limit:
        return []
    if any(at is not None and at >= since for at in (screened.seen_at, screened.agreed_at)):
        return []
    saw: dict[str, Value | None] = {"leg": rule.severe_leg, "hours": rule.severe_h}
    return [Notice(rule="R9", outcome="severe", at=last, saw=saw)]


def _course(person: Person, base: Base, now: dt.datetime, knowledge: Knowledge) -> list[Notice]:
    rules = knowledge.rules
    today = now.date()
    if not base.legs:
        return []
    first_week = _first_week(base, knowledge)
    recent = base.mean(today, rules.flare.mean_days, rules.stale.base_min_days)
    if first_week is None or recent is None or today <= first_week[0]:
        return []
    start_day, start = first_week
    day = (today - min(base.legs)).days
    saw: dict[str, Value | None] = {"start": round(start, 1), "recent": round(recent, 1), "week": day // 7}
    found = []
    flared = _days_above(base, today, start_day, start + rules.flare.mean_over_base, knowledge)
    if flared:
        found.append(Notice(rule="R8", outcome="flare", at=now, saw=saw | {"days": flared}))
    worse = _days_above(base, today, start_day, start + rules.refer.worse_by, knowledge)
    if worse >= rules.refer.worse_days:
        found.append(Notice(rule="R9", outcome="worse", at=now, saw=saw))
    found.extend(_milestones(person, day, start, recent, saw, now, knowledge))
    return found


def _first_week(base: Base, knowledge: Knowledge) -> tuple[dt.date, float] | None:
    """Return the last day, and the mean, of the first week with mornings enough to compare with."""
    rule = knowledge.rules.stale
    for day in sorted(base.legs):
        end = day + dt.timedelta(days=rule.base_days - 1)
        mean = base.mean(end, rule.base_days, rule.base_min_days)
        if mean is not None:
            return end, mean
    return None


def _days_above(base: Base, today: dt.date, after: dt.date, level: float, knowledge: Knowledge) -> int:
    """Return for how many days in a row up to today the mean of the mornings has been so high."""
    rules = knowledge.rules
    days = 0
    while (day := today - dt.timedelta(days=days)) > after:
        mean = base.mean(day, rules.flare.mean_days, rules.stale.base_min_days)
        if mean is None or round(mean - level, _DECIMALS) < 0:
            break
        days += 1
    return days


def _milestones(
    person: Person,
    day: int,
    start: float,
    recent: float,
    saw: dict[str, Value | None],
    now: dt.datetime,
    knowledge: Knowledge,
) -> list[Notice]:
    rule = knowledge.rules.refer
    fall = start - recent
    rmdq = rmdq_scores(person)
    if day >= rule.late_day:
        high = recent >= rule.late_leg or (bool(rmdq) and rmdq[-1] >= rule.late_rmdq)
        return [Notice(rule="R9", outcome="late", at=now, saw=saw)] if high else []
    if day >= rule.refer_day:
        little = fall < rule.refer_points and fall < start * rule.refer_pct / 100
        better = len(rmdq) > 1 and rmdq_improved(rmdq[0], rmdq[-1], knowledge)
        return [Notice(rule="R9", outcome="refer", at=now, saw=saw)] if little and not better else []
    if day >= rule.review_day and fall < rule.review_fall:
        return [Notice(rule="R9", outcome="review", at=now, saw=saw)]
    return []


def rmdq_scores(person: Person) -> list[int]:
    """Return every RMDQ-24 score, oldest first: ticked statements, 0-24."""
    return [sum(done.answers.values()) for _, done in person.questionnaires if _is_rmdq(done)]


def rmdq_improved(before: int, after: int, knowledge: Knowledge) -> bool:
    """Tell whether a fall of the RMDQ-24 is beyond what is called important."""
    rule = knowledge.rules.refer
    fall = before - after
    return before >= rule.rmdq_start_min and fall >= max(rule.rmdq_drop, before * rule.refer_pct / 100)


def _is_rmdq(done: Questionnaire) -> bool:
    return done.instrument == "RMDQ24"
