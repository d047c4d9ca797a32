"""Priors by hand, diaries by chance, and the textbook's formulas with full covariance matrices."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from unpinch.knowledge.clinical import LearningRule
from unpinch.knowledge.priors import Grid, Prior, Priors
from unpinch.learning import Belief, Beliefs, DayRecord, Exposure
from unpinch.learning.layout import Table
from unpinch.learning.model import Model
from unpinch.learning.posterior import Posterior

Array = NDArray[np.float64]

FIRST = dt.date(2025, 3, 1)
FAMILIES: dict[str, tuple[str, ...]] = {
    "bend": ("b1", "b2"),
    "glide": ("g1",),
    "strength": ("s1", "s2", "s3"),
}


def prior(mean: float, sd: float) -> Prior:
    return Prior(mean=mean, sd=sd, source="test", tag="X")


def grid(values: Sequence[float], weights: Sequence[float]) -> Grid:
    return Grid(values=tuple(values), weights=tuple(weights), source="test", tag="X")


PRIORS = Priors(
    version="test",
    start_leg=prior(5.0, 2.4),
    plateau=prior(0.5, 0.2),
    slope_per_week=prior(-0.03, 0.1),
    recent_days=84,
    tau_days=grid((12.0, 28.0, 60.0), (0.25, 0.5, 0.25)),
    noise_sd=grid((0.7, 1.2, 2.0), (0.25, 0.5, 0.25)),
    carry_over=grid((0.0, 0.4, 0.7), (0.2, 0.5, 0.3)),
    family_next_day=prior(-0.1, 0.3),
    exercise_next_day=prior(0.0, 0.2),
    family_soon=prior(-0.2, 0.5),
    exercise_soon=prior(0.0, 0.3),
    soon_noise_sd=grid((1.0, 1.4, 2.0), (0.25, 0.5, 0.25)),
)

RULES = LearningRule(
    helps_p=0.95,
    leaning_p=0.75,
    min_days=6,
    families_on_trial=3,
    baseline_days=3,
    hardly_notice=0.5,
    little_odds=3.0,
    block_days=4,
    dots=20,
    source="ours",
    tag="X",
    note="",
)


def diary(
    seed: int,
    days: int,
    *,
    families: Mapping[str, tuple[str, ...]] = FAMILIES,
    missed: float = 0.25,
    left_out: float = 0.0,
) -> list[DayRecord]:
    """Make up a diary with nothing in it but chance: missing mornings, missing days, odd doses."""
    rng = np.random.default_rng(seed)
    records = []
    for number in range(days):
        exposures = tuple(
            Exposure(
                exercise=exercise,
                family=family,
                dose=float(rng.choice([0.0, 0.5, 1.0, 1.5])),
                soon=None if rng.random() < 0.5 else float(rng.integers(-4, 4)),
                tap=None if rng.random() < 0.5 else int(rng.integers(-1, 2)),
            )
            for family, exercises in families.items()
            for exercise in exercises
            if rng.random() < 0.3
        )
        morning = None if rng.random() < missed else float(rng.integers(0, 11))
        if rng.random() >= left_out:
            day = FIRST + dt.timedelta(days=number)
            records.append(DayRecord(day=day, leg_morning=morning, exposures=exposures))
    return records


def find(beliefs: Beliefs, subject: str, when: str = "next_day") -> Belief:
    """Return the belief of one subject."""
    return next(b for b in beliefs.beliefs if b.subject == subject and b.when == when)


def dense(model: Model, table: Table, found: Posterior) -> tuple[Posterior, Array]:
    """Work the posterior out by full covariance matrices; also the log evidence of each component."""
    courses = model.course(table.at.astype(float))
    prior_mean = np.concatenate([model.course_mean, model.effect_mean])
    prior_cov = np.diag(np.concatenate([model.course_sd, model.effect_sd]) ** 2)
    view = np.zeros((model.layout.size, len(prior_mean)))
    view[:, 2:] = model.combine
    means, sds, course_means, course_covs, evidence = [], [], [], [], []
    for tau, phi, sigma in zip(found.tau, found.phi, found.sigma, strict=True):
        X = np.hstack([courses[list(model.tau).index(tau)], table.before])
        lag = np.abs(table.at[:, None] - table.at[None, :])
        noise = sigma**2 / (1 - phi**2) * np.where(lag == 0, 1.0, phi**lag)
        V = X @ prior_cov @ X.T + noise
        rest = table.leg - X @ prior_mean
        K = prior_cov @ X.T @ np.linalg.inv(V)
        mean, cov = prior_mean + K @ rest, prior_cov - K @ X @ prior_cov
        means.append(view @ mean)
        sds.append(np.sqrt(np.diag(view @ cov @ view.T)))
        course_means.append(mean[:2])
        course_covs.append(cov[:2, :2])
        size = len(rest) * np.log(2 * np.pi) + np.linalg.slogdet(V)[1]
        evidence.append(-0.5 * (size + rest @ np.linalg.solve(V, rest)))
    log_weight = model.log_prior.ravel() + np.array(evidence)
    weight = np.exp(log_weight - log_weight.max())
    expected = Posterior(
        weight=weight / weight.sum(),
        log_evidence=float(np.log(weight.sum()) + log_weight.max()),
        tau=found.tau,
        phi=found.phi,
        sigma=found.sigma,
        mean=np.array(means),
        sd=np.array(sds),
        course_mean=np.array(course_means),
        course_cov=np.array(course_covs),
    )
    return expected, np.array(evidence)
