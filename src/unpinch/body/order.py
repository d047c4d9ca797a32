"""The painter's order: which item is drawn over which. Build-time.

Each item is stamped into a small depth picture; where two items share picture cells, the nearer one is
drawn later. One order serves a whole movement unless two items truly change places.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from unpinch.body.items import Item
from unpinch.body.posed import Point
from unpinch.body.skeleton import Vec

CELL_MM = 14.0
FACING = 0.45  # cosine: a face nearer to the eye than this hides the back of the head
Array = NDArray[np.float64]


def _samples(item: Item, balls: Sequence[tuple[Point, float]]) -> Array:
    """Balls that fill the item: (n, 4) of x, y, z, r in mm."""
    rows: list[Array] = []
    for link in item.links:
        corners = np.array([[*balls[i][0], balls[i][1]] for i in link])
        if len(link) == 1:
            rows.append(corners)
            continue
        for a in range(len(link)):
            for b in range(a + 1, len(link)):
                length = float(np.linalg.norm(corners[a, :3] - corners[b, :3]))
                count = max(2, int(length / 30) + 1)
                s = np.linspace(0, 1, count)[:, None]
                rows.append((1 - s) * corners[a] + s * corners[b])
        if len(link) == 4 and item.name.count("."):  # a face of a thing: fill it
            u, v = np.meshgrid(np.linspace(0, 1, 14), np.linspace(0, 1, 14))
            u, v = u.reshape(-1, 1), v.reshape(-1, 1)
            rows.append(
                (1 - u) * (1 - v) * corners[0]
                + u * (1 - v) * corners[1]
                + (1 - u) * v * corners[2]
                + u * v * corners[3]
            )
    return np.vstack(rows)


def depth_picture(
    item: Item,
    balls: Sequence[tuple[Point, float]],
    axes: tuple[Vec, Vec, Vec],
    origin: Array,
    shape: tuple[int, int],
) -> Array:
    """Nearest depth (mm towards the eye) of an item in every cell; -inf where it is not."""
    right, up, near = (np.asarray(axis) for axis in axes)
    out = np.full(shape, -np.inf)
    for x, y, z, r in _samples(item, balls):
        p = np.array([x, y, z])
        u, v, d = float(right @ p), float(up @ p), float(near @ p)
        r = max(r, CELL_MM * 0.7)
        i0, i1 = int((u - r - origin[0]) / CELL_MM), int((u + r - origin[0]) / CELL_MM) + 1
        j0, j1 = int((v - r - origin[1]) / CELL_MM), int((v + r - origin[1]) / CELL_MM) + 1
        i0, j0, i1, j1 = max(i0, 0), max(j0, 0), min(i1, shape[0] - 1), min(j1, shape[1] - 1)
        if i1 < i0 or j1 < j0:
            continue
        gu = origin[0] + CELL_MM * (np.arange(i0, i1 + 1) + 0.5) - u
        gv = origin[1] + CELL_MM * (np.arange(j0, j1 + 1) + 0.5) - v
        inside = r * r - gu[:, None] ** 2 - gv[None, :] ** 2
        front = np.where(inside > 0, d + np.sqrt(np.maximum(inside, 0)), -np.inf)
        view = out[i0 : i1 + 1, j0 : j1 + 1]
        np.maximum(view, front, out=view)
    return out


class _Grid:
    """One grid of cells for all moments of a movement, and depth pictures of what never moves."""

    def __init__(self, moments: Sequence[Sequence[tuple[Point, float]]], axes: tuple[Vec, Vec, Vec]) -> None:
        points = np.array([p for balls in moments for p, _ in balls])
        u, v = points @ np.asarray(axes[0]), points @ np.asarray(axes[1])
        self.axes = axes
        self.origin = np.array([u.min() - 120, v.min() - 120])
        self.shape = (
            int((u.max() + 120 - self.origin[0]) / CELL_MM) + 1,
            int((v.max() + 120 - self.origin[1]) / CELL_MM) + 1,
        )
        self.still: dict[str, Array] = {}

    def picture(self, item: Item, balls: Sequence[tuple[Point, float]]) -> Array:
        if item.name in self.still:
            return self.still[item.name]
        out = depth_picture(item, balls, self.axes, self.origin, self.shape)
        if item.still:
            self.still[item.name] = out
        return out


def weights(items: Sequence[Item], balls: Sequence[tuple[Point, float]], grid: _Grid) -> Array:
    """How strongly item a belongs over item b: (n, n), positive = over, in cells times mm."""
    pictures = [grid.picture(item, balls) for item in items]
    n = len(items)
    out = np.zeros((n, n))
    for a in range(n):
        for b in range(a + 1, n):
            both = np.isfinite(pictures[a]) & np.isfinite(pictures[b])
            if both.any():
                out[a, b] = float(np.clip(pictures[a][both] - pictures[b][both], -60, 60).sum())
                out[b, a] = -out[a, b]
    return out


def sort_items(over: Array) -> list[int]:
    """Far to near: again and again the item that has least that belongs behind it among those left."""
    left = list(range(len(over)))
    out: list[int] = []
    while left:
        scores = [sum(max(0.0, over[i, j]) for j in left if j != i) for i in left]
        pick = left[int(np.argmin(scores))]
        out.append(pick)
        left.remove(pick)
    return out


LAYER = {"floor": -2, "behind": -1, "sorted": 0, "front": 1}


def painter_orders(
    items: Sequence[Item],
    moments: Sequence[Sequence[tuple[Point, float]]],
    axes: tuple[Vec, Vec, Vec],
    hints: Sequence[tuple[str, str]],
) -> tuple[list[list[int]], list[int]]:
    """Orders used by a movement and, for each sampled moment, which of them."""
    free = [i for i, item in enumerate(items) if item.rides is None and item.seam_of is None]
    chosen = [items[i] for i in free]
    grid = _Grid(moments, axes)
    per = [weights(chosen, balls, grid) for balls in moments]
    names = [item.name for item in chosen]
    for matrix, balls in zip(per, moments, strict=True):
        for a, item in enumerate(chosen):
            if item.hides is not None:
                b = names.index(item.hides[0])
                way = np.subtract(balls[item.hides[2]][0], balls[item.hides[1]][0])
                facing = float(way @ np.asarray(axes[2])) / float(np.linalg.norm(way))
                matrix[a, b] = 1e8 if facing < FACING else -1e8
                matrix[b, a] = -matrix[a, b]
        for a, first in enumerate(chosen):
            for b, second in enumerate(chosen):
                rank = LAYER[first.layer] - LAYER[second.layer]
                if rank:
                    matrix[a, b] = 1e9 * rank
        for first_name, second_name in hints:
            for a, name_a in enumerate(names):
                for b, name_b in enumerate(names):
                    if _matches(name_a, first_name) and _matches(name_b, second_name):
                        matrix[a, b], matrix[b, a] = 1e8, -1e8
    whole = np.sum(per, axis=0)
    steady = all(
        not ((np.sign(matrix) * np.sign(whole) < 0) & (np.abs(matrix) > 400)).any() for matrix in per
    )
    sorts = [sort_items(whole)] if steady else [sort_items(matrix) for matrix in per]
    orders: list[list[int]] = []
    at: list[int] = []
    for sort in sorts:
        order = _with_riders([free[k] for k in sort], items)
        if order not in orders:
            orders.append(order)
        at.append(orders.index(order))
    return orders, at if len(at) > 1 else [0] * len(moments)


def _matches(name: str, hint: str) -> bool:
    return name == hint or name.startswith(hint + ".")


def _with_riders(order: list[int], items: Sequence[Item]) -> list[int]:
    out = list(order)
    spot = {items[i].name: i for i in range(len(items))}
    for i, item in enumerate(items):
        if item.seam_of is not None:
            after = max(out.index(spot[name]) for name in item.seam_of)
            out.insert(after + 1, i)
    for i, item in enumerate(items):
        if item.rides is not None:
            after = max(out.index(spot[name]) for name in item.rides.split("+"))
            while after + 1 < len(out) and (
                items[out[after + 1]].rides == item.rides or items[out[after + 1]].seam_of is not None
            ):
                after += 1
            out.insert(after + 1, i)
    return out
