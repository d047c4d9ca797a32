"""The mornings as a drawing for print: rings, the week's mean, how far down, and the sessions."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from html import escape
from typing import Final

from unpinch.journal.mornings import Day, week_means
from unpinch.knowledge import speech

WIDTH: Final = 520.0
HEIGHT: Final = 128.0
LEFT: Final = 34.0
STRIP: Final = 26.0
SHORTEST_DAYS: Final = 13

INK, SOFT, HAIR, DAMSON = "#1b1020", "#4b3d4f", "#cfc8d0", "#5c2a63"


def chart(
    days: Sequence[Day], sessions: Mapping[dt.date, int], today: dt.date, words: Mapping[str, str]
) -> str:
    """Return the mornings up to today as an SVG document.

    Parameters
    ----------
    days
        Mornings in order of time, at least one.
    sessions
        Finished sessions of each day.
    today
        The right edge.
    words
        ``sessions``, ``place``, ``back`` and ``foot`` as the labels say them.
    """
    first = days[0].day
    last = max(today, days[-1].day)
    span = max(SHORTEST_DAYS, (last - first).days)
    right = WIDTH - 6
    size = 2.6 if span < 120 else 1.5

    def x(day: dt.date) -> float:
        return LEFT + 6 + (day - first).days / span * (right - LEFT - 12)

    def y(pain: float) -> float:
        return 6 + (10 - pain) / 10 * (HEIGHT - 12)

    parts = [
        f'<path d="M{LEFT} {y(pain):.1f}H{right}" stroke="{HAIR}" stroke-width="0.6"/>'
        + _text(f"{pain}", LEFT - 5, y(pain) + 3, "end")
        for pain in range(0, 11, 2)
    ]
    marked = [first, first + (last - first) // 2, last] if (last - first).days >= SHORTEST_DAYS else [first]
    anchors = ("start", "middle", "end")
    parts.extend(
        _text(speech.date(day), x(day), HEIGHT + 6, anchor)
        for day, anchor in zip(marked, anchors, strict=False)
    )
    parts.extend(
        f'<circle cx="{x(one.day):.1f}" cy="{y(one.leg):.1f}" r="{size}" '
        f'fill="white" stroke="{SOFT}" stroke-width="0.9"/>'
        for one in days
        if one.leg is not None
    )
    parts.extend(
        f'<path d="M{" L".join(f"{x(day):.1f} {y(mean):.1f}" for day, mean in run)}" fill="none" '
        f'stroke="{DAMSON}" stroke-width="2.4" stroke-linejoin="round" stroke-linecap="round"/>'
        for run in week_means(days)
        if len(run) > 1
    )
    top = HEIGHT + 18
    parts += [
        _text(words["sessions"], LEFT - 5, top + 3, "end", 7.5),
        _text(words["back"], LEFT - 5, top + 16, "end", 7.5),
        _text(words["foot"], LEFT - 5, top + 16 + STRIP - 4, "end", 7.5),
    ]
    parts.extend(
        f'<path d="M{x(day):.1f} {top - 3:.1f}l{size} 3-{size} 3-{size}-3z" fill="{INK}"/>'
        for day in sorted(sessions)
        if first <= day <= last
    )
    parts.extend(
        f'<path d="M{x(one.day):.1f} {top + 10:.1f}v{one.distal * STRIP / 6:.1f}" stroke="{DAMSON}" '
        f'stroke-width="{size * 0.8:.1f}" stroke-linecap="round"/>'
        for one in days
        if one.distal
    )
    bottom = top + 14 + STRIP
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH:g} {bottom:g}" '
        f'font-family="Unpinch Text">{"".join(parts)}</svg>'
    )


def _text(words: str, x: float, y: float, anchor: str, size: float = 8) -> str:
    place = f'x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-size="{size:g}" fill="{INK}"'
    return f"<text {place}>{escape(words)}</text>"
