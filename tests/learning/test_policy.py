"""Which families are tried, and on which days."""

from __future__ import annotations

import datetime as dt
import itertools
from collections import Counter
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.learning.hand import FIRST, PRIORS, RULES, find
from unpinch.knowledge import load
from unpinch.learning import Beliefs, Choice, DayRecord, Exposure, choose, learn
from unpinch.learning.beliefs import Verdict

FAMILIES = {name: (f"{name}1", f"{name}2") for name in ("a", "b", "c", "d", "e", "f", "g")}
OPEN = tuple(FAMILIES)


def believe(days: Sequence[DayRecord], **verdicts: Verdict) -> Beliefs:
    """Return what the days say, but for some verdicts."""
    found = learn(days, families=FAMILIES, priors=PRIORS, rules=RULES, since_days=None)
    changed = tuple(
        replace(b, verdict=verdicts[b.subject]) if b.subject in verdicts and b.when == "next_day" else b
        for b in found.beliefs
    )
    return replace(found, beliefs=changed)


def live(days: int, seed: int, open_families: Sequence[str] = OPEN, **verdicts: Verdict) -> list[Choice]:
    """Follow the policy for some days of always the same pain; returns its choices."""
    records: list[DayRecord] = []
    choices = []
    for number in range(days):
        today = DayRecord(day=FIRST + dt.timedelta(days=number), leg_morning=5.0)
        choice = choose(believe([*records, today], **verdicts), [*records, today], open_families, RULES, seed)
        done = tuple(Exposure(exercise=f"{name}1", family=name, dose=1.0) for name in choice.today)
        records.append(replace(today, exposures=done))
        choices.append(choice)
    return choices


def test_nothing_is_compared_before_the_baseline_is_over() -> None:
    choices = live(6, 1)
    for choice in choices[: RULES.baseline_days - 1]:
        assert choice.on_trial == choice.today == choice.keep == choice.dropped == ()
        assert set(choice.why.values()) == {"learning.why.baseline"}
    assert len(choices[RULES.baseline_days - 1].on_trial) == RULES.families_on_trial


def test_without_any_day_nothing_is_on_trial() -> None:
    assert choose(believe([]), [], OPEN, RULES, 1).on_trial == ()


@given(
    seed=st.integers(0, 2**62),
    days=st.integers(0, 25),
    open_families=st.lists(st.sampled_from(OPEN), unique=True),
    helps=st.sets(st.sampled_from(OPEN)),
    worse=st.sets(st.sampled_from(OPEN)),
)
def test_only_open_families_are_chosen_and_never_too_many(
    seed: int, days: int, open_families: list[str], helps: set[str], worse: set[str]
) -> None:
    records = [
        DayRecord(
            day=FIRST + dt.timedelta(days=number),
            leg_morning=5.0,
            exposures=(Exposure(exercise="a1", family="a", dose=1.0),) if number % 2 else (),
        )
        for number in range(days)
    ]
    told: dict[str, Verdict] = dict.fromkeys(worse, "makes_worse")
    told.update(dict.fromkeys(helps, "helps"))
    beliefs = believe(records, **told)
    for trial_families in (None, OPEN):
        choice = choose(beliefs, records, open_families, RULES, seed, trial_families=trial_families)
        for chosen in (choice.on_trial, choice.today, choice.keep, choice.dropped):
            assert set(chosen) <= set(open_families)
            assert list(chosen) == [name for name in open_families if name in chosen]
        assert len(choice.on_trial) <= RULES.families_on_trial
        assert set(choice.today) <= {*choice.on_trial, *choice.keep}
        assert not set(choice.dropped) & {*choice.on_trial, *choice.keep, *choice.today}
        assert set(choice.why) == set(open_families)
        assert choice == choose(beliefs, records, open_families, RULES, seed, trial_families=trial_families)


def test_what_is_on_trial_is_done_on_half_of_the_days_and_not_always_the_same() -> None:
    choices = live(43, 5)[RULES.baseline_days :]
    blocks = [choices[i : i + RULES.block_days] for i in range(0, len(choices), RULES.block_days)]
    patterns = set()
    for block in blocks:
        for name in set.intersection(*(set(choice.on_trial) for choice in block)):
            pattern = tuple(name in choice.today for choice in block)
            assert sum(pattern) == RULES.block_days // 2
            patterns.add(pattern)
    assert len(patterns) >= 4


def test_a_family_that_has_begun_stays_until_enough_mornings_followed_it() -> None:
    choices = live(60, 3)
    counted: Counter[str] = Counter()
    for before, after in itertools.pairwise(choices):
        counted.update(before.today)
        for name in set(before.on_trial) - set(after.on_trial):
            assert counted[name] == 0 or counted[name] >= RULES.min_days, name


def test_what_leans_easier_stays_until_it_can_be_told() -> None:
    days = [
        DayRecord(
            day=FIRST + dt.timedelta(days=n),
            leg_morning=5.0,
            exposures=(Exposure(exercise="a1", family="a", dose=1.0),) if n > 3 else (),
        )
        for n in range(RULES.baseline_days + 6 * RULES.block_days + 1)
    ]
    told = believe(days)
    for leaning, stays in (("easier", True), ("none", False)):
        leant = tuple(
            replace(b, leaning=leaning) if (b.subject, b.when) == ("a", "next_day") else b
            for b in told.beliefs
        )
        chosen = [
            choose(replace(told, beliefs=leant), days, OPEN, RULES, seed).on_trial for seed in range(40)
        ]
        assert all("a" in on_trial for on_trial in chosen) == stays, "the last day begins a block"


