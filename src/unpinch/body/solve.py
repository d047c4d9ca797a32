"""Solve movements and write what the runtime draws: ``python -m unpinch.body.solve [ID ...]``.

Build-time only: needs MuJoCo. The answers are committed, so that a running Unpinch needs neither solver
nor model.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass, replace
from hashlib import sha256
from math import degrees, radians
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from unpinch.body.ik import Miss, Problem, Wishes
from unpinch.body.items import Item, Stage, add_movement, body_stage, camera
from unpinch.body.movement import (
    Contact,
    Keyframe,
    Movement,
    Posture,
    Turn,
    both_sides,
    load_movement,
    load_postures,
    load_props,
    movement_files,
    spread_angles,
    spread_contacts,
)
from unpinch.body.order import painter_orders
from unpinch.body.posed import ball_places
from unpinch.body.rig import Array, Overlap, Rig, Surroundings
from unpinch.body.scene import Scene, place
from unpinch.body.skeleton import DATA, BodyDataError, Skeleton, load_skeleton

SOLVED = DATA / "solved"
CONTACT_LIMIT_M = 0.020
OVERLAP_LIMIT_M = 0.010
BETWEEN_SIGMA = radians(4.0)
REST_SIGMA = radians(22.0)
ROOT_SIGMA_M = 0.15
EXTRA_STARTS = 6
WALK_STEPS = 5
WISH_LIMIT = radians(18.0)
SHAKE = radians(14.0)
NARROWEST, WIDEST = 1.0, 2.0  # the frame's width over its height


class PoseRejected(BodyDataError):
    """No pose meets the contacts within their limits; the message holds the numbers."""


@dataclass(frozen=True)
class Pose:
    """A solved moment: joint values, what it misses and what overlaps."""

    t: float
    q: Array
    misses: tuple[Miss, ...]
    overlaps: tuple[Overlap, ...]


_SHOWN_ONLY = ("words", "tempo", "view", "targets", "held", "over", "tones", "trace", "loop", "exercise")


def _hash(*things: Any) -> str:
    return sha256(msgspec.json.encode(things, order="deterministic")).hexdigest()[:16]


def pose_hash(movement: Movement, skeleton: Skeleton) -> str:
    """A short hash of all data that decides the poses. While it stands, a picture can be drawn anew alone."""
    told = {key: value for key, value in msgspec.to_builtins(movement).items() if key not in _SHOWN_ONLY}
    kinds = load_props()
    props = {key: kinds[use.kind] for key, use in movement.props.items()}
    balls = [ball for ball in skeleton.balls if not ball.name.startswith(("hair", "ear", "nose"))]
    return _hash(told, props, load_postures(), skeleton.segments, balls, skeleton.marks, skeleton.patches)


def picture_hash(movement: Movement, skeleton: Skeleton) -> str:
    """A short hash of all data that a solved file is made from."""
    return _hash(pose_hash(movement, skeleton), movement, load_props(), skeleton)


class MovementSolver:
    """Solves one movement, keyframes first, then the moments between them."""

    def __init__(self, rig: Rig, movement: Movement) -> None:
        self.rig, self.movement = rig, movement
        self.scene: Scene = place(movement)
        self.around = Surroundings(rig, self.scene, movement.press)
        postures, turns = load_postures()
        self.posture: Posture = postures[movement.posture]
        turn: Turn = turns[self.posture.turn]
        rig.set_turn(turn.forward, turn.up)
        self.even = (
            movement.even if movement.even is not None else not movement.sided and movement.loop != "cycle"
        )
        self.aims = self.posture.aims if movement.aims is None else movement.aims
        self.keep = spread_contacts(movement.keep, rig.skeleton)
        self.contacts = [spread_contacts(key.contacts, rig.skeleton) for key in movement.keyframes]

    def solve(self) -> list[Pose]:
        """All sampled moments, evenly spread from t = 0 to 1."""
        keys = self._keyframes()
        count = self.movement.samples
        out: list[Pose] = []
        times = [key.t for key in self.movement.keyframes]
        for k in range(count):
            t = k / (count - 1)
            exact = [i for i, at in enumerate(times) if abs(at - t) < 1e-6]
            if exact:
                wishes = Wishes(contacts=self.keep + self.contacts[exact[0]], pins=self._pins(exact[0], keys))
                out.append(self._judge(t, keys[exact[0]], wishes))
            else:
                out.append(self._between(t, times, keys))
        return out

    # -- keyframes ---------------------------------------------------------------------------------------

    def _first_guess(self, angles: dict[str, float]) -> Array:
        q = np.zeros(self.rig.size)
        q[:3] = self.posture.at
        for name, angle in angles.items():
            q[self.rig.joint_index[name]] = radians(angle)
        return np.clip(q, self.rig.low, self.rig.high)

    def _keyframes(self) -> list[Array]:
        base = spread_angles(self.posture.angles)
        keys: list[Array] = []
        for i, key in enumerate(self.movement.keyframes):
            asked = spread_angles(self.movement.angles) | spread_angles(key.angles)
            guess = self._first_guess(
                base | spread_angles(self.movement.guess) | spread_angles(key.guess) | asked
            )
            if keys:
                guess[:3] = keys[-1][:3]
            sigma = np.full(self.rig.size, REST_SIGMA)
            sigma[:3] = ROOT_SIGMA_M
            wishes = Wishes(
                contacts=self.keep + self.contacts[i],
                pins=self._pins(i, keys) if keys else {},
                aims=self.aims + key.aims,
                angles=asked,
                even=self.even,
                rest=guess,
                rest_sigma=sigma,
            )
            loose = Problem(self.rig, self.scene, self.around, wishes, keep_apart=False)
            strict = Problem(self.rig, self.scene, self.around, wishes)
            starts = [guess] if not keys else [keys[-1], guess]
            keys.append(self._best(loose, strict, starts))
        return keys

    def _best(self, loose: Problem, strict: Problem, starts: list[Array]) -> Array:
        """The cheapest answer; while contacts are missed, look from other first guesses as well."""
        chance = np.random.default_rng(7)  # fixed: the same files always give the same answer
        best: tuple[float, Array] | None = None
        for k in range(len(starts) + EXTRA_STARTS):
            start = starts[k % len(starts)]
            if k >= len(starts):
                start = start + chance.normal(0.0, SHAKE, self.rig.size)
                start = self.rig.evened(start) if strict.wishes.even else start
            ways = [
                lambda s=start: strict.solve(loose.solve(s)),
                lambda s=start: strict.solve(s, stages=(0.1, 0.4, 1.0)),
            ]
            if k == 0 and len(starts) > 1:
                ways.insert(0, lambda s=start: self._walked(strict, s))
            for way in ways:
                answer = way()
                cost = strict.cost(answer)
                if best is None or cost < best[0]:
                    best = (cost, answer)
                if strict.is_met(best[1], CONTACT_LIMIT_M / 2, OVERLAP_LIMIT_M * 0.9, WISH_LIMIT):
                    return best[1]
        assert best is not None
        return best[1]

    def _walked(self, strict: Problem, q: Array) -> Array:
        """From the last keyframe towards this one in small steps, contacts held all the way."""
        full = strict.wishes
        index = self.rig.joint_index
        begin, rest = q.copy(), full.rest
        assert rest is not None
        for step in range(1, WALK_STEPS + 1):
            s = step / WALK_STEPS
            angles = {
                name: (1 - s) * degrees(begin[index[name]]) + s * angle for name, angle in full.angles.items()
            }
            wishes = replace(full, angles=angles, rest=(1 - s) * begin + s * rest)
            q = Problem(self.rig, self.scene, self.around, wishes).solve(q, stages=(1.0,))
        return strict.solve(q, stages=(1.0,))

    def _pin_marks(self) -> list[str]:
        out: list[str] = []
        for pin in self.movement.pins:
            for name in both_sides(pin):
                out.extend(self.rig.skeleton.patches.get(name, (name,)))
        return out

    def _released(self, key: Keyframe) -> set[str]:
        out: set[str] = set()
        for pin in key.free:
            for name in both_sides(pin):
                out.update(self.rig.skeleton.patches.get(name, (name,)))
        return out

    def _pins(self, index: int, keys: list[Array]) -> dict[str, Array]:
        if index == 0:
            return {}
        released = self._released(self.movement.keyframes[index])
        self.rig.pose(keys[0])
        marks = self.rig.skeleton.marks
        return {
            m: self.rig.place(marks[m].segment, marks[m].at) for m in self._pin_marks() if m not in released
        }

    # -- between -----------------------------------------------------------------------------------------

    def _between(self, t: float, times: list[float], keys: list[Array]) -> Pose:
        k = max(i for i, at in enumerate(times) if at < t)
        s = (t - times[k]) / (times[k + 1] - times[k])
        rest = (1 - s) * keys[k] + s * keys[k + 1]
        sigma = np.full(self.rig.size, BETWEEN_SIGMA)
        sigma[:3] = 0.03
        held: tuple[Contact, ...] = tuple(c for c in self.contacts[k] if c in self.contacts[k + 1])
        hard = tuple(c for c in self.keep + held if not c.soft)
        pins = self._pins(k, keys) if k else self._pins(k + 1, keys)
        also = self._pins(k + 1, keys)
        wishes = Wishes(
            contacts=hard,
            pins={m: at for m, at in pins.items() if m in also},
            even=self.even,
            rest=rest,
            rest_sigma=sigma,
        )
        q = Problem(self.rig, self.scene, self.around, wishes).solve(rest, stages=(0.3, 1.0), rounds=30)
        return self._judge(t, q, wishes)

    def _judge(self, t: float, q: Array, wishes: Wishes) -> Pose:
        misses = Problem(self.rig, self.scene, self.around, wishes).misses(q)
        return Pose(t, q, tuple(misses), tuple(self.around.overlaps()))


def faults(poses: list[Pose]) -> list[str]:
    """What is out of limits, in words with numbers; empty when all is well."""
    out: list[str] = []
    for pose in poses:
        for miss in pose.misses:
            if miss.error_m > CONTACT_LIMIT_M:
                out.append(f"t={pose.t:.2f}: {miss.what}: off by {miss.error_m * 1000:.0f} mm")
        for overlap in pose.overlaps:
            if overlap.depth_m > OVERLAP_LIMIT_M:
                out.append(
                    f"t={pose.t:.2f}: {overlap.first} inside {overlap.second}: {overlap.depth_m * 1000:.0f} mm"
                )
    return out


def _worst(poses: list[Pose]) -> dict[str, Any]:
    misses = [(miss.error_m, miss.what) for pose in poses for miss in pose.misses]
    overlaps = [(o.depth_m, f"{o.first} in {o.second}") for pose in poses for o in pose.overlaps]
    contact, overlap = max(misses, default=(0.0, "none")), max(overlaps, default=(0.0, "none"))
    return {
        "contact_mm": round(contact[0] * 1000, 1),
        "contact": contact[1],
        "overlap_mm": round(overlap[0] * 1000, 1),
        "overlap": overlap[1],
    }


def _angles(rig: Rig, q: Array) -> dict[str, float]:
    return {
        name: round(degrees(q[i]), 1)
        for i, name in enumerate(rig.joint_names)
        if i >= 3 and abs(q[i]) > radians(0.05)
    }


def motion(rig: Rig, movement: Movement, poses: list[Pose]) -> dict[str, Any]:
    """The solved poses in numbers: places of the pelvis (mm), turns of all segments, keyframe angles, misses."""
    roots, turns = [], []
    ids = [rig.body[segment.name] for segment in rig.skeleton.segments]
    for pose in poses:
        rig.pose(pose.q)
        quats = rig.data.xquat[ids]
        quats = np.where(quats[:, :1] < 0, -quats, quats)
        roots.append([round(float(x) * 1000, 1) for x in rig.data.xpos[ids[0]]])
        turns.append([round(float(x) * 10000) for x in quats.flatten()])
    keys = [pose for pose in poses if any(abs(pose.t - key.t) < 1e-6 for key in movement.keyframes)]
    return {
        "pose_hash": pose_hash(movement, rig.skeleton),
        "residuals": _worst(poses),
        "times": [round(pose.t, 4) for pose in poses],
        "roots": roots,
        "turns": turns,
        "keyframes": [{"t": pose.t, "angles_deg": _angles(rig, pose.q)} for pose in keys],
    }


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
    pad = 45.0
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


def solve_movement(rig: Rig, movement: Movement, strict: bool = True) -> dict[str, Any]:
    """Solve one movement.

    Raises
    ------
    PoseRejected
        If a contact is off by more than 20 mm or an overlap deeper than 10 mm.
    """
    poses = MovementSolver(rig, movement).solve()
    wrong = faults(poses)
    if wrong and strict:
        raise PoseRejected(f"{movement.id}: " + "; ".join(wrong))
    for line in wrong:
        print(f"  ! {line}", file=sys.stderr)
    return motion(rig, movement, poses)


def still_valid(path: Path, movement: Movement, skeleton: Skeleton) -> dict[str, Any] | None:
    """The poses of a solved file, if nothing that decides them has changed since."""
    if not path.exists():
        return None
    data = msgspec.json.decode(path.read_bytes())
    if data.get("pose_hash") != pose_hash(movement, skeleton):
        return None
    return {key: data[key] for key in ("pose_hash", "residuals", "times", "roots", "turns", "keyframes")}


def main(arguments: list[str], folder: Path = SOLVED) -> int:
    """Solve the named movements, or all that have changed, and draw every one anew.

    `--again` solves even what has not changed; `--draft` writes even what is rejected.
    """
    asked = [a for a in arguments if not a.startswith("--")]
    skeleton = load_skeleton()
    files = movement_files()
    unknown = [a for a in asked if a not in files]
    if unknown:
        print(f"no movement {', '.join(unknown)}", file=sys.stderr)
        return 2
    rig: Rig | None = None
    out: dict[Path, bytes] = {folder / "mannequin.json": encode(mannequin(skeleton))}
    failed = 0
    for name in asked or files:
        path = folder / f"{name}.json"
        try:
            movement = load_movement(files[name], skeleton)
            moved = None if "--again" in arguments else still_valid(path, movement, skeleton)
            if moved is None:
                rig = rig or Rig(skeleton)
                moved = solve_movement(rig, movement, strict="--draft" not in arguments)
        except BodyDataError as error:
            print(error, file=sys.stderr)
            failed += 1
            continue
        out[path] = encode(solved_file(skeleton, movement, moved))
        worst = moved["residuals"]
        print(
            f"{name}: contact {worst['contact_mm']} mm ({worst['contact']}), overlap {worst['overlap_mm']} mm "
            f"({worst['overlap']}), {len(out[path])} B",
            flush=True,
        )
    folder.mkdir(parents=True, exist_ok=True)
    for path, data in out.items():  # all at once, so that a reader never meets half of a new mannequin
        path.write_bytes(data)
    return 1 if failed else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
