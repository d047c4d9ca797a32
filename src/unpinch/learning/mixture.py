"""Mixtures of normals: chances, moments and quantiles, for many subjects at a time."""

from __future__ import annotations

import numpy as np
from scipy.special import ndtr, ndtri

from unpinch.learning.layout import Array

# Components that together could move no probability by more than this are left out.
NEGLIGIBLE = 1e-12
_STEPS = 200  # far more than the safeguarded iteration ever takes


def moments(weight: Array, mean: Array, sd: Array) -> tuple[Array, Array]:
    """Return mean and standard deviation of each mixture.

    Parameters
    ----------
    weight
        Shape (components,).
    mean, sd
        Shape (components, subjects).

    Returns
    -------
    mean, sd
        Each of shape (subjects,).
    """
    centre = weight @ mean
    return centre, np.sqrt(weight @ (sd**2 + (mean - centre) ** 2))


def below(weight: Array, mean: Array, sd: Array, value: float) -> Array:
    """Return the chance that each mixture lies below ``value``, shape (subjects,)."""
    chance: Array = np.clip(weight @ ndtr((value - mean) / sd), 0.0, 1.0)
    return chance


def prune(weight: Array, mean: Array, sd: Array) -> tuple[Array, Array, Array]:
    """Leave out the components that cannot be seen in any probability."""
    kept = weight > NEGLIGIBLE / len(weight)
    return weight[kept] / weight[kept].sum(), mean[kept], sd[kept]


def quantiles(weight: Array, mean: Array, sd: Array, chances: Array) -> Array:
    """Return quantiles of each mixture.

    Halley's steps from where skewness and kurtosis put them (Cornish and Fisher), kept inside a
    bracket that bisection shrinks, so that they end wherever the components lie. Between far, narrow
    components Halley's steps stay small without end: where one is not at most half of the last, the
    bracket is halved instead.

    Parameters
    ----------
    weight
        Shape (components,).
    mean, sd
        Shape (components, subjects).
    chances
        Shape (quantiles,), strictly between 0 and 1.

    Returns
    -------
    Array
        Shape (subjects, quantiles).
    """
    weight, mean, sd = prune(weight, mean, sd)
    scores = ndtri(chances)
    centre, width = moments(weight, mean, sd)
    # A mixture's quantile lies between those of its components.
    reach = np.where(scores > 0.0, sd.max(axis=0)[:, None], sd.min(axis=0)[:, None]) * scores
    high: Array = mean.max(axis=0)[:, None] + reach
    reach = np.where(scores > 0.0, sd.min(axis=0)[:, None], sd.max(axis=0)[:, None]) * scores
    low: Array = mean.min(axis=0)[:, None] + reach
    at: Array = np.clip(centre[:, None] + width[:, None] * _bent(weight, mean, sd, scores), low, high)

    # A step of this size leaves an error of its third power, in units of the narrowest component.
    enough = 1e-4 * sd.min(axis=0)[:, None]
    height = weight[:, None] / (sd * np.sqrt(2.0 * np.pi))
    steep = height / sd
    last = high - low
    done = np.zeros(at.shape, dtype=bool)
    for _ in range(_STEPS):
        z = (at[None] - mean[:, :, None]) / sd[:, :, None]
        bell = np.exp(-0.5 * z * z)
        error = np.einsum("c,csq->sq", weight, ndtr(z)) - chances
        slope = np.einsum("cs,csq->sq", height, bell)
        curve = -np.einsum("cs,csq,csq->sq", steep, bell, z)
        low, high = np.where(error <= 0.0, at, low), np.where(error >= 0.0, at, high)
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            halley = at - 2.0 * error * slope / (2.0 * slope * slope - error * curve)
        length = np.abs(halley - at)
        good = (halley >= low) & (halley <= high) & (length <= np.maximum(0.5 * last, enough))
        step = np.where(done, 0.0, np.where(good, halley, 0.5 * (low + high)) - at)
        at, last = at + step, np.abs(step)
        done |= last <= np.where(good, enough, 1e-9 * enough)
        if bool(done.all()):
            break
    return at


def _bent(weight: Array, mean: Array, sd: Array, scores: Array) -> Array:
    """Return standardised quantiles corrected for skewness and kurtosis, (subjects, quantiles)."""
    centre, width = moments(weight, mean, sd)
    off, var = mean - centre, sd * sd
    skew = (weight @ (off * (3.0 * var + off**2)) / width**3)[:, None]
    excess = (weight @ (3.0 * var**2 + 6.0 * var * off**2 + off**4) / width**4 - 3.0)[:, None]
    bent: Array = (
        scores
        + (scores**2 - 1.0) * skew / 6.0
        + (scores**3 - 3.0 * scores) * excess / 24.0
        - (2.0 * scores**3 - 5.0 * scores) * skew**2 / 36.0
    )
    return bent
