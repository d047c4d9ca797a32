"""What an exercise is worth today, part by part, and what today's session must keep to."""

from __future__ import annotations

import datetime as dt
from typing import Any

import msgspec
import pytest

from tests.care.bouts import KNOWN
from tests.care.story import Story, ready
from tests.care.test_planning import _scene, base_judged, limits, trying
from unpinch.care.choice import candidates, limits_of, sides_of
from unpinch.care.decision import Finding
from unpinch.care.dosing import Standing
from unpinch.care.opened import Scene, opened
from unpinch.care.planning import Candidate, Limits
from unpinch.care.refer import Notice
from unpinch.knowledge import say
from unpinch.learning import Belief, Choice

WEIGHTS, PLANNING = KNOWN.planning.weights, KNOWN.planning
DONE = {name: Standing(rung=0, first_at=None) for name in KNOWN.exercises}
"""Everything is known: nothing is worth more for being new."""


def scene(leg: int = 2, standing: Any = DONE, **fields: Any) -> Scene:
    return msgspec.structs.replace(_scene(ready(Story(), leg), standing), **fields)


def offered(
    where: Scene, choice: Choice | None = None, beliefs: tuple[Belief, ...] = (), **bounds: Any
) -> dict[str, Candidate]:
    today = opened(where, limits(**bounds))
    return {one.exercise.id: one for one in candidates(today, choice or trying(), beliefs)}


def belief(subject: str, **fields: Any) -> Belief:
    usual: dict[str, Any] = {
        "level": "family", "when": "next_day", "mean": -1.0, "low": -2.0, "high": 0.0, "p_easier": 0.9,
        "days": 5, "verdict": "cant_tell_yet", "leaning": "none", "more_days": None, "dots": (),
    }  # fmt: skip
    return Belief(subject=subject, **(usual | fields))


# --- the worth of an exercise -------------------------------------------------------------------

FAMILY = KNOWN.exercises["EX09"].family


def bare(name: str, rung: int = 0) -> float:
    """Return the minutes of the sets alone."""
    exercise = KNOWN.exercises[name]
    dose = exercise.ladder[rung].dose
    assert dose.minutes is None
    one = dose.hold_s if dose.reps is None else dose.reps * exercise.tempo.rep_s
    assert one is not None
    return dose.sets * one / 60


def test_what_is_known_and_nothing_else_costs_its_minutes() -> None:
    found = offered(scene())
    assert found["EX09"].worth == pytest.approx(-WEIGHTS.minute * bare("EX09"))
    assert found["EX09"].sets_factor == 1.0
    assert not found["EX09"].on_trial


@pytest.mark.parametrize(
    ("fields", "points"),
    [
        ({}, 1.0),
        ({"mean": 0.5}, -0.5),
        ({"days": 1}, 1.0),
        ({"days": 0}, 0.0),
        ({"level": "exercise"}, 0.0),
        ({"when": "soon"}, 0.0),
        ({"subject": "sliders"}, 0.0),
    ],
)
def test_what_is_believed_of_the_family_by_morning_counts(fields: dict[str, Any], points: float) -> None:
    told = (belief(**({"subject": FAMILY} | fields)),)
    before, after = (offered(scene(), beliefs=beliefs)["EX09"].worth for beliefs in ((), told))
    assert after - before == pytest.approx(WEIGHTS.believed_point * points)


def test_what_helps_and_what_has_its_day_is_worth_more() -> None:
    usual = offered(scene())["EX09"].worth
    kept = offered(scene(), trying(keep=(FAMILY,), today=(FAMILY,)))["EX09"]
    assert kept.worth - usual == pytest.approx(WEIGHTS.keep + WEIGHTS.today)
    tried = offered(scene(), trying(on_trial=(FAMILY,), today=(FAMILY,)))["EX09"]
    assert tried.worth - usual == pytest.approx(WEIGHTS.today)
    assert (kept.on_trial, tried.on_trial) == (False, True)
    assert (kept.why.key, tried.why.key) == ("why.keep", "why.trial")
    assert offered(scene())["EX09"].why.key == "why.coverage"


@pytest.mark.parametrize(("leg", "hurts"), [(3, False), (4, True), (6, True)])
def test_rest_is_worth_something_when_the_leg_hurts(leg: int, hurts: bool) -> None:
    rest = offered(scene(leg))["EX29"]
    minutes = KNOWN.exercises["EX29"].ladder[0].dose.minutes
    worth = WEIGHTS.relief_in_pain if hurts else WEIGHTS.relief
    assert rest.worth == pytest.approx(worth - WEIGHTS.minute * (minutes or 0))
    assert rest.why.key == ("why.relief_in_pain" if hurts else "why.relief")


