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

    Newton's steps from the quantiles of the normal with the same moments, kept inside a bracket that
    bisection shrinks, so that they end wherever the components lie.

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
    each = mean[:, :, None] + sd[:, :, None] * scores  # a mixture's quantile lies between its parts'
    low, high = each.min(axis=0), each.max(axis=0)
    centre, width = moments(weight, mean, sd)
    at: Array = np.clip(centre[:, None] + width[:, None] * scores, low, high)
    tolerance = 1e-13 * (1.0 + np.abs(centre) + width)[:, None]
    height = (weight[:, None] / (sd * np.sqrt(2.0 * np.pi)))[:, :, None]
    for _ in range(_STEPS):
        z = (at[None] - mean[:, :, None]) / sd[:, :, None]
        error = np.tensordot(weight, ndtr(z), axes=1) - chances
        low, high = np.where(error <= 0.0, at, low), np.where(error >= 0.0, at, high)
        slope = (height * np.exp(-0.5 * z**2)).sum(axis=0)
        with np.errstate(divide="ignore", invalid="ignore"):
            newton = at - error / slope
        inside = (newton >= low) & (newton <= high)
        step = np.where(inside, newton, 0.5 * (low + high)) - at
        at = at + step
        if bool((np.abs(step) <= tolerance).all()):
            break
    return at
