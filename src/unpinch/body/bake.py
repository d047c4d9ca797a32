"""Bake a solved movement into the file that the runtime draws: picture items, painter's order, hashes.

Build-time only, but needs no solver: a picture can be baked anew from poses that still stand.
"""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from unpinch.body.items import Item, Stage, add_movement, body_stage, camera
from unpinch.body.movement import Movement, both_sides, load_postures, load_props, spread_contacts
from unpinch.body.order import painter_orders
from unpinch.body.posed import ball_places
from unpinch.body.scene import place
from unpinch.body.skeleton import Mark, Skeleton

NARROWEST, WIDEST = 1.0, 2.0  # the frame's width over its height
FRAME_MARGIN_MM = 45.0

_SHOWN_ONLY = ("words", "tempo", "view", "targets", "held", "over", "tones", "trace", "loop", "exercise")
# Drawn on the head, but neither measured against other flesh nor named by a contact (`ear_top` is).
_NO_FLESH = ("hair", "ear_low", "nose", "eye", "brow")


def _hash(*things: Any) -> str:
    return sha256(msgspec.json.encode(things, order="deterministic")).hexdigest()[:16]


def _marks_of(movement: Movement, skeleton: Skeleton) -> list[Mark]:
    """The marks that the movement's contacts and pins name."""
    contacts = (movement.keep, *(key.contacts for key in movement.keyframes))
    names: set[str] = set()
    for contact in (one for row in contacts for one in spread_contacts(row, skeleton)):
        names.update(name for name in (contact.mark, contact.at) if isinstance(name, str))
    for pin in movement.pins:
        for name in both_sides(pin):
            names.update(skeleton.patches.get(name, (name,)))
    return [mark for name, mark in sorted(skeleton.marks.items()) if name in names]


def pose_hash(movement: Movement, skeleton: Skeleton) -> str:
    """A short hash of all data that decides the poses. While it stands, a picture can be baked anew alone."""
    told = {key: value for key, value in msgspec.to_builtins(movement).items() if key not in _SHOWN_ONLY}
    kinds = load_props()
    props = {key: kinds[use.kind] for key, use in movement.props.items()}
    postures, turns = load_postures()
    posture = postures[movement.posture]
    balls = [ball for ball in skeleton.balls if not ball.name.startswith(_NO_FLESH)]
    marks = _marks_of(movement, skeleton)
    return _hash(told, props, posture, turns[posture.turn], skeleton.segments, balls, marks)


def picture_hash(movement: Movement, skeleton: Skeleton) -> str:
    """A short hash of all data that a solved file is made from."""
    return _hash(pose_hash(movement, skeleton), movement, load_props(), skeleton)


def solved_file(skeleton: Skeleton, movement: Movement, moved: dict[str, Any]) -> dict[str, Any]:
    """What is committed for one movement: see docs/body.md for every field."""
    stage = body_stage(skeleton)
    fixed_balls, fixed_items = len(stage.balls), len(stage.items)
    add_movement(stage, movement, place(movement), skeleton)
    view = movement.view
    axes = camera(view.yaw_deg, view.pitch_deg, view.roll_deg)
    times = moved["times"]
    figure = {**moved, "segments": mannequin(skeleton)["segments"], "balls": stage.balls}
    moments = [
        [(at, ball[4]) for at, ball in zip(ball_places(figure, t), stage.balls, strict=True)] for t in times
    ]
    orders, order_at = painter_orders(stage.items, moments, axes, movement.over)
    return {
        "version": 1,
        "id": movement.id,
        "exercise": movement.exercise,
        "picture_hash": picture_hash(movement, skeleton),
        **moved,
        "sided": movement.sided,
        "loop": movement.loop,
        "tempo": msgspec.to_builtins(movement.tempo),
        "words": msgspec.to_builtins(movement.words),
        "camera": {
            name: [round(x, 5) for x in axis]
            for name, axis in zip(("right", "up", "near"), axes, strict=True)
        },
        "box": _box(moments, axes, stage),
        "balls": [list(ball) for ball in stage.balls[fixed_balls:]],
        "items": [_item(item) for item in stage.items[fixed_items:]],
        "tones": _tones(stage, movement, fixed_items),
        "orders": orders,
        "order_at": order_at,
        "trace": stage.index[movement.trace] if movement.trace else None,
    }


def _item(item: Item) -> dict[str, Any]:
    out: dict[str, Any] = {"name": item.name, "tone": item.tone, "links": item.links}
    if item.side:
        out["side"] = item.side
    if not item.cased:
        out["cased"] = False
    if item.lit:
        out["lit"] = item.lit
    return out


def _tones(stage: Stage, movement: Movement, count: int) -> list[str]:
    """The tone of every body item in this movement (right side working)."""
    out: list[str] = []
    for item in stage.items[:count]:
        name = item.name.removesuffix(".seam")
        tone = movement.tones.get(name)
        if tone is None:
            tone = {
                "leg": "work" if (item.side == "r" or not movement.sided) else "rest",
                "limb": "rest",
            }.get(item.tone, item.tone)
        out.append(tone)
    return out


def _box(moments: list[Any], axes: Any, stage: Stage) -> list[float]:
    """The picture's frame in mm (x, y, width, height; y down) around all moments, near the floor's edge."""
    used = {i for item in stage.items for link in item.links for i in link}
    right, up, _ = (np.asarray(axis) for axis in axes)
    u0 = v0 = np.inf
    u1 = v1 = -np.inf
    for balls in moments:
        for i in used:
            p, r = np.asarray(balls[i][0]), balls[i][1]
            u, v = float(right @ p), -float(up @ p)
            u0, u1, v0, v1 = min(u0, u - r), max(u1, u + r), min(v0, v - r), max(v1, v + r)
    pad = FRAME_MARGIN_MM
    u0, u1, v0, v1 = u0 - pad, u1 + pad, v0 - pad, v1 + pad
    width, height = u1 - u0, v1 - v0
    full_w, full_h = max(width, height * NARROWEST), max(height, width / WIDEST)
    return [round(u0 - (full_w - width) / 2), round(v1 - full_h), round(full_w), round(full_h)]


def mannequin(skeleton: Skeleton) -> dict[str, Any]:
    """The part of every picture that is the same: segments, balls, items."""
    index = {segment.name: i for i, segment in enumerate(skeleton.segments)}
    stage = body_stage(skeleton)
    return {
        "version": 1,
        "segment_names": [segment.name for segment in skeleton.segments],
        "segments": [
            [index[s.parent] if s.parent else -1, *(round(x * 1000, 1) for x in s.at)]
            for s in skeleton.segments
        ],
        "ball_names": list(stage.index),
        "balls": [list(ball) for ball in stage.balls],
        "items": [_item(item) for item in stage.items],
    }


def encode(data: dict[str, Any]) -> bytes:
    """Compact JSON, one line for each top-level field, so that differences can be read."""
    lines = [
        f"{msgspec.json.encode(key).decode()}:{msgspec.json.encode(value).decode()}"
        for key, value in data.items()
    ]
    return ("{\n" + ",\n".join(lines) + "\n}\n").encode()


def still_valid(path: Path, movement: Movement, skeleton: Skeleton) -> dict[str, Any] | None:
    """The poses of a solved file, if nothing that decides them has changed since."""
    if not path.exists():
        return None
    data = msgspec.json.decode(path.read_bytes())
    if data.get("pose_hash") != pose_hash(movement, skeleton):
        return None
    return {key: data[key] for key in ("pose_hash", "residuals", "times", "roots", "turns", "keyframes")}