def test_on_a_gentle_day_rest_is_worth_as_much_as_in_pain() -> None:
    usual, gentle = offered(scene(1))["EX29"], offered(scene(1), gentle_only=True)["EX29"]
    assert gentle.worth - usual.worth == pytest.approx(WEIGHTS.relief_in_pain - WEIGHTS.relief)


@pytest.mark.parametrize(("days", "weeks"), [(None, 1.0), (0, 0.0), (3.5, 0.5), (7, 1.0), (30, 1.0)])
def test_a_walk_is_worth_more_the_longer_there_was_none(days: float | None, weeks: float) -> None:
    where = scene()
    last = None if days is None else where.now - dt.timedelta(days=days)
    walk = Standing(rung=0, last_at=last)
    # Twice a day is allowed, hours apart: what was done this very moment is not offered, so a moment ago
    # is tried on the worth of the one before.
    found = offered(msgspec.structs.replace(where, standing=DONE | {"EX25": walk}))
    if days == 0:
        assert "EX25" not in found
        return
    minutes = KNOWN.exercises["EX25"].ladder[0].dose.minutes or 0
    expected = WEIGHTS.walking + WEIGHTS.coverage_week * weeks - WEIGHTS.minute * minutes
    assert found["EX25"].worth == pytest.approx(expected)
    assert found["EX25"].why.key == "why.walking"


def finding(test: str, weaker: Any) -> Finding:
    return Finding(
        test=test,
        at=scene().now,
        left=4.0,
        right=9.0,
        value=None,
        unit="reps",
        label="clear",
        weaker=weaker,
        days=2,
        words=say(KNOWN.words, "why.walking"),
    )


def test_what_a_weaker_side_was_found_in_is_worth_more() -> None:
    about = {name: test.groups for name, test in KNOWN.selftests.items() if test.groups}
    name = next(name for name, groups in about.items() if "gluteus_maximus" in groups)
    assert KNOWN.muscles[KNOWN.exercises["EX09"].targets[0].muscle].group == "gluteus_maximus"
    usual = offered(scene())
    found = offered(scene(findings=(finding(name, "left"),)))
    assert found["EX09"].worth - usual["EX09"].worth == pytest.approx(WEIGHTS.finding)
    assert offered(scene(findings=(finding(name, None),)))["EX09"].worth == usual["EX09"].worth
    changed = {one for one in usual if found[one].worth != usual[one].worth}
    for one in changed:
        groups = {KNOWN.muscles[target.muscle].group for target in KNOWN.exercises[one].targets}
        assert groups.intersection(about[name])
    assert changed < set(usual)


def test_the_gentlest_of_what_was_never_done_comes_first() -> None:
    others = {name: one for name, one in DONE.items() if name not in PLANNING.starters}
    found = offered(scene(standing=others | {"EX25": DONE["EX25"]}))
    places = len(PLANNING.starters) + 1
    for place, name in enumerate(PLANNING.starters[:3]):
        exercise = KNOWN.exercises[name]
        expected = WEIGHTS.starter * (1 - place / places) + WEIGHTS.new_family
        assert found[name].new
        assert found[name].worth == pytest.approx(expected - WEIGHTS.minute * bare(name, exercise.start))


def test_a_family_that_has_one_already_is_no_new_family() -> None:
    mate = next(one for one in KNOWN.exercises.values() if one.family == FAMILY and one.id != "EX09")
    alone = {name: one for name, one in DONE.items() if KNOWN.exercises[name].family != FAMILY}
    first = offered(scene(standing=alone))["EX09"].worth
    second = offered(scene(standing=alone | {mate.id: DONE[mate.id]}))["EX09"].worth
    assert first - second == pytest.approx(WEIGHTS.new_family)


def test_each_minute_costs_up_to_the_top_of_the_ladder() -> None:
    ladder = KNOWN.exercises["EX09"].ladder
    top = len(ladder) - 1
    assert bare("EX09", top) != bare("EX09", top - 1)
    for rung in (top, top + 5):  # an older version had a longer ladder
        found = offered(scene(standing=DONE | {"EX09": Standing(rung=rung)}))
        assert found["EX09"].worth == pytest.approx(-WEIGHTS.minute * bare("EX09", top))


