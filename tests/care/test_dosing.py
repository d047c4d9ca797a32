"""R4, R6 and R7: up by two good days, down by one red one, and when an exercise waits."""

from __future__ import annotations

import datetime as dt
from typing import Any

import msgspec
import pytest

from tests.care.bouts import EXT, KNOWN, STEADY, base, bout, exercise, follow, green, lower, red
from tests.factories import at
from unpinch.care.dosing import Event, standings
from unpinch.journal.kinds import SetDone
from unpinch.knowledge.models import Dose, Exercise, Step


def names(events: tuple[Event, ...]) -> list[tuple[str, str]]:
    return [(event.rule, event.outcome) for event in events]


def but(**fields: Any) -> Exercise:
    """Return the exercise with something else."""
    return msgspec.structs.replace(EXT, **fields)


def amber(when: float, **fields: Any) -> Any:
    return bout(when, leg_max=4, **fields)


# --- R6: a step up ------------------------------------------------------------------------------


def test_two_ready_days_in_a_row_are_a_step_up() -> None:
    standing, events = follow(green(0), green(1))
    assert (standing.rung, names(events)) == (3, [("R6", "step_up")])
    assert (events[0].rung_before, events[0].rung_after, events[0].at) == (2, 3, at(1, 9))
    assert (standing.greens, standing.ready_run, standing.times) == (2, 0, 2)
    assert (standing.first_at, standing.last_at, standing.last_light) == (at(0, 9), at(1, 9), "green")


@pytest.mark.parametrize(
    "second",
    [
        green(1, extra=1),  # one repetition over is not two
        green(1, extra=0),
        green(1, extra=0, two_more=False),
        green(1, extra=0, two_more=None),
        green(1, rung=1),  # another rung than the one it stands on
        green(1, rung=3),
        green(1, sets=1),  # one set of two
        green(1, sets=0),
        green(1, mornings=base({day: 3 for day in range(-10, 2)})),  # the next morning is missing
        green(1, mornings=base({})),
        amber(1, extra=2),
        bout(1, extra=2, leg_max=None, response=None),
        red(1, extra=2),
        green(0.5),  # the evening of the same day
    ],
)
def test_whatever_is_missing_or_short_adds_nothing(second: Any) -> None:
    standing, events = follow(green(0), second)
    assert standing.rung <= 2
    assert ("R6", "step_up") not in names(events)


@pytest.mark.parametrize("broken", [amber(1), bout(1), bout(1, leg_max=None, response=None)])
def test_the_two_days_must_follow_each_other(broken: Any) -> None:
    assert follow(green(0), broken, green(2))[0].rung == 2
    assert follow(green(0), broken, green(2), green(3))[0].rung == 3


def test_two_more_is_as_good_as_two_counted() -> None:
    assert follow(green(0, extra=0, two_more=True), green(1, extra=0, two_more=True))[0].rung == 3


def test_two_bouts_of_a_day_are_one_day() -> None:
    standing, _ = follow(green(0), green(0.5))
    assert (standing.rung, standing.ready_run, standing.greens, len(standing.green_days)) == (2, 1, 2, 1)
    assert follow(green(0), green(0.5), green(1))[0].rung == 3


@pytest.mark.parametrize("kind", ["stretch", "nerve", "directional", "mobility", "aerobic"])
def test_the_rest_goes_up_when_it_was_done_in_full(kind: str) -> None:
    """Nobody asks for two more of a stretch."""
    other = exercise(kind=kind)
    assert follow(green(0, extra=0), green(1, extra=0, effort_cr10=None), of=other)[0].rung == 3
    for short in ({"extra": -1}, {"two_more": False}, {"sets": 1}, {"leg_max": 4}):
        assert follow(green(0, extra=0), green(1, **({"extra": 0} | short)), of=other)[0].rung == 2


@pytest.mark.parametrize(("seconds", "rung"), [(19.9, 2), (20, 3), (21, 3), (None, 2)])
def test_a_hold_in_full(seconds: float | None, rung: int) -> None:
    held = exercise(kind="stretch", reps=None)
    sets = (SetDone(hold_s=seconds),) * 2
    assert follow(green(0), green(1, sets_told=sets), of=held)[0].rung == rung


@pytest.mark.parametrize(("seconds", "rung"), [(299, 2), (300, 3), (None, 2)])
def test_a_walk_in_full_is_told_in_seconds(seconds: float | None, rung: int) -> None:
    ladder = tuple(Step(variant="a", dose=Dose(minutes=5.0)) for _ in range(6))
    walk = but(kind="aerobic", ladder=ladder)
    sets = (SetDone(hold_s=seconds),)
    assert follow(green(0, sets_told=sets), green(1, sets_told=sets), of=walk)[0].rung == rung


