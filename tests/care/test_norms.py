"""What other people manage stands beside a result only where it fits."""

from __future__ import annotations

import datetime as dt
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from unpinch.care.norms import age_of, norms_for
from unpinch.journal import Journal, make
from unpinch.journal.fold import Person, fold
from unpinch.journal.kinds import Profile, Screen
from unpinch.knowledge import load
from unpinch.knowledge.clinical import Norm

NOW = dt.datetime(2026, 11, 22, 9, 0, tzinfo=dt.UTC)
KNOWN = load()
DEGREES, RISES = KNOWN.selftests["T9"], KNOWN.selftests["T8"]


def person(age: Any = None, years_ago: float = 0.0, **profile: Any) -> Person:
    entries = [make("p", NOW - dt.timedelta(days=2000), Profile(**profile))]
    if age is not None:
        told = Screen(question=KNOWN.screening.age, answer=age, occasion="full", version="1")
        entries.append(make("a", NOW - dt.timedelta(days=365.25 * years_ago), told))
    return fold(Journal(entries), NOW)


def sexes(who: Person, test: Any = RISES) -> list[str | None]:
    return [norm.sex for norm, _ in norms_for(test, who, NOW, KNOWN)]


def test_the_year_of_birth_goes_before_the_age_told() -> None:
    assert age_of(person(), NOW, KNOWN) is None
    assert age_of(person(birth_year=1950), NOW, KNOWN) == 76
    assert age_of(person(age=61), NOW, KNOWN) == 61
    assert age_of(person(age=61, birth_year=1950), NOW, KNOWN) == 76


def test_who_told_the_age_grows_older() -> None:
    assert age_of(person(age=59, years_ago=0.9), NOW, KNOWN) == 59
    assert age_of(person(age=59, years_ago=1.1), NOW, KNOWN) == 60
    assert age_of(person(age=59, years_ago=2.0), NOW, KNOWN) == 61


def test_an_age_that_is_no_number_is_no_age() -> None:
    assert age_of(person(age="old"), NOW, KNOWN) is None


def test_each_sees_the_own_sex_and_who_did_not_tell_sees_both() -> None:
    assert sexes(person(sex="female")) == ["female"]
    assert sexes(person(sex="male")) == ["male"]
    assert sexes(person(sex="other")) == sexes(person()) == ["male", "female"]


@pytest.mark.parametrize(("born", "seen"), [(2009, 0), (2008, 2), (2002, 2), (2001, 0), (None, 0)])
def test_values_for_an_age_are_for_that_age_alone(born: int | None, seen: int) -> None:
    assert len(norms_for(DEGREES, person(birth_year=born), NOW, KNOWN)) == seen


@pytest.mark.parametrize(
    ("age", "age_from", "age_to", "shown"),
    [
        (40, 40, None, True),
        (39, 40, None, False),
        (40, None, 40, True),
        (41, None, 40, False),
        (0, None, 40, True),
        (None, 40, None, False),
        (None, None, 40, False),
        (None, None, None, True),
    ],
)
def test_one_end_of_the_ages_is_enough(age: Any, age_from: Any, age_to: Any, shown: bool) -> None:
    norm = Norm(label="all", low=1.0, age_from=age_from, age_to=age_to, source="x", tag="V")
    test = msgspec.structs.replace(RISES, norms=(norm,))
    assert bool(norms_for(test, person(age=age), NOW, KNOWN)) is shown


@pytest.mark.parametrize(
    ("low", "high", "text"),
    [
        (10.5, 15.2, "all: 10.5 to 15.2 times"),
        (None, 33.0, "all: up to 33 times"),
        (24.0, None, "all: 24 times or more"),
        (0.0, 15.2, "all: 0 to 15.2 times"),
        (-5.0, 0.0, "all: -5 to 0 times"),
    ],
)
def test_it_is_said_with_its_unit(low: float | None, high: float | None, text: str) -> None:
    norm = Norm(label="all", low=low, high=high, source="x", tag="V")
    test = msgspec.structs.replace(RISES, norms=(norm,))
    ((_, words),) = norms_for(test, person(), NOW, KNOWN)
    assert words.text == text


@given(born=st.none() | st.integers(1900, 2026), sex=st.sampled_from([None, "female", "male", "other"]))
def test_nobody_is_held_against_the_other_sex(born: int | None, sex: Any) -> None:
    for test in KNOWN.selftests.values():
        for norm, words in norms_for(test, person(birth_year=born, sex=sex), NOW, KNOWN):
            assert norm.sex in {None, sex} or sex in {None, "other"}
            assert norm.label in words.text
