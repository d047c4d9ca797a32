"""Pictures of a movement as SVG, in pure Python. `figure.js` paints the same items in the browser.

A picture is a list of items, far to near. Each item is the union of hulls of projected balls, filled
with the paint of its tone and cased (outlined in the page's colour) so that limbs in front stand out.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from math import atan2, cos, hypot, sin
from typing import Any, Literal, NamedTuple

from unpinch.body.figure import Side, figure, palette
from unpinch.body.hull import Circle, hull_path
from unpinch.body.posed import Point, ball_places, mirrored, order_at

CASE_MM = 20.0
TARGET_EDGE_MM = 9.0
ARROW_MM, ARROW_HEAD_MM, SHORTEST_ARROW_MM = 14.0, 60.0, 50.0
SHINE_X, SHINE_Y, SHINE_R = -0.20, -0.26, 0.52  # where the light falls on a ball, in its radii
Colours = Literal["css", "plain", "plain_dark"]


class Drawn(NamedTuple):
    """One painted shape: which item it comes from, tone, SVG path data (mm), casing, lit strip."""

    item: int
    tone: str
    path: str
    cased: bool
    shine: str = ""


def project(data: dict[str, Any], points: Sequence[Point], side: Side = "right") -> list[tuple[float, float]]:
    """World places (mm) on the picture (mm, y down). The camera goes along with the mirrored body."""
    right, up = data["camera"]["right"], data["camera"]["up"]
    if side == "left":
        right, up = (right[0], -right[1], right[2]), (up[0], -up[1], up[2])
        right = tuple(-x for x in right)
    return [
        (right[0] * x + right[1] * y + right[2] * z, -(up[0] * x + up[1] * y + up[2] * z))
        for x, y, z in points
    ]


def shone(circle: Circle) -> Circle:
    """The lit spot of a ball."""
    x, y, r = circle
    return (x + SHINE_X * r, y + SHINE_Y * r, SHINE_R * r)


def frames(movement_id: str, side: Side = "right", at: float = 0.0) -> list[Drawn]:
    """The shapes of one moment, far to near.

    Parameters
    ----------
    movement_id
        `EX01` ...
    side
        Which side of the body works.
    at
        0 (start) to 1 (end).
    """
    data = figure(movement_id)
    side = _side(data, side)
    places = ball_places(data, at)
    if side == "left":
        places = mirrored(places)
    flat = project(data, places, side)
    circles = [(u, v, ball[4]) for (u, v), ball in zip(flat, data["balls"], strict=True)]
    out: list[Drawn] = []
    for index in order_at(data, at):
        item = data["items"][index]
        path = "".join(hull_path([circles[i] for i in link]) for link in item["links"])
        shine = "".join(hull_path([shone(circles[i]) for i in link]) for link in item.get("lit", ()))
        out.append(Drawn(index, item["tone"], path, item.get("cased", True), shine))
    return out


def _side(data: dict[str, Any], side: Side) -> Side:
    return side if data["sided"] else "right"


def _box(data: dict[str, Any], side: Side) -> tuple[float, float, float, float]:
    x, y, w, h = data["box"]
    return (-x - w if side == "left" else x, y, w, h)


def paint_of(tone: str, colours: Colours) -> str:
    """The paint of a tone as an SVG attribute value."""
    return palette()[tone][colours]


def shapes_svg(shapes: Sequence[Drawn], colours: Colours = "css") -> str:
    """Shapes as SVG path elements: no style attribute and no style element, so a strict CSP is kept."""
    out: list[str] = []
    for shape in shapes:
        line = ""
        if shape.tone == "target":
            line = _stroke(paint_of("target_edge", colours), TARGET_EDGE_MM)
        elif shape.cased:
            line = _stroke(paint_of("case", colours), CASE_MM)
        fill = paint_of(shape.tone, colours)
        out.append(f'<path class="fig-{shape.tone}" d="{shape.path}" fill="{fill}"{line}/>')
        if shape.shine:
            light = paint_of(f"{shape.tone}_light", colours)
            out.append(f'<path class="fig-{shape.tone}-light" d="{shape.shine}" fill="{light}"/>')
    return "".join(out)


def _stroke(paint: str, width_mm: float) -> str:
    return f' stroke="{paint}" stroke-width="{width_mm:g}" stroke-linejoin="round" paint-order="stroke"'


def arrow_svg(movement_id: str, side: Side = "right", colours: Colours = "css") -> str:
    """The way of the part that moves most, as an arrow; empty where hardly anything moves."""
    data = figure(movement_id)
    side = _side(data, side)
    if data["trace"] is None or data["loop"] == "cycle":
        return ""
    way: list[tuple[float, float]] = []
    for t in data["times"]:
        places = ball_places(data, t)
        point = places[data["trace"]]
        way += project(data, mirrored([point]) if side == "left" else [point], side)
    if hypot(way[-1][0] - way[0][0], way[-1][1] - way[0][1]) < SHORTEST_ARROW_MM:
        return ""
    turn = atan2(way[-1][1] - way[-2][1], way[-1][0] - way[-2][0])
    barbs = [
        (way[-1][0] - ARROW_HEAD_MM * cos(turn + bend), way[-1][1] - ARROW_HEAD_MM * sin(turn + bend))
        for bend in (-0.6, 0.6)
    ]
    shaft = "L".join(f"{x:.1f} {y:.1f}" for x, y in way)
    head = "L".join(f"{x:.1f} {y:.1f}" for x, y in (barbs[0], way[-1], barbs[1]))
    line = 'fill="none" stroke-linecap="round" stroke-linejoin="round"'
    return "".join(
        f'<path class="fig-arrow" d="M{shaft}M{head}" {line} stroke="{paint}" stroke-width="{width:g}"/>'
        for paint, width in (
            (paint_of("case", colours), ARROW_MM + CASE_MM),
            (paint_of("arrow", colours), ARROW_MM),
        )
    )


def svg(
    movement_id: str,
    side: Side = "right",
    at: float = 0.0,
    title: str | None = None,
    ghost: float | None = None,
    arrow: bool = False,
    colours: Colours = "css",
) -> str:
    """A still picture of a movement as a standalone SVG document.

    Parameters
    ----------
    movement_id
        `EX01` ... `EX31`, or a variant's id.
    side
        `right` or `left`: which side of the body works. A movement of both sides ignores it.
    at
        The moment, 0 (start) to 1 (end).
    title
        A title for screen readers; without one the picture is hidden from them (`aria-hidden`).
    ghost
        A second moment, drawn faintly behind.
    arrow
        Draw the way that the moving part takes from start to end.
    colours
        `css` follows the page's custom properties; `plain` and `plain_dark` are fixed colours.

    Returns
    -------
    str
        An `<svg>` element whose view box is in millimetres, between square and twice as wide as high.

    Raises
    ------
    UnknownMovement
        If the id is not known.
    """
    data = figure(movement_id)
    side = _side(data, side)
    x, y, w, h = _box(data, side)
    body: list[str] = []
    if ghost is not None:
        body.append(f'<g opacity="0.22">{shapes_svg(frames(movement_id, side, ghost), colours)}</g>')
    body.append(shapes_svg(frames(movement_id, side, at), colours))
    if arrow:
        body.append(arrow_svg(movement_id, side, colours))
    label = f'role="img"><title>{escape(title)}</title>' if title else 'aria-hidden="true">'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="fig" viewBox="{x:g} {y:g} {w:g} {h:g}" '
        f'data-movement="{movement_id}" data-side="{side}" {label}{"".join(body)}</svg>'
    )
