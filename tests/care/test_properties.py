"""What holds for every journal, whatever a person did or a program wrote.

A few hundred journals are tried here; a hundred thousand with::

    python -m tools.prove --journals 100000
"""

from __future__ import annotations

import os
import subprocess
import sys
from typing import Final

import pytest
from hypothesis import given, settings

from tests.care.journals import Made, journals, made
from tests.care.properties import PROPERTIES, Broken, concluded, holds
from unpinch import Journal
from unpinch.journal.kinds import KINDS

MANY: Final = 120
SOME: Final = 40
FIRST: Final = ("no plan under E, U or R", "nothing locked in any plan")


@settings(max_examples=MANY)
@given(journals)
def test_whatever_is_planned_is_safe(one: Made) -> None:
    for name in FIRST:
        holds(PROPERTIES[name], one)


def test_the_made_up_journals_are_worth_trying() -> None:
    """Enough of them end in a session, and every refusal and kind of entry comes up."""
    decisions = [concluded(made(seed)) for seed in range(250)]
    planned = [one for one in decisions if one.session is not None]
    assert len(planned) > 60
    assert {stop.exercise for one in planned if one.session for stop in one.session.exercises} > {"EX25"}
    refusals = {one.refusal.name for one in decisions if one.refusal is not None}
    assert refusals >= {"EmergencySigns", "UrgentSigns", "SeeClinicianFirst", "ScreenMissing", "StaleAnswers"}
    entries = [entry for seed in range(60) for entry in made(seed).journal]
    assert {entry.kind for entry in entries} == set(KINDS)
    rules = {(fired.rule, fired.outcome) for one in decisions for fired in one.rules}
    assert rules >= {("R1", "red"), ("R1", "amber"), ("R6", "step_up"), ("R7", "lock"), ("R7", "back_up")}
    assert rules >= {("R4", "lock"), ("R7", "pause"), ("R8", "flare"), ("R9", "severe"), ("R9", "review")}


@settings(max_examples=SOME)
@given(journals)
def test_a_journal_is_a_set(one: Made) -> None:
    holds(PROPERTIES["same journal, same decision"], one)


@settings(max_examples=SOME)
@given(journals)
def test_what_was_taken_back_was_never_written(one: Made) -> None:
    holds(PROPERTIES["taken back is never written"], one)


@settings(max_examples=SOME)
@given(journals)
def test_left_and_right_are_mirror_images(one: Made) -> None:
    holds(PROPERTIES["left and right never swap"], one)


@settings(max_examples=SOME)
@given(journals)
def test_a_warning_sign_more_is_never_milder(one: Made) -> None:
    holds(PROPERTIES["a red flag more is never milder"], one)


@settings(max_examples=SOME)
@given(journals)
def test_more_pain_is_never_more_work(one: Made) -> None:
    holds(PROPERTIES["more pain now never raises a dose"], one)


@settings(max_examples=SOME)
@given(journals)
def test_a_worse_bout_never_raises_a_rung(one: Made) -> None:
    holds(PROPERTIES["a worse bout never raises a rung"], one)


@settings(max_examples=SOME)
@given(journals)
def test_nothing_goes_up_without_settled_green_days(one: Made) -> None:
    holds(PROPERTIES["no progress on missing data"], one)


@pytest.mark.subprocess
def test_the_same_journal_is_the_same_decision_in_another_process() -> None:
    """Nothing hangs on the order in which a process happens to keep its sets."""
    seeds = [seed for seed in range(60) if concluded(made(seed)).session is not None][:6]
    assert len(seeds) == 6
    here = [concluded(made(seed)).to_json().decode() for seed in seeds]
    code = (
        "import sys\n"
        "from tests.care.properties import concluded\n"
        "from tests.care.journals import made\n"
        "for seed in sys.argv[1:]:\n    print(concluded(made(int(seed))).to_json().decode())\n"
    )
    for hashed in ("1", "2"):
        done = subprocess.run(
            [sys.executable, "-c", code, *map(str, seeds)],
            env={**os.environ, "PYTHONHASHSEED": hashed, "PYTHONPATH": os.pathsep.join(sys.path)},
            capture_output=True,
            text=True,
            check=True,
        )
        assert done.stdout.splitlines() == here


def test_a_broken_property_names_the_smallest_journal() -> None:
    """What is left of a journal is what breaks it: here, one entry about pain."""

    def never_in_pain(one: Made) -> bool:
        assert all(entry.kind != "pain" for entry in one.journal), "pain"
        return True

    one = next(each for each in map(made, range(50)) if len(each.journal) > 20)
    with pytest.raises(Broken, match=rf"seed {one.seed}, at .*: pain") as caught:
        holds(never_in_pain, one)
    assert [entry.kind for entry in caught.value.least.journal] == ["pain"]
    assert caught.value.least.journal == Journal(caught.value.least.journal.entries)
