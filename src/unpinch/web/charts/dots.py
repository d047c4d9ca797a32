"""A quantile dot plot: twenty answers that fit equally well, one dot each.

The axis is the same for everybody (2.5 points to either side), so that plots can be compared; a bin
never holds both an easier and a harder answer.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from typing import Final

from markupsafe import Markup

REACH: Final = 2.5
"""Points of pain to either side; what lies further out is drawn in the last bin."""

BINS: Final = 10
"""Bins to either side of no change."""

WIDTH: Final = 340.0
EDGE: Final = 10.0
PITCH: Final = (WIDTH - 2 * EDGE) / (2 * BINS)
RADIUS: Final = PITCH * 0.42
LOWEST: Final = 5
"""Rows that every plot has room for, so that neighbours look alike."""


def bin_of(value: float) -> int:
    """Return the bin of an effect: -1 is just below no change, 0 just above."""
    if value == 0:
        return 0
    width = REACH / BINS
    steps = min(BINS, max(1, math.ceil(abs(value) / width)))
    return -steps if value < 0 else steps - 1


def easier(dots: Sequence[float]) -> int:
    """Return how many dots lie on the easier side."""
    return sum(value < 0 for value in dots)


def dot_plot(dots: Sequence[float], hardly_notice: float, *, unknown: bool = False) -> Markup:
    """Draw the dots.

    Parameters
    ----------
    dots
        Equally likely effects in NPRS points, negative is easier.
    hardly_notice
        Half the width of the shaded strip.
    unknown
        Draw every dot dashed: nothing is known yet.
    """
    height: Counter[int] = Counter()
    rows = max(LOWEST, *Counter(bin_of(value) for value in dots).values()) if dots else LOWEST
    base = 26.0 + rows * PITCH
    middle = WIDTH / 2
    strip = hardly_notice / REACH * (middle - EDGE)
    parts = [
        f'<path class="strip" d="M{middle - strip:.1f} 20h{2 * strip:.1f}V{base:.1f}h{-2 * strip:.1f}z"/>',
        f'<text class="end" x="{EDGE}" y="13">Easier</text>',
        f'<text class="end last" x="{WIDTH - EDGE}" y="13">Harder</text>',
    ]
    for value in sorted(dots, key=abs):
        place = bin_of(value)
        x = middle + (place + 0.5) * PITCH
        y = base - 3 - (height[place] + 0.5) * PITCH
        height[place] += 1
        kind = "unknown" if unknown else "easier" if place < 0 else "harder"
        parts.append(f'<circle class="dot {kind}" cx="{x:.1f}" cy="{y:.1f}" r="{RADIUS:.2f}"/>')
    parts.append(f'<path class="axis" d="M{EDGE} {base:.1f}H{WIDTH - EDGE}"/>')
    parts.append(f'<path class="zero" d="M{middle} 20V{base + 4:.1f}"/>')
    for points in (-2, -1, 1, 2):
        x = middle + points / REACH * (middle - EDGE)
        parts.append(f'<path class="axis" d="M{x:.1f} {base:.1f}v5"/>')
        parts.append(f'<text class="tick" x="{x:.1f}" y="{base + 20:.1f}">{abs(points)}</text>')
    parts.append(f'<text class="tick" x="{middle}" y="{base + 20:.1f}">no change</text>')
    return Markup(
        f'<svg class="dot-plot" viewBox="0 0 {WIDTH:.0f} {base + 26:.0f}" aria-hidden="true" '
        f'focusable="false">{"".join(parts)}</svg>'
    )
