"""What happens within ten minutes: exact, tempered for taps, and kept apart from the mornings."""

import datetime as dt

import numpy as np
import pytest
from msgspec.structs import replace

from tests.learning.hand import FAMILIES, FIRST, PRIORS, RULES, diary, find
from unpinch.learning import Beliefs, DayRecord, Exposure, LearningError, learn
from unpinch.learning.layout import Layout
from unpinch.learning.soon import TAP_PRECISION, Bouts, infer_soon

LAYOUT = Layout.of(FAMILIES)


def bouts(*told: tuple[float | None, int | None]) -> list[DayRecord]:
    return [
        DayRecord(
            day=FIRST + dt.timedelta(days=number),
            leg_morning=None,
            exposures=(Exposure(exercise="g1", family="glide", dose=1.0, soon=soon, tap=tap),),
        )
        for number, (soon, tap) in enumerate(told)
    ]


def beliefs(days: list[DayRecord]) -> Beliefs:
    return learn(days, families=FAMILIES, priors=PRIORS, rules=RULES, since_days=10)


def test_the_posterior_is_that_of_full_covariance_matrices() -> None:
    days = diary(3, 60)
    rows, values, precision = [], [], []
    for day in days:
        for e in day.exposures:
            if e.dose == 0.0 or (e.soon is None and e.tap is None):
                continue
            row = np.zeros(LAYOUT.size)
            row[LAYOUT.families.index(e.family)] = 1.0
            row[len(LAYOUT.families) + LAYOUT.exercises.index(e.exercise)] = 1.0
            rows.append(row)
            values.append(e.soon if e.soon is not None else e.tap)
            precision.append(1.0 if e.soon is not None else TAP_PRECISION)
    X, y = np.array(rows), np.array(values, dtype=float)
    counts = [len(LAYOUT.families), len(LAYOUT.exercises)]
    mean = np.repeat([PRIORS.family_soon.mean, 0.0], counts)
    cov = np.diag(np.repeat([PRIORS.family_soon.sd, PRIORS.exercise_soon.sd], counts) ** 2)
    view = np.eye(LAYOUT.size)
    view[counts[0] :, : counts[0]] = LAYOUT.member
    found = infer_soon(LAYOUT, Bouts.of(days, LAYOUT), PRIORS)
    evidence = []
    for number, (sigma, weight) in enumerate(
        zip(PRIORS.soon_noise_sd.values, PRIORS.soon_noise_sd.weights, strict=True)
    ):
        V = X @ cov @ X.T + sigma**2 * np.diag(1.0 / np.array(precision))
        K = cov @ X.T @ np.linalg.inv(V)
        rest = y - X @ mean
        np.testing.assert_allclose(found.mean[number], view @ (mean + K @ rest), atol=1e-8)
        np.testing.assert_allclose(
            found.sd[number] ** 2, np.diag(view @ (cov - K @ X @ cov) @ view.T), atol=1e-8
        )
        size = len(y) * np.log(2 * np.pi) + np.linalg.slogdet(V)[1]
        evidence.append(np.log(weight) - 0.5 * (size + rest @ np.linalg.solve(V, rest)))
    assert found.log_evidence == pytest.approx(np.logaddexp.reduce(evidence), abs=1e-6)
    np.testing.assert_allclose(found.weight, np.exp(evidence - np.logaddexp.reduce(evidence)), atol=1e-8)


def test_a_tap_says_less_than_a_number_and_more_than_nothing() -> None:
    nothing = find(beliefs(bouts(*[(None, None)] * 10)), "glide", "soon")
    taps = find(beliefs(bouts(*[(None, -1)] * 10)), "glide", "soon")
    numbers = find(beliefs(bouts(*[(-1.0, -1)] * 10)), "glide", "soon")
    assert nothing.days == 0
    assert taps.days == numbers.days == 10
    assert numbers.mean < taps.mean < nothing.mean
    assert numbers.high - numbers.low < taps.high - taps.low < nothing.high - nothing.low
    same = find(beliefs(bouts(*[(None, 0)] * 10)), "glide", "soon")
    worse = find(beliefs(bouts(*[(None, 1)] * 10)), "glide", "soon")
    assert taps.p_easier > same.p_easier > worse.p_easier


def test_a_number_stands_for_itself_whatever_the_tap_says() -> None:
    assert beliefs(bouts((-2.0, 1), (-1.0, 0))) == beliefs(bouts((-2.0, None), (-1.0, None)))


def test_soon_and_next_day_know_nothing_of_each_other() -> None:
    days = diary(8, 50)
    silent = [
        replace(day, exposures=tuple(replace(e, soon=None, tap=None) for e in day.exposures)) for day in days
    ]
    sleepless = [replace(day, leg_morning=None) for day in days]
    full = beliefs(days).beliefs
    assert [b for b in full if b.when == "next_day"] == [
        b for b in beliefs(silent).beliefs if b.when == "next_day"
    ]
    assert [b for b in full if b.when == "soon"] == [
        b for b in beliefs(sleepless).beliefs if b.when == "soon"
    ]


@pytest.mark.parametrize(
    ("soon", "tap", "reason"),
    [
        (11.0, None, "change 11.0 after 'g1' is not between"),
        (float("nan"), None, "change nan after 'g1' is not between"),
        (None, 2, "tap 2 after 'g1' is no answer"),
    ],
)
def test_answers_that_cannot_be_are_refused(soon: float | None, tap: int | None, reason: str) -> None:
    with pytest.raises(LearningError, match=f"2025-03-01: {reason}"):
        beliefs(bouts((soon, tap)))
