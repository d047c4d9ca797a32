"""Solve a movement: its keyframes first, then the moments between them. Build-time only: needs MuJoCo."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from math import degrees, inf, radians
from typing import Any

import numpy as np

from unpinch.body.bake import pose_hash
from unpinch.body.ik import Miss, Problem, Wishes
from unpinch.body.movement import (
    Contact,
    Keyframe,
    Movement,
    Posture,
    Turn,
    both_sides,
    load_postures,
    spread_angles,
    spread_contacts,
)
from unpinch.body.rig import Array, Overlap, Rig, Surroundings
from unpinch.body.scene import Scene, place
from unpinch.body.skeleton import BodyDataError

CONTACT_LIMIT_M = 0.020
OVERLAP_LIMIT_M = 0.010
BETWEEN_SIGMA = radians(4.0)
REST_SIGMA = radians(22.0)
ROOT_SIGMA_M = 0.15
EXTRA_STARTS = 6
WALK_STEPS = 5
WISH_LIMIT = radians(18.0)
MET_LIMITS = (CONTACT_LIMIT_M / 2, OVERLAP_LIMIT_M * 0.9)
SHAKE = radians(14.0)


class PoseRejected(BodyDataError):
    """No pose meets the contacts within their limits; the message holds the numbers."""


@dataclass(frozen=True)
class Pose:
    """A solved moment: joint values, what it misses and what overlaps."""

    t: float
    q: Array
    misses: tuple[Miss, ...]
    overlaps: tuple[Overlap, ...]


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
            if k >= len(starts) and best is not None and strict.is_met(best[1], *MET_LIMITS, angle=inf):
                return best[1]  # possible, only not just as wished: looking further seldom helps
            start = starts[k % len(starts)]
            if k >= len(starts):
                start = start + chance.normal(0.0, SHAKE, self.rig.size)
                start = self.rig.evened(start) if strict.wishes.even else start
            ways: list[Callable[[], Array]] = [
                partial(_in_two_steps, loose, strict, start),
                partial(strict.solve, start, stages=(0.1, 0.4, 1.0)),
            ]
            if k == 0 and len(starts) > 1:
                ways.insert(0, partial(self._walked, strict, start))
            for way in ways:
                answer = way()
                cost = strict.cost(answer)
                if best is None or cost < best[0]:
                    best = (cost, answer)
                if strict.is_met(best[1], *MET_LIMITS, angle=WISH_LIMIT):
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


def _in_two_steps(loose: Problem, strict: Problem, start: Array) -> Array:
    """First without keeping limbs apart, so that they can pass each other; then with it."""
    return strict.solve(loose.solve(start))


def faults(poses: list[Pose]) -> list[str]:
    """What is out of limits, in words with numbers; empty when all is well."""
    out: list[str] = []
    for pose in poses:
        for miss in pose.misses:
            if miss.error_m > CONTACT_LIMIT_M:
                out.append(f"t={pose.t:.2f}: {miss.what}: off by {miss.error_m * 1000:.0f} mm")
        for overlap in pose.overlaps:
            if overlap.depth_m > OVERLAP_LIMIT_M:
                deep = f"{overlap.depth_m * 1000:.0f} mm"
                out.append(f"t={pose.t:.2f}: {overlap.first} inside {overlap.second}: {deep}")
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
    """The solved poses in numbers: places of the pelvis (mm), turns of segments, keyframe angles, misses."""
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
