"""What each exercise is open for: locks of the screen, of strong pain, of rules, unlocks, equipment."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from tests.care.story import Story, ready
from tests.factories import at
from unpinch.care.access import Facts, locks, open_variants
from unpinch.care.decision import Lock
from unpinch.care.dosing import Standing
from unpinch.knowledge import load

KNOWN = load()
NOW = at(10, 9)
GENTLE = {e.id for e in KNOWN.exercises.values() if e.kind in {"relief", "aerobic"}}
ALL = frozenset(KNOWN.equipment)


def facts(**fields: Any) -> Facts:
    usual: dict[str, Any] = {
        "now": NOW,
        "codes": frozenset(),
        "leg": 0,
        "equipment": ALL,
        "off": frozenset(),
        "agreed": True,
        "wanted": frozenset(KNOWN.families),
        "rising_min": 600.0,
    }
    return Facts(**(usual | fields))


DONE = {
    name: Standing(rung=0, greens=20, green_days=frozenset(at(day).date() for day in range(20)), helped=True)
    for name in KNOWN.exercises
}
"""Everything was earned."""


def found(standing: dict[str, Standing] | None = None, **fields: Any) -> dict[str, list[Lock]]:
    result: dict[str, list[Lock]] = {}
    for lock in locks(facts(**fields), DONE if standing is None else standing, KNOWN):
        result.setdefault(lock.exercise, []).append(lock)
    return result


def opened(name: str, standing: dict[str, Standing] | None = None, **fields: Any) -> tuple[str, ...]:
    these = facts(**fields)
    every = locks(these, DONE if standing is None else standing, KNOWN)
    return open_variants(KNOWN.exercises[name], every, these)


def test_with_nothing_the_matter_everything_is_open() -> None:
    assert found() == {}
    for name, exercise in KNOWN.exercises.items():
        assert opened(name) == tuple(variant.id for variant in exercise.variants)


# --- locks of the screen ------------------------------------------------------------------------


@pytest.mark.parametrize("code", sorted(KNOWN.locks))
def test_each_code_closes_what_the_exercises_say(code: str) -> None:
    result = found(codes=frozenset({code}))
    for name, exercise in KNOWN.exercises.items():
        own = [on for on in exercise.locks if on.code == code]
        told = [
            lock for lock in result.get(name, []) if lock.code == code and lock.words.key != "lock.strong_leg"
        ]
        assert [lock.limit_to for lock in told] == [on.limit_to for on in own]
        for lock in told:
            assert KNOWN.locks[code].words in lock.words.text
            assert lock.words.key == ("lock.limited" if lock.limit_to else "lock.screen")
        for on in own:
            assert set(opened(name, codes=frozenset({code}))) <= set(on.limit_to)


def test_two_limits_leave_what_both_allow() -> None:
    assert opened("EX08", codes=frozenset({"BAL"})) == ("EX08a", "EX08b")
    assert opened("EX08", codes=frozenset({"BAL", "KNEE"})) == ("EX08a",)
    assert opened("EX07", codes=frozenset({"THR", "BAL"})) == ()


def test_where_nothing_is_left_a_stand_in_is_named() -> None:
    for lock in found(codes=frozenset({"THR", "BAL"}))["EX07"]:
        assert lock.limit_to
        assert lock.stand_in == "EX06"
    assert [lock.stand_in for lock in found(codes=frozenset({"BAL"}))["EX08"]] == [None]


def test_a_stand_in_is_open_itself() -> None:
    exercise = KNOWN.exercises["EX01"]
    assert exercise.stand_ins == ("EX02", "EX03", "EX31")
    off = frozenset({"EX01"})
    assert found(off=off)["EX01"][0].stand_in == "EX02"
    assert found(off=off | {"EX02"})["EX01"][0].stand_in == "EX03"
    assert found(off=off, equipment=ALL - {"counter"})["EX01"][0].stand_in == "EX03"
    assert found(off=off | {"EX02", "EX03", "EX31"})["EX01"][0].stand_in is None


@pytest.mark.parametrize(("leg", "closed"), [(6, False), (7, True), (10, True)])
def test_a_strong_leg_leaves_relief_and_walking(leg: int, closed: bool) -> None:
    result = found(leg=leg)
    for name in KNOWN.exercises:
        strong = [lock for lock in result.get(name, []) if lock.words.key == "lock.strong_leg"]
        assert bool(strong) == (closed and name not in GENTLE)
    assert found(codes=frozenset({"STRONG_LEG"}), leg=0).keys() >= KNOWN.exercises.keys() - GENTLE


def test_a_strong_leg_is_told_once() -> None:
    for leg in (0, 8, None):
        for name, every in found(codes=frozenset({"STRONG_LEG"}), leg=leg).items():
            assert [lock.code for lock in every].count("STRONG_LEG") <= 1, name


@pytest.mark.parametrize("code", sorted(set(KNOWN.locks) - {"STRONG_LEG"}))
def test_a_strong_leg_is_told_beside_every_other_reason(code: str) -> None:
    result = found(codes=frozenset({code}), leg=9)
    for name in KNOWN.exercises.keys() - GENTLE:
        assert "STRONG_LEG" in {lock.code for lock in result[name]}, name


def test_an_unknown_leg_locks_nothing_by_pain() -> None:
    assert [lock.words.key for lock in found(leg=None).get("EX09", [])] == []


# --- rules and wishes ---------------------------------------------------------------------------


def test_a_rest_and_a_lock_say_until_when() -> None:
    rests = Standing(rung=0, off_until=NOW + dt.timedelta(hours=24))
    lock = found({"EX09": rests})["EX09"][0]
    assert (lock.code, lock.until, lock.words.key) == ("R7", rests.off_until, "lock.off")
    assert f"until {(NOW + dt.timedelta(hours=24)).day} June" in lock.words.text
    for rule in ("R4", "R7"):
        waits = Standing(rung=0, locked_until=NOW + dt.timedelta(days=3), waits_by=rule)
        lock = found({"EX09": waits})["EX09"][0]
        assert (lock.code, lock.words.key) == (rule, f"lock.{rule}")
    over = Standing(rung=0, locked_until=NOW, off_until=NOW, waits_by="R4")
    assert "EX09" not in found({"EX09": over})
    both = Standing(rung=0, locked_until=NOW, off_until=NOW + dt.timedelta(hours=1), waits_by="R4")
    lock = found({"EX09": both})["EX09"][0]
    assert (lock.code, lock.words.key) == ("R7", "lock.off")  # the lock is over, the day off is not


def test_a_wish_closes_and_opens_again() -> None:
    story = ready(Story())
    story.wish("exercise_off", True, "EX09")
    assert {lock.code for lock in story.decide().clearance.locks if lock.exercise == "EX09"} == {"preference"}
    story.wish("exercise_off", False, "EX09")
    assert not [lock for lock in story.decide().clearance.locks if lock.exercise == "EX09"]


# --- what has to be earned ------------------------------------------------------------------------


def earned(greens: int, days: int) -> Standing:
    return Standing(rung=0, greens=greens, green_days=frozenset(at(day).date() for day in range(days)))


@pytest.mark.parametrize(
    ("standing", "fields", "key"),
    [
        ({"EX23": earned(3, 3)}, {"leg": 3, "rising_min": 60.0}, None),
        ({"EX23": earned(3, 2)}, {"leg": 3, "rising_min": 60.0}, "unlock.green"),
        ({"EX23": earned(2, 3)}, {"leg": 3, "rising_min": 60.0}, None),
        ({}, {"leg": 3, "rising_min": 60.0}, "unlock.green"),
        ({"EX23": earned(3, 3)}, {"leg": 4, "rising_min": 60.0}, "unlock.leg"),
        ({"EX23": earned(3, 3)}, {"leg": None, "rising_min": 60.0}, "unlock.leg"),
        ({"EX23": earned(3, 3)}, {"leg": 3, "rising_min": 59.9}, "unlock.rising"),
        ({"EX23": earned(3, 3)}, {"leg": 3, "rising_min": None}, "unlock.rising"),
    ],
)
def test_the_toe_touch_has_to_be_earned(
    standing: dict[str, Standing], fields: dict[str, Any], key: str | None
) -> None:
    keys = [lock.words.key for lock in found(standing, **fields).get("EX05", [])]
    assert keys == ([key] if key else [])


@pytest.mark.parametrize(
    ("first", "second", "closed"),
    [((3, 3), (3, 3), False), ((3, 1), (3, 1), False), ((3, 3), (2, 2), True), ((2, 2), (3, 3), True)],
)
def test_both_of_two_must_have_been_green(
    first: tuple[int, int], second: tuple[int, int], closed: bool
) -> None:
    standing = {"EX16": earned(*first), "EX17": earned(*second)}
    result = found(standing, leg=3).get("EX18", [])
    assert [lock.words.key for lock in result] == (["unlock.green"] if closed else [])


def test_one_leg_needs_a_calm_leg() -> None:
    assert "EX10" not in found(leg=3)
    assert found(leg=4)["EX10"][0].words.key == "unlock.leg"


def test_a_back_bend_on_the_feet_needs_one_lying_that_eased() -> None:
    assert found({})["EX22"][0].words.key == "unlock.helps"
    assert found({"EX21": Standing(rung=0)})["EX22"][0].words.key == "unlock.helps"
    assert "EX22" not in found({"EX21": Standing(rung=0, helped=True)})


def test_the_side_glide_needs_a_clinician_and_a_wish_of_its_own() -> None:
    assert found(agreed=False)["EX24"][0].words.key == "unlock.clinician"
    assert found(wanted=frozenset())["EX24"][0].words.key == "unlock.clinician"
    assert "EX24" not in found()
    story = ready(Story(), CE1="yes_checked")
    story.answer("OKD", "yes")
    assert "EX24" in {lock.exercise for lock in story.decide().clearance.locks}
    story.wish("ask_back", True, "side_glide")
    assert "EX24" not in {lock.exercise for lock in story.decide().clearance.locks}


def test_a_version_may_have_to_be_earned_alone() -> None:
    lock = found({"EX20": earned(9, 6)}, leg=2)["EX20"][0]
    assert (lock.words.key, lock.limit_to) == ("unlock.green", ("EX20a", "EX20b", "EX20d"))
    assert "EX20" not in found({"EX20": earned(7, 7)}, leg=2)
    assert found({"EX20": earned(7, 7)}, leg=3)["EX20"][0].words.key == "unlock.leg"
    assert "EX20c" not in opened("EX20", {})


def test_what_limits_speaks_of_the_fuller_way_and_what_closes_of_the_exercise() -> None:
    slider = found({"EX20": earned(9, 6)}, leg=2)["EX20"][0]
    base = KNOWN.exercises["EX20"]
    way = base.variant("EX20c").name
    assert slider.words.text.startswith(f'The fuller way of {base.name}, "{way}", opens after')
    press_up = next(lock for lock in found({})["EX21"] if lock.limit_to)
    assert KNOWN.exercises["EX21"].variant("EX21c").name in press_up.words.text
    for lock in (lock for every in found({}, leg=9, agreed=False).values() for lock in every):
        if lock.code == "unlock":
            assert lock.words.text.startswith("The fuller way of") == bool(lock.limit_to), lock


@pytest.mark.parametrize(
    ("ends", "said"),
    [
        (NOW + dt.timedelta(hours=1), "until later today."),
        ((NOW + dt.timedelta(hours=1)).astimezone(dt.timezone(dt.timedelta(hours=14))), "until later today."),
        (NOW + dt.timedelta(days=1), f"until {(NOW + dt.timedelta(days=1)).day} June."),
    ],
)
def test_the_last_day_is_said_as_today(ends: dt.datetime, said: str) -> None:
    (lock,) = (one for one in found({"EX09": Standing(rung=0, off_until=ends)})["EX09"] if one.until)
    assert said in lock.words.text


def test_the_words_name_what_is_needed() -> None:
    texts = [lock.words.text for every in found({}, leg=9, agreed=False).values() for lock in every]
    assert all("{" not in text for text in texts)
    lock = next(lock for lock in found({}, leg=0)["EX18"] if lock.code == "unlock")
    assert KNOWN.exercises["EX16"].name in lock.words.text
    assert KNOWN.exercises["EX17"].name in lock.words.text


# --- equipment, and how long ago somebody got up --------------------------------------------------


def test_only_what_is_at_hand() -> None:
    assert opened("EX01", equipment=frozenset({"chair"})) == ("EX01a",)
    assert opened("EX01", equipment=frozenset({"chair", "band"})) == ("EX01a",)
    assert opened("EX01", equipment=frozenset({"chair", "band", "table"})) == ("EX01a", "EX01b")
    assert opened("EX01", equipment=frozenset()) == ()
    assert opened("EX31", equipment=frozenset()) == ("EX31c",)


def plans(story: Story) -> set[str]:
    session = story.decide().session
    return set() if session is None else {stop.variant for stop in session.exercises}


def test_nothing_said_means_what_is_usual() -> None:
    story = Story().screen()
    story.profile(equipment=None)
    story.morning(3)
    usual = {thing.id for thing in KNOWN.equipment.values() if thing.usual}
    for name in plans(story):
        exercise = KNOWN.exercises[name[:4]]
        assert usual.issuperset(exercise.variant(name).equipment)
    assert plans(story)


@pytest.mark.parametrize(("minutes", "locked"), [(59, True), (60, False), (61, False)])
def test_getting_up_is_told_by_the_morning(minutes: int, locked: bool) -> None:
    story = ready(Story(), 2).on(1, 7)
    story.morning(2)
    story.now += dt.timedelta(minutes=minutes)
    codes = [lock.words.key for lock in story.decide().clearance.locks if lock.exercise == "EX05"]
    assert codes == ["unlock.green"]
    for day in (1, 2, 3):
        story.on(day, 12).do("EX23")
    story.screen()
    story.on(4, 7).morning(2)
    woke = story.now
    story.now = woke + dt.timedelta(minutes=minutes)
    keys = [lock.words.key for lock in story.decide().clearance.locks if lock.exercise == "EX05"]
    assert keys == (["unlock.rising"] if locked else [])
