"""R4, R6 and R7: which rung of its ladder an exercise stands on, and when it waits.

The state of an exercise is what its own history made of it, step by step; nothing is stored.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

import msgspec

from unpinch.care.light import Judged
from unpinch.journal.kinds import SetDone
from unpinch.knowledge.clinical import Rules
from unpinch.knowledge.models import Dose, Exercise

_MINUTE_S = 60


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """Something that a rule did to an exercise."""

    rule: str
    outcome: str  # "red", "amber", "lock", "step_up", "step_down", "back_up"
    exercise: str
    at: dt.datetime
    judged: Judged
    until: dt.datetime | None = None
    rung_before: int
    rung_after: int


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """Where one exercise stands.

    Attributes
    ----------
    rung
        Index into its ladder.
    halved
        The next session does the share `DeloadRule.sets_factor` of the sets.
    off_until, locked_until
        It waits until then; ``waits_by`` names the rule.
    greens, green_days
        How often, and on which days, it was green.
    green_run, ready_run
        Days in a row that were green, and that were ready for more; only days whose next morning
        was told count (R2).
    """

    rung: int
    halved: bool = False
    off_until: dt.datetime | None = None
    locked_until: dt.datetime | None = None
    waits_by: str | None = None
    ceiling: int | None = None  # the rung before the deload; back up to it after greens
    green_run: int = 0
    greens: int = 0
    times: int = 0
    last_at: dt.datetime | None = None
    first_at: dt.datetime | None = None
    last_light: str | None = None
    stepped_at: dt.datetime | None = None
    ready_run: int = 0
    ready_day: dt.date | None = None  # the last day that counted for `ready_run`
    green_day: dt.date | None = None  # the last day that counted for `green_run`
    green_days: frozenset[dt.date] = frozenset()
    helped: bool = False  # it once moved the pain up the leg, or felt easier

    def waits(self, now: dt.datetime) -> dt.datetime | None:
        """Return until when it waits, None when it is open."""
        until = max((t for t in (self.off_until, self.locked_until) if t is not None), default=None)
        return until if until is not None and until > now else None


def standings(
    judged: Sequence[Judged],
    exercises: Mapping[str, Exercise],
    rules: Rules,
    adherence: Mapping[dt.date, float],
) -> tuple[dict[str, Standing], tuple[Event, ...]]:
    """Fold the history of every exercise.

    Parameters
    ----------
    judged
        What was done, oldest first, with its lights.
    adherence
        For each day on which something was done: the share of planned sessions done in the week
        up to it.

    Returns
    -------
    tuple
        Where each exercise stands that was ever done, and what the rules did, oldest first.
    """
    by_exercise: dict[str, list[Judged]] = {}
    for one in judged:
        if one.done.exercise in exercises:
            by_exercise.setdefault(one.done.exercise, []).append(one)
    result: dict[str, Standing] = {}
    events: list[Event] = []
    for name, history in by_exercise.items():
        result[name], happened = _follow(exercises[name], history, rules, adherence)
        events.extend(happened)
    events.sort(key=lambda event: (event.at, event.exercise, event.rule, event.outcome))
    return result, tuple(events)


def _follow(
    exercise: Exercise,
    history: Sequence[Judged],
    rules: Rules,
    adherence: Mapping[dt.date, float],
) -> tuple[Standing, list[Event]]:
    now = Standing(rung=exercise.start)
    events: list[Event] = []
    reds: list[Judged] = []
    lowers: list[Judged] = []
    for one in history:
        before = now
        now = msgspec.structs.replace(
            now,
            times=now.times + 1,
            last_at=one.at,
            first_at=now.first_at or one.at,
            last_light=one.light,
            helped=now.helped or _moved_up(one),
        )
        if one.lower:
            lowers.append(one)
        if one.light == "red":
            reds.append(one)
            now, happened = _red(exercise, now, one, reds, lowers, rules)
            events.extend(happened)
        elif one.light == "amber":
            now = msgspec.structs.replace(now, green_run=0, ready_run=0)
            events.append(_event("R1", "amber", exercise, one, before.rung, now.rung))
        elif one.light == "green":
            now, happened = _green(exercise, now, one, rules, adherence)
            events.extend(happened)
        else:
            now = msgspec.structs.replace(now, ready_run=0)
    return now, events


def _red(
    exercise: Exercise,
    now: Standing,
    one: Judged,
    reds: Sequence[Judged],
    lowers: Sequence[Judged],
    rules: Rules,
) -> tuple[Standing, list[Event]]:
    """Half the sets, one variant easier, a pause; the second time within days, a longer one."""
    rung = _easier(exercise, now.rung)
    off = one.known_at + dt.timedelta(hours=rules.deload.off_h)
    events = [_event("R1", "red", exercise, one, now.rung, rung, until=off)]
    locked, by = now.locked_until, now.waits_by
    if _within(reds, one, rules.deload.lock_times, rules.deload.lock_within_days):
        until = one.known_at + dt.timedelta(days=rules.deload.lock_days)
        locked, by = _later(locked, until), "R7"
        events.append(_event("R7", "lock", exercise, one, now.rung, rung, until=until))
    if one.lower and _within(lowers, one, rules.lock.times, rules.lock.within_days):
        until = one.known_at + dt.timedelta(days=rules.lock.lock_days)
        locked, by = _later(locked, until), "R4"
        events.append(_event("R4", "lock", exercise, one, now.rung, rung, until=until))
    ceiling = now.rung if now.ceiling is None else now.ceiling
    after = msgspec.structs.replace(
        now,
        rung=rung,
        halved=True,
        off_until=off,
        locked_until=locked,
        waits_by=by,
        ceiling=ceiling if ceiling > rung else None,  # nothing to come back up to
        green_run=0,
        ready_run=0,
    )
    return after, events


def _green(
    exercise: Exercise,
    now: Standing,
    one: Judged,
    rules: Rules,
    adherence: Mapping[dt.date, float],
) -> tuple[Standing, list[Event]]:
    day = one.at.date()
    now = _counted(exercise, now, one, rules)
    recently = now.stepped_at is not None and one.at - now.stepped_at < dt.timedelta(
        days=rules.progress.step_gap_days
    )
    if recently:
        return now, []
    if now.ceiling is not None:
        if now.green_run < rules.deload.green_back:
            return now, []
        rule, outcome, ceiling = "R7", "back_up", now.ceiling
    else:
        enough = adherence.get(day, 0.0) >= rules.progress.adherence_min
        if now.ready_run < rules.progress.sessions or not enough or now.rung + 1 >= len(exercise.ladder):
            return now, []
        rule, outcome, ceiling = "R6", "step_up", now.rung + 1
    rung = now.rung + 1
    event = _event(rule, outcome, exercise, one, now.rung, rung)
    after = msgspec.structs.replace(
        now,
        rung=rung,
        ceiling=ceiling if ceiling > rung else None,
        green_run=0,
        ready_run=0,
        stepped_at=one.at,
    )
    return after, [event]


def _counted(exercise: Exercise, now: Standing, one: Judged, rules: Rules) -> Standing:
    """Count a green bout. Two bouts of one day are one day; without the morning after, none."""
    day = one.at.date()
    ready = _ready(exercise, now, one, rules)
    ready_run = now.ready_run + (now.ready_run == 0 or now.ready_day != day) if ready else 0
    if exercise.kind == "aerobic" and one.done.rung < now.rung:
        ready_run = now.ready_run  # a short walk beside other exercises says nothing of the long one
    green_run = now.green_run + (one.settled and (now.green_run == 0 or now.green_day != day))
    return msgspec.structs.replace(
        now,
        halved=False,
        greens=now.greens + 1,
        green_days=now.green_days | {day},
        green_run=green_run,
        green_day=day if one.settled else now.green_day,
        ready_run=ready_run,
        ready_day=day if ready else now.ready_day,
    )


def _ready(exercise: Exercise, now: Standing, one: Judged, rules: Rules) -> bool:
    """Tell whether a session was ready for more; whatever was not told counts against it (R2).

    All of it was done, and of strengthening two repetitions more would have been possible in the
    last set of each side, without great effort: so the side that manages less sets the amount of
    both. Of the rest nobody asks for two more: done in full and borne well is enough.
    """
    done = one.done
    dose = exercise.ladder[now.rung].dose
    whole = dose.sets * (2 if exercise.sided else 1)
    if not one.settled or done.rung != now.rung or len(done.sets) < whole or done.two_more is False:
        return False
    if exercise.kind != "strengthen":
        return exercise.kind != "relief" and all(_in_full(told, dose) for told in done.sets)
    enough = dose.reps is not None and all(
        told.reps is not None and told.reps >= dose.reps + rules.progress.extra_reps
        for told in {told.side: told for told in done.sets}.values()
    )
    easy = done.effort_cr10 is not None and done.effort_cr10 <= rules.progress.rpe_max
    return easy and (enough or done.two_more is True)


def _in_full(told: SetDone, dose: Dose) -> bool:
    """Tell whether a set came to what its dose asks for; a walk is told in seconds."""
    if dose.reps is not None:
        return told.reps is not None and told.reps >= dose.reps
    seconds = dose.hold_s if dose.minutes is None else dose.minutes * _MINUTE_S
    return told.hold_s is not None and seconds is not None and told.hold_s >= seconds


def _easier(exercise: Exercise, rung: int) -> int:
    """Return the nearest lower rung of an easier variant, else one rung lower, else the lowest."""
    own = exercise.ladder[rung].variant
    lower = [i for i in range(rung) if exercise.ladder[i].variant != own]
    return lower[-1] if lower else max(0, rung - 1)


def _later(one: dt.datetime | None, other: dt.datetime) -> dt.datetime:
    return other if one is None else max(one, other)


def _within(history: Sequence[Judged], one: Judged, times: int, days: int) -> bool:
    since = one.at - dt.timedelta(days=days)
    return len({other.at.date() for other in history if other.at > since}) >= times


def _moved_up(one: Judged) -> bool:
    pre, post = one.saw["distal_pre"], one.done.distal_post
    return one.done.response == "easier" or (isinstance(pre, int) and post is not None and post < pre)


def _event(
    rule: str,
    outcome: str,
    exercise: Exercise,
    one: Judged,
    before: int,
    after: int,
    *,
    until: dt.datetime | None = None,
) -> Event:
    return Event(
        rule=rule,
        outcome=outcome,
        exercise=exercise.id,
        at=one.known_at,
        judged=one,
        until=until,
        rung_before=before,
        rung_after=after,
    )
