"""What the days say, one after the other: `update(state, day)` as pure function.

The same posterior as `unpinch.learning.posterior.infer`, reached on another road: each morning moves
every component of the mixture by one Kalman step and its weight by how well it foretold that morning.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy.special import ndtr

from unpinch.knowledge.priors import Priors
from unpinch.learning.beliefs import DayRecord
from unpinch.learning.layout import Array, Layout, LearningError, check_morning
from unpinch.learning.model import Model, innovation_variance
from unpinch.learning.posterior import LOG_2PI, Posterior, grid_points, normalise
from unpinch.learning.tally import Tally


@dataclass(frozen=True)
class State:
    """What is believed after some days. Immutable: the arrays cannot be written to.

    Attributes
    ----------
    model
        What was fixed before the first day.
    priors
        What the model was made from.
    tally
        What was counted.
    log_weight
        Log of prior weight times evidence, shape (components,).
    active
        Places (in theta, then delta) of the effects of what was ever done, in the order in which it
        was first done. The others are as they were believed to be, and not carried along.
    mean, cov
        Of the unknowns (the two of the course, then the active effects), shape
        (components, unknowns) and (components, unknowns, unknowns).
    yesterday
        What was done on the latest day, shape (subjects,).
    told
        Number of the latest day with a morning, None before any.
    told_leg, told_row
        That morning's NPRS, and what each unknown added to it, shape (tau, unknowns).
    """

    model: Model
    priors: Priors
    tally: Tally
    log_weight: Array
    active: tuple[int, ...]
    mean: Array
    cov: Array
    yesterday: Array
    told: int | None
    told_leg: float
    told_row: Array


@dataclass(frozen=True)
class Info:
    """How well a day was foretold.

    Attributes
    ----------
    day
        The day.
    expected, sd
        Mean and standard deviation of the morning's NPRS before it was told; None when it was not.
    log_score
        Log density of what was told; 0 when nothing was.
    pit
        Chance of less pain than was told: evenly spread over 0 to 1 when the model is right.
    """

    day: dt.date
    expected: float | None
    sd: float | None
    log_score: float
    pit: float | None


def initial(families: Mapping[str, Sequence[str]], priors: Priors, *, recent: bool) -> State:
    """Return what is believed before the first day.

    Parameters
    ----------
    families
        Ids of the exercises of each family, in the order of the knowledge.
    priors
        From the knowledge.
    recent
        Whether pain had lasted less than ``priors.recent_days`` at the first day.
    """
    model = Model.of(Layout.of(families), priors, recent=recent)
    size = model.log_prior.size
    return _frozen(
        State(
            model=model,
            priors=priors,
            tally=Tally.empty(model.layout),
            log_weight=model.log_prior.ravel(),
            active=(),
            mean=np.tile(model.course_mean, (size, 1)),
            cov=np.tile(np.diag(model.course_sd**2), (size, 1, 1)),
            yesterday=np.zeros(model.layout.size),
            told=None,
            told_leg=0.0,
            told_row=np.zeros((len(model.tau), 2)),
        )
    )


def update(state: State, day: DayRecord) -> tuple[State, Info]:
    """Learn from the next day: first its morning, in the light of the day before, then what was done.

    Raises
    ------
    LearningError
        When the day does not come after the latest one, or holds what cannot be. A day that comes
        late, or is taken back, is learnt from by starting again (`unpinch.learning.learn`).
    """
    layout, last = state.model.layout, state.tally.last
    if last is not None and day.day <= last:
        raise LearningError(f"{day.day}: this day does not come after {last}")
    check_morning(day)
    done = layout.rows([day])[0]
    follows = last is not None and (day.day - last).days == 1
    before = state.yesterday if follows else np.zeros_like(done)
    tally = state.tally.add(day, layout, done, before)
    info = Info(day=day.day, expected=None, sd=None, log_score=0.0, pit=None)
    if day.leg_morning is not None:
        state, info = _learn_morning(state, day.day, tally.now, before, day.leg_morning)
    return _frozen(_admit(replace(state, tally=tally, yesterday=done), done)), info


def posterior(state: State) -> Posterior:
    """Return the mixture of a state, as `unpinch.learning.posterior.infer` would."""
    model = state.model
    tau, phi, sigma = grid_points(model)
    weight, log_evidence = normalise(state.log_weight)
    view = model.combine[:, state.active]
    idle = np.setdiff1d(np.arange(model.layout.size), np.array(state.active, dtype=np.int64))
    var = ((view @ state.cov[:, 2:, 2:]) * view).sum(axis=2)
    rest = model.combine[:, idle]
    return Posterior(
        weight=weight,
        log_evidence=log_evidence,
        tau=tau,
        phi=phi,
        sigma=sigma,
        mean=state.mean[:, 2:] @ view.T + rest @ model.effect_mean[idle],
        sd=np.sqrt(var + rest**2 @ model.effect_sd[idle] ** 2),
        course_mean=state.mean[:, :2],
        course_cov=state.cov[:, :2, :2],
    )


def _learn_morning(state: State, day: dt.date, number: int, before: Array, leg: float) -> tuple[State, Info]:
    model = state.model
    course = model.course(np.array([float(number)]))[:, 0]
    row = np.hstack([course, np.tile(before[list(state.active)], (len(course), 1))])  # (tau, unknowns)
    gap = np.inf if state.told is None else float(number - state.told)
    carry, variance = innovation_variance(model.phi, np.array([gap]))
    shape = model.log_prior.shape

    def spread(values: Array) -> Array:
        """(tau, phi or 1, sigma or 1, ...) -> (components, ...)."""
        tail = values.shape[3:]
        return np.broadcast_to(values, shape + tail).reshape((-1, *tail))

    change = spread((row[:, None] - carry[None] * state.told_row[:, None])[:, :, None])
    offset = spread(carry[None] * state.told_leg)
    noise = spread(variance[None] * model.sigma**2)

    gain = (state.cov @ change[..., None])[..., 0]
    var = (change * gain).sum(axis=1) + noise
    mean = (change * state.mean).sum(axis=1) + offset
    error = leg - mean
    weight, before_total = normalise(state.log_weight)
    log_weight = state.log_weight - 0.5 * (LOG_2PI + np.log(var) + error**2 / var)
    expected = float(weight @ mean)
    info = Info(
        day=day,
        expected=expected,
        sd=float(np.sqrt(weight @ (var + (mean - expected) ** 2))),
        log_score=normalise(log_weight)[1] - before_total,
        pit=float(weight @ ndtr(error / np.sqrt(var))),
    )
    step = gain / np.sqrt(var)[:, None]
    cov = step[:, :, None] * step[:, None, :]
    np.subtract(state.cov, cov, out=cov)
    state = replace(
        state,
        log_weight=log_weight,
        mean=state.mean + gain * (error / var)[:, None],
        cov=cov,
        told=number,
        told_leg=leg,
        told_row=row,
    )
    return state, info


def _admit(state: State, done: Array) -> State:
    """Carry along from now on what was done for the first time."""
    fresh = [int(place) for place in np.flatnonzero(done) if place not in state.active]
    if not fresh:
        return state
    model, size, old = state.model, len(state.mean), state.mean.shape[1]
    cov = np.zeros((size, old + len(fresh), old + len(fresh)))
    cov[:, :old, :old] = state.cov
    cov[:, range(old, old + len(fresh)), range(old, old + len(fresh))] = model.effect_sd[fresh] ** 2
    return replace(
        state,
        active=(*state.active, *fresh),
        mean=np.hstack([state.mean, np.tile(model.effect_mean[fresh], (size, 1))]),
        cov=cov,
        told_row=np.hstack([state.told_row, np.zeros((len(model.tau), len(fresh)))]),
    )


def _frozen(state: State) -> State:
    for array in (state.log_weight, state.mean, state.cov, state.yesterday, state.told_row):
        array.setflags(write=False)
    return state
