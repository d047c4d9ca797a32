"""The mannequin's table: segments, joints, flesh, marks, typed and mirrored to both sides.

Build-time only: the runtime draws from solved files that already hold what it needs.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import msgspec
from msgspec import Meta, Struct

DATA = Path(__file__).parent / "data"
SIDES = ("r", "l")
Vec = tuple[float, float, float]
Name = Annotated[str, Meta(pattern="^[a-z][a-z0-9_]*$")]


class BodyDataError(ValueError):
    """A body data file says something that cannot be; the message names the file and the place."""


class Joint(Struct, frozen=True, forbid_unknown_fields=True):
    """A hinge: `axis` in the segment's frame, `range` in degrees."""

    name: Name
    axis: Vec
    range: tuple[float, float]


class Segment(Struct, frozen=True, forbid_unknown_fields=True):
    """A rigid piece of the body; `at` is its joint centre in the parent's frame (m)."""

    name: Name
    at: Vec
    mass: float
    parent: str | None = None
    paired: bool = False
    joints: tuple[Joint, ...] = ()


class Ball(Struct, frozen=True, forbid_unknown_fields=True):
    """A ball of flesh: centre in the segment's frame and radius (m)."""

    name: Name
    segment: str
    at: Vec
    r: float
    paired: bool = False


class Seam(Struct, frozen=True, forbid_unknown_fields=True):
    """Hulls drawn without an outline where a part runs on into another of its colour.

    `lit` are the links whose light runs on.
    """

    to: str
    links: tuple[tuple[str, ...], ...]
    lit: tuple[tuple[str, ...], ...] = ()


class Hides(Struct, frozen=True, forbid_unknown_fields=True, rename={"start": "from", "end": "to"}):
    """Goes behind a part when the way `from` one ball `to` another points at the eye, else over it."""

    behind: str
    start: str
    end: str


class Part(Struct, frozen=True, forbid_unknown_fields=True):
    """One painted piece: the union of the hulls of its `links`.

    A part that `rides` another is painted right after it.
    """

    name: Name
    tone: str
    links: tuple[tuple[str, ...], ...]
    paired: bool = False
    rides: str | None = None
    cased: bool = True
    shine: bool = False
    hides: Hides | None = None
    seam: Seam | None = None


class Mark(Struct, frozen=True, forbid_unknown_fields=True):
    """A point on the skin with its outward normal, both in the segment's frame."""

    name: Name
    segment: str
    at: Vec
    out: Vec
    face_deg: float | None = None  # how nearly it should lie flat on what it touches
    paired: bool = False


class SkeletonTable(Struct, frozen=True, forbid_unknown_fields=True):
    """`skeleton.yaml` as written: paired things once, for the left."""

    height_m: float
    sources: dict[str, str]
    fractions: dict[str, float]
    mass_fractions: dict[str, float]
    segments: tuple[Segment, ...]
    balls: tuple[Ball, ...]
    parts: tuple[Part, ...]
    marks: tuple[Mark, ...]
    patches: dict[str, tuple[str, ...]]
    bands: dict[str, tuple[tuple[float, float, float, float, str], ...]]


class Skeleton(Struct, frozen=True):
    """The mannequin with both sides written out. Segments stand parents first."""

    height_m: float
    segments: tuple[Segment, ...]
    balls: tuple[Ball, ...]
    parts: tuple[Part, ...]
    marks: dict[str, Mark]
    patches: dict[str, tuple[str, ...]]
    bands: dict[str, tuple[Ball, ...]]

    @property
    def joints(self) -> dict[str, Joint]:
        """Every hinge by name."""
        return {joint.name: joint for segment in self.segments for joint in segment.joints}


def mirror_name(name: str) -> str:
    """The name of the same thing on the other side; a middle thing keeps its name."""
    if name.endswith("_l"):
        return name[:-2] + "_r"
    if name.endswith("_r"):
        return name[:-2] + "_l"
    return name


def _mirror_point(point: Vec) -> Vec:
    return (point[0], -point[1], point[2])


def _mirror_axis(axis: Vec) -> Vec:
    # A turn about `axis` seen in the mirror y -> -y is the same turn about this one.
    return (-axis[0], axis[1], -axis[2])


def _sided(name: str, side: str, paired: set[str]) -> str:
    return f"{name}_{side}" if name in paired else name


def _expand_segments(table: SkeletonTable, paired: set[str]) -> tuple[Segment, ...]:
    out: list[Segment] = []
    for segment in table.segments:
        if not segment.paired:
            out.append(segment)
            continue
        for side in SIDES:
            left = side == "l"
            out.append(
                Segment(
                    name=f"{segment.name}_{side}",
                    at=segment.at if left else _mirror_point(segment.at),
                    mass=segment.mass,
                    parent=_sided(segment.parent or "", side, paired),
                    joints=tuple(
                        Joint(f"{j.name}_{side}", j.axis if left else _mirror_axis(j.axis), j.range)
                        for j in segment.joints
                    ),
                )
            )
    return tuple(out)


