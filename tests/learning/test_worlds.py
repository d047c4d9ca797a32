"""Virtual people: their truth, and what the learner makes of it when it is looked at every day."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from msgspec.structs import replace

from tests.learning.hand import PRIORS, RULES
from unpinch.trials.calls import Followed, follow
from unpinch.trials.worlds import FIRST_DAY, WORLDS, World, courses, half_of_the_days, live

FAMILIES = {"a": ("a1", "a2"), "b": ("b1",), "c": ("c1", "c2")}
BY_NAME = {world.name: world for world in WORLDS}
STILL = BY_NAME["still"]


def people(world: World, seeds: range, days: int = 84) -> list[Followed]:
    return [
        follow(world, FAMILIES, PRIORS, RULES, days=days, rng=np.random.default_rng(seed)) for seed in seeds
    ]


def test_the_same_seed_lives_the_same_days() -> None:
    def once(seed: int) -> tuple[object, ...]:
        rng = np.random.default_rng(seed)
        return live(STILL, FAMILIES, half_of_the_days(tuple(FAMILIES), rng), 30, rng)

    assert once(1) == once(1)
    assert once(1) != once(2)


@pytest.mark.parametrize("world", WORLDS, ids=lambda world: world.name)
def test_in_no_world_of_these_does_an_exercise_do_anything(world: World) -> None:
    assert dict(world.effects) == dict(world.soon) == {}
    rng = np.random.default_rng(3)
    days = live(world, FAMILIES, half_of_the_days(tuple(FAMILIES), rng), 40, rng)
    assert len(days) == 40
    legs = [day.leg_morning for day in days if day.leg_morning is not None]
    assert all(0 <= leg <= 10 for leg in legs)
    assert world.exact or all(leg == int(leg) for leg in legs)
    assert all(day.exposures == () for day in days[:3])


def test_an_effect_is_felt_on_the_next_morning_and_on_no_other() -> None:
    world = replace(STILL, effects={"a": -2.0}, noise_sd=0.0, exact=True)
    rng = np.random.default_rng(1)
    days = live(world, FAMILIES, lambda history: ("a",) if len(history) % 3 == 0 else (), 20, rng)
    for before, after in itertools.pairwise(days):
        assert after.leg_morning == pytest.approx(3.0 if before.exposures else 5.0)


def test_courses_do_what_their_names_say() -> None:
    def course(name: str) -> np.ndarray:
        return courses(BY_NAME[name], 84, FIRST_DAY, np.random.default_rng(1))

    assert np.ptp(course("still")) == 0
    assert course("recovery")[0] == pytest.approx(6.3)
    assert course("recovery")[-1] < 3.4
    assert course("sudden")[29] - course("sudden")[30] == pytest.approx(3.0)
    assert course("weekends")[5] < course("weekends")[4]
    assert np.ptp(course("flares")) >= 3.0
    assert course("worsening")[-1] > course("worsening")[0] + 3


def test_what_is_missing_when_it_hurts_is_missing_when_it_hurts() -> None:
    world = replace(BY_NAME["silent when bad"], missed_when_bad=1.0)
    rng = np.random.default_rng(2)
    days = live(world, FAMILIES, lambda history: (), 200, rng)
    told = [day.leg_morning for day in days if day.leg_morning is not None]
    assert 20 < len(told) < 190
    assert max(told) <= world.bad_leg
    lazy = replace(BY_NAME["rests when bad"], skipped_when_bad=1.0, exact=True)
    rng = np.random.default_rng(2)
    rests = live(lazy, FAMILIES, lambda history: ("a",), 200, rng)
    assert all(not day.exposures for day in rests if (day.leg_morning or 0.0) >= lazy.bad_leg)
    assert sum(bool(day.exposures) for day in rests) > 50


def test_nobody_helps_where_nothing_helps() -> None:
    """84 days of daily looking in five worlds: a call by mistake must be rare. (See docs/learning.md.)"""
    wrong, judged = 0, 0
    for name in ("still", "quick", "floor", "flares", "rests when bad"):
        for person in people(BY_NAME[name], range(3)):
            wrong += len(person.called("helps"))
            judged += len(person.tried(RULES.min_days))
            assert person.called("helps", level="exercise") == frozenset() or person.called("helps")
    assert judged > 30
    assert wrong / judged <= 0.05


def test_one_point_is_found_by_most() -> None:
    found = people(replace(STILL, effects={"a": -1.0}), range(6))
    assert sum("a" in person.called("helps") for person in found) >= 4
    assert sum(len(person.called("helps") - {"a"}) for person in found) <= 1
    assert not any("a" in person.called("seems_not_to") for person in found)


def test_harm_of_one_point_is_found_and_left_off() -> None:
    found = people(replace(STILL, effects={"b": 1.5}), range(4))
    assert sum("b" in person.called("makes_worse") for person in found) >= 3
    for person in found:
        days = {belief.days for m in person.mornings for belief in m.beliefs if belief.subject == "b"}
        if "b" in person.called("makes_worse"):
            assert max(days) < 42, "what makes it worse is not done for all the days"