def test_a_short_walk_says_nothing_of_a_long_one() -> None:
    history = [green(0), green(1, rung=0), green(2)]
    assert follow(*history, of=exercise(kind="aerobic"))[0].rung == 3
    assert follow(*history, of=exercise(kind="stretch"))[0].rung == 2
    assert follow(green(0), green(1, rung=0), of=exercise(kind="aerobic"))[0].rung == 2


@pytest.mark.parametrize("less", ["left", "right"])
@pytest.mark.parametrize("first", ["left", "right"])
@pytest.mark.parametrize(("reps", "rung"), [(11, 2), (12, 3)])
def test_the_side_that_manages_less_sets_the_amount_of_both(
    less: str, first: str, reps: int, rung: int
) -> None:
    """Whichever side comes first, two more must have been possible in the last set of each."""
    strong = exercise(kind="strengthen", sided=True)
    order: tuple[Any, ...] = ("left", "right") if first == "left" else ("right", "left")
    told = tuple(SetDone(side=side, reps=reps if side == less else 12) for side in order for _ in range(2))
    history = [green(day, sets_told=told, effort_cr10=3.0, two_more=None) for day in (0, 1)]
    assert follow(*history, of=strong)[0].rung == rung


def test_more_rest_is_no_progress() -> None:
    assert follow(green(0), green(1), green(2), of=exercise(kind="relief"))[0].rung == 2


@pytest.mark.parametrize(("effort", "rung"), [(5.9, 3), (6.0, 3), (6.1, 2), (10.0, 2), (None, 2)])
def test_strength_must_not_have_been_hard(effort: float | None, rung: int) -> None:
    strong = exercise(kind="strengthen")
    told = [green(0, effort_cr10=3.0), green(1, effort_cr10=effort)]
    assert follow(*told, of=strong)[0].rung == rung
    assert follow(*told, of=exercise(kind="stretch"))[0].rung == 3


@pytest.mark.parametrize(("sets", "rung"), [(3, 2), (4, 3)])
def test_both_sides_must_have_been_done(sets: int, rung: int) -> None:
    assert follow(green(0, sets=4), green(1, sets=sets), of=exercise(sided=True))[0].rung == rung


@pytest.mark.parametrize(("share", "rung"), [(0.59, 2), (0.6, 3), (1.0, 3)])
def test_without_most_of_the_sessions_nothing_is_added(share: float, rung: int) -> None:
    assert follow(green(0), green(1), adherence=share)[0].rung == rung


def test_a_day_that_nobody_counted_adds_nothing() -> None:
    standing, _ = standings([green(0), green(1)], {EXT.id: EXT}, KNOWN.rules, {})
    assert standing[EXT.id].rung == 2


@pytest.mark.parametrize(("days", "rung"), [(6.5, 3), (7, 4), (8, 4)])
def test_one_step_a_week_at_most(days: float, rung: int) -> None:
    history = [green(0), green(1)] + [green(number, rung=3) for number in (2, 3, 5, 1 + days)]
    assert follow(*history)[0].rung == rung


@pytest.mark.parametrize(("last", "rung"), [((9,), 3), ((9, 10), 4)])
def test_each_step_needs_two_days_of_its_own(last: tuple[int, ...], rung: int) -> None:
    history = [green(0), green(1), *(green(number, rung=3) for number in last)]
    assert follow(*history)[0].rung == rung


def test_the_last_rung_can_be_reached() -> None:
    assert follow(green(0), green(1), of=exercise(rungs=4))[0].rung == 3


def test_the_ladder_ends() -> None:
    short = exercise(rungs=3)
    standing, events = follow(green(0), green(1), green(2), of=short)
    assert (standing.rung, events) == (2, ())


# --- R7: a step back ----------------------------------------------------------------------------


@pytest.mark.parametrize(("before", "after"), [(4, 2), (3, 2), (2, 1), (1, 0), (0, 0)])
def test_one_red_day_is_one_version_easier(before: int, after: int) -> None:
    high = but(start=before)
    standing, events = follow(red(0, rung=before), of=high)
    assert (standing.rung, standing.halved) == (after, True)
    assert names(events) == [("R1", "red")]
    assert (events[0].rung_before, events[0].rung_after) == (before, after)
    assert standing.ceiling == (before if before > after else None)


@pytest.mark.parametrize(
    ("hours", "open_again"), [(0, False), (47.9, False), (48, True), (48.1, True), (200, True)]
)
def test_it_rests_for_48_hours(hours: float, open_again: bool) -> None:
    standing, _ = follow(red(0))
    until = standing.waits(at(0, 9) + dt.timedelta(hours=hours))
    assert until == (None if open_again else at(2, 9))