def test_every_family_gets_its_turn() -> None:
    assert {name for choice in live(84, 2) for name in choice.today} == set(OPEN)


def test_two_people_are_tried_differently() -> None:
    assert len({choice.on_trial for choice in (live(4, seed)[-1] for seed in range(10))}) > 3


def test_what_helps_is_kept_and_rests_one_day_of_each_block() -> None:
    choices = live(RULES.baseline_days + 5 * RULES.block_days, 4, b="helps")[RULES.baseline_days :]
    for start in range(0, len(choices), RULES.block_days):
        block = choices[start : start + RULES.block_days]
        assert all(choice.keep == ("b",) and "b" not in choice.on_trial for choice in block)
        assert sum("b" in choice.today for choice in block) == RULES.block_days - 1
    assert {choice.why["b"] for choice in choices} == {"learning.why.keep", "learning.why.keep_rests"}


def test_what_helps_takes_places_but_one_stays_for_trials() -> None:
    assert len(live(5, 1, a="helps")[-1].on_trial) == RULES.families_on_trial - 1
    crowd: dict[str, Verdict] = dict.fromkeys("abcde", "helps")
    assert len(live(5, 1, **crowd)[-1].on_trial) == 1


def test_what_makes_it_worse_is_dropped_unless_it_is_asked_back() -> None:
    days = [DayRecord(day=FIRST + dt.timedelta(days=n), leg_morning=5.0) for n in range(5)]
    harm: dict[str, Verdict] = dict.fromkeys("abdefg", "makes_worse")
    beliefs = believe(days, **harm)
    choice = choose(beliefs, days, OPEN, RULES, 1)
    assert choice.on_trial == ("c",)
    assert set(choice.dropped) == set(OPEN) - {"c"}
    assert choice.why["a"] == "learning.why.dropped"
    back = choose(beliefs, days, OPEN, RULES, 1, asked_back=("a",))
    assert back.on_trial == ("a", "c")


def test_what_seems_to_do_nothing_lets_others_go_first() -> None:
    days = [DayRecord(day=FIRST + dt.timedelta(days=n), leg_morning=5.0) for n in range(5)]
    nothing: dict[str, Verdict] = dict.fromkeys("abcd", "seems_not_to")
    for seed in range(10):
        assert choose(believe(days, **nothing), days, OPEN, RULES, seed).on_trial == ("e", "f", "g")


def test_todays_own_exercises_do_not_change_todays_choice() -> None:
    days = [DayRecord(day=FIRST + dt.timedelta(days=n), leg_morning=5.0) for n in range(9)]
    begun = [*days[:-1], replace(days[-1], exposures=(Exposure(exercise="g1", family="g", dose=1.0),))]
    for seed in range(5):
        assert choose(believe(days), days, OPEN, RULES, seed) == choose(
            believe(begun), begun, OPEN, RULES, seed
        )


def test_a_family_that_must_rest_today_keeps_its_place() -> None:
    days = [
        DayRecord(
            day=FIRST + dt.timedelta(days=n),
            leg_morning=5.0,
            exposures=tuple(Exposure(exercise=f"{x}1", family=x, dose=1.0) for x in "abc") if n > 3 else (),
        )
        for n in range(7)
    ]
    beliefs = believe(days)
    without_a = [name for name in OPEN if name != "a"]
    choice = choose(beliefs, days, without_a, RULES, 1, trial_families=OPEN)
    assert choice.on_trial == ("b", "c")
    assert len(choose(beliefs, days, without_a, RULES, 1).on_trial) == RULES.families_on_trial


def test_a_helpful_family_is_drawn_more_often() -> None:
    """Free places go by how likely a family is to be the best."""
    days = [
        DayRecord(
            day=FIRST + dt.timedelta(days=n),
            leg_morning=4.0 if n % 2 and n < 40 else 5.0,
            exposures=(Exposure(exercise="a1", family="a", dose=1.0),) if n % 2 == 0 and n < 39 else (),
        )
        for n in range(60)
    ]
    beliefs = replace(
        believe(days), beliefs=tuple(replace(b, verdict="cant_tell_yet") for b in believe(days).beliefs)
    )
    assert find(beliefs, "a").mean < -0.2
    times = Counter(name for seed in range(60) for name in choose(beliefs, days, OPEN, RULES, seed).on_trial)
    assert times["a"] > 1.5 * max(times[name] for name in OPEN if name != "a")


@pytest.mark.parametrize("length", [1, 2, 3, 5, 7])
def test_other_lengths_of_a_block_work(length: int) -> None:
    rules = replace(RULES, block_days=length)
    days = [DayRecord(day=FIRST + dt.timedelta(days=n), leg_morning=5.0) for n in range(60)]
    beliefs = believe(days)
    times = sum(
        name in choice.today
        for n in range(5, 60)
        for choice in [choose(beliefs, days[:n], OPEN, rules, 1)]
        for name in choice.on_trial
    )
    assert 0.3 < times / (55 * 3) < 0.7


def test_every_reason_has_words_and_every_verdict_too() -> None:
    words = load().words
    choices = [*live(20, 1), *live(20, 2, a="helps", b="makes_worse", c="seems_not_to")]
    given_reasons = {key for choice in choices for key in choice.why.values()}
    assert len(given_reasons) >= 8
    assert given_reasons <= set(words)
    for when in ("next_day", "soon"):
        for verdict in ("helps", "seems_not_to", "makes_worse"):
            assert f"learning.verdict.{when}.{verdict}" in words
        for leaning in ("easier", "harder", "none"):
            assert f"learning.verdict.{when}.cant_tell_yet.{leaning}" in words