def test_what_is_not_among_the_starters_comes_after_all_of_them() -> None:
    planning = msgspec.structs.replace(PLANNING, starters=("EX20", "EX16"))
    where = scene(standing={}, knowledge=msgspec.structs.replace(KNOWN, planning=planning))
    found = offered(where)
    start = KNOWN.exercises["EX09"].start
    expected = WEIGHTS.starter * (1 - 2 / 3) + WEIGHTS.new_family - WEIGHTS.minute * bare("EX09", start)
    assert found["EX09"].worth == pytest.approx(expected)


def test_a_group_that_nobody_asks_for_is_worth_nothing_this_week() -> None:
    found = offered(scene())
    assert found["EX20"].goal is None
    assert found["EX20"].goal_worth == 0.0


@pytest.mark.parametrize(
    ("light", "shown"), [("green", "green"), ("amber", "amber"), ("red", "red"), (None, None)]
)
def test_the_last_light_comes_along(light: str | None, shown: str | None) -> None:
    standing = DONE | {"EX09": Standing(rung=0, last_light=light)}
    assert offered(scene(standing=standing))["EX09"].light == shown
    never = {name: one for name, one in DONE.items() if name != "EX09"}
    assert offered(scene(standing=never))["EX09"].light is None


def test_after_a_red_day_it_is_half_as_much() -> None:
    standing = DONE | {"EX09": Standing(rung=0, halved=True)}
    assert offered(scene(standing=standing))["EX09"].sets_factor == KNOWN.rules.deload.sets_factor < 1


def test_only_a_walk_may_become_longer() -> None:
    far = DONE | {"EX25": Standing(rung=3), "EX09": Standing(rung=3)}
    found = offered(scene(standing=far), gentle_minutes=4.0)
    assert found["EX25"].longer
    assert all(rung > found["EX25"].rung for rung in found["EX25"].longer)
    assert list(found["EX25"].longer) == sorted(found["EX25"].longer, reverse=True)
    assert {name for name, one in found.items() if one.longer} <= {
        name for name, one in KNOWN.exercises.items() if one.kind == "aerobic"
    }
    assert offered(scene(standing=far), longer_walks=False)["EX25"].longer == ()


def test_on_a_gentle_day_nothing_else_is_offered() -> None:
    kinds = {KNOWN.exercises[name].kind for name in offered(scene(), gentle_only=True)}
    assert kinds == {"relief", "aerobic"}
    assert {KNOWN.exercises[name].kind for name in offered(scene())} > kinds


def test_when_families_are_compared_only_those_of_today_are_offered() -> None:
    families = {
        KNOWN.exercises[name].family
        for name in offered(scene(), trying(on_trial=(FAMILY, "sliders"), today=("sliders",)))
    }
    trial = {name for name, family in KNOWN.families.items() if family.on_trial}
    assert families & trial == {"sliders"}
    assert families - trial


def test_the_group_that_worked_last_waits_longest() -> None:
    where = scene()
    early = base_judged("EX16", where.now - dt.timedelta(days=5))
    late = base_judged("EX17", where.now - dt.timedelta(days=3.5))
    found = offered(msgspec.structs.replace(where, judged=(*early, *late)))
    assert found["EX16"].goal_worth == pytest.approx(WEIGHTS.coverage_week / 2)


# --- the sides ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("side", "first"), [("left", "right"), ("right", "left"), ("both", "left"), (None, "left")]
)
def test_without_a_finding_the_easy_leg_goes_first(side: Any, first: str) -> None:
    where = _scene(ready(Story(side=side), 2))
    assert sides_of(KNOWN.exercises["EX16"], where)[0] == first


def test_a_finding_of_other_muscles_says_nothing() -> None:
    hip = next(name for name, test in KNOWN.selftests.items() if "gluteus_medius" in test.groups)
    sided = next(
        one
        for one in KNOWN.exercises.values()
        if one.sided
        and one.targets[0].role == "works"
        and KNOWN.muscles[one.targets[0].muscle].group == "gluteus_medius"
    )
    where = scene(findings=(finding(hip, None), finding(hip, "right")))
    assert sides_of(sided, where) == ("right", "left")
    assert sides_of(KNOWN.exercises["EX16"], where) == ("left", "right")
    assert sides_of(KNOWN.exercises["EX25"], where) == ()


# --- what today must keep to ------------------------------------------------------------------------


def bounds(leg: int = 2, *wishes: str, standing: Any = None, **fields: Any) -> Limits:
    story = ready(Story(), leg)
    for wish in wishes:
        story.wish(wish)
    return limits_of(msgspec.structs.replace(_scene(story, standing), **fields))


