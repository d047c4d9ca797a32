"""A movement, as written: keyframes, contacts, props, words. Typed, checked against the mannequin.

Each movement is written once, for the RIGHT side working; the left is its mirror, made by code.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

import msgspec
from msgspec import Meta, Struct

from unpinch.body.skeleton import DATA, SIDES, BodyDataError, Skeleton, Vec

MovementId = Annotated[str, Meta(pattern="^EX[0-9]{2}[a-z]?$")]
Axes = Literal["x", "y", "z", "xy", "xz", "yz", "xyz"]


class Contact(Struct, frozen=True, forbid_unknown_fields=True):
    """Something that must touch, or (`soft`) a wish where something is.

    One of `mark`, `patch`, `ball` says what; one of `upon` (a surface: `floor` or `thing.face`), `at`
    (a mark, `thing.point`, or a place in metres) and `against` (a ball) says where. A name that ends
    in `_*` stands for both sides. `gap_mm` below zero lets flesh press in. `axes` limits `at`.
    """

    mark: str | None = None
    patch: str | None = None
    ball: str | None = None
    upon: str | None = None
    at: str | Vec | None = None
    against: str | None = None
    gap_mm: float = 0.0
    axes: Axes = "xyz"
    soft: bool = False
    sigma_mm: float | None = None
    face_deg: float | None = None

    @property
    def text(self) -> str:
        """What touches what, for messages."""
        return f"{self.mark or self.patch or self.ball} on {self.upon or self.against or self.at}"


class Aim(Struct, frozen=True, forbid_unknown_fields=True):
    """A wish for the direction of an axis of a segment, in the world. `sigma_deg` is how weak it is."""

    segment: str
    axis: Literal["down", "up", "forward", "back", "left", "right"]
    along: Vec
    sigma_deg: float = 8.0


class Keyframe(Struct, frozen=True, forbid_unknown_fields=True):
    """One posed moment: `t` from 0 (start) to 1 (end); angles in degrees are wishes, contacts are law."""

    t: float
    angles: dict[str, float] = {}
    guess: dict[str, float] = {}  # where to start looking, in degrees; hardly a wish
    contacts: tuple[Contact, ...] = ()
    aims: tuple[Aim, ...] = ()
    free: tuple[str, ...] = ()  # pins that are let go here


class PropUse(Struct, frozen=True, forbid_unknown_fields=True):
    """A thing from `props.yaml`, put at `at` (m, on the floor) and turned by `turn_deg` about z."""

    kind: str
    at: Vec = (0.0, 0.0, 0.0)
    turn_deg: float = 0.0
    layer: Literal["behind", "sorted", "front"] = "sorted"
    size: float = 1.0
    omit: tuple[str, ...] = ()


class Held(Struct, frozen=True, forbid_unknown_fields=True):
    """A thing that goes with the body: a band or a stick through `through` (balls, `thing.point`s)."""

    name: str
    through: tuple[str, ...]
    r_mm: float = 9.0
    paint: Literal["band", "prop", "cuff"] = "band"
    layer: Literal["behind", "sorted", "front"] = "sorted"
    after: str | None = None


class View(Struct, frozen=True, forbid_unknown_fields=True):
    """The camera: yaw 0 looks at the person's right side, 90 at the front; pitch looks down."""

    yaw_deg: float = 0.0
    pitch_deg: float = 10.0
    roll_deg: float = 0.0


class Tempo(Struct, frozen=True, forbid_unknown_fields=True):
    """Seconds for out, hold, back and rest when nobody else sets the pace."""

    out_s: float = 2.0
    hold_s: float = 1.0
    back_s: float = 2.0
    rest_s: float = 0.6


class Words(Struct, frozen=True, forbid_unknown_fields=True):
    """Sentences for a screen reader; {side}, {Side}, {other}, {Other} become left and right."""

    start: tuple[str, ...]
    move: tuple[str, ...]


class Movement(Struct, frozen=True, forbid_unknown_fields=True):
    """One movement of one exercise."""

    id: MovementId
    exercise: str
    posture: str
    words: Words
    keyframes: Annotated[tuple[Keyframe, ...], Meta(min_length=2)]
    sided: bool = True
    even: bool | None = None  # left and right alike; by default when not sided
    loop: Literal["there_and_back", "cycle"] = "there_and_back"
    tempo: Tempo = Tempo()
    view: View = View()
    targets: tuple[str, ...] = ()
    angles: dict[str, float] = {}
    guess: dict[str, float] = {}
    aims: tuple[Aim, ...] | None = None  # in place of the posture's
    keep: tuple[Contact, ...] = ()
    pins: tuple[str, ...] = ()
    props: dict[str, PropUse] = {}
    held: tuple[Held, ...] = ()
    over: tuple[tuple[str, str], ...] = ()  # painter's hints: the first is drawn over the second
    press: tuple[tuple[str, str], ...] = ()  # limbs whose flesh may press more than a centimetre
    tones: dict[str, str] = {}
    trace: str | None = None  # ball whose path the arrow follows
    samples: int = 9


