"""What exercises do within ten minutes: a model of its own, kept apart from the mornings.

    change of one bout of exercise k ~ Normal(gamma[family of k] + epsilon[k], sigma)

exact for each sigma of a grid, and a mixture over it. A bout answered with a tap alone (easier, same,
worse) counts as a change of -1, 0 or +1 point, the smallest step of the scale, with the noise
variance multiplied by pi / 2: what is lost when of a normal number only its sign is told. That is
our approximation; it shrinks what taps alone can show.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from unpinch.knowledge.priors import Priors
from unpinch.learning.beliefs import DayRecord
from unpinch.learning.layout import Array, Layout, LearningError
from unpinch.learning.posterior import LOG_2PI, normalise

TAP_PRECISION = 2.0 / np.pi  # of a tap, beside that of a number


@dataclass(frozen=True)
class Bouts:
    """What was told of all bouts, as sums.

    Attributes
    ----------
    count
        Bouts that were answered, shape (exercises,).
    precision, pull
        Sum of their precisions and of precision times change, in units of 1 / sigma^2, (exercises,).
    squares
        Sum of precision times change squared, over all bouts.
    taps
        How many of them were taps alone, over all exercises.
    """

    count: Array
    precision: Array
    pull: Array
    squares: float
    taps: int

    def __add__(self, other: Bouts) -> Bouts:
        return Bouts(
            count=self.count + other.count,
            precision=self.precision + other.precision,
            pull=self.pull + other.pull,
            squares=self.squares + other.squares,
            taps=self.taps + other.taps,
        )

    @classmethod
    def of(cls, days: Sequence[DayRecord], layout: Layout) -> Bouts:
        """Add up the bouts of some days; exposures with dose 0 were not done and count for nothing.

        Raises
        ------
        LearningError
            When a change lies outside -10 to 10, or a tap is none of -1, 0 and 1.
        """
        place: list[int] = []
        change: list[float] = []
        precision: list[float] = []
        for day in days:
            for exposure in day.exposures:
                soon, tap = exposure.soon, exposure.tap
                if (soon is None and tap is None) or exposure.dose == 0.0:
                    continue
                if soon is not None and not -10.0 <= soon <= 10.0:
                    raise LearningError(
                        f"{day.day}: change {soon} after {exposure.exercise!r} is not between -10 and 10"
                    )
                if tap not in (None, -1, 0, 1):
                    raise LearningError(f"{day.day}: tap {tap} after {exposure.exercise!r} is no answer")
                place.append(layout.place[exposure.exercise][0])
                change.append(float(soon if soon is not None else tap or 0))
                precision.append(1.0 if soon is not None else TAP_PRECISION)
        size = len(layout.exercises)
        at = np.array(place, dtype=np.int64)
        value, weight = np.array(change, dtype=float), np.array(precision, dtype=float)
        return cls(
            count=np.bincount(at, minlength=size).astype(float),
            precision=np.bincount(at, weights=weight, minlength=size).astype(float),
            pull=np.bincount(at, weights=weight * value, minlength=size).astype(float),
            squares=float((weight * value**2).sum()),
            taps=int((weight < 1.0).sum()),
        )


@dataclass(frozen=True)
class SoonPosterior:
    """A mixture of normals over the noise: as `unpinch.learning.posterior.Posterior`, without course.

    Attributes
    ----------
    weight
        Shape (components,).
    mean, sd
        Of gamma of families and of the changes of exercises, shape (components, subjects).
    log_evidence
        Log density of all changes.
    prior_mean, prior_sd
        Of each subject before the first day, shape (subjects,).
    """

    weight: Array
    mean: Array
    sd: Array
    log_evidence: float
    prior_mean: Array
    prior_sd: Array


def prior_soon(layout: Layout, priors: Priors) -> tuple[Array, Array, Array]:
    """Return prior mean and sd of (gamma, epsilon), and what takes them to the subjects."""
    families, exercises = len(layout.families), len(layout.exercises)
    counts = [families, exercises]
    mean = np.repeat([priors.family_soon.mean, priors.exercise_soon.mean], counts)
    sd = np.repeat([priors.family_soon.sd, priors.exercise_soon.sd], counts)
    combine = np.eye(families + exercises)
    combine[families:, :families] = layout.member
    return mean, sd, combine


def infer_soon(layout: Layout, bouts: Bouts, priors: Priors) -> SoonPosterior:
    """Return the posterior of the changes within ten minutes."""
    mean, sd, combine = prior_soon(layout, priors)
    sigma = np.array(priors.soon_noise_sd.values, dtype=float)
    log_prior = np.log(np.array(priors.soon_noise_sd.weights, dtype=float))
    log_prior -= np.log(np.exp(log_prior).sum())
    precision = 1.0 / sigma**2

    rows = combine[len(layout.families) :]  # each exercise's change, by (gamma, epsilon)
    expected = rows @ mean
    rest = bouts.pull - bouts.precision * expected
    squares = bouts.squares - 2.0 * expected @ bouts.pull + expected**2 @ bouts.precision
    scaled = rows * sd
    gram = scaled.T @ (bouts.precision[:, None] * scaled)
    power, turn = np.linalg.eigh(gram)
    spread = 1.0 / (1.0 + np.maximum(power, 0.0) * precision[:, None])  # (sigma, directions)
    pull = (turn.T @ (scaled.T @ rest)) * precision[:, None]
    view = (combine * sd) @ turn
    answered = float(bouts.count.sum())
    noise = answered * (LOG_2PI - np.log(precision)) - bouts.taps * np.log(TAP_PRECISION)
    fit = squares * precision - (spread * pull**2).sum(axis=1) - np.log(spread).sum(axis=1)
    weight, log_evidence = normalise(log_prior - 0.5 * (noise + fit))
    return SoonPosterior(
        weight=weight,
        mean=(spread * pull) @ view.T + combine @ mean,
        sd=np.sqrt(spread @ (view**2).T),
        log_evidence=log_evidence,
        prior_mean=combine @ mean,
        prior_sd=np.sqrt(combine**2 @ sd**2),
    )
