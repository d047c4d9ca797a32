"""Inverse kinematics: the pose in which contacts hold, wishes are met as may be, and nothing overlaps.

Build-time only. Damped least squares (Levenberg-Marquardt): every wish is a row (residual / its spread);
joint limits are kept by an active set. Contacts have spreads of millimetres, wishes of degrees.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from math import radians

import numpy as np

from unpinch.body.movement import Aim, Contact
from unpinch.body.rig import Array, Rig, Surroundings
from unpinch.body.scene import Scene, Surface
from unpinch.body.skeleton import BodyDataError

CONTACT_SIGMA_M = 0.0015
SOFT_SIGMA_M = 0.03
OVERLAP_SIGMA_M = 0.002
OVERLAP_SLACK_M = 0.004
ANGLE_SIGMA = radians(4.0)
LONGEST_STEP = 0.5
EVEN_SIGMA = radians(1.0)
AXES = {
    "down": (0, 0, -1),
    "up": (0, 0, 1),
    "forward": (1, 0, 0),
    "back": (-1, 0, 0),
    "left": (0, 1, 0),
    "right": (0, -1, 0),
}


@dataclass
class Wishes:
    """What a pose is asked for."""

    contacts: tuple[Contact, ...] = ()
    pins: dict[str, Array] = field(default_factory=dict)  # mark -> world place
    aims: tuple[Aim, ...] = ()
    angles: dict[str, float] = field(default_factory=dict)  # joint -> degrees
    even: bool = False  # left and right alike
    rest: Array | None = None  # (58,)
    rest_sigma: Array | None = None  # (58,)


@dataclass(frozen=True)
class Miss:
    """How far a contact or a pin is off."""

    what: str
    error_m: float


class Problem:
    """One pose to find."""

    def __init__(
        self, rig: Rig, scene: Scene, around: Surroundings, wishes: Wishes, keep_apart: bool = True
    ) -> None:
        self.rig, self.scene, self.around, self.wishes, self.keep_apart = (
            rig,
            scene,
            around,
            wishes,
            keep_apart,
        )
        self.stiffness = 1.0  # 1 = spreads as written; less = contacts and distances count for less

    # -- rows --------------------------------------------------------------------------------------------

    def rows(self, q: Array) -> tuple[Array, Array]:
        """Residuals (n,) and their Jacobian (n, 58) at `q`."""
        self.rig.pose(q)
        res: list[float] = []
        jac: list[Array] = []

        def add(values: Array, gradients: Array, sigma: float) -> None:
            res.extend(np.atleast_1d(values) / sigma)
            jac.extend(np.atleast_2d(gradients) / sigma)

        for contact in self.wishes.contacts:
            value, gradient = self._contact(contact)
            usual = SOFT_SIGMA_M if contact.soft else CONTACT_SIGMA_M
            add(
                value,
                gradient,
                (contact.sigma_mm / 1000 if contact.sigma_mm else usual)
                / (1.0 if contact.soft else self.stiffness),
            )
            flat = self._facing(contact)
            if flat is not None:
                add(flat[0], flat[1], radians(contact.face_deg or flat[2]))
        for name, target in self.wishes.pins.items():
            mark = self.rig.skeleton.marks[name]
            here = self.rig.place(mark.segment, mark.at)
            add(here - target, self.rig.jacobian(mark.segment, here)[0], CONTACT_SIGMA_M / self.stiffness)
        for aim in self.wishes.aims:
            vector = self.rig.direction(aim.segment, AXES[aim.axis])
            _, turn = self.rig.jacobian(aim.segment, vector)
            goal = np.asarray(aim.along) / np.linalg.norm(aim.along)
            add(vector - goal, -_skew(vector) @ turn, radians(aim.sigma_deg))
        for name, angle in self.wishes.angles.items():
            i = self.rig.joint_index[name]
            add(np.array([q[i] - radians(angle)]), np.eye(self.rig.size)[i], ANGLE_SIGMA)
        if self.wishes.even:
            pairs, middles = self.rig.evenness
            value = pairs @ q
            add(
                np.concatenate([value, q[middles]]),
                np.vstack([pairs, np.eye(self.rig.size)[middles]]),
                EVEN_SIGMA,
            )
        if self.wishes.rest is not None and self.wishes.rest_sigma is not None:
            res.extend((q - self.wishes.rest) / self.wishes.rest_sigma)
            jac.extend(np.diag(1.0 / self.wishes.rest_sigma))
        if self.keep_apart:
            for near in self.around.near(-OVERLAP_SLACK_M):
                add(
                    np.array([near.distance_m + OVERLAP_SLACK_M]),
                    near.gradient,
                    OVERLAP_SIGMA_M / self.stiffness,
                )
        return np.array(res), np.array(jac)

    def _what(self, contact: Contact) -> tuple[str, Array, float]:
        """Segment, world place and radius of the touching thing."""
        if contact.mark is not None:
            mark = self.rig.skeleton.marks[contact.mark]
            return mark.segment, self.rig.place(mark.segment, mark.at), 0.0
        ball = self.rig.balls[contact.ball or ""]
        return ball.segment, self.rig.place(ball.segment, ball.at), ball.r

    def _facing(self, contact: Contact) -> tuple[Array, Array, float] | None:
        """A wish that skin lies flat on what it touches: the two normals point at each other."""
        if contact.mark is None:
            return None
        mark = self.rig.skeleton.marks[contact.mark]
        sigma = contact.face_deg or mark.face_deg
        if sigma is None:
            return None
        here = self.rig.direction(mark.segment, mark.out)
        turn = -_skew(here) @ self.rig.jacobian(mark.segment, here)[1]
        if contact.upon is not None:
            return here + np.asarray(self.scene.surfaces[contact.upon].out), turn, sigma
        if isinstance(contact.at, str) and contact.at in self.rig.skeleton.marks:
            other = self.rig.skeleton.marks[contact.at]
            there = self.rig.direction(other.segment, other.out)
            return here + there, turn - _skew(there) @ self.rig.jacobian(other.segment, there)[1], sigma
        return None

    def _contact(self, contact: Contact) -> tuple[Array, Array]:
        segment, here, r = self._what(contact)
        moves = self.rig.jacobian(segment, here)[0]
        gap = contact.gap_mm / 1000
        if contact.upon is not None:
            return self._upon(self.scene.surfaces[contact.upon], here, moves, r + gap)
        if contact.against is not None:
            other = self.rig.balls[contact.against]
            there = self.rig.place(other.segment, other.at)
            away = here - there
            distance = float(np.linalg.norm(away))
            normal = away / max(distance, 1e-9)
            grad = normal @ (moves - self.rig.jacobian(other.segment, there)[0])
            return np.array([distance - r - other.r - gap]), grad[None, :]
        if isinstance(contact.at, str) and contact.at in self.rig.skeleton.marks:
            mark = self.rig.skeleton.marks[contact.at]
            there = self.rig.place(mark.segment, mark.at)
            target = there + (r + gap) * self.rig.direction(mark.segment, mark.out)
            value = here - target
            grad = moves - self.rig.jacobian(mark.segment, target)[0]
        else:
            point = self.scene.points[contact.at] if isinstance(contact.at, str) else contact.at
            if point is None:
                raise BodyDataError(f"contact {contact.text} has no place")
            value, grad = here - np.asarray(point), moves
        keep = ["xyz".index(axis) for axis in contact.axes]
        return value[keep], grad[keep]

    @staticmethod
    def _upon(surface: Surface, here: Array, moves: Array, off_m: float) -> tuple[Array, Array]:
        """How far a point is off a surface, and how far beyond its edges."""
        away = here - np.asarray(surface.at)
        normal = np.asarray(surface.out)
        values, rows = [float(normal @ away) - off_m], [normal @ moves]
        for direction, half in surface.reach:
            along = np.asarray(direction)
            over = float(along @ away)
            beyond = max(0.0, abs(over) - half)
            values.append(beyond)
            rows.append(np.sign(over) * (along @ moves) if beyond else np.zeros(moves.shape[1]))
        return np.array(values), np.array(rows)

    # -- answers -----------------------------------------------------------------------------------------

    def misses(self, q: Array) -> list[Miss]:
        """How far each contact and pin is off in a pose; wishes marked soft do not count."""
        self.rig.pose(q)
        out = [
            Miss(contact.text, float(np.linalg.norm(self._contact(contact)[0])))
            for contact in self.wishes.contacts
            if not contact.soft
        ]
        for name, target in self.wishes.pins.items():
            mark = self.rig.skeleton.marks[name]
            out.append(
                Miss(f"{name} stays", float(np.linalg.norm(self.rig.place(mark.segment, mark.at) - target)))
            )
        return out

    def is_met(self, q: Array, contact_m: float, overlap_m: float, angle: float) -> bool:
        """Whether contacts and pins hold, nothing overlaps and angles (rad) are near, within these limits."""
        if any(miss.error_m > contact_m for miss in self.misses(q)):
            return False
        if any(
            abs(q[self.rig.joint_index[name]] - radians(want)) > angle
            for name, want in self.wishes.angles.items()
        ):
            return False
        return all(overlap.depth_m <= overlap_m for overlap in self.around.overlaps())

    def cost(self, q: Array) -> float:
        """Half the sum of squared rows."""
        res, _ = self.rows(q)
        return 0.5 * float(res @ res)

    def solve(
        self, start: Array, stages: tuple[float, ...] = (0.03, 0.12, 0.4, 1.0), rounds: int = 50
    ) -> Array:
        """Find the pose, from a first guess (58,).

        Stiff contacts make a narrow, curved valley. So they start soft and stiffen over `stages`.
        """
        q = np.clip(start, self.rig.low, self.rig.high)
        for self.stiffness in stages:
            q = self._descend(q, rounds)
        return q

    def _descend(self, q: Array, rounds: int) -> Array:
        damping = 1e-3
        res, jac = self.rows(q)
        cost = 0.5 * float(res @ res)
        for _ in range(rounds):
            step = _bounded_step(jac, res, self.rig.low - q, self.rig.high - q, damping)
            step *= min(1.0, LONGEST_STEP / max(float(np.abs(step).max()), 1e-12))
            new_res, new_jac = self.rows(q + step)
            new_cost = 0.5 * float(new_res @ new_res)
            if new_cost < cost:
                gain = cost - new_cost
                q, res, jac, cost = q + step, new_res, new_jac, new_cost
                damping = max(damping * 0.3, 1e-7)
                if gain < 1e-5 * (1e-3 + cost):
                    break
            else:
                damping *= 5.0
                if damping > 1e6:
                    break
        return q


def _skew(v: Array) -> Array:
    return np.array([[0, -v[2], v[1]], [v[2], 0, -v[0]], [-v[1], v[0], 0]])


def _bounded_step(jac: Array, res: Array, low: Array, high: Array, damping: float) -> Array:
    """Damped least squares step within joint limits, by an active set: what runs out is held at its limit."""
    normal = jac.T @ jac
    normal[np.diag_indices_from(normal)] += damping * (normal.diagonal() + 1.0)
    slope = jac.T @ res
    step = np.zeros(len(low))
    free = np.ones(len(low), dtype=bool)
    for _ in range(12):
        rows = np.flatnonzero(free)
        held = np.flatnonzero(~free)
        rhs = -slope[rows] - normal[np.ix_(rows, held)] @ step[held]
        move = np.linalg.solve(normal[np.ix_(rows, rows)], rhs)
        out = (move < low[rows]) | (move > high[rows])
        step[rows] = np.clip(move, low[rows], high[rows])
        if not out.any():
            break
        free[rows[out]] = False
    return step
