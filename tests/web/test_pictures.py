"""Every way of every exercise has a picture, and one that shows another way says so."""

from __future__ import annotations

import msgspec
import pytest

from tests.web import decisions
from tests.web.client import Visitor, plain
from tests.web.session_world import stop
from unpinch.body import movement_ids
from unpinch.care.decision import Plan
from unpinch.knowledge import load
from unpinch.web.pictures import picture_of, still

KNOWN = load()
WAYS = [(one.id, way.id) for one in KNOWN.exercises.values() for way in one.variants]


@pytest.mark.parametrize(("name", "way"), WAYS)
def test_every_way_has_a_picture_that_says_what_it_shows(name: str, way: str) -> None:
    exercise = KNOWN.exercises[name]
    found = picture_of(exercise, way, "left")
    assert found.svg
    assert found.words
    drawn = exercise.variant(way).movement in movement_ids()
    assert (found.other is None) == drawn
    if found.other is not None:
        (shown,) = (one for one in exercise.variants if one.name == found.other)
        assert found.svg == still(shown.movement, "left")
        assert shown.id != way


def test_an_exercise_that_nobody_has_drawn_has_no_picture() -> None:
    one = KNOWN.exercises["EX09"]
    ways = tuple(msgspec.structs.replace(way, movement="EX99") for way in one.variants)
    assert picture_of(msgspec.structs.replace(one, variants=ways)) == ("", "", None)


@pytest.mark.parametrize(("way", "told"), [("EX09a", True), ("EX09b", False)])
def test_the_plan_and_the_page_say_when_another_way_is_drawn(way: str, told: bool) -> None:
    made = decisions.decision(session=Plan(exercises=(stop("EX09", way, reps=3),), minutes=2, kind="full"))
    visitor = Visitor(made=made)
    today, page = visitor.page("/today"), visitor.page(f"/exercises/EX09?variant={way}")
    assert "<svg" in today[today.index('class="figured"') :]
    drawn = KNOWN.exercises["EX09"].variant("EX09b").name.lower()
    assert (f"Shown: {drawn}." in plain(today)) == told
    assert (f"The picture shows: {drawn}." in plain(page)) == told
