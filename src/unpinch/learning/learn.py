"""All days in, all beliefs out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

import numpy as np

from unpinch.knowledge.clinical import LearningRule
from unpinch.knowledge.priors import Priors
from unpinch.learning.beliefs import Belief, Beliefs, DayRecord, Trend
from unpinch.learning.filter import State
from unpinch.learning.filter import posterior as posterior_of
from unpinch.learning.layout import Layout, tabulate
from unpinch.learning.mixture import moments, quantiles
from unpinch.learning.model import DAYS_A_WEEK, Model
from unpinch.learning.posterior import Posterior, infer
from unpinch.learning.soon import SoonPosterior, infer_soon
from unpinch.learning.tally import Tally
from unpinch.learning.verdict import INTERVAL, Subjects, conclude_subjects, told, with_family

HAIR = 1e-9  # NPRS points
TREND_MORNINGS = 3  # fewer say nothing about a course
REMEMBERED = 4
Level = Literal["family", "exercise"]
When = Literal["next_day", "soon"]

Asked = tuple[tuple[DayRecord, ...], dict[str, tuple[str, ...]], Priors, LearningRule, int | None]
_recent: tuple[tuple[Asked, Beliefs], ...] = ()
"""The last answers: most entries (of the screen, say) leave the days as they were. Replaced whole,
so that threads may share it."""


def is_recent(since_days: int | None, priors: Priors) -> bool:
    """Tell which course is expected: the falling one also when nobody knows since when it hurts.

    It can be flat as well, whereas the slow one would credit a quick recovery to the exercises.
    """
    return since_days is None or since_days < priors.recent_days


def learn(
    days: Sequence[DayRecord],
    *,
    families: Mapping[str, tuple[str, ...]],
    priors: Priors,
    rules: LearningRule,
    since_days: int | None,
) -> Beliefs:
    """Learn from all days what eases this person's pain, and how sure that is.

    Pure and deterministic; the order in which the days are given does not matter. A day without a
    record is one on which nothing was done and no morning was told.

    Parameters
    ----------
    days
        At most one record for each calendar day.
    families
        Ids of the exercises of each family, in the order of the knowledge.
    priors
        From the knowledge.
    rules
        Thresholds from the knowledge.
    since_days
        Days that the pain had lasted on the first of ``days``; None when not known. (Not until
        today: the kind of course must not change while the diary grows.)

    Raises
    ------
    LearningError
        When a day stands twice, or holds an unknown exercise or a number that cannot be.
    """
    global _recent
    asked = (tuple(days), dict(families), priors, rules, since_days)
    for before, found in _recent:
        if before == asked:
            return found
    found = _learn(days, families, priors, rules, since_days)
    _recent = ((asked, found), *_recent[: REMEMBERED - 1])
    return found


def _learn(
    days: Sequence[DayRecord],
    families: Mapping[str, tuple[str, ...]],
    priors: Priors,
    rules: LearningRule,
    since_days: int | None,
) -> Beliefs:
    whole = Layout.of(families)
    table = tabulate(days, whole)
    columns = table.done.sum(axis=0) > 0.0
    columns[: len(whole.families)] = True  # what was never done stays as it was believed to be
    layout = whole.keep(columns[len(whole.families) :])
    table = table.only(layout, columns)
    model = Model.of(layout, priors, recent=is_recent(since_days, priors))
    tally = Tally.of(days, table)
    return _conclude(model, infer(model, table), infer_soon(layout, tally.bouts, priors), tally, rules)


def conclude(state: State, rules: LearningRule) -> Beliefs:
    """Put a state of `unpinch.learning.filter` into words, just as `learn` would."""
    soon = infer_soon(state.model.layout, state.tally.bouts, state.priors)
    return _conclude(state.model, posterior_of(state), soon, state.tally, rules)


def _conclude(
    model: Model, mornings: Posterior, soon: SoonPosterior, tally: Tally, rules: LearningRule
) -> Beliefs:
    layout, first = model.layout, len(model.layout.families)
    bouts = np.concatenate([tally.bouts.count @ layout.member, tally.bouts.count])
    pace = tally.pace()
    shown = np.flatnonzero(np.append(np.ones(first, dtype=bool), tally.done[first:] > 0.0))
    ids = [(layout.families + layout.exercises)[i] for i in shown]
    owners = [layout.family_of[i - first] for i in shown[first:]]
    next_day = conclude_subjects(
        mornings.weight,
        mornings.mean[:, shown],
        mornings.sd[:, shown],
        prior_mean=(model.combine @ model.effect_mean)[shown],
        prior_sd=model.subject_sd[shown],
        days=tally.counted[shown],
        pace=pace[shown],
        rules=rules,
    )
    at_once = conclude_subjects(
        soon.weight,
        soon.mean[:, shown],
        soon.sd[:, shown],
        prior_mean=soon.prior_mean[shown],
        prior_sd=soon.prior_sd[shown],
        days=bouts[shown],
        pace=pace[shown],
        rules=rules,
    )
    next_day, at_once = with_family(next_day, owners), with_family(at_once, owners)
    beliefs: list[Belief] = []
    for place, subject in enumerate(ids):
        level: Level = "family" if place < first else "exercise"
        beliefs.append(_belief(subject, level, "next_day", next_day, place))
        beliefs.append(_belief(subject, level, "soon", at_once, place))
    return Beliefs(
        trend=_trend(model, mornings, tally),
        beliefs=tuple(beliefs),
        baseline_days_left=max(0, rules.baseline_days - tally.days),
    )


def _belief(subject: str, level: Level, when: When, found: Subjects, place: int) -> Belief:
    return Belief(
        subject=subject,
        level=level,
        when=when,
        mean=float(found.mean[place]),
        low=float(found.low[place]),
        high=float(found.high[place]),
        p_easier=float(found.p_easier[place]),
        days=int(found.days[place]),
        verdict=found.verdict[place],
        leaning=found.leaning[place],
        more_days=found.more_days[place],
        dots=tuple(found.dots[place].tolist()),
    )


def _trend(model: Model, mornings: Posterior, tally: Tally) -> Trend:
    if tally.mornings < TREND_MORNINGS:
        return Trend(mornings=tally.mornings, now=None, change_per_week=None, noise_sd=None)
    span = min(DAYS_A_WEEK, float(tally.now))
    course = model.course(np.array([float(tally.now), float(tally.now) - span]))
    views = np.stack([course[:, 0], (course[:, 0] - course[:, 1]) * (DAYS_A_WEEK / span)], axis=1)
    views = np.repeat(views, len(mornings.weight) // len(model.tau), axis=0)  # (components, 2, 2)
    mean = (views @ mornings.course_mean[:, :, None])[..., 0]
    # Long after a quick recovery the course is flat for certain: a hair's breadth is left of its spread.
    var = ((views @ mornings.course_cov) * views).sum(axis=-1)
    sd = np.sqrt(np.maximum(var, HAIR**2))
    tail = (1.0 - INTERVAL) / 2.0
    ends = quantiles(mornings.weight, mean, sd, np.array([tail, 1.0 - tail]))
    centre = moments(mornings.weight, mean, sd)[0]
    level, change = (
        (float(low), float(middle), float(high))
        for low, middle, high in told(np.stack([ends[:, 0], centre, ends[:, 1]], axis=1))
    )
    noise = told(mornings.weight @ (mornings.sigma / np.sqrt(1.0 - mornings.phi**2)))
    return Trend(mornings=tally.mornings, now=level, change_per_week=change, noise_sd=float(noise))
