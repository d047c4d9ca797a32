"""What the days say, all at once: the exact posterior of `unpinch.learning.model`.

The exposures do not depend on tau, and sigma only scales. So one eigenvalue problem for each phi makes
the effects' part of the precision diagonal for the whole grid, and the two unknowns of the course
are put back by a 2 x 2 Schur complement: a year is a few matrix products.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from unpinch.learning.layout import Array, Table
from unpinch.learning.model import Model, innovation_variance

LOG_2PI = float(np.log(2.0 * np.pi))


@dataclass(frozen=True)
class Posterior:
    """A mixture of normals over the grid, flattened to (components,).

    Attributes
    ----------
    weight
        Posterior weights, shape (components,), sum 1.
    log_evidence
        Log density of all mornings, the grid and the unknowns integrated out.
    tau, phi, sigma
        The grid point of each component, shape (components,).
    mean, sd
        Of the subjects' effects (theta of families, beta of exercises), (components, subjects).
    course_mean, course_cov
        Of the two unknowns of the course, (components, 2) and (components, 2, 2).
    """

    weight: Array
    log_evidence: float
    tau: Array
    phi: Array
    sigma: Array
    mean: Array
    sd: Array
    course_mean: Array
    course_cov: Array


def grid_points(model: Model) -> tuple[Array, Array, Array]:
    """Return tau, phi and sigma of each component, each of shape (components,)."""
    tau, phi, sigma = np.meshgrid(model.tau, model.phi, model.sigma, indexing="ij")
    return tau.ravel(), phi.ravel(), sigma.ravel()


def normalise(log_weight: Array) -> tuple[Array, float]:
    """Return weights that sum to 1, and the log of the sum before."""
    top = float(log_weight.max())
    weight = np.exp(log_weight - top)
    total = float(weight.sum())
    return weight / total, top + float(np.log(total))


def infer(model: Model, table: Table) -> Posterior:
    """Return the posterior given all days.

    Parameters
    ----------
    model
        Set up for the layout of ``table``.
    table
        The days; mornings may be missing.
    """
    at, gap = table.at.astype(float), np.diff(table.at, prepend=-np.inf).astype(float)
    carry, variance = innovation_variance(model.phi, gap)

    def whiten(rows: Array) -> Array:
        """(..., times, k) -> (..., phi, times, k): what is new in each morning, with sd sigma."""
        rows = rows[..., None, :, :]
        earlier = np.concatenate([np.zeros_like(rows[..., :1, :]), rows[..., :-1, :]], axis=-2)
        new: Array = (rows - carry[..., None] * earlier) / np.sqrt(variance)[..., None]
        return new

    course = model.course(at)
    effects = whiten(table.before * model.effect_sd)  # (phi, times, subjects)
    courses = whiten(course * model.course_sd)  # (tau, phi, times, 2)
    expected = course @ model.course_mean + table.before @ model.effect_mean  # (tau, times)
    rest = whiten((table.leg - expected)[..., None])  # (tau, phi, times, 1)

    # From here on the unknowns are standard normal a priori, and the effects are turned into the
    # directions `turn` in which the exposures are uncorrelated.
    power, turn = np.linalg.eigh(effects.mT @ effects)
    mixed = turn.mT @ (effects.mT @ courses)  # (tau, phi, subjects, 2)
    pull = (turn.mT @ (effects.mT @ rest))[..., None, :, 0]  # (tau, phi, 1, subjects)
    precision = 1.0 / model.sigma**2  # (sigma,)
    scale = precision[:, None]
    spread = 1.0 / (1.0 + np.maximum(power, 0.0)[:, None, :] * scale)  # (phi, sigma, subjects)
    mixed = mixed[..., None, :, :] * scale[..., None]  # (tau, phi, sigma, subjects, 2)
    pull = pull * scale  # (tau, phi, sigma, subjects)
    damped = mixed * spread[..., None]
    schur = np.eye(2) + (courses.mT @ courses)[..., None, :, :] * scale[..., None] - mixed.mT @ damped
    course_pull = (courses.mT @ rest)[..., None, :, 0] * scale - (damped.mT @ pull[..., None])[..., 0]
    course_cov = np.linalg.inv(schur)
    course_mean = (course_cov @ course_pull[..., None])[..., 0]
    turned = spread * pull - (damped @ course_mean[..., None])[..., 0]

    squares = (rest**2).sum(axis=(-2, -1))[..., None] * precision
    squares = squares - (spread * pull**2).sum(axis=-1) - (course_pull * course_mean).sum(axis=-1)
    determinant = np.log(np.linalg.det(schur)) - np.log(spread).sum(axis=-1)
    noise = len(at) * (LOG_2PI - np.log(precision)) + np.log(variance).sum(axis=-1)[:, None]
    weight, log_evidence = normalise(model.log_prior - 0.5 * (squares + determinant + noise))

    view = (model.combine * model.effect_sd) @ turn  # (phi, subjects, directions)
    mean = (turned @ view.mT) + model.combine @ model.effect_mean
    seen = view[:, None] @ damped  # (tau, phi, sigma, subjects, 2)
    var = (spread @ (view**2).mT) + ((seen @ course_cov) * seen).sum(axis=-1)

    size = model.log_prior.size
    tau, phi, sigma = grid_points(model)
    sd = model.course_sd
    return Posterior(
        weight=weight.ravel(),
        log_evidence=log_evidence,
        tau=tau,
        phi=phi,
        sigma=sigma,
        mean=mean.reshape(size, -1),
        sd=np.sqrt(var).reshape(size, -1),
        course_mean=(model.course_mean + course_mean * sd).reshape(size, 2),
        course_cov=(course_cov * np.outer(sd, sd)).reshape(size, 2, 2),
    )
