"""What is concluded: who helps, who does not, and when nobody can tell."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.learning.hand import FAMILIES, FIRST, PRIORS, RULES, diary, find, prior
from unpinch.knowledge import load
from unpinch.learning import Beliefs, DayRecord, Exposure, LearningError, learn
from unpinch.learning.layout import Layout

ALL = tuple((exercise, family) for family, names in FAMILIES.items() for exercise in names)


def beliefs(days: Sequence[DayRecord], since_days: int | None = 10, **changes: object) -> Beliefs:
    known = {"families": FAMILIES, "priors": PRIORS, "rules": RULES, **changes}
    return learn(days, since_days=since_days, **known)  # type: ignore[arg-type]  # checked by the callee


def lived(
    seed: int, days: int, effects: dict[str, float], course: Sequence[float] | None = None
) -> list[DayRecord]:
    """Live some days with each family on half of them, by lot, and whole numbers in the morning."""
    rng = np.random.default_rng(seed)
    done: tuple[Exposure, ...] = ()
    noise = 0.0
    records = []
    for number in range(days):
        noise = 0.4 * noise + 1.1 * rng.standard_normal()
        level = 6.0 if course is None else course[number]
        leg = level + noise + sum(effects.get(e.family, 0.0) for e in done)
        done = tuple(
            Exposure(exercise=names[int(rng.integers(len(names)))], family=family, dose=1.0)
            for family, names in FAMILIES.items()
            if rng.random() < 0.5 and number >= 3
        )
        records.append(
            DayRecord(
                day=FIRST + dt.timedelta(days=number),
                leg_morning=float(np.clip(round(leg), 0, 10)),
                exposures=done,
            )
        )
    return records


# --- what is found, and what is not -------------------------------------------------------------


def test_a_strong_effect_is_found_and_put_down_to_the_right_family() -> None:
    found = beliefs(lived(1, 84, {"bend": -1.5}))
    assert find(found, "bend").verdict == "helps"
    assert find(found, "bend").high < 0
    assert find(found, "bend").more_days is None
    for other in ("glide", "strength"):
        assert find(found, other).verdict in {"cant_tell_yet", "seems_not_to"}


def test_harm_is_found_as_well() -> None:
    found = find(beliefs(lived(2, 84, {"bend": 1.5})), "bend")
    assert found.verdict == "makes_worse"
    assert found.low > 0


def test_no_effect_is_never_called_help_or_harm() -> None:
    for seed in range(12):
        found = beliefs(lived(seed, 42, {}))
        words = {b.verdict for b in found.beliefs if b.level == "family" and b.when == "next_day"}
        assert words <= {"cant_tell_yet", "seems_not_to"}, seed


def test_recovery_is_not_put_down_to_what_was_done_last() -> None:
    """Pain falls by itself while one family after the other is begun, and no day is left out."""
    for seed in range(6):
        rng = np.random.default_rng(seed)
        records = []
        for number in range(42):
            leg = 2.0 + 5.0 * math.exp(-number / 14.0) + rng.standard_normal()
            begun = [("bend", "b1"), ("glide", "g1"), ("strength", "s1")][: max(0, (number - 3) // 13 + 1)]
            records.append(
                DayRecord(
                    day=FIRST + dt.timedelta(days=number),
                    leg_morning=float(np.clip(round(leg), 0, 10)),
                    exposures=tuple(Exposure(exercise=e, family=f, dose=1.0) for f, e in begun),
                )
            )
        found = beliefs(records)
        for family in FAMILIES:
            belief = find(found, family)
            assert 0.1 < belief.p_easier < RULES.helps_p, (seed, family)
            assert belief.verdict != "helps"
        assert found.trend.change_per_week is not None
        assert found.trend.now is not None
        assert found.trend.now[0] < 2.0 + 5.0 * math.exp(-3) < found.trend.now[2]


def test_time_gets_what_is_times_own() -> None:
    course = [3.0 + 4.0 * math.exp(-t / 20.0) for t in range(60)]
    found = beliefs(lived(4, 60, {}, course)).trend
    assert found.mornings == 60
    assert found.now is not None
    assert found.change_per_week is not None
    assert found.now[0] <= course[-1] <= found.now[2]
    assert found.change_per_week[0] <= course[-1] - course[-8] <= found.change_per_week[2]
    assert found.noise_sd is not None
    assert 0.9 < found.noise_sd < 1.6


def test_one_helpful_exercise_lifts_its_family_less_than_itself() -> None:
    records: list[DayRecord] = []
    for record in lived(5, 120, {}):
        yesterday = records[-1].exposures if records else ()
        helped = any(e.exercise == "s2" for e in yesterday)
        leg = record.leg_morning or 0.0
        records.append(replace(record, leg_morning=max(0.0, leg - 2.0) if helped else leg))
    found = beliefs(records)
    assert find(found, "s2").mean < find(found, "strength").mean - 0.1
    assert find(found, "s2").mean < min(find(found, "s1").mean, find(found, "s3").mean)


def test_unknown_since_when_expects_a_fall_like_recent_pain() -> None:
    days = lived(1, 30, {})
    assert beliefs(days, None) == beliefs(days, 10)
    assert beliefs(days, PRIORS.recent_days) == beliefs(days, 1000)
    assert beliefs(days, PRIORS.recent_days) != beliefs(days, PRIORS.recent_days - 1)


# --- laws ---------------------------------------------------------------------------------------


def test_the_mirror_image_of_a_diary_has_mirrored_effects() -> None:
    days = diary(11, 60)
    mirrored = [
        replace(
            day,
            leg_morning=None if day.leg_morning is None else 10.0 - day.leg_morning,
            exposures=tuple(
                replace(e, soon=None if e.soon is None else -e.soon, tap=None if e.tap is None else -e.tap)
                for e in day.exposures
            ),
        )
        for day in days
    ]
    opposite = replace(
        PRIORS,
        start_leg=prior(10.0 - PRIORS.start_leg.mean, PRIORS.start_leg.sd),
        slope_per_week=prior(-PRIORS.slope_per_week.mean, PRIORS.slope_per_week.sd),
        family_next_day=prior(-PRIORS.family_next_day.mean, PRIORS.family_next_day.sd),
        family_soon=prior(-PRIORS.family_soon.mean, PRIORS.family_soon.sd),
    )
    flip = {"helps": "makes_worse", "makes_worse": "helps"}
    here, there = beliefs(days, 200), beliefs(mirrored, 200, priors=opposite)
    for one, other in zip(here.beliefs, there.beliefs, strict=True):
        assert other.mean == pytest.approx(-one.mean, abs=1e-8)
        assert (other.low, other.high) == pytest.approx((-one.high, -one.low), abs=1e-8)
        assert other.p_easier == pytest.approx(1.0 - one.p_easier, abs=1e-8)
        assert other.verdict == flip.get(one.verdict, one.verdict)
        assert other.more_days == one.more_days
    assert here.trend.now is not None
    assert there.trend.now is not None
    assert there.trend.now[1] == pytest.approx(10.0 - here.trend.now[1], abs=1e-8)


def test_the_order_of_the_days_does_not_matter() -> None:
    days = diary(12, 40, left_out=0.2)
    shuffled = [days[i] for i in np.random.default_rng(0).permutation(len(days))]
    assert beliefs(shuffled) == beliefs(days)


def test_a_removed_day_is_as_if_it_had_never_been() -> None:
    days = diary(13, 40)
    without = days[:17] + days[18:]
    assert beliefs(without) == beliefs([day for day in days if day.day != days[17].day])
    assert beliefs(without) != beliefs(days)
    empty = [replace(day, leg_morning=None, exposures=()) if day is days[17] else day for day in days]
    assert beliefs(without) == beliefs(empty), "a day without a record is one on which nothing was told"


def test_exercises_never_done_change_nothing() -> None:
    days = [
        replace(day, exposures=tuple(e for e in day.exposures if e.exercise == "b1")) for day in diary(14, 40)
    ]
    wide, narrow = beliefs(days), beliefs(days, families={**FAMILIES, "bend": ("b1",), "strength": ()})
    assert wide == narrow


@given(seed=st.integers(0, 10_000), days=st.integers(0, 60), missed=st.floats(0, 1), left_out=st.floats(0, 1))
def test_every_diary_has_an_answer_that_hangs_together(
    seed: int, days: int, missed: float, left_out: float
) -> None:
    records = diary(seed, days, missed=missed, left_out=left_out)
    found = beliefs(records)
    assert found.trend.mornings == sum(day.leg_morning is not None for day in records)
    assert (found.trend.now is None) == (found.trend.mornings < 3)
    families = [b.subject for b in found.beliefs if b.level == "family" and b.when == "next_day"]
    assert families == list(FAMILIES)
    done = {e.exercise for day in records for e in day.exposures if e.dose > 0}
    exercises = [b.subject for b in found.beliefs if b.level == "exercise" and b.when == "next_day"]
    assert exercises == [exercise for exercise, _ in ALL if exercise in done]
    for belief in found.beliefs:
        numbers = (belief.mean, belief.low, belief.high, belief.p_easier, *belief.dots)
        assert all(math.isfinite(number) for number in numbers)
        assert belief.low < belief.mean < belief.high
        assert list(belief.dots) == sorted(belief.dots)
        assert len(belief.dots) == RULES.dots
        easier = sum(dot < 0 for dot in belief.dots)
        assert abs(easier - belief.p_easier * RULES.dots) <= 0.5 + 1e-6
        assert belief.days >= RULES.min_days or belief.verdict == "cant_tell_yet"
        if belief.more_days is not None:
            assert belief.verdict == "cant_tell_yet"
            assert 1 <= belief.more_days <= 84


@pytest.mark.parametrize("leg", [0.0, 10.0, None])
def test_the_ends_of_the_scale_and_silence_are_fine(leg: float | None) -> None:
    days = [replace(day, leg_morning=leg) for day in diary(3, 50)]
    found = beliefs(days)
    assert all(b.verdict != "helps" for b in found.beliefs if b.when == "next_day")
    assert all(math.isfinite(b.mean) for b in found.beliefs)


# --- counting -----------------------------------------------------------------------------------


def test_before_the_first_day_only_the_priors_speak() -> None:
    found = beliefs([])
    assert found.baseline_days_left == RULES.baseline_days
    assert found.trend.now is None
    belief = find(found, "bend")
    assert belief.mean == pytest.approx(PRIORS.family_next_day.mean)
    assert belief.high - belief.low == pytest.approx(2 * 1.644854 * PRIORS.family_next_day.sd, abs=1e-5)
    assert (belief.days, belief.verdict, belief.leaning, belief.more_days) == (
        0,
        "cant_tell_yet",
        "none",
        None,
    )
    assert {b.level for b in found.beliefs} == {"family"}


def test_only_days_with_a_morning_after_them_count() -> None:
    once = (Exposure(exercise="g1", family="glide", dose=1.0),)

    def day(number: int, leg: float | None, exposures: tuple[Exposure, ...]) -> DayRecord:
        return DayRecord(day=FIRST + dt.timedelta(days=number), leg_morning=leg, exposures=exposures)

    found = beliefs(
        [
            day(0, 5.0, once),  # counts: day 1 has a morning
            day(1, 5.0, once),  # does not: day 2 has none
            day(2, None, once),  # does not: day 3 has no record
            day(4, 5.0, once),  # does not: it is the last
        ]
    )
    assert find(found, "glide").days == find(found, "g1").days == 1
    assert found.baseline_days_left == 0


def test_two_halves_of_a_family_count_as_one_day_of_it() -> None:
    whole = (Exposure(exercise="b1", family="bend", dose=1.0),)
    halves = (
        Exposure(exercise="b1", family="bend", dose=0.5),
        Exposure(exercise="b2", family="bend", dose=0.5),
    )
    both = (
        Exposure(exercise="b1", family="bend", dose=1.0),
        Exposure(exercise="b2", family="bend", dose=3.0),
    )
    layout = Layout.of(FAMILIES)
    rows = layout.rows(
        [DayRecord(day=FIRST, leg_morning=None, exposures=what) for what in (whole, halves, both, ())]
    )
    bend_b1_b2 = rows[:, [0, 3, 4]].tolist()
    assert bend_b1_b2 == [[1.0, 1.0, 0.0], [1.0, 0.5, 0.5], [1.0, 0.5, 0.5], [0.0, 0.0, 0.0]]


def test_more_days_come_nearer_as_days_go_by() -> None:
    days = lived(21, 60, {"bend": -1.4})
    told = [find(beliefs(days[:n]), "bend") for n in range(10, 60)]
    known = [b.more_days for b in told if b.more_days is not None]
    assert known, "a clear effect must come into sight"
    assert told[-1].verdict == "helps"
    assert told[-1].more_days is None
    assert np.mean(known[-5:]) < np.mean(known[:5])


def test_what_is_done_no_more_is_not_foretold() -> None:
    days = lived(21, 30, {"bend": -0.6})
    later = [DayRecord(day=days[-1].day + dt.timedelta(days=n), leg_morning=6.0) for n in range(1, 20)]
    assert find(beliefs(days + later), "bend").more_days is None


# --- refusals -----------------------------------------------------------------------------------


def test_a_day_that_stands_twice_is_refused() -> None:
    days = diary(1, 5)
    with pytest.raises(LearningError, match="2025-03-03: this day stands twice"):
        beliefs([*days, days[2]])


@pytest.mark.parametrize(
    ("exposure", "reason"),
    [
        (Exposure(exercise="x9", family="bend", dose=1.0), "exercise 'x9' is not known"),
        (
            Exposure(exercise="b1", family="glide", dose=1.0),
            "exercise 'b1' belongs to 'bend', not to 'glide'",
        ),
        (Exposure(exercise="b1", family="bend", dose=-1.0), "dose -1.0 of 'b1' is no share"),
        (Exposure(exercise="b1", family="bend", dose=math.nan), "dose nan of 'b1' is no share"),
        (Exposure(exercise="b1", family="bend", dose=math.inf), "dose inf of 'b1' is no share"),
    ],
)
def test_what_cannot_have_been_done_is_refused(exposure: Exposure, reason: str) -> None:
    with pytest.raises(LearningError, match=f"2025-03-01: {reason}"):
        beliefs([DayRecord(day=FIRST, leg_morning=None, exposures=(exposure,))])


@pytest.mark.parametrize("leg", [-1.0, 10.5, math.nan])
def test_a_morning_off_the_scale_is_refused(leg: float) -> None:
    with pytest.raises(LearningError, match="2025-03-01: morning pain"):
        beliefs([DayRecord(day=FIRST, leg_morning=leg)])


def test_an_exercise_in_two_families_is_refused() -> None:
    with pytest.raises(LearningError, match="'b1' stands twice"):
        beliefs([], families={"bend": ("b1",), "glide": ("b1",)})


# --- the shipped knowledge ----------------------------------------------------------------------


def test_the_shipped_priors_and_rules_learn() -> None:
    known = load()
    families = {
        name: tuple(e.id for e in known.exercises.values() if e.family == name) for name in known.families
    }
    rules = known.rules.learning
    assert known.priors.exercise_next_day.mean == 0.0, "an exercise lies around its family"
    assert known.priors.exercise_soon.mean == 0.0
    days = diary(1, 30, families=families)
    found = learn(days, families=families, priors=known.priors, rules=rules, since_days=None)
    assert [b.subject for b in found.beliefs if b.level == "family" and b.when == "next_day"] == list(
        families
    )
    nothing = learn([], families=families, priors=known.priors, rules=rules, since_days=None)
    assert {b.leaning for b in nothing.beliefs} == {"none"}, "before the first day nothing leans"
    assert {b.verdict for b in nothing.beliefs} == {"cant_tell_yet"}


# --- what was asked before ------------------------------------------------------------------------


def test_the_same_question_is_worked_out_once() -> None:
    days = lived(5, 20, {"bend": -1.0})
    assert beliefs(days) is beliefs(list(days))


@pytest.mark.parametrize(
    "other",
    [
        {"since_days": 2000},
        {"priors": replace(PRIORS, recent_days=PRIORS.recent_days + 1)},
        {"rules": replace(RULES, min_days=RULES.min_days + 1)},
        {"families": {**FAMILIES, "rest": ("r1",)}},
    ],
)
def test_another_question_is_never_given_the_old_answer(other: dict[str, object]) -> None:
    days = lived(6, 20, {"bend": -1.0})
    before = beliefs(days)
    after = beliefs(days, **other)  # type: ignore[arg-type]  # checked by the callee
    assert after is not before
    for seed in range(10):  # what was remembered is pushed out
        beliefs(lived(seed, 3, {}))
    assert beliefs(days, **other) == after  # type: ignore[arg-type]  # checked by the callee
    assert beliefs(days) == before


def test_another_day_is_another_question() -> None:
    days = lived(7, 20, {"bend": -1.0})
    changed = [*days[:-1], replace(days[-1], leg_morning=10.0)]
    assert beliefs(changed) != beliefs(days)
    assert beliefs(days[:-1]) != beliefs(days)
