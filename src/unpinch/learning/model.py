"""The model of one person's mornings: its grid, its course and its priors.

With ``t`` in days from the first record,

    leg[t] = course(t) + sum over families of theta[f] * x[f, t-1]
                       + sum over exercises of delta[k] * x[k, t-1] + e[t]
    e[t]   = phi * e[t-1] + Normal(0, sigma)

where ``x`` is what was done the day before (`unpinch.learning.layout.Layout.rows`). The effect of an
exercise is ``beta[k] = theta[family of k] + delta[k]``. While pain is recent,

    course(t) = plateau + (start - plateau) * exp(-t / tau)

and afterwards ``course(t) = start + slope * t / 7``. Given one point (tau, phi, sigma) of the grid all
of this is linear in normal unknowns, so the posterior is an exact normal; over the grid it is a
mixture of them, weighted by the evidence.

The plateau is known a priori as a share of the start. A product of two normals is none; it is
replaced by ``plateau = share_mean * start + rest`` with a normal ``rest`` that gives the product's
mean, variance and covariance with the start.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from unpinch.knowledge.priors import Grid, Priors
from unpinch.learning.layout import Array, Layout

DAYS_A_WEEK = 7.0


@dataclass(frozen=True)
class Model:
    """Everything that is fixed before the first day.

    Attributes
    ----------
    layout
        The subjects.
    recent
        Whether the course falls exponentially to a plateau.
    tau, phi, sigma
        Axes of the grid, in days, as a correlation, in NPRS points. ``tau`` has one element (of no
        meaning) when pain is not recent. Arrays over the grid have the shape (tau, phi, sigma).
    log_prior
        Log of the prior weights, shape (tau, phi, sigma).
    share
        Prior mean of plateau / start.
    course_mean, course_sd
        Prior of the two unknowns of the course, shape (2,).
    effect_mean, effect_sd
        Prior of theta of each family, then of delta of each exercise, shape (subjects,).
    combine
        Takes (theta, delta) to the effects of the subjects (theta, beta), shape
        (subjects, subjects).
    """

    layout: Layout
    recent: bool
    tau: Array
    phi: Array
    sigma: Array
    log_prior: Array
    share: float
    course_mean: Array
    course_sd: Array
    effect_mean: Array
    effect_sd: Array
    combine: Array

    @classmethod
    def of(cls, layout: Layout, priors: Priors, *, recent: bool) -> Model:
        """Set the model up from the priors."""
        start, plateau = priors.start_leg, priors.plateau
        tau, tau_weight = _axis(priors.tau_days) if recent else (np.ones(1), np.ones(1))
        phi, phi_weight = _axis(priors.carry_over)
        sigma, sigma_weight = _axis(priors.noise_sd)
        families, exercises = len(layout.families), len(layout.exercises)
        combine = np.eye(layout.size)
        combine[families + np.arange(exercises), list(layout.family_of)] = 1.0
        if recent:
            course_mean = np.array([start.mean, 0.0])
            course_sd = np.array([start.sd, plateau.sd * np.hypot(start.mean, start.sd)])
        else:
            course_mean = np.array([start.mean, priors.slope_per_week.mean])
            course_sd = np.array([start.sd, priors.slope_per_week.sd])
        return cls(
            layout=layout,
            recent=recent,
            tau=tau,
            phi=phi,
            sigma=sigma,
            log_prior=np.log(
                tau_weight[:, None, None] * phi_weight[None, :, None] * sigma_weight[None, None, :]
            ),
            share=plateau.mean,
            course_mean=course_mean,
            course_sd=course_sd,
            effect_mean=np.repeat(
                [priors.family_next_day.mean, priors.exercise_next_day.mean], [families, exercises]
            ),
            effect_sd=np.repeat(
                [priors.family_next_day.sd, priors.exercise_next_day.sd], [families, exercises]
            ),
            combine=combine,
        )

    @property
    def subject_sd(self) -> Array:
        """Standard deviation of each subject's effect before the first day, shape (subjects,)."""
        sd: Array = np.sqrt(self.combine**2 @ self.effect_sd**2)
        return sd

    def course(self, at: Array) -> Array:
        """Return what each unknown of the course adds at some times.

        Parameters
        ----------
        at
            Days from the first record, shape (times,).

        Returns
        -------
        Array
            Shape (tau, times, 2).
        """
        if not self.recent:
            return np.stack([np.ones_like(at), at / DAYS_A_WEEK], axis=-1)[None]
        left = np.exp(-at[None, :] / self.tau[:, None])  # share of the fall that is still to come
        return np.stack([self.share + (1.0 - self.share) * left, 1.0 - left], axis=-1)


def _axis(grid: Grid) -> tuple[Array, Array]:
    values, weights = np.array(grid.values, dtype=float), np.array(grid.weights, dtype=float)
    used = weights > 0.0
    return values[used], weights[used] / weights[used].sum()


def innovation_variance(phi: Array, gap: Array) -> tuple[Array, Array]:
    """Return how a morning's noise depends on that of the last morning ``gap`` days before.

    Parameters
    ----------
    phi
        Correlations, shape (phi,).
    gap
        Days since the last morning that was told, shape (times,); infinite for the first one.

    Returns
    -------
    carry, variance
        ``e[t] = carry * e[t - gap] + Normal(0, sigma * sqrt(variance))``, both (phi, times).
    """
    carry = np.power(phi[:, None], gap[None, :])  # numpy takes 0 ** inf as 0
    return carry, (1.0 - carry**2) / (1.0 - phi[:, None] ** 2)