def _expand_parts(table: SkeletonTable, balls: set[str], parts: set[str]) -> tuple[Part, ...]:
    def links(of: tuple[tuple[str, ...], ...], side: str) -> tuple[tuple[str, ...], ...]:
        return tuple(tuple(_sided(ball, side, balls) for ball in link) for link in of)

    out: list[Part] = []
    for part in table.parts:
        for side in SIDES if part.paired else ("",):
            seam = part.seam and Seam(
                _sided(part.seam.to, side, parts), links(part.seam.links, side), links(part.seam.lit, side)
            )
            out.append(
                Part(
                    name=_sided(part.name, side, parts),
                    tone=part.tone,
                    links=links(part.links, side),
                    rides=part.rides and _sided(part.rides, side, parts),
                    cased=part.cased,
                    shine=part.shine,
                    hides=part.hides,
                    seam=seam,
                )
            )
    return tuple(out)


def _expand_bands(table: SkeletonTable, segments: set[str]) -> dict[str, tuple[Ball, ...]]:
    out: dict[str, tuple[Ball, ...]] = {}
    for name, rows in table.bands.items():
        one_sided = any(row[4] in segments for row in rows) or any(row[1] != 0 for row in rows)
        for side in SIDES if one_sided else ("",):
            flip = -1.0 if side == "r" else 1.0
            key = f"{name}_{side}" if side else name
            out[key] = tuple(
                Ball(f"{key}_{i}", _sided(row[4], side, segments), (row[0], flip * row[1], row[2]), row[3])
                for i, row in enumerate(rows)
            )
    return out


def _check(skeleton: Skeleton, where: str) -> None:
    segments = {segment.name for segment in skeleton.segments}
    seen: set[str] = set()
    for segment in skeleton.segments:
        if segment.parent is not None and segment.parent not in seen:
            raise BodyDataError(f"{where}: segment {segment.name}: parent {segment.parent} is not above it")
        if segment.name in seen:
            raise BodyDataError(f"{where}: segment {segment.name} stands twice")
        seen.add(segment.name)
        for joint in segment.joints:
            if joint.range[0] >= joint.range[1]:
                raise BodyDataError(f"{where}: joint {joint.name}: empty range {joint.range}")
    balls = {ball.name for ball in skeleton.balls}
    parts = {part.name for part in skeleton.parts}
    things: list[Ball | Mark] = [*skeleton.balls, *skeleton.marks.values()]
    things += [ball for row in skeleton.bands.values() for ball in row]
    for thing in things:
        if thing.segment not in segments:
            raise BodyDataError(f"{where}: {thing.name}: no segment {thing.segment}")
    for part in skeleton.parts:
        links = part.links + (part.seam.links + part.seam.lit if part.seam else ())
        for ball in (ball for link in links for ball in link):
            if ball not in balls:
                raise BodyDataError(f"{where}: part {part.name}: no ball {ball}")
        for other in (part.rides, part.seam.to if part.seam else None):
            if other is not None and other not in parts:
                raise BodyDataError(f"{where}: part {part.name}: no part {other}")
    for patch, marks in skeleton.patches.items():
        for mark in marks:
            if mark not in skeleton.marks:
                raise BodyDataError(f"{where}: patch {patch}: no mark {mark}")


def load_table(path: Path = DATA / "skeleton.yaml") -> SkeletonTable:
    """Read the mannequin's table as written.

    Raises
    ------
    BodyDataError
        If the file does not fit the types.
    """
    try:
        return msgspec.yaml.decode(path.read_bytes(), type=SkeletonTable)
    except (msgspec.ValidationError, msgspec.DecodeError) as error:
        raise BodyDataError(f"{path.name}: {error}") from error


def load_skeleton(path: Path = DATA / "skeleton.yaml") -> Skeleton:
    """Read the mannequin and write out its right side as the mirror of its left.

    Raises
    ------
    BodyDataError
        If a name points nowhere or a range is empty.
    """
    table = load_table(path)
    segments = {s.name for s in table.segments if s.paired}
    ball_names = {b.name for b in table.balls if b.paired}
    part_names = {p.name for p in table.parts if p.paired}

    balls: list[Ball] = []
    for ball in table.balls:
        for side in SIDES if ball.paired else ("",):
            at = _mirror_point(ball.at) if side == "r" else ball.at
            name = f"{ball.name}_{side}" if side else ball.name
            balls.append(Ball(name, _sided(ball.segment, side, segments), at, ball.r))
    marks: dict[str, Mark] = {}
    for mark in table.marks:
        for side in SIDES if mark.paired else ("",):
            at, out = (mark.at, mark.out)
            if side == "r":
                at, out = _mirror_point(at), _mirror_point(out)
            name = f"{mark.name}_{side}" if side else mark.name
            marks[name] = Mark(name, _sided(mark.segment, side, segments), at, out, mark.face_deg)
    skeleton = Skeleton(
        height_m=table.height_m,
        segments=_expand_segments(table, segments),
        balls=tuple(balls),
        parts=_expand_parts(table, ball_names, part_names),
        marks=marks,
        patches={
            f"{name}_{side}": tuple(f"{m}_{side}" for m in row)
            for name, row in table.patches.items()
            for side in SIDES
        },
        bands=_expand_bands(table, segments),
    )
    _check(skeleton, path.name)
    return skeleton
