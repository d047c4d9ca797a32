"""Self-tests: what each side managed, and whether a difference may be named (evidence 4.4)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Literal

import msgspec

from unpinch.care.decision import Finding
from unpinch.journal.fold import Person
from unpinch.journal.kinds import SelfTestDone
from unpinch.knowledge import Knowledge, say
from unpinch.knowledge.clinical import SelfTest, SideRule
from unpinch.knowledge.kinds import Side

_DECIMALS = 6
"""Differences are compared to this many decimals, so that a limit itself is reached."""

Label = Literal["none", "no_clear", "possible", "clear", "limited_by_pain", "one_day", "not_rated"]


class Pair(msgspec.Struct, frozen=True, kw_only=True):
    """Both sides of one test on one day: the best attempt of each."""

    at: dt.datetime
    left: float
    right: float
    in_pain: bool


def findings(person: Person, knowledge: Knowledge) -> tuple[Finding, ...]:
    """Return one finding for each test that was ever done, in the order of the tests."""
    by_test: dict[str, list[tuple[dt.datetime, SelfTestDone]]] = {}
    for at, done in person.selftests:
        by_test.setdefault(done.test, []).append((at, done))
    return tuple(
        _finding(test, by_test[test.id], knowledge)
        for test in knowledge.selftests.values()
        if test.id in by_test
    )


def _finding(
    test: SelfTest, done: Sequence[tuple[dt.datetime, SelfTestDone]], knowledge: Knowledge
) -> Finding:
    if not test.sided:
        return _unsided(test, done, knowledge)
    rule = knowledge.rules.sides
    pairs = _pairs(test, done, rule)[-rule.days :]
    at = done[-1][0]
    if not pairs:
        return _say(test, at, None, "not_rated", 0, knowledge)
    label, weaker = _label(test, pairs, rule)
    return _say(test, at, pairs[-1], label, len(pairs), knowledge, weaker=weaker)


def _label(test: SelfTest, pairs: Sequence[Pair], rule: SideRule) -> tuple[Label, Side | None]:
    """Name a difference only by the rule: two days, both the same way, beyond the test's own error."""
    if any(pair.in_pain for pair in pairs):
        return "limited_by_pain", None
    if not test.label_sides:
        return "not_rated", None
    if len(pairs) < rule.days:
        return "one_day", None
    shares = [_short_pct(test, pair) for pair in pairs]
    beyond = [test.mdc is None or round(abs(pair.left - pair.right), _DECIMALS) >= test.mdc for pair in pairs]
    weaker = {_weaker(test, pair) for pair in pairs}
    mean = sum(shares) / len(shares)
    if mean < rule.possible_pct or len(weaker) > 1 or not any(beyond):
        return "no_clear", None
    side = weaker.pop()
    if mean >= rule.clear_pct and all(beyond):
        return "clear", side
    return "possible", side


def _short_pct(test: SelfTest, pair: Pair) -> float:
    """Return by how many per cent the weaker side falls short of the other (100 - LSI)."""
    low, high = sorted((pair.left, pair.right))
    if high == 0:
        return 0.0
    return round(100 * (high - low) / high, _DECIMALS)


def _weaker(test: SelfTest, pair: Pair) -> Side | None:
    if pair.left == pair.right:
        return None
    left_less = pair.left < pair.right
    return "left" if left_less == (test.better == "more") else "right"


def _pairs(test: SelfTest, done: Sequence[tuple[dt.datetime, SelfTestDone]], rule: SideRule) -> list[Pair]:
    days: dict[dt.date, list[tuple[dt.datetime, SelfTestDone]]] = {}
    for at, one in done:
        days.setdefault(at.date(), []).append((at, one))
    pairs = []
    for tried in days.values():
        best = {
            side: _best(test, [one for _, one in tried if one.side == side]) for side in ("left", "right")
        }
        left, right = best["left"], best["right"]
        if left is not None and right is not None:
            in_pain = any(_in_pain(one, rule) for _, one in tried)
            pairs.append(Pair(at=tried[-1][0], left=left, right=right, in_pain=in_pain))
    return pairs


def _best(test: SelfTest, tried: Sequence[SelfTestDone]) -> float | None:
    values = [_value(one) for one in tried if not one.not_possible]
    told = [value for value in values if value is not None]
    if not told:
        return None
    return max(told) if test.better == "more" else min(told)


def _value(one: SelfTestDone) -> float | None:
    if one.value is not None:
        return one.value
    return None if one.passed is None else float(one.passed)


def _in_pain(one: SelfTestDone, rule: SideRule) -> bool:
    if one.leg_max is None:
        return False
    rise = 0 if one.leg_before is None else one.leg_max - one.leg_before
    return one.leg_max >= rule.pain_max or rise >= rule.pain_rise


def _unsided(
    test: SelfTest, done: Sequence[tuple[dt.datetime, SelfTestDone]], knowledge: Knowledge
) -> Finding:
    at, last = done[-1]
    day = [one for when, one in done if when.date() == at.date()]
    value = _best(test, day)
    key = "finding.not_possible" if value is None else "finding.value"
    words = say(knowledge.words, key, name=test.name, value=value or 0.0, unit=_unit(test, knowledge))
    return Finding(
        test=test.id,
        at=at,
        left=None,
        right=None,
        value=value,
        unit=test.unit,
        label="limited_by_pain" if _in_pain(last, knowledge.rules.sides) else "none",
        weaker=None,
        days=len({when.date() for when, _ in done}),
        words=words,
    )


def _say(
    test: SelfTest,
    at: dt.datetime,
    pair: Pair | None,
    label: Label,
    days: int,
    knowledge: Knowledge,
    *,
    weaker: Side | None = None,
) -> Finding:
    side = "" if weaker is None else knowledge.words[f"side.{weaker}"]
    gap = 0.0 if pair is None else abs(pair.left - pair.right)
    words = say(
        knowledge.words,
        f"finding.{label}",
        name=test.name,
        side=side,
        gap=gap,
        unit=_unit(test, knowledge),
        error=test.mdc or 0.0,
    )
    return Finding(
        test=test.id,
        at=at,
        left=None if pair is None else pair.left,
        right=None if pair is None else pair.right,
        value=None,
        unit=test.unit,
        label=label,
        weaker=weaker,
        days=days,
        words=words,
    )


def _unit(test: SelfTest, knowledge: Knowledge) -> str:
    return knowledge.words[f"unit.{test.unit}"]
