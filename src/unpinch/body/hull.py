"""The outline of a set of circles: their convex hull, as an SVG path of exact arcs and straight lines.

The figure is painted from nothing else. `figure.js` holds the same two functions; a test compares them.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import acos, atan2, cos, hypot, pi, sin

Circle = tuple[float, float, float]
DIRECTIONS = tuple((2 * pi * k / 48, cos(2 * pi * k / 48), sin(2 * pi * k / 48)) for k in range(48))


def _ring(circles: Sequence[Circle]) -> list[int]:
    """Which circle is outermost, as the direction goes once around."""
    ring: list[int] = []
    for _, x, y in DIRECTIONS:
        best, far = 0, float("-inf")
        for index, (cx, cy, r) in enumerate(circles):
            reach = cx * x + cy * y + r
            if reach > far + 1e-9:
                best, far = index, reach
        if not ring or ring[-1] != best:
            ring.append(best)
    if len(ring) > 1 and ring[0] == ring[-1]:
        ring.pop()
    return ring


def hull_path(circles: Sequence[Circle]) -> str:
    """The hull of circles (x, y, r) as SVG path data, one decimal.

    Parameters
    ----------
    circles
        At least one circle; any unit.
    """
    ring = _ring(circles)
    if len(ring) == 1:
        x, y, r = circles[ring[0]]
        arc = f"A{r:.1f} {r:.1f} 0 1 1 "
        return f"M{x + r:.1f} {y:.1f}{arc}{x - r:.1f} {y:.1f}{arc}{x + r:.1f} {y:.1f}Z"
    leave: list[float] = []
    for here, after in zip(ring, ring[1:] + ring[:1], strict=True):
        (ax, ay, ar), (bx, by, br) = circles[here], circles[after]
        apart = max(hypot(ax - bx, ay - by), 1e-9)
        leave.append(atan2(ay - by, ax - bx) + acos(max(-1.0, min(1.0, (br - ar) / apart))))
    out: list[str] = []
    for k, index in enumerate(ring):
        x, y, r = circles[index]
        enter, exit_ = leave[k - 1], leave[k]
        span = (exit_ - enter) % (2 * pi)
        out.append(f"{'L' if out else 'M'}{x + r * cos(enter):.1f} {y + r * sin(enter):.1f}")
        if span < 2 * pi - 1e-6 and r > 0.05:
            large = 1 if span > pi + 1e-6 else 0
            out.append(f"A{r:.1f} {r:.1f} 0 {large} 1 {x + r * cos(exit_):.1f} {y + r * sin(exit_):.1f}")
    return "".join(out) + "Z"