def test_a_usual_day_keeps_to_the_minutes_told_and_leaves_room_for_exercises() -> None:
    usual = bounds()
    assert (usual.minutes, usual.exercises_max, usual.kind, usual.because) == (15.0, 5, "full", "usual")
    assert usual.free_minutes == 15.0 * PLANNING.free_minutes_share
    assert usual.gentle_minutes == PLANNING.gentle_minutes
    assert (usual.effort_max, usual.sets_factor, usual.longer_walks) == (None, 1.0, True)
    assert not usual.gentle_only


def test_a_short_day_is_one_exercise() -> None:
    few = bounds(2, "minimum_day")
    assert (few.exercises_max, few.minutes, few.kind, few.because) == (
        1,
        PLANNING.minutes_minimum,
        "minimum",
        "minimum",
    )
    assert few.free_minutes == few.minutes
    assert (few.new_max, few.longer_walks, few.gentle_only) == (0, False, False)


def test_a_worse_day_is_gentle_whatever_else_is_wished() -> None:
    for wishes in (("worse_today",), ("worse_today", "minimum_day")):
        worse = bounds(2, *wishes)
        assert (worse.kind, worse.because, worse.gentle_only, worse.new_max) == ("easy", "easy", True, 0)
        assert worse.free_minutes == worse.minutes
        assert not worse.longer_walks


@pytest.mark.parametrize(
    ("leg", "most", "effort", "because"),
    [(3, 5, None, "usual"), (4, 4, 4, "leg"), (6, 4, 4, "leg"), (7, 2, 4, "irritable")],
)
def test_the_leg_sets_how_many_and_how_hard(leg: int, most: int, effort: Any, because: str) -> None:
    found = bounds(leg)
    assert (found.exercises_max, found.effort_max, found.because) == (most, effort, because)


def flare(days: Any) -> tuple[Notice, ...]:
    return (Notice(rule="R8", outcome="flare", at=scene().now, saw={"days": days}),)


@pytest.mark.parametrize(("days", "first"), [(1, True), (5, True), (6, False), (30, False)])
def test_a_flare_is_gentle_at_first_and_less_after(days: int, first: bool) -> None:
    found = bounds(2, notices=flare(days))
    assert found.gentle_only is first
    assert found.because == ("flare" if first else "usual")
    assert found.sets_factor == (1.0 if first else KNOWN.rules.flare.dose_factor)
    assert found.new_max == 0
    assert bounds(2, notices=(msgspec.structs.replace(flare(1)[0], outcome="late"),)).because == "usual"


# --- how many new ones --------------------------------------------------------------------------------

TRIAL = [name for name, one in KNOWN.exercises.items() if KNOWN.families[one.family].on_trial]
CALM = [name for name in KNOWN.exercises if name not in TRIAL]


def begun(*days_ago: float, names: list[str] = TRIAL) -> dict[str, Standing]:
    """Return that so many exercises were done, each for the first time some days ago."""
    now = scene().now
    return {
        name: Standing(rung=0, first_at=now - dt.timedelta(days=days))
        for name, days in zip(names, days_ago, strict=False)
    }


@pytest.mark.parametrize(
    ("days_ago", "new"),
    [
        ((), 1),
        ((0.0,), 0),  # one a session
        ((1.0,), 1),
        ((1.0, 2.0, 3.0), 1),  # the week does not count before there are four
        ((1.0, 2.0, 3.0, 9.0), 0),
        ((1.0, 9.0, 9.0, 9.0), 1),
        ((1.0, 2.0, 9.0, 9.0), 0),  # two a week
        ((1.0, 7.0, 9.0, 9.0), 1),  # a week ago is not this week
        ((1.0, 6.99, 9.0, 9.0), 0),
        ((0.0, 9.0, 9.0, 9.0), 0),
    ],
)
def test_one_a_session_and_two_a_week_after_the_first_four(days_ago: tuple[float, ...], new: int) -> None:
    assert bounds(2, standing=begun(*days_ago)).new_max == new


def test_rest_and_walking_are_not_counted_as_new() -> None:
    calm = begun(*[0.0] * len(CALM), names=CALM)
    assert calm
    assert bounds(2, standing=calm).new_max == 1
    steady = begun(9.0, 9.0, 9.0, 1.0)
    assert bounds(2, standing=steady | calm).new_max == 1
    assert bounds(2, standing=begun(1.0, 2.0, 3.0) | calm).new_max == 1


def test_what_was_skipped_the_first_time_was_never_begun() -> None:
    never = {name: Standing(rung=0) for name in TRIAL[:6]}
    assert bounds(2, standing=never).new_max == 1
