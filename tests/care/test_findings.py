"""When a side difference may be named, and what is said instead."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from tests.care.story import Story, ready
from unpinch.care.decision import Finding, PlannedExercise
from unpinch.care.findings import findings
from unpinch.journal.fold import fold
from unpinch.journal.kinds import SelfTestDone
from unpinch.knowledge import Knowledge, load
from unpinch.knowledge.clinical import SelfTest

KNOWN = load()


def with_test(**fields: Any) -> Knowledge:
    """Return the knowledge with T8 changed: here a count without an error of its own."""
    usual: dict[str, Any] = {"mdc": None, "better": "more", "label_sides": True}
    test = msgspec.structs.replace(KNOWN.selftests["T8"], **(usual | fields))
    tests: dict[str, SelfTest] = KNOWN.selftests | {"T8": test}
    return msgspec.structs.replace(KNOWN, selftests=tests)


def measured(*days: tuple[float, float], test: str = "T8", **fields: Any) -> Story:
    """Measure left and right once on each day."""
    story = Story()
    for number, (left, right) in enumerate(days):
        story.on(number)
        story.write(SelfTestDone(test=test, side="left", value=left, **fields))
        story.write(SelfTestDone(test=test, side="right", value=right, **fields))
    return story


def found(story: Story, knowledge: Knowledge = KNOWN) -> Finding:
    (only,) = findings(fold(story.journal, story.now), knowledge)
    return only


@pytest.mark.parametrize(
    ("days", "label", "weaker"),
    [
        ([(100, 100), (100, 100)], "no_clear", None),
        ([(91, 100), (90, 100)], "no_clear", None),  # 9.5 per cent
        ([(90, 100), (90, 100)], "possible", "left"),  # 10
        ([(81, 100), (80, 100)], "possible", "left"),  # 19.5
        ([(80.1, 100), (80.1, 100)], "possible", "left"),  # 19.9
        ([(80, 100), (80, 100)], "clear", "left"),  # 20
        ([(100, 60), (100, 99)], "clear", "right"),  # 20.5 as the mean of both days
        ([(100, 95), (100, 84)], "possible", "right"),
        ([(50, 100), (100, 50)], "no_clear", None),  # once one side, once the other
        ([(100, 100), (60, 100)], "no_clear", None),  # on one day alone
        ([(0, 0), (0, 0)], "no_clear", None),
        ([(0, 10), (0, 10)], "clear", "left"),
        ([(60, 100)], "one_day", None),
        ([(10, 100), (80, 100), (80, 100)], "clear", "left"),
        ([(10, 100), (100, 100), (99, 100)], "no_clear", None),  # the last two days count
    ],
)
def test_the_label(days: list[tuple[float, float]], label: str, weaker: str | None) -> None:
    finding = found(measured(*days), with_test())
    assert (finding.label, finding.weaker, finding.days) == (label, weaker, min(2, len(days)))
    assert (finding.left, finding.right) == days[-1]
    assert (f"the {weaker} side" in finding.words.text) == (weaker is not None)


@pytest.mark.parametrize(
    ("days", "label"),
    [
        ([(70, 100), (70, 100)], "clear"),
        ([(71, 100), (70, 100)], "possible"),  # beyond the error on one day
        ([(71, 100), (71, 100)], "no_clear"),
        ([(79, 100), (60, 100)], "possible"),
        ([(70.3, 100.3), (70.1, 100.1)], "clear"),  # 30 itself, however the machine counts
    ],
)
def test_a_difference_must_be_larger_than_the_error_of_the_test(
    days: list[tuple[float, float]], label: str
) -> None:
    assert found(measured(*days), with_test(mdc=30.0)).label == label


def test_where_less_is_better_the_slower_side_is_weaker() -> None:
    quick = with_test(better="less")
    assert found(measured((10, 8), (10, 8)), quick).weaker == "left"
    assert found(measured((8, 10), (8, 10)), quick).label == "clear"
    assert found(measured((9.1, 10), (9.1, 10)), quick).label == "no_clear"


@pytest.mark.parametrize(
    ("pain", "limited"),
    [
        ({"leg_max": 3}, False),
        ({"leg_max": 4}, True),
        ({"leg_before": 1, "leg_max": 2}, False),
        ({"leg_before": 1, "leg_max": 3}, True),
        ({"leg_before": 6, "leg_max": 6}, True),
        ({"leg_before": 6}, False),
    ],
)
def test_pain_in_the_test_comes_before_any_label(pain: dict[str, Any], limited: bool) -> None:
    finding = found(measured((50, 100), (50, 100), **pain), with_test())
    assert (finding.label == "limited_by_pain") == limited
    assert (finding.weaker is None) == limited


def test_the_best_attempt_of_a_day_counts() -> None:
    story = measured((100, 100), (60, 100))
    story.write(SelfTestDone(test="T8", side="left", value=99, attempt=2))
    assert found(story, with_test()).left == 99
    quick = measured((10, 10), (12, 10))
    quick.write(SelfTestDone(test="T8", side="left", value=10, attempt=2))
    assert found(quick, with_test(better="less")).left == 10


def test_what_was_not_possible_is_not_zero() -> None:
    story = Story()
    for day in (0, 1):
        story.on(day)
        story.write(SelfTestDone(test="T8", side="left", not_possible=True, value=0))
        story.write(SelfTestDone(test="T8", side="right", value=20))
    finding = found(story)
    assert (finding.label, finding.days, finding.left, finding.right) == ("not_rated", 0, None, None)


def test_a_side_without_a_value_is_not_compared() -> None:
    story = Story()
    story.write(SelfTestDone(test="T8", side="left"))
    story.write(SelfTestDone(test="T8", value=20))
    assert found(story).label == "not_rated"


@pytest.mark.parametrize("name", ["T4", "T6", "T7", "T7B", "T9", "T10", "T13"])
def test_some_tests_never_name_a_side(name: str) -> None:
    story = Story()
    for day in (0, 1):
        story.on(day)
        story.write(SelfTestDone(test=name, side="left", value=1, passed=False))
        story.write(SelfTestDone(test=name, side="right", value=40, passed=True))
    finding = found(story)
    assert (finding.label, finding.weaker) == ("not_rated", None)


def test_yes_and_no_are_one_and_nought() -> None:
    story = Story()
    for passed in (False, True):
        story.write(SelfTestDone(test="T7", side="left", passed=passed))
        story.write(SelfTestDone(test="T7", side="right", passed=True))
    assert (found(story).left, found(story).right) == (1.0, 1.0)


def test_a_test_without_sides_tells_its_best_value_of_the_last_day() -> None:
    story = Story()
    story.write(SelfTestDone(test="T1", value=9))
    story.on(1).write(SelfTestDone(test="T1", value=14))
    story.write(SelfTestDone(test="T1", value=12))
    finding = found(story)
    assert (finding.value, finding.label, finding.days, finding.left) == (12, "none", 2, None)
    assert finding.words.text.endswith("12 seconds.")
    story.write(SelfTestDone(test="T1", value=11, leg_max=5))
    assert found(story).label == "limited_by_pain"
    story.on(2).write(SelfTestDone(test="T1", not_possible=True))
    assert found(story).value is None
    assert found(story).words.key == "finding.not_possible"


def test_a_test_that_nobody_knows_is_passed_over() -> None:
    story = measured((1, 2), test="XX")
    assert findings(fold(story.journal, story.now), KNOWN) == ()


def test_findings_stand_in_the_order_of_the_tests() -> None:
    story = measured((1, 2), test="T8")
    story.write(SelfTestDone(test="T1", value=9))
    names = [finding.test for finding in findings(fold(story.journal, story.now), KNOWN)]
    assert names == ["T1", "T8"]


def test_a_finding_is_of_the_last_thing_done() -> None:
    story = measured((10, 20), (12, 20))
    assert found(story).at == story.now
    unsided = Story()
    unsided.write(SelfTestDone(test="T1", value=9))
    assert found(unsided).at == unsided.now


def test_what_it_was_made_of_is_kept_for_other_words() -> None:
    values = found(measured((20, 10), (20, 12))).words.values
    assert (values["gap"], values["error"], values["side"]) == (8.0, 6.5, "right")
    bare = found(measured((20, 12), (20, 12)), with_test()).words.values
    assert (bare["gap"], bare["error"]) == (8.0, 0.0)
    lone = Story()
    lone.write(SelfTestDone(test="T8", side="left", value=20))
    assert found(lone).words.values["gap"] == 0.0


def test_nought_is_a_result() -> None:
    """Not to get up from the chair once without the arms is told as it is."""
    story = Story()
    story.write(SelfTestDone(test="T2", value=0))
    assert (found(story).value, found(story).label) == (0, "none")
    assert found(story).words.text.endswith("0 times.")


def test_without_a_number_before_there_is_no_rise() -> None:
    """However small the rise that is called too much."""
    sides = msgspec.structs.replace(KNOWN.rules.sides, pain_rise=1)
    strict = msgspec.structs.replace(with_test(), rules=msgspec.structs.replace(KNOWN.rules, sides=sides))
    assert found(measured((50, 100), (50, 100), leg_max=1), strict).label == "clear"
    risen = measured((50, 100), (50, 100), leg_before=0, leg_max=1)
    assert found(risen, strict).label == "limited_by_pain"


@pytest.mark.parametrize(
    "label", ["no_clear", "possible", "clear", "limited_by_pain", "one_day", "not_rated"]
)
def test_no_label_promises_a_cause(label: str) -> None:
    text = KNOWN.words[f"finding.{label}"].lower()
    assert "cause of" not in text
    assert "imbalance" not in text
    if label in {"possible", "clear"}:
        assert "does not show the cause" in text


@pytest.mark.parametrize("test", [name for name, test in KNOWN.selftests.items() if test.label_sides])
def test_a_difference_changes_no_dose(test: str) -> None:
    """Whatever was found, both sides do the same, and no more than without it."""
    alike, apart = _plans(test, 20.0, 20.0), _plans(test, 60.0, 2.0)
    sided = [stop for day in apart for stop in day.values() if stop.sides]
    assert sided
    assert all(sorted(stop.sides) == ["left", "right"] for stop in sided)
    for without, day in zip(alike, apart, strict=True):
        for name, stop in day.items():
            assert stop.rung <= KNOWN.exercises[name].start
            if name in without:
                assert (stop.rung, stop.dose) == (without[name].rung, without[name].dose)
        assert set(without) & set(day)


def _plans(test: str, left: float, right: float) -> list[dict[str, PlannedExercise]]:
    """Return what is planned on the days after a test of both sides on two days."""
    story = ready(Story(), 2)
    for day in (0, 1):
        story.on(day, 9)
        story.write(SelfTestDone(test=test, side="left", value=left, leg_max=0))
        story.write(SelfTestDone(test=test, side="right", value=right, leg_max=0))
    label = found(story).label
    assert label == ("no_clear" if left == right else "clear")
    plans = []
    for day in range(2, 7):
        decision = story.on(day).screen().pain(2).session()
        assert decision.session is not None
        plans.append({stop.exercise: stop for stop in decision.session.exercises})
    return plans