def test_a_red_morning_counts_from_the_morning() -> None:
    standing, events = follow(bout(0, mornings=base({-2: 3, -1: 3, 0: 3, 1: 5})))
    assert events[0].judged.reason == "morning_red"
    assert (standing.off_until, events[0].at) == (at(3, 7), at(1, 7))


def test_a_red_bout_and_a_red_morning_rest_from_the_morning() -> None:
    """Had the bout not been red as well, it would rest until then: more pain is never less rest."""
    standing, events = follow(red(0, mornings=base({-2: 3, -1: 3, 0: 3, 1: 5})))
    assert events[0].judged.reason == "leg_over_cap"
    assert (standing.off_until, events[0].at) == (at(3, 7), at(1, 7))
    standing, _ = follow(red(0, mornings=base({-2: 3, -1: 3, 0: 3, 1: 4})))
    assert standing.off_until == at(2, 9)


@pytest.mark.parametrize(("second", "locked"), [(0.5, False), (1, True), (6, True), (6.9, True), (7, False)])
def test_two_red_days_within_seven_lock_it_for_a_week(second: float, locked: bool) -> None:
    standing, events = follow(red(0), red(second))
    assert (("R7", "lock") in names(events)) == locked
    if locked:
        known = events[-1].judged.known_at
        assert standing.locked_until == known + dt.timedelta(days=7)
        assert standing.waits_by == "R7"
        assert standing.waits(known + dt.timedelta(days=7, seconds=-1)) is not None
        assert standing.waits(known + dt.timedelta(days=7)) is None


def test_a_lock_is_never_cut_short() -> None:
    late = base({number: 3 for number in range(-5, 2)} | {2: 6})
    evening = lower(1, mornings=late)  # red by the place at once, and again by the morning
    standing, _ = follow(lower(0), evening, red(6))
    assert standing.locked_until == at(13, 9)


def test_half_the_sets_until_it_was_green() -> None:
    assert follow(red(0), amber(3))[0].halved
    assert follow(red(0), bout(3, leg_max=None, response=None))[0].halved
    assert not follow(red(0), green(3))[0].halved


def test_three_green_days_are_one_step_back_up() -> None:
    history = [red(0, rung=2), green(3, rung=1), green(4, rung=1), green(5, rung=1)]
    standing, events = follow(*history)
    assert names(events) == [("R1", "red"), ("R7", "back_up")]
    assert (standing.rung, standing.ceiling, standing.stepped_at) == (2, None, at(5, 9))
    assert follow(*history[:-1])[0].rung == 1


def test_back_up_one_step_at_a_time_and_one_a_week() -> None:
    high = but(start=4)
    greens = [green(number, rung=2) for number in (3, 4, 5)] + [green(number, rung=3) for number in (6, 7, 8)]
    standing, _ = follow(red(0, rung=4), *greens, of=high)
    assert (standing.rung, standing.ceiling) == (3, 4)
    standing, _ = follow(red(0, rung=4), *greens, green(12, rung=3), of=high)
    assert (standing.rung, standing.ceiling) == (4, None)


def test_green_days_without_their_morning_bring_nothing_back() -> None:
    gone = base({number: 3 for number in range(-10, 4)})
    history = [red(0), *(green(number, rung=1, mornings=gone) for number in (3, 4, 5, 6))]
    standing, _ = follow(*history)
    assert (standing.rung, standing.green_run, standing.greens) == (1, 0, 4)


def test_three_bouts_of_a_day_bring_nothing_back() -> None:
    history = [red(0), green(3, rung=1), green(3.5, rung=1), green(3.5, rung=1)]
    standing, _ = follow(*history)
    assert (standing.rung, standing.green_run) == (1, 1)


@pytest.mark.parametrize("broken", [amber(5, rung=1), red(5, rung=1)])
def test_the_three_days_must_follow_each_other(broken: Any) -> None:
    history = [red(0), green(3, rung=1), green(4, rung=1), broken, green(9, rung=1)]
    assert follow(*history)[0].rung <= 1


def test_nothing_is_added_before_it_is_back_where_it_was() -> None:
    history = [red(0), green(3, rung=1), green(4, rung=1)]
    standing, events = follow(*history)
    assert standing.ready_run == 2
    assert ("R6", "step_up") not in names(events)


def test_a_second_red_day_keeps_the_way_back() -> None:
    high = but(start=4)
    standing, _ = follow(red(0, rung=4), red(10, rung=2), of=high)
    assert (standing.rung, standing.ceiling) == (1, 4)


