"""Which self-tests are open, and why the others wait."""

from __future__ import annotations

import datetime as dt
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.web.decisions import clearance
from unpinch.care.offers import leg_now, minutes_of, offers, order_of_sides, pain_limit, stirred_up
from unpinch.journal import Journal, make
from unpinch.journal.fold import Person, fold
from unpinch.journal.kinds import Data, Pain, Profile, Screen, SelfTestDone
from unpinch.knowledge import load

NOW = dt.datetime(2026, 11, 22, 9, 0, tzinfo=dt.UTC)
KNOWN = load()
THINGS = tuple(KNOWN.equipment)


def person(*told: Data, leg: int | None = 2, hours: float = 1, **profile: Any) -> Person:
    """Return a person who told how the leg is some hours ago."""
    fields: dict[str, Any] = {"side": "right", "birth_year": 1980, "equipment": THINGS} | profile
    said: list[Data] = [Profile(**fields)]
    if leg is not None:
        said.append(Pain(when="now", leg_nprs=leg))
    entries = [
        make(f"e{n}", NOW - dt.timedelta(hours=hours, seconds=-n), data)
        for n, data in enumerate([*said, *told])
    ]
    return fold(Journal(entries), NOW)


def closed(who: Person, tier: Any = "G") -> dict[str, str | None]:
    """Return for each test why it is closed."""
    found = offers(who, clearance(tier), NOW, KNOWN)
    return {
        offer.test: offer.closed.key.removeprefix("session.test.closed_") if offer.closed else None
        for offer in found
    }


def test_every_test_is_named_in_the_order_of_the_data() -> None:
    assert [offer.test for offer in offers(person(), clearance("G"), NOW, KNOWN)] == list(KNOWN.selftests)


def test_with_little_pain_the_first_battery_is_open() -> None:
    why = closed(person())
    assert {name: why[name] for name, test in KNOWN.selftests.items() if test.first_battery} == {
        name: None for name, test in KNOWN.selftests.items() if test.first_battery
    }


@pytest.mark.parametrize("tier", ["R", "U", "E", None])
def test_no_test_is_open_while_a_check_comes_first(tier: Any) -> None:
    assert set(closed(person(), tier).values()) == {"tier"}


@given(st.integers(0, 10))
def test_each_test_ends_at_its_own_limit_of_pain(leg: int) -> None:
    why = closed(person(leg=leg))
    for test in KNOWN.selftests.values():
        assert (why[test.id] == "leg") is (leg > test.leg_nprs_max)


def test_at_seven_nothing_is_tried() -> None:
    assert None not in closed(person(leg=7)).values()


def test_without_a_fresh_number_nothing_is_open() -> None:
    limit = KNOWN.rules.stale.pain_now_h
    assert set(closed(person(leg=None)).values()) == {"untold"}
    assert set(closed(person(hours=limit + 1)).values()) == {"untold"}
    assert leg_now(person(hours=limit - 1), NOW, KNOWN) == 2


@pytest.mark.parametrize(("seconds", "leg"), [(-1, 2), (0, 2), (1, None)])
def test_a_number_is_fresh_up_to_its_last_second(seconds: int, leg: int | None) -> None:
    who = person(leg=2)
    (told, _) = who.pains[-1]
    limit = dt.timedelta(hours=KNOWN.rules.stale.pain_now_h, seconds=seconds)
    assert leg_now(who, told + limit, KNOWN) == leg


def test_a_lock_of_the_screen_closes_the_tests_that_name_it() -> None:
    found = {
        code: (question.id, option.id, question.answer)
        for question in KNOWN.screening.questions
        for option in question.options
        for code in option.locks
    }
    code = "BAL"
    question, option, kind = found[code]
    said: Any = (option,) if kind == "several" else option
    answer = Screen(question=question, answer=said, occasion="full", version=KNOWN.screening.version)
    why = closed(person(answer))
    for test in KNOWN.selftests.values():
        assert (why[test.id] == "lock") is (code in test.needs), test.id


