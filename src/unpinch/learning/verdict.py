"""From a mixture to words: who helps, who leans, and how many days more it may take."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy.special import ndtr, ndtri

from unpinch.knowledge.clinical import LearningRule
from unpinch.learning.beliefs import Leaning, Verdict
from unpinch.learning.layout import Array
from unpinch.learning.mixture import below, moments, quantiles

INTERVAL = 0.9  # of every interval that is shown
AHEAD_DAYS = 84  # how far ahead "more days" looks
TINY = 1e-300  # keeps odds finite
DECIMALS = 9  # of what is told; behind them machines may differ


@dataclass(frozen=True)
class Subjects:
    """What is concluded of several subjects, each array of shape (subjects, ...)."""

    mean: Array
    low: Array
    high: Array
    p_easier: Array
    days: Array
    verdict: tuple[Verdict, ...]
    leaning: tuple[Leaning, ...]
    more_days: tuple[int | None, ...]
    dots: Array


def conclude_subjects(
    weight: Array,
    mean: Array,
    sd: Array,
    *,
    prior_mean: Array,
    prior_sd: Array,
    days: Array,
    pace: Array,
    rules: LearningRule,
) -> Subjects:
    """Judge each subject.

    Parameters
    ----------
    weight, mean, sd
        The mixture: (components,), (components, subjects), (components, subjects).
    prior_mean, prior_sd
        Mean and standard deviation of each effect before the first day, shape (subjects,).
    days
        What the verdict rests on: counted days or bouts, shape (subjects,).
    pace
        How many of them a day brings at present, shape (subjects,).
    rules
        The thresholds.
    """
    tail = (1.0 - INTERVAL) / 2.0
    dots = (np.arange(rules.dots) + 0.5) / rules.dots
    # What was never done is believed alike, family by family: it is worked out once.
    columns = [column.tobytes() for column in np.concatenate([mean, sd]).T]
    first = {column: place for place, column in reversed([*enumerate(columns)])}
    unlike = sorted(first.values())
    chances = np.concatenate([[tail, 1.0 - tail], dots])
    found = quantiles(weight, mean[:, unlike], sd[:, unlike], chances)
    found = found[[unlike.index(first[column]) for column in columns]]
    centre, width = moments(weight, mean, sd)
    chance = below(weight, mean, sd, 0.0)
    low, high = found[:, 0], found[:, 1]
    slight = odds_of_little(weight, mean, sd, rules) / odds_of_little(
        np.ones(1), prior_mean[None], prior_sd[None], rules
    )
    verdicts = tuple(
        verdict(p_easier=p, low=a, high=b, slight=c, days=n, rules=rules)
        for p, a, b, c, n in zip(*(each.tolist() for each in (chance, low, high, slight, days)), strict=True)
    )
    ahead = more_days(centre, width, prior_mean, prior_sd, days, pace, rules)
    return Subjects(
        mean=told(centre),
        low=told(low),
        high=told(high),
        p_easier=told(chance),
        days=days,
        verdict=verdicts,
        leaning=tuple(leaning(float(p), rules) for p in chance),
        more_days=tuple(
            int(more) if word == "cant_tell_yet" and np.isfinite(more) else None
            for word, more in zip(verdicts, ahead, strict=True)
        ),
        dots=told(found[:, 2:]),
    )


def odds_of_little(weight: Array, mean: Array, sd: Array, rules: LearningRule) -> Array:
    """Return the odds that an effect is too small to be noticed, shape (subjects,)."""
    zone = rules.hardly_notice
    outside = below(weight, mean, sd, -zone) + below(weight, -mean, sd, -zone)
    odds: Array = np.maximum(1.0 - outside, 0.0) / np.maximum(outside, TINY)
    return odds


def verdict(
    *, p_easier: float, low: float, high: float, slight: float, days: float, rules: LearningRule
) -> Verdict:
    """Put chances into one of four words.

    Parameters
    ----------
    p_easier
        Chance that the effect is below nought.
    low, high
        Its interval.
    slight
        How many times the days have raised the odds that it is too small to be noticed. The prior
        alone puts most effects there; without this an effect would "seem not to help" because
        little is known of it.
    days
        What all that rests on.
    rules
        The thresholds.
    """
    if days < rules.min_days:
        return "cant_tell_yet"
    if p_easier >= rules.helps_p:
        return "helps"
    if p_easier <= 1.0 - rules.helps_p:
        return "makes_worse"
    if -rules.hardly_notice <= low and high <= rules.hardly_notice and slight >= rules.little_odds:
        return "seems_not_to"
    return "cant_tell_yet"


def with_family(found: Subjects, family_of: Sequence[int]) -> Subjects:
    """Let an exercise help only where its family does.

    There are many more exercises than families, and so many more chances to be wrong. That an
    exercise makes it worse is said whatever its family does: to be careful costs less.

    Parameters
    ----------
    found
        The families, then the exercises.
    family_of
        For each exercise the place of its family.
    """
    first = len(found.verdict) - len(family_of)
    gated = tuple(
        "cant_tell_yet" if word == "helps" and found.verdict[family] != "helps" else word
        for word, family in zip(found.verdict[first:], family_of, strict=True)
    )
    return replace(found, verdict=(*found.verdict[:first], *gated))


def leaning(p_easier: float, rules: LearningRule) -> Leaning:
    """Tell to which side "can't tell yet" leans."""
    if p_easier >= rules.leaning_p:
        return "easier"
    return "harder" if p_easier <= 1.0 - rules.leaning_p else "none"


def told(values: Array) -> Array:
    """Round to `DECIMALS`, without minus nought."""
    rounded: Array = np.round(values, DECIMALS) + 0.0
    return rounded


def more_days(
    mean: Array, sd: Array, prior_mean: Array, prior_sd: Array, days: Array, pace: Array, rules: LearningRule
) -> Array:
    """Foretell after how many further days a verdict is to be expected.

    The best forecast of tomorrow's mean is today's. What narrows is its uncertainty: each counted day
    so far has added its share of precision, and at the present pace each further day adds as much.
    The answer is the first day on which that would be enough for one of the verdicts.

    Parameters
    ----------
    mean, sd, prior_mean, prior_sd, days, pace
        Of each subject, shape (subjects,).

    Returns
    -------
    Array
        Shape (subjects,), whole numbers from 1; infinite where `AHEAD_DAYS` would not be enough.
    """
    ahead = np.arange(1.0, AHEAD_DAYS + 1.0)
    learnt = np.maximum(1.0 / sd**2 - 1.0 / prior_sd**2, 0.0) / np.maximum(days, 1.0)
    width = 1.0 / np.sqrt(1.0 / sd[:, None] ** 2 + (learnt * pace)[:, None] * ahead)
    sure = np.abs(mean)[:, None] >= ndtri(rules.helps_p) * width
    reach = ndtri((1.0 + INTERVAL) / 2.0) * width
    slight = np.abs(mean)[:, None] + reach <= rules.hardly_notice
    zone, middle = rules.hardly_notice, mean[:, None]
    outside = ndtr((-zone - middle) / width) + ndtr((middle - zone) / width)
    prior = ndtr((-zone - prior_mean) / prior_sd) + ndtr((prior_mean - zone) / prior_sd)
    raised = (1.0 - outside) * prior[:, None] >= rules.little_odds * outside * (1.0 - prior[:, None])
    counted = days[:, None] + pace[:, None] * ahead >= rules.min_days
    settled = (sure | (slight & raised)) & counted & (days * pace > 0.0)[:, None]
    return np.where(settled.any(axis=1), ahead[settled.argmax(axis=1)], np.inf)
