"""The fast formulas against the textbook's, and the one road against the other."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import ndtr

from tests.learning.hand import FAMILIES, FIRST, PRIORS, RULES, dense, diary
from unpinch.learning import DayRecord, LearningError, conclude, initial, learn, update
from unpinch.learning.filter import posterior
from unpinch.learning.layout import Layout, tabulate
from unpinch.learning.model import Model
from unpinch.learning.posterior import Posterior, infer

LAYOUT = Layout.of(FAMILIES)


def same(one: Posterior, other: Posterior, tolerance: float) -> None:
    for name in ("weight", "mean", "sd", "course_mean", "course_cov", "tau", "phi", "sigma"):
        np.testing.assert_allclose(
            getattr(one, name), getattr(other, name), rtol=0, atol=tolerance, err_msg=name
        )
    assert one.log_evidence == pytest.approx(other.log_evidence, abs=tolerance * 100)


@pytest.mark.parametrize("recent", [True, False])
@pytest.mark.parametrize(("seed", "days", "left_out"), [(1, 40, 0.0), (2, 90, 0.3), (3, 9, 0.5)])
def test_the_posterior_is_that_of_full_covariance_matrices(
    seed: int, days: int, left_out: float, recent: bool
) -> None:
    table = tabulate(diary(seed, days, left_out=left_out), LAYOUT)
    model = Model.of(LAYOUT, PRIORS, recent=recent)
    found = infer(model, table)
    assert (np.diff(table.at) > 1).any(), "the diary must have gaps"
    same(found, dense(model, table, found)[0], 1e-8)


@pytest.mark.parametrize("recent", [True, False])
def test_day_by_day_ends_where_all_days_at_once_do(recent: bool) -> None:
    days = diary(5, 120, left_out=0.1)
    state = initial(FAMILIES, PRIORS, recent=recent)
    scores = 0.0
    for day in days:
        state, info = update(state, day)
        scores += info.log_score
        assert (info.pit is None) == (day.leg_morning is None)
    at_once = infer(Model.of(LAYOUT, PRIORS, recent=recent), tabulate(days, LAYOUT))
    same(posterior(state), at_once, 1e-9)
    assert scores == pytest.approx(at_once.log_evidence, abs=1e-7)


@settings(max_examples=25)
@given(seed=st.integers(0, 10_000), days=st.integers(0, 40), left_out=st.floats(0, 0.8), recent=st.booleans())
def test_learn_is_the_fold_of_updates(seed: int, days: int, left_out: float, recent: bool) -> None:
    records = diary(seed, days, left_out=left_out)
    state = initial(FAMILIES, PRIORS, recent=recent)
    for day in records:
        state, _ = update(state, day)
    since = 10 if recent else 200
    found = learn(records, families=FAMILIES, priors=PRIORS, rules=RULES, since_days=since)
    folded = conclude(state, RULES)
    assert found.baseline_days_left == folded.baseline_days_left
    assert found.trend.mornings == folded.trend.mornings
    assert [b.subject for b in found.beliefs] == [b.subject for b in folded.beliefs]
    for one, other in zip(found.beliefs, folded.beliefs, strict=True):
        assert (one.level, one.when, one.days, one.verdict) == (
            other.level, other.when, other.days, other.verdict,
        )  # fmt: skip
        numbers = [(b.mean, b.low, b.high, b.p_easier, *b.dots) for b in (one, other)]
        assert numbers[0] == pytest.approx(numbers[1], abs=2e-9)
    if found.trend.now is not None:
        assert found.trend.now == pytest.approx(folded.trend.now, abs=2e-9)


def test_a_state_cannot_be_changed_and_is_left_as_it_was() -> None:
    before = initial(FAMILIES, PRIORS, recent=True)
    mean = before.mean.copy()
    after, _ = update(before, diary(1, 1, missed=0.0)[0])
    np.testing.assert_array_equal(before.mean, mean)
    assert not np.array_equal(after.mean, mean)
    for state in (before, after):
        with pytest.raises(ValueError, match="read-only"):
            state.mean[0, 0] = 1.0


def test_a_day_that_comes_late_is_refused_by_name() -> None:
    state, _ = update(initial(FAMILIES, PRIORS, recent=True), DayRecord(day=FIRST, leg_morning=4.0))
    with pytest.raises(LearningError, match="2025-03-01: this day does not come after 2025-03-01"):
        update(state, DayRecord(day=FIRST, leg_morning=4.0))


def test_what_is_foretold_is_as_sure_as_it_says() -> None:
    """People drawn from the priors themselves: each morning's rank is evenly spread over 0 to 1."""
    model = Model.of(LAYOUT, PRIORS, recent=True)
    ranks: list[np.ndarray] = []
    inside, judged = 0.0, 0
    rng = np.random.default_rng(42)
    for person in range(40):
        days = diary(person, 40)
        table = tabulate(days, LAYOUT)
        place = rng.choice(model.log_prior.size, p=np.exp(model.log_prior).ravel())
        i, j, k = np.unravel_index(place, model.log_prior.shape)
        phi, sigma = model.phi[j], model.sigma[k]
        unknown = model.course_mean + model.course_sd * rng.standard_normal(2)
        effect = model.effect_mean + model.effect_sd * rng.standard_normal(LAYOUT.size)
        noise = np.empty(len(days))
        noise[0] = sigma / np.sqrt(1 - phi**2) * rng.standard_normal()
        for t in range(1, len(days)):
            noise[t] = phi * noise[t - 1] + sigma * rng.standard_normal()
        leg = model.course(table.at.astype(float))[i] @ unknown + table.before @ effect + noise[table.at]
        # A drawn person may lie outside of the scale; the model knows no ends, so neither may the test.
        found = infer(model, replace(table, leg=leg))
        truth = model.combine @ effect
        low, high = found.mean - 1.6449 * found.sd, found.mean + 1.6449 * found.sd
        inside += float((found.weight @ ((low < truth) & (truth < high))).sum())
        judged += LAYOUT.size
        ranks.append(found.weight @ ndtr((truth - found.mean) / found.sd))
    flat = np.sort(np.concatenate(ranks))
    gap = np.abs(flat - (np.arange(len(flat)) + 0.5) / len(flat)).max()
    assert gap < 0.1
    assert 0.86 < inside / judged < 0.94
