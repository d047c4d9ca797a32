"""R1, R2 and R4: the traffic light of each exercise that was done, and what moved the pain down."""

from __future__ import annotations

import datetime as dt
from bisect import bisect_right
from collections.abc import Collection, Mapping, Sequence

import msgspec

from unpinch.journal.fold import Person
from unpinch.journal.kinds import ExerciseDone, Pain
from unpinch.knowledge.clinical import LightRule, Rules, StaleRule
from unpinch.knowledge.kinds import Light
from unpinch.knowledge.words import Value


class Judged(msgspec.Struct, frozen=True, kw_only=True):
    """One exercise on one day, judged.

    Attributes
    ----------
    light
        None while too little was told to judge.
    reason
        Which limit decided, a key of the words ``light.<reason>``.
    at
        When it was done; ``known_at`` is when the deciding number was told, which is the next
        morning where that number decided, or was red as well.
    saw
        The values that the rule saw.
    settled
        The next morning's number is there, and the day before is known well enough to compare.
    lower
        It moved the pain further down the leg (R4).
    """

    done: ExerciseDone
    at: dt.datetime
    known_at: dt.datetime
    light: Light | None
    reason: str
    saw: dict[str, Value | None]
    settled: bool
    lower: bool


class Base(msgspec.Struct, frozen=True, kw_only=True):
    """Morning numbers by day, and their running mean."""

    legs: dict[dt.date, int]
    times: dict[dt.date, dt.datetime]
    known: dict[tuple[dt.date, int, int], float | None] = {}  # means that were asked for before

    def mean(self, before: dt.date, days: int, at_least: int) -> float | None:
        """Return the mean of the ``days`` mornings up to and with ``before``; None if too few."""
        asked = (before, days, at_least)
        if asked not in self.known:
            week = [self.legs.get(before - dt.timedelta(days=back)) for back in range(days)]
            values = [leg for leg in week if leg is not None]
            self.known[asked] = sum(values) / len(values) if len(values) >= at_least else None
        return self.known[asked]


def base_of(mornings: Mapping[dt.date, Pain], person: Person) -> Base:
    """Collect the leg numbers of the mornings."""
    legs = {day: pain.leg_nprs for day, pain in mornings.items() if pain.leg_nprs is not None}
    times = {morning.day: morning.at for morning in person.morning_entries}
    return Base(legs=legs, times=times)


def judge_all(person: Person, base: Base, rules: Rules, rests: Collection[str] = ()) -> tuple[Judged, ...]:
    """Judge every exercise that was done, oldest first; skipped ones are left out.

    ``rests`` are exercises that are no load: a sore morning says nothing against having rested.
    """
    pain_times = [at for at, _ in person.pains]
    return tuple(
        judge(
            done,
            at,
            _pain_before(person.pains, pain_times, at, rules.stale),
            base,
            rules,
            by_morning=done.exercise not in rests,
        )
        for at, done in person.exercises
        if not done.skipped
    )


def judge(
    done: ExerciseDone,
    at: dt.datetime,
    before: Pain | None,
    base: Base,
    rules: Rules,
    *,
    by_morning: bool = True,
) -> Judged:
    """Judge one exercise.

    Parameters
    ----------
    done
        What the person told of it.
    at
        When.
    before
        The last pain entry before it that is fresh enough, for what the entry itself left out.
    base
        The mornings.
    by_morning
        The next morning counts (R2).
    """
    leg_pre = _first(done.leg_pre, None if before is None else before.leg_nprs)
    distal_pre = _first(done.distal_pre, None if before is None else before.distal)
    back_pre = _first(done.back_pre, None if before is None else before.back_nprs)
    morning_day = at.date() + dt.timedelta(days=1)
    morning = base.legs.get(morning_day)
    usual = base.mean(at.date(), rules.stale.base_days, rules.stale.base_min_days)
    over_usual = None if morning is None or usual is None else morning - usual
    lower = (
        done.distal_post is not None
        and distal_pre is not None
        and done.distal_post >= distal_pre + rules.lock.distal_rise
    )
    saw: dict[str, Value | None] = {
        "response": done.response,
        "leg_pre": leg_pre,
        "leg_max": done.leg_max,
        "back_max": done.back_max,
        "distal_pre": distal_pre,
        "distal_post": done.distal_post,
        "settle_min": done.settle_min,
        "leg_morning": morning,
        "usual_morning": None if usual is None else round(usual, 2),
    }
    sorer = over_usual if by_morning else None
    light, reason = _light(done, leg_pre, back_pre, sorer, lower=lower, rule=rules.light)
    # A red bout that was followed by a red morning rests from the morning on, not from the bout.
    sore = sorer is not None and sorer >= rules.light.red_morning_over_base
    told_later = sore or reason in {"morning_red", "morning_amber"}
    return Judged(
        done=done,
        at=at,
        known_at=base.times.get(morning_day, at) if told_later else at,
        light=light,
        reason=reason,
        saw=saw,
        settled=over_usual is not None,
        lower=lower,
    )


def _light(
    done: ExerciseDone,
    leg_pre: int | None,
    back_pre: int | None,
    over_usual: float | None,
    *,
    lower: bool,
    rule: LightRule,
) -> tuple[Light | None, str]:
    """Return the light and the limit that decided: the first that holds, gravest first."""
    leg_max, back_max, settle = done.leg_max, done.back_max, done.settle_min
    rise = None if leg_max is None or leg_pre is None else leg_max - leg_pre
    cap = rule.cap_floor if leg_pre is None else max(rule.cap_floor, leg_pre + rule.cap_over_pre)
    back_cap = rule.red_back
    if back_pre is not None:
        back_cap = max(back_cap, back_pre + rule.red_back_over_pre)
    worse = done.response == "worse"
    reds = (
        ("new_numbness", done.new_numbness),
        ("new_weakness", done.new_weakness),
        ("lower", lower),
        ("leg_over_cap", leg_max is not None and leg_max > cap),
        ("leg_rise", rise is not None and rise >= rule.red_rise),
        ("back_over_cap", back_max is not None and back_max > back_cap),
        ("settles_late", settle is not None and settle > rule.red_settle_min),
        ("worse_untold", worse and leg_max is None and rule.worse_without_number == "red"),
        ("morning_red", over_usual is not None and over_usual >= rule.red_morning_over_base),
    )
    for reason, holds in reds:
        if holds:
            return "red", reason
    ambers = (
        ("leg_up", leg_max is not None and leg_max > max(rule.amber_leg, leg_pre or 0)),
        ("leg_rise_amber", rise is not None and rise >= rule.amber_rise),
        ("settles_slowly", settle is not None and settle > rule.amber_settle_min),
        ("worse", worse),
        ("stopped", done.stopped),
        ("morning_amber", over_usual is not None and over_usual >= rule.amber_morning_over_base),
    )
    for reason, holds in ambers:
        if holds:
            return "amber", reason
    if done.response is None and leg_max is None:
        return None, "untold"
    return "green", "green"


def _pain_before(
    pains: Sequence[tuple[dt.datetime, Pain]],
    times: Sequence[dt.datetime],
    at: dt.datetime,
    stale: StaleRule,
) -> Pain | None:
    """Return the last pain entry up to ``at`` that is fresh enough to stand for "before"."""
    place = bisect_right(times, at) - 1
    if place < 0 or at - times[place] > dt.timedelta(hours=stale.pain_now_h):
        return None
    return pains[place][1]


def _first(told: int | None, fallback: int | None) -> int | None:
    return fallback if told is None else told
