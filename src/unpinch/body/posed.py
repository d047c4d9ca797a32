"""A solved movement at one moment: from stored turns of the segments to places of the flesh.

Pure Python, no solver. Limbs keep their length, since only turns are interpolated, never places.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from math import sqrt
from typing import Any

Point = tuple[float, float, float]
Quat = tuple[float, float, float, float]


def rotate(q: Quat, v: Sequence[float]) -> Point:
    """Turn a vector by a unit quaternion (w, x, y, z)."""
    w, x, y, z = q
    tx, ty, tz = 2 * (y * v[2] - z * v[1]), 2 * (z * v[0] - x * v[2]), 2 * (x * v[1] - y * v[0])
    return (
        v[0] + w * tx + y * tz - z * ty,
        v[1] + w * ty + z * tx - x * tz,
        v[2] + w * tz + x * ty - y * tx,
    )


def _between(a: Sequence[float], b: Sequence[float], s: float) -> Quat:
    """The turn between two turns (normalised straight mix; neighbours are near each other)."""
    sign = 1.0 if sum(x * y for x, y in zip(a, b, strict=True)) >= 0 else -1.0
    mix = [(1 - s) * x + s * sign * y for x, y in zip(a, b, strict=True)]
    size = sqrt(sum(x * x for x in mix)) or 1.0
    return (mix[0] / size, mix[1] / size, mix[2] / size, mix[3] / size)


def pose_at(figure: dict[str, Any], at: float) -> tuple[list[Point], list[Quat]]:
    """Joint centres (mm) and turns of every segment at `at` from 0 (start) to 1 (end)."""
    times: list[float] = figure["times"]
    at = min(max(at, times[0]), times[-1])
    k = min(max(bisect_right(times, at) - 1, 0), len(times) - 2)
    s = (at - times[k]) / (times[k + 1] - times[k])
    before, after = figure["turns"][k], figure["turns"][k + 1]
    quats: list[Quat] = []
    places: list[Point] = []
    for i, (parent, ax, ay, az) in enumerate(figure["segments"]):
        quats.append(_between(before[4 * i : 4 * i + 4], after[4 * i : 4 * i + 4], s))
        if parent < 0:
            root0, root1 = figure["roots"][k], figure["roots"][k + 1]
            places.append(tuple((1 - s) * a + s * b for a, b in zip(root0, root1, strict=True)))
        else:
            x, y, z = rotate(quats[parent], (ax, ay, az))
            px, py, pz = places[parent]
            places.append((px + x, py + y, pz + z))
    return places, quats


def ball_places(figure: dict[str, Any], at: float) -> list[Point]:
    """Where every ball of flesh and every point of a thing is (mm), in the world."""
    places, quats = pose_at(figure, at)
    out: list[Point] = []
    for segment, x, y, z, _ in figure["balls"]:
        if segment < 0:
            out.append((x, y, z))
        else:
            dx, dy, dz = rotate(quats[segment], (x, y, z))
            px, py, pz = places[segment]
            out.append((px + dx, py + dy, pz + dz))
    return out


def mirrored(points: Sequence[Point]) -> list[Point]:
    """The same on the other side of the body: y turned round."""
    return [(x, -y, z) for x, y, z in points]


def order_at(figure: dict[str, Any], at: float) -> list[int]:
    """The painter's order of the items at a moment, far to near."""
    times: list[float] = figure["times"]
    nearest = min(range(len(times)), key=lambda k: abs(times[k] - at))
    order: list[int] = figure["orders"][figure["order_at"][nearest]]
    return order