def test_the_hard_test_waits_for_the_easy_one() -> None:
    limit = KNOWN.selftests["T3"].after_max
    assert limit is not None
    assert closed(person())["T3"] == "after"
    assert closed(person(SelfTestDone(test="T1", value=limit + 1)))["T3"] == "after"
    assert closed(person(SelfTestDone(test="T1", not_possible=True)))["T3"] == "after"
    assert closed(person(SelfTestDone(test="T1", value=limit)))["T3"] is None


def test_age_and_things_count() -> None:
    assert closed(person())["T2"] == "age"
    assert closed(person(birth_year=None))["T2"] == "age"
    assert closed(person(birth_year=1966))["T2"] is None
    assert closed(person(birth_year=1967))["T2"] == "age"
    told = [
        Screen(question=KNOWN.screening.age, answer=age, occasion="full", version="1") for age in (59, 60)
    ]
    assert [closed(person(one, birth_year=None))["T2"] for one in told] == ["age", None]
    assert closed(person(equipment=("mat",)))["T1"] == "equipment"


@pytest.mark.parametrize(
    ("before", "most", "too_much"),
    [(2, 3, False), (2, 4, True), (0, 2, True), (5, 6, False), (5, 7, True), (4, 6, True)],
)
def test_a_test_that_stirs_the_leg_up_ends_the_tests_for_the_day(
    before: int, most: int, too_much: bool
) -> None:
    done = SelfTestDone(test="T1", value=9.0, leg_before=before, leg_max=most)
    assert stirred_up(person(done), NOW, KNOWN) is too_much
    assert (set(closed(person(done)).values()) == {"stirred"}) is too_much
    assert not stirred_up(person(done), NOW + dt.timedelta(days=1), KNOWN)


@given(st.integers(0, 10))
def test_the_limit_is_the_cap_of_the_exercises_or_a_rise(before: int) -> None:
    light, sides = KNOWN.rules.light, KNOWN.rules.sides
    limit = pain_limit(before, KNOWN)
    assert limit - before <= sides.pain_rise
    assert limit <= max(light.cap_floor, before + light.cap_over_pre) + 1
    assert limit > before


@pytest.mark.parametrize(("before", "limit"), [(2, 6), (4, 6), (5, 7), (8, 10)])
def test_where_a_larger_rise_may_be_the_cap_ends_the_tests(before: int, limit: int) -> None:
    """A point over the cap, which is 5 or one over how it was."""
    sides = msgspec.structs.replace(KNOWN.rules.sides, pain_rise=9)
    bold = msgspec.structs.replace(KNOWN, rules=msgspec.structs.replace(KNOWN.rules, sides=sides))
    assert pain_limit(before, bold) == limit


def test_the_leg_that_does_not_hurt_goes_first() -> None:
    assert order_of_sides(person()) == ("left", "right")
    assert order_of_sides(person(side="left")) == ("right", "left")


def test_minutes_grow_with_tries_and_sides() -> None:
    test = KNOWN.selftests["T6"]
    assert minutes_of(test, KNOWN) == -(-(40 + 2 * 4 * 30) // 60)
    assert minutes_of(msgspec.structs.replace(test, sided=False), KNOWN) < minutes_of(test, KNOWN)


@pytest.mark.parametrize(("seconds", "minutes"), [(29.0, 1), (30.0, 1), (31.0, 2)])
def test_minutes_are_rounded_up(seconds: float, minutes: int) -> None:
    """Nobody needs longer than was said."""
    timing = msgspec.structs.replace(KNOWN.timing, test_read_s=30.0, test_try_s=seconds)
    once = msgspec.structs.replace(KNOWN.selftests["T6"], sided=False, attempts=1, practice=0)
    assert minutes_of(once, msgspec.structs.replace(KNOWN, timing=timing)) == minutes


def test_the_last_day_is_told() -> None:
    done = {
        offer.test: offer.last
        for offer in offers(person(SelfTestDone(test="T1", value=9.0)), clearance("G"), NOW, KNOWN)
    }
    assert done["T1"] == NOW.date()
    assert done["T6"] is None
