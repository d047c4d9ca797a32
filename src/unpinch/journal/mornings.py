"""Mornings in their order: the week's mean as lines that break, and the gaps between them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from itertools import pairwise
from typing import Final, NamedTuple

WINDOW_DAYS: Final = 7
"""Days of the moving average; it needs three mornings, and never spans a gap."""

ENOUGH: Final = 3
GAP_DAYS: Final = 4
"""From this many days without a morning on, the line breaks."""


class Day(NamedTuple):
    """One morning: the pain (None when only the place was told) and how far down it was."""

    day: dt.date
    leg: int | None
    distal: int | None


def week_means(days: Sequence[Day]) -> list[list[tuple[dt.date, float]]]:
    """Return the moving average as unbroken runs.

    Parameters
    ----------
    days
        Mornings in order of time.
    """
    told = [(one.day, float(one.leg)) for one in days if one.leg is not None]
    runs: list[list[tuple[dt.date, float]]] = []
    start = 0
    for place, (day, _) in enumerate(told):
        if place and (day - told[place - 1][0]).days >= GAP_DAYS:
            start = place
        window = [value for when, value in told[start : place + 1] if (day - when).days < WINDOW_DAYS]
        if len(window) < ENOUGH:
            continue
        mean = sum(window) / len(window)
        if runs and place and runs[-1][-1][0] == told[place - 1][0] and start < place:
            runs[-1].append((day, mean))
        else:
            runs.append([(day, mean)])
    return runs


def gaps(days: Sequence[Day]) -> list[tuple[dt.date, dt.date]]:
    """Return the stretches without a morning, as their first and last silent day."""
    told = [one.day for one in days]
    one_day = dt.timedelta(days=1)
    return [
        (before + one_day, after - one_day)
        for before, after in pairwise(told)
        if (after - before).days > GAP_DAYS
    ]
