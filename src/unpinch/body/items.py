"""What is painted: parts of the body, things, bands, as items over one list of balls. Build-time.

An item is a union of hulls of balls in one tone. A thing is made of balls too (segment -1: fixed in the
world), so the painters need nothing but hulls.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise
from math import cos, radians, sin

from unpinch.body.movement import Movement
from unpinch.body.scene import PlacedBox, Scene, turn_z
from unpinch.body.skeleton import Skeleton, Vec


@dataclass
class Item:
    """One painted piece; `links` are indices of balls."""

    name: str
    tone: str
    links: list[list[int]]
    side: str = ""
    rides: str | None = None  # painted right after this one ("a+b": after the later of two)
    seam_of: tuple[str, str] | None = None
    layer: str = "sorted"
    cased: bool = True
    still: bool = False  # fixed in the world
    hides: tuple[str, int, int] | None = None  # a part, and two balls: behind it when they look at the eye
    lit: list[list[int]] = field(default_factory=list)  # links whose lit side is drawn lighter


@dataclass
class Stage:
    """Everything that one movement paints: balls (segment index, x, y, z, r in mm) and items."""

    balls: list[tuple[int, float, float, float, float]] = field(default_factory=list)
    items: list[Item] = field(default_factory=list)
    index: dict[str, int] = field(default_factory=dict)

    def add_ball(self, segment: int, at: Vec, r: float, name: str | None = None) -> int:
        """Add a ball (m) and return its index."""
        self.balls.append(
            (
                segment,
                round(at[0] * 1000, 1),
                round(at[1] * 1000, 1),
                round(at[2] * 1000, 1),
                round(r * 1000, 1),
            )
        )
        if name is not None:
            self.index[name] = len(self.balls) - 1
        return len(self.balls) - 1


def camera(yaw_deg: float, pitch_deg: float, roll_deg: float = 0.0) -> tuple[Vec, Vec, Vec]:
    """Right, up and near (towards the eye) axes. Yaw 0 looks at the right side, 90 at the front."""
    a, e, r = radians(yaw_deg), radians(pitch_deg), radians(roll_deg)
    right: Vec = (cos(a), sin(a), 0.0)
    near: Vec = (sin(a) * cos(e), -cos(a) * cos(e), sin(e))
    up: Vec = (-sin(a) * sin(e), cos(a) * sin(e), cos(e))
    if roll_deg:
        right, up = (
            tuple(cos(r) * x + sin(r) * y for x, y in zip(right, up, strict=True)),  # type: ignore[assignment]
            tuple(-sin(r) * x + cos(r) * y for x, y in zip(right, up, strict=True)),  # type: ignore[assignment]
        )
    return right, up, near


def _dot(a: Vec, b: Vec) -> float:
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]


def body_stage(skeleton: Skeleton) -> Stage:
    """The person: the same for every movement."""
    stage = Stage()
    segment_index = {segment.name: i for i, segment in enumerate(skeleton.segments)}
    for ball in skeleton.balls:
        stage.add_ball(segment_index[ball.segment], ball.at, ball.r, ball.name)
    for part in skeleton.parts:
        side = part.name[-1] if part.name[-2:] in ("_r", "_l") else ""
        links = [[stage.index[b] for b in link] for link in part.links]
        item = Item(
            part.name, part.tone, links, side, part.rides, cased=part.cased, lit=links if part.shine else []
        )
        if part.hides:
            item.hides = (part.hides.behind, stage.index[part.hides.start], stage.index[part.hides.end])
        stage.items.append(item)
        if part.seam:
            links = [[stage.index[b] for b in link] for link in part.seam.links]
            lit = [[stage.index[b] for b in link] for link in part.seam.lit]
            stage.items.append(
                Item(
                    f"{part.name}.seam",
                    part.tone,
                    links,
                    side,
                    seam_of=(part.name, part.seam.to),
                    cased=False,
                    lit=lit,
                )
            )
    return stage


def add_movement(stage: Stage, movement: Movement, scene: Scene, skeleton: Skeleton) -> None:
    """Add what this movement needs: things, held bands, target muscles."""
    _, _, near = camera(movement.view.yaw_deg, movement.view.pitch_deg, movement.view.roll_deg)
    for box in scene.boxes:
        _add_box(stage, box, near)
    for rod in scene.rods:
        a = stage.add_ball(-1, rod.start, rod.r)
        b = stage.add_ball(-1, rod.end, rod.r)
        stage.items.append(Item(rod.name, rod.paint, [[a, b]], layer=rod.layer, still=True))
    segment_index = {segment.name: i for i, segment in enumerate(skeleton.segments)}
    for held in movement.held:
        chain: list[int] = []
        for name in held.through:
            if name in scene.points:
                chain.append(stage.add_ball(-1, scene.points[name], held.r_mm / 1000))
            elif name in skeleton.marks:
                mark = skeleton.marks[name]
                chain.append(stage.add_ball(segment_index[mark.segment], mark.at, held.r_mm / 1000))
            else:
                segment, x, y, z, _ = stage.balls[stage.index[name]]
                chain.append(stage.add_ball(segment, (x / 1000, y / 1000, z / 1000), held.r_mm / 1000))
        links = [list(pair) for pair in pairwise(chain)]
        stage.items.append(Item(held.name, held.paint, links, rides=held.after, layer=held.layer))
    for target in movement.targets:
        row = skeleton.bands[target]
        chain = [stage.add_ball(segment_index[b.segment], b.at, b.r) for b in row]
        host = _host(target, {b.segment for b in row})
        links = [list(pair) for pair in pairwise(chain)]
        side = target[-1] if target[-2:] in ("_r", "_l") else ""
        stage.items.append(Item(f"target.{target}", "target", links, side, rides=host))


def _host(target: str, segments: set[str]) -> str:
    """The parts that a target is painted over: its own and the next, whose seam runs over it.

    A buttock muscle so shows through the thigh that covers it.
    """
    side = target[-2:]
    if side not in ("_r", "_l"):
        return "trunk"
    hosts = {f"thigh{side}", f"shank{side}"}
    if f"shank{side}" in segments:
        hosts.add(f"foot{side}")
    if segments & {"pelvis", "lum1", "lum2", "tho1", "tho2"}:
        hosts.add("trunk")
    return "+".join(sorted(hosts))


def _add_box(stage: Stage, box: PlacedBox, near: Vec) -> None:
    """The faces of a box that the camera sees, each a hull of its corners."""
    hx, hy, hz = (max(h - box.round, 0.001) for h in box.half)
    corners: dict[tuple[int, int, int], int] = {}
    for sx in (-1, 1):
        for sy in (-1, 1):
            for sz in (-1, 1):
                x, y, z = turn_z((sx * hx, sy * hy, sz * hz), box.turn_deg)
                at = (box.centre[0] + x, box.centre[1] + y, box.centre[2] + z)
                corners[sx, sy, sz] = stage.add_ball(-1, at, box.round)
    faces = (
        ((1, 0, 0), "side"),
        ((-1, 0, 0), "side"),
        ((0, 1, 0), "front"),
        ((0, -1, 0), "front"),
        ((0, 0, 1), "top"),
    )
    for (nx, ny, nz), kind in faces:
        normal = turn_z((float(nx), float(ny), float(nz)), box.turn_deg)
        if _dot(normal, near) <= 0.02:
            continue
        links = [
            [
                i
                for (sx, sy, sz), i in corners.items()
                if (nx and sx == nx) or (ny and sy == ny) or (nz and sz == nz)
            ]
        ]
        tone = box.paint
        if box.paint == "prop":
            tone = {"side": "prop_side", "front": "prop", "top": "prop_top"}[kind]
        layer = "floor" if box.paint == "mat" else box.layer
        stage.items.append(Item(f"{box.name}.{kind}", tone, links, layer=layer, cased=False, still=True))