def test_a_red_day_on_the_lowest_rung_leaves_no_way_back_to_tell() -> None:
    low = but(start=0)
    greens = [green(number, rung=0, extra=0) for number in (3, 4, 5)]
    standing, events = follow(red(0, rung=0), *greens, of=low)
    assert (standing.rung, names(events)) == (0, [("R1", "red")])


def test_after_an_amber_day_the_three_days_begin_anew() -> None:
    history = [red(0), *(green(number, rung=1, extra=0) for number in (3, 4)), amber(5, rung=1)]
    again = [green(number, rung=1, extra=0) for number in (6, 7, 8)]
    assert follow(*history, *again[:-1])[0].rung == 1
    assert follow(*history, *again)[0].rung == 2


@pytest.mark.parametrize(("last", "rung"), [((13, 14), 3), ((13, 14, 15), 4)])
def test_each_step_back_up_needs_three_days_of_its_own(last: tuple[int, ...], rung: int) -> None:
    greens = [green(number, rung=2) for number in (3, 4, 5)] + [green(number, rung=3) for number in last]
    assert follow(red(0, rung=4), *greens, of=but(start=4))[0].rung == rung


@pytest.mark.parametrize(("greens", "rung"), [((3,), 0), ((3, 4), 1)])
def test_a_red_day_on_the_lowest_rung_counts_no_day_as_ready(greens: tuple[int, ...], rung: int) -> None:
    history = [red(0, rung=0), *(green(number, rung=0) for number in greens)]
    assert follow(*history, of=but(start=0))[0].rung == rung


def test_the_first_green_day_is_one_green_day() -> None:
    standing, _ = follow(green(0))
    assert (standing.green_run, standing.greens, standing.ready_run, standing.times) == (1, 1, 1, 1)


def test_only_a_red_day_halves_the_sets() -> None:
    assert not follow(amber(0))[0].halved
    assert not follow(bout(0, leg_max=None, response=None))[0].halved


# --- R4: further down the leg -------------------------------------------------------------------


@pytest.mark.parametrize(("second", "locked"), [(0.5, False), (1, True), (2.9, True), (3, False)])
def test_twice_further_down_within_three_days_locks_it_for_a_week(second: float, locked: bool) -> None:
    standing, events = follow(lower(0), lower(second))
    assert (("R4", "lock") in names(events)) == locked
    if locked:
        assert standing.waits_by == "R4"
        assert standing.locked_until == events[-1].judged.at + dt.timedelta(days=7)


@pytest.mark.parametrize(("days", "until"), [(3, at(8, 9)), (7, at(8, 9)), (10, at(11, 9))])
def test_of_two_locks_the_longer_one_holds(days: int, until: dt.datetime) -> None:
    """Pain that moves down is red as well: both rules lock, and each says until when."""
    rules = msgspec.structs.replace(
        KNOWN.rules, lock=msgspec.structs.replace(KNOWN.rules.lock, lock_days=days)
    )
    standing, events = standings([lower(0), lower(1)], {EXT.id: EXT}, rules, {})
    assert standing[EXT.id].locked_until == until
    said = {event.rule: event.until for event in events if event.outcome == "lock"}
    assert said == {"R4": at(1 + days, 9), "R7": at(8, 9)}


def test_a_red_day_of_another_kind_between_does_not_hide_it() -> None:
    _, events = follow(lower(0), red(1), lower(2))
    assert ("R4", "lock") in names(events)


def test_the_reason_of_a_lock_stays_while_it_lasts() -> None:
    standing, _ = follow(lower(0), lower(1), red(20))
    assert (standing.waits_by, standing.locked_until) == ("R4", at(8, 9))
    assert standing.waits(at(20, 10)) == at(22, 9)


# --- small things -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("told", "helped"),
    [
        ({"response": "easier"}, True),
        ({"distal_post": 3}, True),
        ({"distal_post": 4}, False),
        ({"distal_pre": None, "distal_post": 3}, False),
        ({"distal_post": None}, False),
    ],
)
def test_what_once_moved_the_pain_up_has_helped(told: dict[str, Any], helped: bool) -> None:
    assert follow(bout(0, **told), bout(1))[0].helped == helped


def test_an_exercise_that_nobody_knows_has_no_standing() -> None:
    assert standings([bout(0, exercise="XX")], {EXT.id: EXT}, KNOWN.rules, {}) == ({}, ())


def test_events_are_told_in_the_order_in_which_they_were_known() -> None:
    other = but(id="EXU")
    late = bout(0, mornings=base({-2: 3, -1: 3, 0: 3, 1: 5}))
    early = red(0.5, exercise="EXU", mornings=STEADY)
    _, events = standings([late, early], {EXT.id: EXT, "EXU": other}, KNOWN.rules, {})
    assert [event.exercise for event in events] == ["EXU", "EXT"]
