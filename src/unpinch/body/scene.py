"""Things placed in the world: their surfaces, points and shapes, ready for contacts and pictures."""

from __future__ import annotations

from dataclasses import dataclass
from math import cos, radians, sin

from unpinch.body.movement import Box, Movement, Prop, Rod, load_props
from unpinch.body.skeleton import Vec


@dataclass(frozen=True)
class Surface:
    """A flat patch of a thing: its middle, its outward normal, and how far it reaches each way (m)."""

    at: Vec
    out: Vec
    reach: tuple[tuple[Vec, float], ...] = ()  # directions along it with half widths; none: without end


@dataclass(frozen=True)
class PlacedBox:
    """A box in the world: centre, half sizes (m) and turn about z (degrees)."""

    name: str
    centre: Vec
    half: Vec
    turn_deg: float
    paint: str
    round: float
    solid: bool
    layer: str


@dataclass(frozen=True)
class PlacedRod:
    """A round rod in the world from `start` to `end` (m)."""

    name: str
    start: Vec
    end: Vec
    r: float
    paint: str
    solid: bool
    layer: str


@dataclass(frozen=True)
class Scene:
    """Everything around the person."""

    surfaces: dict[str, Surface]
    points: dict[str, Vec]
    boxes: tuple[PlacedBox, ...]
    rods: tuple[PlacedRod, ...]


FLOOR = Surface((0.0, 0.0, 0.0), (0.0, 0.0, 1.0))
AXES: tuple[Vec, ...] = ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0))


def turn_z(vector: Vec, turn_deg: float) -> Vec:
    """Turn a vector about z."""
    c, s = cos(radians(turn_deg)), sin(radians(turn_deg))
    return (c * vector[0] - s * vector[1], s * vector[0] + c * vector[1], vector[2])


def place(movement: Movement) -> Scene:
    """Put the movement's things into the world."""
    kinds = load_props()
    surfaces: dict[str, Surface] = {"floor": FLOOR}
    points: dict[str, Vec] = {}
    boxes: list[PlacedBox] = []
    rods: list[PlacedRod] = []
    for key, use in movement.props.items():
        prop: Prop = kinds[use.kind]

        def world(at: Vec, at0: Vec = use.at, turn: float = use.turn_deg, k: float = use.size) -> Vec:
            x, y, z = turn_z(at, turn)
            return (k * x + at0[0], k * y + at0[1], k * z + at0[2])

        for name, face in prop.faces.items():
            along = [
                axis for axis in AXES if abs(sum(a * b for a, b in zip(axis, face.out, strict=True))) < 0.5
            ]
            reach = tuple(
                (turn_z(axis, use.turn_deg), half * use.size)
                for axis, half in zip(along, face.half, strict=True)
            )
            surfaces[f"{key}.{name}"] = Surface(world(face.at), turn_z(face.out, use.turn_deg), reach)
        points |= {f"{key}.{name}": world(at) for name, at in prop.points.items()}
        box: Box
        for box in prop.boxes:
            if box.name not in use.omit:
                h = (box.half[0] * use.size, box.half[1] * use.size, box.half[2] * use.size)
                boxes.append(
                    PlacedBox(
                        f"{key}.{box.name}",
                        world(box.centre),
                        h,
                        use.turn_deg,
                        box.paint,
                        box.round,
                        prop.solid,
                        use.layer,
                    )
                )
        rod: Rod
        for rod in prop.rods:
            if rod.name not in use.omit:
                rods.append(
                    PlacedRod(
                        f"{key}.{rod.name}",
                        world(rod.start),
                        world(rod.end),
                        rod.r,
                        rod.paint,
                        prop.solid,
                        use.layer,
                    )
                )
    return Scene(surfaces, points, tuple(boxes), tuple(rods))
