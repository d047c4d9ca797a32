"""R7 (pause), R8 and R9: what the rules say of the whole course, at their limits."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping

import msgspec
import pytest

from tests.care.bouts import KNOWN, bout, red
from tests.care.story import Story
from tests.factories import at
from unpinch.care.light import Judged, base_of
from unpinch.care.refer import Notice, notices, rmdq_improved, rmdq_scores
from unpinch.care.screen import screen
from unpinch.journal.fold import fold
from unpinch.journal.kinds import Questionnaire
from unpinch.knowledge import Knowledge


def said(
    story: Story,
    judged: Iterable[Judged] = (),
    *,
    agreed: dt.datetime | None = None,
    known: Knowledge = KNOWN,
) -> dict[str, Notice]:
    """Return the notices of a story by outcome."""
    person = fold(story.journal, story.now)
    screened = screen(person, story.now, KNOWN.screening)
    screened = msgspec.structs.replace(screened, agreed_at=agreed or screened.agreed_at)
    base = base_of(person.mornings, person)
    found = notices(person, tuple(judged), base, story.now, known, screened)
    return {notice.outcome: notice for notice in found}


def mornings(levels: Mapping[int, int], until: int | None = None) -> Story:
    """Tell mornings of some days, and stop on the last of them or on another day."""
    story = Story()
    for day, level in levels.items():
        story.on(day, 7).morning(level)
    return story.on(max(levels) if until is None else until)


def level(first: int, then: int | dict[int, int], until: int) -> Story:
    """Tell a morning a day: one week at one level, then others."""
    other = then if isinstance(then, dict) else {}
    rest = first if isinstance(then, dict) else then
    return mornings({day: other.get(day, first if day < 7 else rest) for day in range(until + 1)})


# --- R7: pause ----------------------------------------------------------------------------------


def reds(*days: tuple[float, str]) -> list[Judged]:
    return [red(day, exercise=name) for day, name in days]


@pytest.mark.parametrize(
    ("history", "paused"),
    [
        (reds((0, "A"), (1, "B")), False),  # two days
        (reds((0, "A"), (1, "B"), (2, "A")), True),
        (reds((0, "A"), (1, "A"), (2, "A"), (3, "A")), False),  # one exercise
        (reds((0, "A"), (1, "B"), (1.5, "A")), False),  # two days again
        (reds((0, "A"), (0.5, "B"), (1, "A"), (2, "A")), True),
        ([bout(0, exercise="A", leg_max=4), *reds((1, "B"), (2, "A"))], False),  # amber is not red
    ],
)
def test_red_in_two_exercises_on_three_days_pauses(history: list[Judged], paused: bool) -> None:
    assert ("pause" in said(Story().on(2, 22), history)) == paused


@pytest.mark.parametrize(("hours", "paused"), [(-0.1, True), (0, False), (0.1, False)])
def test_the_pause_ends_when_the_first_red_day_is_14_days_old(hours: float, paused: bool) -> None:
    history = reds((0, "A"), (1, "B"), (2, "A"))
    story = Story()
    story.now = at(14, 9) + dt.timedelta(hours=hours)
    found = said(story, history)
    assert ("pause" in found) == paused
    if paused:
        assert found["pause"].until == at(14, 9)
        assert found["pause"].saw == {"exercises": 2, "days": 3, "window": 14}
        assert found["pause"].at == at(2, 9)


def test_the_pause_ends_when_a_clinician_agrees() -> None:
    history = reds((0, "A"), (1, "B"), (2, "A"))
    story = Story().on(3)
    assert "pause" in said(story, history, agreed=at(-1))
    assert "pause" not in said(story, history, agreed=at(2, 9))
    assert "pause" not in said(story, [*history, *reds((3, "B"))], agreed=at(2, 9))
    story.on(6)
    assert "pause" in said(story, [*history, *reds((3, "B"), (4, "A"), (5, "B"))], agreed=at(2, 9))


# --- R9: severe for two days --------------------------------------------------------------------


@pytest.mark.parametrize(("hours", "severe"), [(47.9, False), (48, True), (48.1, True)])
def test_severe_pain_for_48_hours(hours: float, severe: bool) -> None:
    story = Story().on(0)
    story.pain(8)
    first = story.now
    story.now = first + dt.timedelta(hours=hours, seconds=-1)
    story.pain(9)
    found = said(story)
    assert ("severe" in found) == severe
    if severe:
        assert found["severe"].saw == {"leg": 8, "hours": 48}
        assert found["severe"].at == story.now


@pytest.mark.parametrize("levels", [(7, 8, 8), (8, 7, 8), (8, 8, 7)])
def test_one_number_below_8_breaks_it(levels: tuple[int, ...]) -> None:
    story = Story()
    for day, leg in zip((0, 1, 2), levels, strict=True):
        story.on(day).pain(leg)
    assert "severe" not in said(story)


def test_a_pain_entry_without_a_number_neither_breaks_nor_makes_it() -> None:
    story = Story()
    story.pain(8).on(1).pain(None).on(2, 9).pain(8)
    assert "severe" in said(story)
    assert "severe" not in said(Story().pain(None).on(2, 9).pain(None))


@pytest.mark.parametrize(("days", "severe"), [(6.9, True), (7, False)])
def test_numbers_a_week_apart_say_nothing_of_the_days_between(days: float, severe: bool) -> None:
    story = Story()
    story.pain(8)
    story.now += dt.timedelta(days=days, seconds=-1)
    story.pain(8)
    assert ("severe" in said(story)) == severe


def test_old_severe_numbers_say_nothing_of_today() -> None:
    story = Story()
    story.pain(8).on(2, 9).pain(8)
    last = story.now
    story.now = last + dt.timedelta(hours=47)
    assert "severe" in said(story)
    story.now = last + dt.timedelta(hours=48)
    assert "severe" not in said(story)


@pytest.mark.parametrize("question", ["SEEN", "OKD"])
def test_once_it_was_looked_at_only_a_new_bout_counts(question: str) -> None:
    story = Story()
    story.answer(question, "yes")
    story.pain(8).on(2, 9).pain(8)
    assert "severe" in said(story)
    story.answer(question, "yes")
    story.on(4, 10).pain(8)
    assert "severe" not in said(story)
    story.on(5).pain(7).on(6).pain(8)
    assert "severe" not in said(story)
    story.on(8, 9).pain(8)
    assert "severe" in said(story)


# --- R8: rough days -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("week", "flare"),
    [
        ((4, 4, 4, 4, 4, 4, 4), False),
        ((6, 6, 6, 5, 5, 5, 5), False),  # 5.43 beside 4
        ((6, 6, 6, 6, 5, 5, 5), True),  # 5.57
        ((6, 6, 6, 6, 6, 6, 6), True),
    ],
)
def test_a_week_clearly_above_the_first_is_a_flare(week: tuple[int, ...], flare: bool) -> None:
    story = level(4, {7 + day: leg for day, leg in enumerate(week)}, 13)
    assert ("flare" in said(story)) == flare


def test_the_limit_itself_is_a_flare() -> None:
    story = mornings({0: 4, 1: 4, 2: 5, 8: 6, 9: 6, 10: 5, 11: 6, 12: 6, 13: 6})
    found = said(story)["flare"]
    assert (found.saw["start"], found.saw["recent"]) == (4.3, 5.8)


def test_how_long_a_flare_has_lasted() -> None:
    days = []
    for today in range(10, 20):
        story = level(4, 8, today)
        found = said(story).get("flare")
        days.append(None if found is None else found.saw["days"])
    # Three mornings at 8 among seven lift the mean to 5.7.
    assert days == [2, 3, 4, 5, 6, 7, 8, 9, 10, 11]
    assert "flare" not in said(level(4, 8, 8))
    assert said(level(4, 8, 9))["flare"].saw["days"] == 1


def test_a_flare_is_not_counted_into_the_first_week() -> None:
    found = said(mornings({0: 2, 1: 2, 2: 2, 7: 7, 8: 7}))
    assert found["flare"].saw["days"] == 2


def test_a_day_below_ends_a_flare() -> None:
    levels = (
        {day: 4 for day in range(7)} | {day: 8 for day in range(7, 12)} | {day: 2 for day in range(12, 16)}
    )
    assert "flare" not in said(mornings(levels))


@pytest.mark.parametrize(
    "levels",
    [
        {0: 3, 1: 3, 7: 7, 8: 7, 9: 7},  # two mornings in the first week: that week is not the start
        {0: 4, 1: 4, 2: 4, 8: 7, 10: 7},  # two mornings lately
        {0: 9},
    ],
)
def test_too_few_mornings_say_nothing(levels: dict[int, int]) -> None:
    assert said(mornings(levels)) == {}


def test_nothing_is_said_within_the_first_week() -> None:
    assert said(level(0, {day: 7 for day in range(3, 7)}, 6)) == {}


def test_no_mornings_say_nothing() -> None:
    assert said(Story()) == {}


def test_a_thin_first_week_only_delays_the_start() -> None:
    story = mornings({0: 3} | {day: 3 for day in range(9, 16)} | {day: 6 for day in range(16, 23)})
    assert "flare" in said(story)
    zeros = mornings({day: 0 for day in range(7)} | {day: 2 for day in range(7, 14)})
    assert "flare" in said(zeros)


# --- R9: worse, and the milestones ----------------------------------------------------------------


def test_worse_by_two_for_seven_days() -> None:
    # From day 10 on four of the last seven mornings are higher by 4: the mean is up by 2.3.
    outcomes = {today: "worse" in said(level(4, 8, today)) for today in (15, 16, 17, 25)}
    assert outcomes == {15: False, 16: True, 17: True, 25: True}
    assert "worse" not in said(level(4, {day: 5 if day % 7 == 0 else 6 for day in range(7, 30)}, 29))
    assert "worse" in said(level(4, 6, 29))


@pytest.mark.parametrize(
    ("now", "day", "outcome"),
    [
        (4, 27, None),
        (4, 28, "review"),
        (4, 41, "review"),
        (4, 42, "refer"),
        (4, 83, "refer"),
        (4, 84, "late"),
        (4, 200, "late"),
        (3, 28, None),  # one point less is a point less
        (3, 42, "refer"),  # 25 per cent and one point
        (2, 42, None),
        (3, 84, None),
    ],
)
def test_the_milestones(now: int, day: int, outcome: str | None) -> None:
    found = set(said(level(4, now, day)))
    assert found == ({outcome} if outcome else set())


def test_the_words_of_a_milestone_know_the_week() -> None:
    assert said(level(4, 4, 29))["review"].saw["week"] == 4
    assert said(level(4, 4, 43))["refer"].saw["week"] == 6


@pytest.mark.parametrize(
    ("start", "week", "outcome"),
    [
        (4, (2, 3, 3, 3, 2, 3, 3), None),  # 1.29 points, and 32 per cent
        (4, (3, 3, 3, 3, 2, 3, 3), "refer"),  # 1.14 points, 29 per cent
        (7, (6, 6, 6, 6, 5, 6, 5), "refer"),  # 1.29 points, 18 per cent
        (7, (5, 6, 5, 6, 5, 6, 5), None),  # 1.57 points
    ],
)
def test_six_weeks_need_a_third_or_a_point_and_a_half(
    start: int, week: tuple[int, ...], outcome: str | None
) -> None:
    story = level(start, {36 + day: leg for day, leg in enumerate(week)}, 42)
    assert set(said(story)) == ({outcome} if outcome else set())


def rmdq(story: Story, score: int) -> None:
    answers = {f"q{number}": int(number < score) for number in range(24)}
    story.write(Questionnaire(instrument="RMDQ24", answers=answers))


@pytest.mark.parametrize(
    ("before", "after", "improved"),
    [
        (3, 0, False),
        (4, 1, True),
        (4, 2, False),
        (10, 7, True),
        (10, 8, False),
        (20, 14, True),
        (20, 15, False),
    ],
)
def test_rmdq(before: int, after: int, improved: bool) -> None:
    assert rmdq_improved(before, after, KNOWN) == improved


def test_a_better_rmdq_is_better_too() -> None:
    story = level(4, 4, 41)
    rmdq(story, 12)
    story.on(42).morning(4)
    assert "refer" in said(story)
    rmdq(story, 9)
    assert "refer" in said(story)
    rmdq(story, 8)
    assert "refer" not in said(story)
    story.write(Questionnaire(instrument="PSFS", answers={"a": 9}))
    assert rmdq_scores(fold(story.journal, story.now)) == [12, 9, 8]


@pytest.mark.parametrize(("score", "late"), [(7, False), (8, True)])
def test_after_twelve_weeks_it_still_holds_back(score: int, late: bool) -> None:
    story = level(4, 3, 84)
    rmdq(story, score)
    assert ("late" in said(story)) == late


def test_every_notice_has_words() -> None:
    for rule, outcome in (
        ("R7", "pause"), ("R8", "flare"), ("R9", "severe"), ("R9", "worse"), ("R9", "review"),
        ("R9", "refer"), ("R9", "late"),
    ):  # fmt: skip
        assert KNOWN.words[f"rule.{rule}.{outcome}"]


# --- at the very limits -----------------------------------------------------------------------------


def test_what_was_red_when_the_clinician_agreed_was_agreed_to() -> None:
    history = reds((2, "A"), (3, "B"), (4, "A"))
    story = Story().on(5)
    assert "pause" in said(story, history, agreed=at(2, 8))
    assert "pause" not in said(story, history, agreed=at(2, 9))


@pytest.mark.parametrize(("seconds", "severe"), [(-1, True), (0, False), (1, False)])
def test_a_bout_that_begins_as_it_is_looked_at_was_looked_at(seconds: int, severe: bool) -> None:
    story = Story()
    story.pain(8)
    began = story.now
    story.now = began + dt.timedelta(seconds=seconds - 1)
    story.answer("SEEN", "yes")
    story.on(2, 9).pain(8)
    assert ("severe" in said(story)) == severe


def test_the_first_week_is_seven_days_from_its_first_morning() -> None:
    """Its last morning counts, and the flare is counted from the day after it."""
    found = said(mornings({0: 2, 1: 2, 2: 2, 6: 8} | {day: 9 for day in range(7, 12)}))
    assert found["flare"].saw["start"] == 3.5
    assert found["flare"].saw["days"] == 5


def test_however_short_the_days_looked_at_the_first_week_is_no_flare() -> None:
    """Its last three mornings may well be above its own mean."""
    flare = msgspec.structs.replace(KNOWN.rules.flare, mean_days=3)
    quick = msgspec.structs.replace(KNOWN, rules=msgspec.structs.replace(KNOWN.rules, flare=flare))
    story = mornings({day: 2 if day < 4 else 8 for day in range(9)})
    assert said(story, known=quick)["flare"].saw["days"] == 2


def test_nothing_is_said_on_the_last_day_of_the_week_to_compare_with() -> None:
    """However late that week is: there is nothing after it yet."""
    levels = {0: 4, 26: 4, 30: 4, 32: 4}
    assert said(mornings(levels)) == {}
    assert set(said(mornings(levels | {33: 4}))) == {"review"}


def test_a_point_and_a_half_less_is_enough() -> None:
    story = mornings({day: 7 for day in range(30)} | {36: 7, 38: 5, 40: 5, 41: 6, 42: 6})
    assert set(said(story)) == {"refer"}  # 1.2 points, 17 per cent
    story = mornings({day: 7 for day in range(30)} | {38: 5, 40: 5, 41: 6, 42: 6})
    assert said(story) == {}


def test_a_little_less_than_thirty_per_cent_is_not_enough() -> None:
    first = dict(enumerate((4, 4, 4, 4, 3, 3)))
    assert set(said(mornings(first | dict(enumerate((3, 3, 3, 3, 2, 2, 2), 36))))) == {"refer"}  # 29.9
    assert said(mornings(first | dict(enumerate((3, 3, 3, 2, 2, 2, 2), 36)))) == {}  # 33.8


def test_whose_leg_was_calm_from_the_start_need_not_get_better() -> None:
    """Nobody is sent to a clinician at six weeks because nothing is still nothing."""
    assert said(level(0, 0, 42)) == {}


def test_two_scores_are_enough_to_be_better() -> None:
    story = level(4, 4, 42)
    rmdq(story, 12)
    assert "refer" in said(story)
    rmdq(story, 8)
    assert "refer" not in said(story)
