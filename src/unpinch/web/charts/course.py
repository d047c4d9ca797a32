"""Pain over time: a ring for each morning, the week's average as a thick line, the leg below."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from typing import Final, NamedTuple

from markupsafe import Markup

from unpinch.journal.mornings import Day, gaps, week_means
from unpinch.web import speech


class Sheet(NamedTuple):
    """The size of a drawing: a narrow one for phones, a wide one for the desk."""

    width: float
    height: float
    left: float
    name: str


Across = Callable[[dt.date], float]
Height = Callable[[float], float]

NARROW: Final = Sheet(358, 200, 30, "narrow")
WIDE: Final = Sheet(720, 260, 34, "wide")


def course(days: Sequence[Day], sessions: Mapping[dt.date, int], today: dt.date, sheet: Sheet) -> Markup:
    """Draw the mornings up to today.

    Parameters
    ----------
    days
        Mornings in order of time, at least one.
    sessions
        Finished sessions of each day.
    today
        The right edge.
    sheet
        How large it is.
    """
    first = days[0].day
    span = max(13, (today - first).days)
    right = sheet.width - 10

    def x(day: dt.date) -> float:
        return sheet.left + 8 + (day - first).days / span * (right - sheet.left - 16)

    def y(pain: float) -> float:
        return 14 + (10 - pain) / 10 * (sheet.height - 28)

    parts = [_grid(sheet, right, y), _gaps(days, x, y), _labels(first, today, span, x, sheet)]
    parts.extend(
        f'<path class="mean" d="M{" L".join(f"{x(day):.1f} {y(mean):.1f}" for day, mean in run)}"/>'
        if len(run) > 1
        else f'<circle class="mean-dot" cx="{x(run[0][0]):.1f}" cy="{y(run[0][1]):.1f}" r="3"/>'
        for run in week_means(days)
    )
    parts.extend(
        f'<circle class="ring" cx="{x(one.day):.1f}" cy="{y(one.leg):.1f}" r="4.5"/>'
        for one in days
        if one.leg is not None
    )
    parts.append(_mean_label(days, x, y, sheet))
    top = sheet.height + 40
    parts.append(f'<text class="label strong" x="{sheet.left}" y="{top - 8:.0f}">How far down the leg</text>')
    parts.append(f'<text class="tick end" x="{sheet.left - 4}" y="{top + 10:.0f}">back</text>')
    parts.append(f'<text class="tick end" x="{sheet.left - 4}" y="{top + 46:.0f}">foot</text>')
    parts.extend(
        f'<path class="leg" d="M{x(one.day):.1f} {top + 3:.0f}v{6.5 * one.distal:.1f}"/>'
        if one.distal
        else f'<circle class="none" cx="{x(one.day):.1f}" cy="{top + 4:.0f}" r="2.5"/>'
        for one in days
        if one.distal is not None
    )
    done = top + 66
    parts.append(f'<text class="label strong" x="{sheet.left}" y="{done:.0f}">Sessions</text>')
    parts.extend(
        f'<path class="session" d="M{x(day):.1f} {done + 8:.0f}l4.5 4.5-4.5 4.5-4.5-4.5z"/>'
        for day in sorted(sessions)
        if first <= day <= today
    )
    height = done + 24
    return Markup(
        f'<svg class="course {sheet.name}" viewBox="0 0 {sheet.width:.0f} {height:.0f}" aria-hidden="true" '
        f'focusable="false">{"".join(parts)}</svg>'
    )


def _grid(sheet: Sheet, right: float, y: Height) -> str:
    lines = "".join(
        f'<path class="grid" d="M{sheet.left} {y(pain):.1f}H{right}"/>'
        f'<text class="tick end" x="{sheet.left - 6}" y="{y(pain) + 5:.1f}">{pain}</text>'
        for pain in range(0, 11, 2)
    )
    return (
        f'{lines}<text class="label" x="{sheet.left + 4}" y="{y(10) - 4:.1f}">worst</text>'
        f'<text class="label" x="{sheet.left + 4}" y="{y(0) - 5:.1f}">no pain</text>'
    )


def _gaps(days: Sequence[Day], x: Across, y: Height) -> str:
    parts = []
    for start, end in gaps(days):
        a, b = x(start), x(end)
        parts.append(
            f'<path class="gap" d="M{a:.1f} {y(10):.1f}V{y(0):.1f}M{b:.1f} {y(10):.1f}V{y(0):.1f}"/>'
        )
        middle, low = (a + b) / 2, y(1.6)
        parts.append(
            f'<text class="label middle" x="{middle:.1f}" y="{low:.1f}">no'
            f'<tspan x="{middle:.1f}" dy="14">answers</tspan></text>'
        )
    return "".join(parts)


def _labels(first: dt.date, today: dt.date, span: int, x: Across, sheet: Sheet) -> str:
    days = [first, first + dt.timedelta(days=span // 2), first + dt.timedelta(days=span)]
    anchors = ("", "middle", "end")
    base = sheet.height + 6
    return "".join(
        f'<text class="tick {anchor}" x="{x(day):.1f}" y="{base:.0f}">{speech.short_day(day)}</text>'
        for day, anchor in zip(days, anchors, strict=True)
    )


def _mean_label(days: Sequence[Day], x: Across, y: Height, sheet: Sheet) -> str:
    """Name the thick line where it is, above its own start."""
    runs = [run for run in week_means(days) if len(run) > 1]
    if not runs:
        return ""
    day, mean = max(runs, key=len)[0]
    peak = max(
        [one.leg for one in days if one.leg is not None and abs((one.day - day).days) < 9], default=mean
    )
    top = max(26.0, y(min(10.0, peak)) - 14)
    left = min(x(day), sheet.width - 140)
    return (
        f'<path class="lead" d="M{left + 12:.1f} {top + 4:.1f}L{x(day) + 4:.1f} {y(mean) - 5:.1f}"/>'
        f'<text class="label strong" x="{left:.1f}" y="{top:.1f}">your week’s average</text>'
    )
