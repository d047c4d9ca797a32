"""What is open today: whose week and whose day has room, and which families have their turn."""

from __future__ import annotations

import datetime as dt
from typing import Any

import msgspec
import pytest

from tests.care.bouts import KNOWN, bout
from tests.care.story import Story, ready
from tests.care.test_planning import _scene, limits
from unpinch.care.dosing import Standing
from unpinch.care.opened import Opened, Scene, families_on_trial, groups_of, opened
from unpinch.knowledge.models import Target


def scene_after(exercise: str, *days: float) -> Scene:
    """Return a scene in which an exercise was last done so many days ago."""
    scene = _scene(ready(Story(), 2))
    judged = tuple(
        msgspec.structs.replace(bout(exercise=exercise), at=scene.now - dt.timedelta(days=ago))
        for ago in sorted(days, reverse=True)
    )
    return msgspec.structs.replace(scene, judged=judged)


@pytest.mark.parametrize(
    ("days", "room"), [((7, 4, 2), True), ((6, 4, 2), False), ((8, 7, 4, 2), True), ((6, 4, 2.1), False)]
)
def test_a_day_of_a_week_ago_is_no_day_of_this_week(days: tuple[float, ...], room: bool) -> None:
    assert KNOWN.exercises["EX09"].per_week_max == 3
    assert ("EX09" in opened(scene_after("EX09", *days), limits()).due) == room


@pytest.mark.parametrize(("most", "room"), [(1, False), (2, True)])
def test_as_often_a_day_as_it_may_be(most: int, room: bool) -> None:
    often = msgspec.structs.replace(KNOWN.exercises["EX16"], per_day_max=most, min_gap_h=0)
    scene = scene_after("EX16", 0.1)
    known = msgspec.structs.replace(KNOWN, exercises=KNOWN.exercises | {"EX16": often})
    assert ("EX16" in opened(msgspec.structs.replace(scene, knowledge=known), limits()).due) == room


def test_what_nobody_knows_any_more_tires_no_muscle() -> None:
    """A journal may name an exercise of a later version."""
    assert opened(scene_after("XX", 0.1), limits()).due == opened(scene_after("XX"), limits()).due


def test_stretching_does_not_tire_the_muscles_that_it_is_for() -> None:
    strong = next(
        one for one in KNOWN.exercises.values() if one.kind == "strengthen" and groups_of(one, KNOWN)
    )
    stretch = msgspec.structs.replace(strong, id="SX", kind="stretch")
    known = msgspec.structs.replace(KNOWN, exercises=KNOWN.exercises | {"SX": stretch})
    scene = msgspec.structs.replace(scene_after("SX", 0.1), knowledge=known)
    assert strong.id in opened(scene, limits()).due
    tired = msgspec.structs.replace(scene_after(strong.id, 0.1), knowledge=known)
    assert "SX" in opened(tired, limits()).due


def test_an_exercise_is_for_the_muscle_that_it_names_first() -> None:
    first, *others = [
        Target(muscle=muscle.id, role="works")
        for muscle in {one.group: one for one in KNOWN.muscles.values()}.values()
    ]
    helping = msgspec.structs.replace(first, role="steadies")
    some = msgspec.structs.replace(KNOWN.exercises["EX09"], targets=(helping, *others))
    assert groups_of(some, KNOWN) == (KNOWN.muscles[others[0].muscle].group,)


def trial(due: bool, new_max: int, **standing: Any) -> tuple[str, ...]:
    scene = msgspec.structs.replace(_scene(ready(Story(), 2)), standing=standing)
    today: Opened = opened(scene, limits(new_max=new_max))
    return families_on_trial(today, due=due)


def test_where_nothing_new_may_come_only_what_is_known_has_its_day() -> None:
    every = trial(False, 0)
    assert len(every) > 3
    assert all(KNOWN.families[name].on_trial for name in every)
    assert trial(True, 1) == every
    assert trial(True, 0) == ()
    assert trial(True, 0, EX09=Standing(rung=2)) == (KNOWN.exercises["EX09"].family,)
