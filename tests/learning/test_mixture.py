"""Mixtures of normals: chances, moments, quantiles."""

import numpy as np
from hypothesis import example, given
from hypothesis import strategies as st
from scipy.stats import norm

from unpinch.learning.mixture import below, moments, quantiles

CHANCES = np.array([0.05, 0.25, 0.5, 0.75, 0.975])


@given(
    parts=st.lists(
        st.tuples(st.floats(0.01, 1), st.floats(-5, 5), st.floats(0.01, 3)), min_size=1, max_size=8
    )
)
@example(parts=[(1.0, 0.0, 0.0625), (0.75, 5.0, 0.0625)])  # the gap between far, narrow parts is flat
@example(parts=[(1.0, -5.0, 0.01), (0.9, 5.0, 0.01), (0.01, 0.0, 3.0)])
def test_quantiles_are_where_the_chance_is(parts: list[tuple[float, float, float]]) -> None:
    weight, mean, sd = (np.array(column) for column in zip(*parts, strict=True))
    weight = weight / weight.sum()
    at = quantiles(weight, mean[:, None], sd[:, None], CHANCES)[0]
    assert (np.diff(at) > 0).all()
    for chance, value in zip(CHANCES, at, strict=True):
        reached = float((weight * norm.cdf(value, mean, sd)).sum())
        assert abs(reached - chance) < 1e-9


def test_two_far_parts_have_their_quantiles_in_the_parts() -> None:
    weight, mean, sd = np.array([0.5, 0.5]), np.array([[-100.0], [100.0]]), np.array([[0.1], [0.1]])
    found = quantiles(weight, mean, sd, np.array([0.25, 0.75]))[0]
    np.testing.assert_allclose(found, [-100.0, 100.0], atol=1e-9)


def test_one_normal_keeps_its_own_numbers() -> None:
    weight, mean, sd = np.ones(1), np.array([[1.0, -2.0]]), np.array([[2.0, 0.5]])
    centre, width = moments(weight, mean, sd)
    np.testing.assert_allclose(centre, [1.0, -2.0])
    np.testing.assert_allclose(width, [2.0, 0.5])
    np.testing.assert_allclose(below(weight, mean, sd, 0.0), norm.cdf([-0.5, 4.0]))
    np.testing.assert_allclose(
        quantiles(weight, mean, sd, CHANCES), norm.ppf(CHANCES, [[1.0], [-2.0]], [[2.0], [0.5]])
    )


def test_moments_are_those_of_many_draws() -> None:
    rng = np.random.default_rng(1)
    weight, mean, sd = np.array([0.3, 0.7]), np.array([[-1.0], [2.0]]), np.array([[0.5], [1.5]])
    part = rng.choice(2, p=weight, size=200_000)
    draws = mean[part, 0] + sd[part, 0] * rng.standard_normal(len(part))
    centre, width = moments(weight, mean, sd)
    assert abs(centre[0] - draws.mean()) < 0.02
    assert abs(width[0] - draws.std()) < 0.02