class Box(Struct, frozen=True, forbid_unknown_fields=True):
    """A box with rounded edges: centre and half sizes (m)."""

    name: str
    centre: Vec
    half: Vec
    paint: str
    round: float = 0.006


class Rod(Struct, frozen=True, forbid_unknown_fields=True, rename={"start": "from", "end": "to"}):
    """A round rod between two points (m)."""

    name: str
    start: Vec
    end: Vec
    r: float
    paint: str = "prop"


class Face(Struct, frozen=True, forbid_unknown_fields=True):
    """A flat side that contacts may name: a point, the outward normal, half widths (m)."""

    at: Vec
    out: Vec
    half: tuple[float, float]


class Prop(Struct, frozen=True, forbid_unknown_fields=True):
    """A thing's shape in its own frame (m)."""

    boxes: tuple[Box, ...] = ()
    rods: tuple[Rod, ...] = ()
    faces: dict[str, Face] = {}
    points: dict[str, Vec] = {}
    solid: bool = True


class Turn(Struct, frozen=True, forbid_unknown_fields=True):
    """How the pelvis lies: the world directions of its forward and up axes."""

    forward: Vec
    up: Vec


class Posture(Struct, frozen=True, forbid_unknown_fields=True):
    """A first guess: how the pelvis lies, where, and joint angles (degrees)."""

    turn: str
    at: Vec
    angles: dict[str, float] = {}
    aims: tuple[Aim, ...] = ()


def both_sides(name: str) -> tuple[str, ...]:
    """`knee_*` -> `knee_r`, `knee_l`; any other name stays alone."""
    return tuple(f"{name[:-2]}_{side}" for side in SIDES) if name.endswith("_*") else (name,)


def spread_angles(angles: dict[str, float]) -> dict[str, float]:
    """Angles with every `_*` name written out for both sides."""
    return {one: value for name, value in angles.items() for one in both_sides(name)}


def spread_contacts(contacts: tuple[Contact, ...], skeleton: Skeleton) -> tuple[Contact, ...]:
    """Contacts with both sides and patches written out as single marks and balls."""
    out: list[Contact] = []
    for contact in contacts:
        for index, side in enumerate(SIDES):
            what = contact.mark or contact.patch or contact.ball or ""
            starred = what.endswith("_*")
            if index and not starred:
                break

            def one(name: str | Vec | None, side: str = side) -> str | Vec | None:
                return f"{name[:-2]}_{side}" if isinstance(name, str) and name.endswith("_*") else name

            single = msgspec.structs.replace(
                contact,
                mark=one(contact.mark),
                patch=None,
                ball=one(contact.ball),
                at=one(contact.at),
                upon=one(contact.upon),
                against=one(contact.against),
            )
            if contact.patch is None:
                out.append(single)
                continue
            name = one(contact.patch)
            if name not in skeleton.patches:
                raise BodyDataError(f"contact {contact.text}: no patch {name}")
            out.extend(msgspec.structs.replace(single, mark=mark) for mark in skeleton.patches[str(name)])
    return tuple(out)


_T = TypeVar("_T")


def _decode(path: Path, kind: type[_T]) -> _T:
    try:
        return msgspec.yaml.decode(path.read_bytes(), type=kind)
    except (msgspec.ValidationError, msgspec.DecodeError) as error:
        raise BodyDataError(f"{path.name}: {error}") from error


def load_props(path: Path = DATA / "props.yaml") -> dict[str, Prop]:
    """The things that a person uses, by kind."""
    return _decode(path, dict[str, Prop])


class _Postures(Struct, frozen=True):
    turns: dict[str, Turn]


def load_postures(path: Path = DATA / "postures.yaml") -> tuple[dict[str, Posture], dict[str, Turn]]:
    """First guesses by name, and the turns of the pelvis that they name."""
    turns = _decode(path, _Postures).turns
    raw = msgspec.yaml.decode(path.read_bytes())
    raw.pop("turns")
    try:
        postures = msgspec.convert(raw, dict[str, Posture])
    except msgspec.ValidationError as error:
        raise BodyDataError(f"{path.name}: {error}") from error
    for name, posture in postures.items():
        if posture.turn not in turns:
            raise BodyDataError(f"{path.name}: posture {name}: no turn {posture.turn}")
    return postures, turns


def movement_files(folder: Path = DATA / "movements") -> dict[str, Path]:
    """Movement files by id, in order."""
    return {path.stem: path for path in sorted(folder.glob("*.yaml"))}


