"""Corners of `care` that a short story hardly reaches."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace
from typing import Any

from tests.factories import at
from unpinch.care import asks, changes, choice, refer
from unpinch.care.light import Base
from unpinch.journal import Journal
from unpinch.journal.fold import fold
from unpinch.journal.kinds import Planned
from unpinch.knowledge import load

STRETCH = "EX16"


def scene() -> Any:
    return SimpleNamespace(knowledge=load(), locks=(), now=at(3))


def chosen(**families: tuple[str, ...]) -> Any:
    none: dict[str, tuple[str, ...]] = {"on_trial": (), "today": (), "keep": (), "dropped": ()}
    return SimpleNamespace(**(none | families))


def test_nobody_is_asked_a_questionnaire_before_the_first_entry() -> None:
    assert list(asks._questionnaires(fold(Journal(), at(0)), at(0), load())) == []


def test_what_made_it_worse_is_named_as_set_aside() -> None:
    known = load().exercises[STRETCH]
    was = Planned(
        exercise=STRETCH, variant=known.ladder[known.start].variant, rung=known.start, sets=1, hold_s=20
    )
    limits: Any = SimpleNamespace(gentle_only=False, kind="full", because="full")
    change = changes._gone(was, at(1), limits, chosen(dropped=(known.family,)), scene())
    assert (change.what, change.words.key) == ("dropped", "change.dropped")


def test_what_helps_says_so() -> None:
    known = load().exercises[STRETCH]
    words = choice._why(known, chosen(keep=(known.family,)), scene(), new=False)
    assert words.key == "why.keep"


def test_high_mornings_are_counted_back_to_the_start_and_no_further() -> None:
    today = at(20).date()
    days = [today - dt.timedelta(days=back) for back in range(12)]
    base = Base(legs=dict.fromkeys(days, 8), times={})
    after = today - dt.timedelta(days=4)
    assert refer._days_above(base, today, after, 6.0, load()) == 4
