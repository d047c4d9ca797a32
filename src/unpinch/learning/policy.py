"""Which families are tried now, and which of them today: on some days and not on others.

Without days off nothing could be told from the usual course; without chance in the choice of the
days, what makes a person skip a day would be credited to the exercises. The chance is drawn from a
number that the caller gives, so that the same journal always gives the same days.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Collection, Sequence

import msgspec

from unpinch.knowledge.clinical import LearningRule
from unpinch.learning.beliefs import Belief, Beliefs, DayRecord


class Choice(msgspec.Struct, frozen=True, kw_only=True):
    """What to try.

    Attributes
    ----------
    on_trial
        Families that are being compared now.
    today
        Families to do today: of those on trial the ones whose day it is, and those that are kept.
    keep, dropped
        Families that help, and families that make it worse, as far as can be told.
    why
        For each open family a key of the words.
    """

    on_trial: tuple[str, ...]
    today: tuple[str, ...]
    keep: tuple[str, ...]
    dropped: tuple[str, ...]
    why: dict[str, str]


def choose(
    beliefs: Beliefs,
    history: Sequence[DayRecord],
    open_families: Sequence[str],
    rules: LearningRule,
    seed: int,
    *,
    today: dt.date | None = None,
    trial_families: Sequence[str] | None = None,
    asked_back: Collection[str] = (),
) -> Choice:
    """Choose the families on trial, and those of today.

    A family that has begun stays on trial until enough mornings have followed it, and as long as it
    leans easier: people do not have to learn new exercises all the time, and what may help is
    followed until it can be told. Free places go by chance to families in proportion
    to how likely they are to be the best ones: one of the equally likely answers (`Belief.dots`) is
    drawn for each, and the easiest win. What is on trial is done on half of the days of each block, drawn
    anew for each family and block; what is kept rests for one day of each block, so that what is
    believed of it stays open to the facts.

    Parameters
    ----------
    beliefs
        What `unpinch.learning.learn` made of ``history``.
    history
        All days; exposures of ``today`` are not looked at.
    open_families
        Families of which something may be done today. Nothing else is ever chosen.
    rules
        Thresholds from the knowledge.
    seed
        Stands for the person. It must stay the same from day to day: the day is mixed in here.
    today
        The day to choose for; the latest day of ``history`` when not given.
    trial_families
        Families that can be on trial at all. One of them that has begun, but must rest today, keeps
        its place. ``open_families`` when not given.
    asked_back
        Families that the person wants although they were dropped.
    """
    days = sorted(history, key=lambda record: record.day)
    when = today if today is not None else (days[-1].day if days else None)
    if when is None or beliefs.baseline_days_left > 0:
        waiting = dict.fromkeys(open_families, "learning.why.baseline")
        return Choice(on_trial=(), today=(), keep=(), dropped=(), why=waiting)

    pool = tuple(dict.fromkeys((*(trial_families or ()), *open_families)))
    known = {b.subject: b for b in beliefs.beliefs if b.level == "family" and b.when == "next_day"}
    helps = [name for name in pool if name in known and known[name].verdict == "helps"]
    worse = [
        name
        for name in pool
        if name in known and known[name].verdict == "makes_worse" and name not in asked_back
    ]
    done = _days_done(days, when)
    number = max(0, (when - days[0].day).days - rules.baseline_days) if days else 0
    block, offset = divmod(number, rules.block_days)

    places = max(1, rules.families_on_trial - len(helps))
    others = [name for name in pool if name not in helps and name not in worse]
    begun = [name for name in others if _has_begun(done.get(name, []), known.get(name), when, offset, rules)]
    begun = sorted(begun, key=lambda name: done[name][0])[:places]
    free = [name for name in others if name not in begun and name in open_families]
    free.sort(key=lambda name: _draw(known.get(name), seed, block, name))
    on_trial = _in_order(open_families, (*begun, *free[: places - len(begun)]))
    keep, dropped = _in_order(open_families, helps), _in_order(open_families, worse)
    due = {name for name in on_trial if _its_day(seed, block, name, offset, rules.block_days)}
    due.update(name for name in keep if not _rests(seed, block, name, offset, rules.block_days))
    why = {
        name: f"learning.why.{_reason(name, known.get(name), on_trial, due, keep, dropped)}"
        for name in open_families
    }
    return Choice(on_trial=on_trial, today=_in_order(open_families, due), keep=keep, dropped=dropped, why=why)


def _days_done(days: Sequence[DayRecord], before: dt.date) -> dict[str, list[dt.date]]:
    """Return for each family the days on which it was done, the earliest first."""
    done: dict[str, list[dt.date]] = {}
    for record in days:
        if record.day < before:
            for family in dict.fromkeys(e.family for e in record.exposures if e.dose > 0.0):
                done.setdefault(family, []).append(record.day)
    return done


def _has_begun(
    done: Sequence[dt.date], belief: Belief | None, today: dt.date, offset: int, rules: LearningRule
) -> bool:
    """Tell whether a family holds its place: begun of late, and its turn or its block not over."""
    if not done or (belief is not None and belief.verdict != "cant_tell_yet"):
        return False
    ago = (today - done[-1]).days
    unfinished = belief is None or belief.days < rules.min_days or belief.leaning == "easier"
    return ago <= offset or (unfinished and ago <= 2 * rules.block_days)


def _draw(belief: Belief | None, seed: int, block: int, family: str) -> tuple[bool, float, float]:
    """Return the key by which free places are given away: the smallest wins."""
    chance = _uniform(seed, block, family, "draw")
    if belief is None:
        return (False, 0.0, chance)
    dot = belief.dots[int(chance * len(belief.dots))]
    return (belief.verdict == "seems_not_to", dot, _uniform(seed, block, family, "tie"))


def _its_day(seed: int, block: int, family: str, offset: int, length: int) -> bool:
    """Tell whether this day of the block is one of the half on which a family on trial is done."""
    half = (length + (_uniform(seed, block, family, "half") < 0.5)) // 2
    return offset in _shuffled(seed, block, family, length)[:half]


def _rests(seed: int, block: int, family: str, offset: int, length: int) -> bool:
    return length > 1 and offset == _shuffled(seed, block, family, length)[0]


def _shuffled(seed: int, block: int, family: str, length: int) -> list[int]:
    return sorted(range(length), key=lambda day: _uniform(seed, block, family, f"day {day}"))


def _uniform(seed: int, block: int, family: str, purpose: str) -> float:
    """Return a number from 0 up to 1 that depends on nothing but what is given."""
    content = f"{seed} {block} {family} {purpose}".encode()
    return int.from_bytes(hashlib.blake2b(content, digest_size=6).digest(), "big") / 2.0**48


def _in_order(order: Sequence[str], chosen: Collection[str]) -> tuple[str, ...]:
    return tuple(name for name in order if name in chosen)


def _reason(
    name: str,
    belief: Belief | None,
    on_trial: Sequence[str],
    due: Collection[str],
    keep: Sequence[str],
    dropped: Sequence[str],
) -> str:
    if name in dropped:
        return "dropped"
    if name in keep:
        return "keep" if name in due else "keep_rests"
    if name in on_trial:
        if name not in due:
            return "off_today"
        return "on_trial" if belief is not None and belief.days > 0 else "new"
    if belief is not None and belief.verdict == "seems_not_to":
        return "seems_not_to"
    return "waits"