MERGED = ("angles", "guess", "props", "tempo", "view")


def _inherited(path: Path) -> dict[str, Any]:
    """A movement's text with what it leaves out taken from the movement that it is `like`.

    Whole fields are replaced; of those in `MERGED` only the named entries, and a null takes one away.
    """
    try:
        own = msgspec.yaml.decode(path.read_bytes(), type=dict[str, Any])
    except (msgspec.ValidationError, msgspec.DecodeError) as error:
        raise BodyDataError(f"{path.name}: {error}") from error
    model = own.pop("like", None)
    if model is None:
        return own
    base_path = path.with_name(f"{model}.yaml")
    if not base_path.exists():
        base_path = DATA / "movements" / f"{model}.yaml"
    if not base_path.exists():
        raise BodyDataError(f"{path.name}: like {model}: no such movement")
    base = _inherited(base_path)
    for field in MERGED:
        if field in own and field in base:
            merged = {**base[field], **own[field]}
            own[field] = {key: value for key, value in merged.items() if value is not None}
    return {**base, **own}


def load_movement(path: Path, skeleton: Skeleton) -> Movement:
    """Read one movement and check every name in it.

    Raises
    ------
    BodyDataError
        With the file and the place, if a name points nowhere.
    """
    try:
        movement = msgspec.convert(_inherited(path), Movement)
    except msgspec.ValidationError as error:
        raise BodyDataError(f"{path.name}: {error}") from error
    if movement.id != path.stem:
        raise BodyDataError(f"{path.name}: says id {movement.id}")
    _check_movement(movement, skeleton, path.name)
    return movement


def _check_movement(movement: Movement, skeleton: Skeleton, where: str) -> None:
    props, (postures, _) = load_props(), load_postures()
    balls = {ball.name for ball in skeleton.balls}
    segments = {segment.name for segment in skeleton.segments}
    parts = {part.name for part in skeleton.parts}

    def need(name: str, pool: object, what: str) -> None:
        if name not in pool:  # type: ignore[operator]
            raise BodyDataError(f"{where}: no {what} {name}")

    need(movement.posture, postures, "posture")
    for key, use in movement.props.items():
        need(use.kind, props, f"kind of thing ({key})")
    points = {f"{key}.{p}" for key, use in movement.props.items() for p in props[use.kind].points}
    faces = {f"{key}.{f}" for key, use in movement.props.items() for f in props[use.kind].faces} | {"floor"}

    def check_contacts(contacts: tuple[Contact, ...]) -> None:
        for contact in spread_contacts(contacts, skeleton):
            if contact.mark is not None:
                need(contact.mark, skeleton.marks, "mark")
            if contact.ball is not None:
                need(contact.ball, balls, "ball")
            if contact.upon is not None:
                need(contact.upon, faces, "surface")
            if contact.against is not None:
                need(contact.against, balls, "ball")
            if isinstance(contact.at, str):
                need(contact.at, points | set(skeleton.marks), "mark or point")
            if sum(x is not None for x in (contact.mark, contact.ball)) != 1:
                raise BodyDataError(f"{where}: contact {contact.text}: name one of mark, patch, ball")
            if sum(x is not None for x in (contact.upon, contact.at, contact.against)) != 1:
                raise BodyDataError(f"{where}: contact {contact.text}: name one of upon, at, against")

    check_contacts(movement.keep)
    times = [key.t for key in movement.keyframes]
    if times != sorted(set(times)) or times[0] != 0.0 or times[-1] != 1.0:
        raise BodyDataError(f"{where}: keyframe times must rise from 0 to 1, are {times}")
    for angles in (
        movement.angles,
        movement.guess,
        *(a for key in movement.keyframes for a in (key.angles, key.guess)),
    ):
        for name in spread_angles(angles):
            need(name, skeleton.joints.keys() | ROOT_JOINTS, "joint")
    for keyframe in movement.keyframes:
        check_contacts(keyframe.contacts)
        for aim in keyframe.aims:
            need(aim.segment, segments, "segment")
    for target in movement.targets:
        need(target, skeleton.bands, "band")
    for pin in movement.pins:
        for one in both_sides(pin):
            need(one, skeleton.marks.keys() | skeleton.patches.keys(), "mark or patch")
    for held in movement.held:
        for name in held.through:
            need(name, balls | points | set(skeleton.marks), "ball, mark or point")
    for pair in movement.over:
        for name in pair:
            need(name, parts | {p for p in movement.props} | {h.name for h in movement.held}, "part")
    if movement.trace is not None:
        need(movement.trace, balls, "ball")


ROOT_JOINTS = frozenset({"pelvis_tilt", "pelvis_side", "pelvis_turn"})
