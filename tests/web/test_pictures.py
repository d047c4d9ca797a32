"""Every way of every exercise has a picture of its own, and is never shown as another."""

from __future__ import annotations

import msgspec
import pytest

from tests.web import decisions
from tests.web.client import Visitor
from tests.web.session_world import stop
from unpinch.body import movement_ids
from unpinch.care.decision import Plan
from unpinch.knowledge import load
from unpinch.web.pictures import in_words, picture_of, still, thumbnail

KNOWN = load()
WAYS = [(one.id, way.id) for one in KNOWN.exercises.values() for way in one.variants]


def test_every_way_is_drawn_and_nothing_else() -> None:
    movements = [way.movement for one in KNOWN.exercises.values() for way in one.variants]
    assert len(movements) == len(set(movements))
    assert set(movements) == set(movement_ids())


@pytest.mark.parametrize(("name", "way"), WAYS)
def test_every_way_has_its_own_picture(name: str, way: str) -> None:
    exercise = KNOWN.exercises[name]
    movement = exercise.variant(way).movement
    found = picture_of(exercise, way, "left")
    assert found == (still(movement, "left"), in_words(movement, "left"))
    assert "<svg" in found.svg
    assert found.words


def test_a_way_that_nobody_has_drawn_is_not_shown_as_another() -> None:
    one = KNOWN.exercises["EX09"]
    gentle, *others = one.variants
    ways = (msgspec.structs.replace(gentle, movement="EX99"), *others)
    assert picture_of(msgspec.structs.replace(one, variants=ways), gentle.id) == ("", "")


@pytest.mark.parametrize("name", KNOWN.exercises)
def test_the_list_shows_the_way_that_an_exercise_starts_with(name: str) -> None:
    one = KNOWN.exercises[name]
    assert thumbnail(one) == picture_of(one, one.ladder[one.start].variant).svg


@pytest.mark.parametrize("way", ["EX09a", "EX09b"])
def test_the_plan_and_the_page_show_the_way_that_is_planned(way: str) -> None:
    made = decisions.decision(session=Plan(exercises=(stop("EX09", way, reps=3),), minutes=2, kind="full"))
    visitor = Visitor(made=made)
    own = picture_of(KNOWN.exercises["EX09"], way).svg
    assert own in visitor.page("/today")
    page = visitor.page(f"/exercises/EX09?variant={way}")
    assert own in page
    assert f'data-moving="{KNOWN.exercises["EX09"].variant(way).movement}"' in page
