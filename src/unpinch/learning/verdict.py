"""From a mixture to words: who helps, who leans, and how many days more it may take."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtri

from unpinch.knowledge.clinical import LearningRule
from unpinch.learning.beliefs import Leaning, Verdict
from unpinch.learning.layout import Array
from unpinch.learning.mixture import below, moments, quantiles

INTERVAL = 0.9  # of every interval that is shown
AHEAD_DAYS = 84  # how far ahead "more days" looks


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
    weight: Array, mean: Array, sd: Array, days: Array, pace: Array, rules: LearningRule
) -> Subjects:
    """Judge each subject.

    Parameters
    ----------
    weight, mean, sd
        The mixture: (components,), (components, subjects), (components, subjects).
    days
        What the verdict rests on: counted days or bouts, shape (subjects,).
    pace
        How many of them a day brings at present, shape (subjects,).
    rules
        The thresholds.
    """
    tail = (1.0 - INTERVAL) / 2.0
    dots = (np.arange(rules.dots) + 0.5) / rules.dots
    found = quantiles(weight, mean, sd, np.concatenate([[tail, 1.0 - tail], dots]))
    centre = moments(weight, mean, sd)[0]
    chance = below(weight, mean, sd, 0.0)
    low, high = found[:, 0], found[:, 1]
    verdicts = tuple(
        verdict(float(p), float(a), float(b), float(n), rules)
        for p, a, b, n in zip(chance, low, high, days, strict=True)
    )
    return Subjects(
        mean=centre,
        low=low,
        high=high,
        p_easier=chance,
        days=days,
        verdict=verdicts,
        leaning=tuple(leaning(float(p), rules) for p in chance),
        more_days=tuple(None for _ in verdicts),
        dots=found[:, 2:],
    )


def verdict(p_easier: float, low: float, high: float, days: float, rules: LearningRule) -> Verdict:
    """Put a chance and an interval into one of four words."""
    if days < rules.min_days:
        return "cant_tell_yet"
    if p_easier >= rules.helps_p:
        return "helps"
    if p_easier <= 1.0 - rules.helps_p:
        return "makes_worse"
    if -rules.hardly_notice <= low and high <= rules.hardly_notice:
        return "seems_not_to"
    return "cant_tell_yet"


def leaning(p_easier: float, rules: LearningRule) -> Leaning:
    """Tell to which side "can't tell yet" leans."""
    if p_easier >= rules.leaning_p:
        return "easier"
    return "harder" if p_easier <= 1.0 - rules.leaning_p else "none"


def score(chance: float) -> float:
    """Return the standard normal quantile."""
    return float(ndtri(chance))
