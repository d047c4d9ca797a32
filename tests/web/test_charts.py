"""The pictures of numbers: each dot counts once and stands on its own side; gaps stay gaps."""

from __future__ import annotations

import datetime as dt
import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unpinch.journal.mornings import GAP_DAYS, Day, gaps, week_means
from unpinch.web.charts.course import NARROW, WIDE, course
from unpinch.web.charts.dots import BINS, REACH, WIDTH, bin_of, dot_plot, easier

effects = st.floats(-6, 6, allow_nan=False)
START = dt.date(2026, 10, 1)


def circles(svg: str) -> list[tuple[str, float, float]]:
    found = re.findall(r'<circle class="dot (\w+)" cx="([\d.]+)" cy="([-\d.]+)"', svg)
    return [(kind, float(x), float(y)) for kind, x, y in found]


@given(effects)
def test_no_bin_holds_both_sides_of_no_change(value: float) -> None:
    place = bin_of(value)
    assert -BINS <= place < BINS
    assert (place < 0) == (value < 0)


@given(st.floats(-REACH, REACH, allow_nan=False))
def test_a_dot_stands_in_the_bin_of_its_value(value: float) -> None:
    width = REACH / BINS
    place = bin_of(value)
    assert place * width - 1e-9 <= value <= (place + 1) * width + 1e-9


@given(st.lists(effects, min_size=1, max_size=40))
def test_every_dot_is_drawn_once_on_its_own_side(values: list[float]) -> None:
    drawn = circles(str(dot_plot(values, 0.5)))
    assert len(drawn) == len(values)
    assert sum(kind == "easier" for kind, _, _ in drawn) == easier(values)
    assert all((x < WIDTH / 2) == (kind == "easier") for kind, x, _ in drawn)
    assert len({(x, y) for _, x, y in drawn}) == len(values), "no dot hides another"
    assert all(0 < x < WIDTH and y > 0 for _, x, y in drawn)


def test_dots_are_counted_in_twenty() -> None:
    assert easier([-0.1] * 19 + [0.0]) == 19


@st.composite
def diaries(draw: st.DrawFn) -> list[Day]:
    steps = draw(st.lists(st.integers(1, 9), min_size=1, max_size=40))
    day, days = START, []
    for step in steps:
        days.append(Day(day, draw(st.none() | st.integers(0, 10)), draw(st.none() | st.integers(0, 6))))
        day += dt.timedelta(days=step)
    return days


@given(diaries())
def test_the_line_never_spans_a_gap(days: list[Day]) -> None:
    told = {one.day: one.leg for one in days if one.leg is not None}
    for run in week_means(days):
        for (before, _), (after, _) in pairwise(run):
            silent = [before + dt.timedelta(days=n) for n in range(1, (after - before).days)]
            assert not any(day in told for day in silent)
            assert (after - before).days < GAP_DAYS
        for day, mean in run:
            near = [leg for when, leg in told.items() if 0 <= (day - when).days < 7]
            assert min(near) <= mean <= max(near)


@given(diaries())
def test_gaps_hold_no_morning(days: list[Day]) -> None:
    told = {one.day for one in days}
    for first, last in gaps(days):
        assert (last - first).days + 1 >= GAP_DAYS
        assert not {first + dt.timedelta(days=n) for n in range((last - first).days + 1)} & told


def test_the_average_is_that_of_seven_days() -> None:
    days = [Day(START + dt.timedelta(days=n), n, None) for n in range(10)]
    (run,) = week_means(days)
    assert [day for day, _ in run] == [START + dt.timedelta(days=n) for n in range(2, 10)]
    assert [mean for _, mean in run] == pytest.approx([1.0, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0])


@given(diaries(), st.sampled_from([NARROW, WIDE]))
def test_every_morning_is_a_ring_within_the_sheet(days: list[Day], sheet: object) -> None:
    known = [one for one in days if one.leg is not None]
    if not known:
        return
    svg = str(course(days, {days[0].day: 1}, days[-1].day, sheet))  # type: ignore[arg-type]
    rings = re.findall(r'class="ring" cx="([-\d.]+)" cy="([-\d.]+)"', svg)
    assert len(rings) == len(known)
    assert all(0 < float(x) < sheet.width and 0 < float(y) < sheet.height for x, y in rings)  # type: ignore[attr-defined]
    assert svg.count('class="leg"') == sum(1 for one in days if one.distal)


def test_worse_stands_higher_and_later_further_right() -> None:
    days = [Day(START, 2, 1), Day(START + dt.timedelta(days=1), 8, 6)]
    svg = str(course(days, {}, days[-1].day, WIDE))
    (x1, y1), (x2, y2) = [
        (float(x), float(y)) for x, y in re.findall(r'class="ring" cx="([-\d.]+)" cy="([-\d.]+)"', svg)
    ]
    assert x1 < x2
    assert y1 > y2
    short, long = [float(v) for v in re.findall(r'class="leg" d="M[\d.]+ [\d.]+v([\d.]+)"', svg)]
    assert long == pytest.approx(6 * short)
