"""The mannequin in MuJoCo: poses, places, Jacobians, and distances between its flesh and the things around.

Build-time only.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import cos, radians, sin

import mujoco
import numpy as np
from numpy.typing import NDArray

from unpinch.body.mjcf import mannequin_xml
from unpinch.body.scene import Scene
from unpinch.body.skeleton import Skeleton, Vec

Array = NDArray[np.float64]

# Balls near a joint overlap their neighbour by design; the audit leaves them out for that pair of limbs.
NEAR_SHOULDER = frozenset({"deltoid", "uarm_1"})
NEAR_HIP = frozenset({"thigh_0", "thigh_1"})


@dataclass(frozen=True)
class Overlap:
    """Two things nearer than they may be: `depth_m` > 0 is how far one is inside the other."""

    first: str
    second: str
    depth_m: float


def limb_of(segment: str) -> str:
    """The limb that a segment counts to in the distance audit."""
    stem, _, side = segment.partition("_")
    if stem in ("neck", "head"):
        return "head"
    if stem in ("pelvis", "lum1", "lum2", "tho1", "tho2", "clav"):
        return "trunk"
    if stem in ("farm", "wrist", "hand", "fingers"):
        return f"farm_{side}"
    if stem in ("shank", "foot", "toes"):
        return f"shank_{side}"
    return segment


class Rig:
    """The mannequin, posed by a vector of 58 joint values (m for three slides, rad for the hinges)."""

    def __init__(self, skeleton: Skeleton) -> None:
        self.skeleton = skeleton
        self.model = mujoco.MjModel.from_xml_string(mannequin_xml(skeleton))
        self.data = mujoco.MjData(self.model)
        self.size: int = self.model.nv
        self.joint_names = [self.model.joint(i).name for i in range(self.model.njnt)]
        self.joint_index = {name: i for i, name in enumerate(self.joint_names)}
        self.body = {segment.name: self.model.body(segment.name).id for segment in skeleton.segments}
        self.low: Array = self.model.jnt_range[:, 0].copy()
        self.high: Array = self.model.jnt_range[:, 1].copy()
        self.balls = {ball.name: ball for ball in skeleton.balls}
        self._sample_flesh()
        self.evenness = self._evenness()

    def _evenness(self) -> tuple[Array, list[int]]:
        """Rows that are zero when left and right are alike, and joints of the middle that are then zero."""
        rows: list[Array] = []
        middles = [self.joint_index["root_y"]]
        for name, i in self.joint_index.items():
            if name.endswith("_r"):
                row = np.zeros(self.size)
                row[i], row[self.joint_index[name[:-2] + "_l"]] = 1.0, -1.0
                rows.append(row)
            elif name.endswith(("_side", "_turn")):
                middles.append(i)
        return np.array(rows), middles

    def evened(self, q: Array) -> Array:
        """The pose with its left like its right and nothing to the side."""
        out = q.copy()
        for name, i in self.joint_index.items():
            if name.endswith("_l"):
                out[i] = q[self.joint_index[name[:-2] + "_r"]]
        out[self.evenness[1]] = 0.0
        return out

    # -- poses -------------------------------------------------------------------------------------------

    def set_turn(self, forward: Vec, up: Vec) -> None:
        """Set how the pelvis lies at rest, by the world directions of its forward and up axes."""
        x, z = np.asarray(forward), np.asarray(up)
        matrix = np.column_stack([x, np.cross(z, x), z])
        quat = np.zeros(4)
        mujoco.mju_mat2Quat(quat, matrix.flatten())
        self.model.body_quat[self.body["pelvis"]] = quat

    def pose(self, q: Array) -> None:
        """Move the body into a pose."""
        self.data.qpos[:] = q
        mujoco.mj_kinematics(self.model, self.data)
        mujoco.mj_comPos(self.model, self.data)

    def place(self, segment: str, at: Vec) -> Array:
        """Where a point of a segment is in the world (m)."""
        i = self.body[segment]
        out: Array = self.data.xpos[i] + self.data.xmat[i].reshape(3, 3) @ np.asarray(at)
        return out

    def direction(self, segment: str, vector: Vec) -> Array:
        """A direction of a segment in the world."""
        out: Array = self.data.xmat[self.body[segment]].reshape(3, 3) @ np.asarray(vector)
        return out

    def jacobian(self, segment: str, point: Array) -> tuple[Array, Array]:
        """How a world point fixed to a segment moves and turns with the joints: two (3, 58) arrays."""
        jp, jr = np.zeros((3, self.size)), np.zeros((3, self.size))
        mujoco.mj_jac(self.model, self.data, jp, jr, point, self.body[segment])
        return jp, jr

    def balance_point(self) -> tuple[Array, Array]:
        """The centre of mass (m) and its Jacobian."""
        jac = np.zeros((3, self.size))
        mujoco.mj_jacSubtreeCom(self.model, self.data, jac, 0)
        com: Array = self.data.subtree_com[0].copy()
        return com, jac

    # -- flesh -------------------------------------------------------------------------------------------

    def _sample_flesh(self) -> None:
        """Fill the gaps between linked balls, so that sphere distances stand for the flesh."""
        rows: dict[tuple[str, Vec, float], tuple[str, frozenset[str]]] = {}
        rest = self._rest_places()
        for part in self.skeleton.parts:
            if part.tone == "hair" or part.name.startswith("ear"):
                continue
            for link in part.links:
                for i, a in enumerate(link):
                    for b in link[i + 1 :]:
                        self._add_between(rows, a, b, rest, len(link) == 2)
        self.flesh_names = [f"{key[0]}" for key in rows]
        self.flesh_segment = np.array([self.body[key[0]] for key in rows])
        self.flesh_local = np.array([key[1] for key in rows])
        self.flesh_r = np.array([key[2] for key in rows])
        limbs = [limb_of(key[0]) for key in rows]
        stems = [names for _, names in rows.values()]
        first, second, group = [], [], []
        self.pairs: list[tuple[str, str]] = []
        index: dict[tuple[str, str], int] = {}
        for i in range(len(limbs)):
            for j in range(i + 1, len(limbs)):
                if self._may_touch(limbs[i], limbs[j], stems[i], stems[j]):
                    pair = (min(limbs[i], limbs[j]), max(limbs[i], limbs[j]))
                    if pair not in index:
                        index[pair] = len(self.pairs)
                        self.pairs.append(pair)
                    first.append(i)
                    second.append(j)
                    group.append(index[pair])
        self.pair_first, self.pair_second, self.pair_group = map(np.array, (first, second, group))
        self.flesh_limb = limbs

    def _rest_places(self) -> dict[str, Array]:
        self.pose(np.zeros(self.size))
        return {name: self.place(ball.segment, ball.at) for name, ball in self.balls.items()}

    def _add_between(
        self,
        rows: dict[tuple[str, Vec, float], tuple[str, frozenset[str]]],
        a: str,
        b: str,
        rest: dict[str, Array],
        chain: bool,
    ) -> None:
        one, two = self.balls[a], self.balls[b]
        steps = (0.0, 1 / 3, 2 / 3, 1.0) if chain else (0.0, 1.0)
        names = frozenset({a[:-2] if a[-2:] in ("_l", "_r") else a, b[:-2] if b[-2:] in ("_l", "_r") else b})
        for s in steps:
            host = one if s < 0.6 else two
            if one.segment != two.segment and 0 < s < 1:
                continue  # the hull bends with the joint; its ends are enough
            at: Vec = tuple(round(float(x), 5) for x in (1 - s) * np.array(one.at) + s * np.array(two.at))  # type: ignore[assignment]
            if s in (0.0, 1.0):
                at, stems = (host.at, frozenset({(a if s == 0 else b).removesuffix("_l").removesuffix("_r")}))
            else:
                stems = names
            rows.setdefault((host.segment, at, round((1 - s) * one.r + s * two.r, 5)), ("", stems))

    @staticmethod
    def _may_touch(a: str, b: str, a_stems: frozenset[str], b_stems: frozenset[str]) -> bool:
        if a == b:
            return False
        pair = {a, b}
        stems = a_stems | b_stems
        for side in ("l", "r"):
            if pair in ({f"uarm_{side}", f"farm_{side}"}, {f"thigh_{side}", f"shank_{side}"}):
                return False
            if pair == {"trunk", f"uarm_{side}"} and stems & NEAR_SHOULDER:
                return False
            if pair == {"head", f"uarm_{side}"} and stems & NEAR_SHOULDER:
                return False
            if pair == {"trunk", f"thigh_{side}"} and (stems & NEAR_HIP or stems & PELVIS_STEMS):
                return False
        if pair == {"trunk", "head"}:
            return False
        return not (pair == {"thigh_l", "thigh_r"} and stems & NEAR_HIP)

    def flesh_places(self) -> Array:
        """Centres of the flesh samples in the world, (N, 3) m."""
        mats = self.data.xmat.reshape(-1, 3, 3)[self.flesh_segment]
        out: Array = self.data.xpos[self.flesh_segment] + np.einsum("nij,nj->ni", mats, self.flesh_local)
        return out


PELVIS_STEMS = frozenset({"iliac", "belly_low", "glute", "hip_side", "crotch"})


def box_distance(points: Array, centre: Vec, half: Vec, turn_deg: float) -> tuple[Array, Array]:
    """Signed distance (m) from points to a box turned about z, and its gradient; both over the points."""
    c, s = cos(radians(turn_deg)), sin(radians(turn_deg))
    back = np.array([[c, s, 0.0], [-s, c, 0.0], [0.0, 0.0, 1.0]])
    local = (points - np.asarray(centre)) @ back.T
    excess = np.abs(local) - np.asarray(half)
    outside = np.maximum(excess, 0.0)
    length = np.linalg.norm(outside, axis=1)
    inside = excess.max(axis=1)
    distance = np.where(length > 0, length, inside)
    gradient = np.zeros_like(local)
    out = length > 0
    gradient[out] = np.sign(local[out]) * outside[out] / length[out, None]
    if (~out).any():
        axis = excess[~out].argmax(axis=1)
        rows = np.flatnonzero(~out)
        gradient[rows, axis] = np.sign(local[rows, axis])
    return distance, gradient @ back


def rod_distance(points: Array, start: Vec, end: Vec) -> tuple[Array, Array]:
    """Distance (m) from points to a rod's axis, and its gradient."""
    a, b = np.asarray(start), np.asarray(end)
    along = b - a
    s = np.clip((points - a) @ along / (along @ along), 0.0, 1.0)
    away = points - (a + s[:, None] * along)
    length = np.maximum(np.linalg.norm(away, axis=1), 1e-9)
    return length, away / length[:, None]


@dataclass(frozen=True)
class Closeness:
    """One active nearness: signed distance (m) and its gradient over the joints (58,)."""

    first: str
    second: str
    distance_m: float
    gradient: Array


class Surroundings:
    """Distances of the body to itself, the floor and the solid things of a scene."""

    def __init__(self, rig: Rig, scene: Scene, press: tuple[tuple[str, str], ...] = ()) -> None:
        self.rig, self.scene = rig, scene
        self.press = {frozenset(pair) for pair in press}

    def near(self, below_m: float, deepest: int = 5) -> list[Closeness]:
        """The nearest pairs of each two limbs, and of each limb with each thing, below a distance."""
        rig = self.rig
        centres = rig.flesh_places()
        out: list[Closeness] = []
        i, j = rig.pair_first, rig.pair_second
        gap = np.linalg.norm(centres[i] - centres[j], axis=1) - rig.flesh_r[i] - rig.flesh_r[j]
        for index in self._deepest(gap, rig.pair_group, below_m, deepest):
            a, b = int(i[index]), int(j[index])
            pair = (rig.flesh_limb[a], rig.flesh_limb[b])
            if frozenset(pair) in self.press:
                continue
            normal = centres[b] - centres[a]
            normal /= max(float(np.linalg.norm(normal)), 1e-9)
            grad = normal @ (self._jac(b, centres[b]) - self._jac(a, centres[a]))
            out.append(Closeness(*pair, float(gap[index]), grad))
        limb_ids = {name: k for k, name in enumerate(dict.fromkeys(rig.flesh_limb))}
        groups = np.array([limb_ids[name] for name in rig.flesh_limb])
        up = np.tile([0.0, 0.0, 1.0], (len(centres), 1))
        self._add_thing(out, "floor", centres, centres[:, 2] - rig.flesh_r, up, groups, below_m, deepest)
        for box in self.scene.boxes:
            if box.solid:
                distance, gradient = box_distance(centres, box.centre, box.half, box.turn_deg)
                self._add_thing(
                    out, box.name, centres, distance - rig.flesh_r, gradient, groups, below_m, deepest
                )
        for rod in self.scene.rods:
            if rod.solid:
                distance, gradient = rod_distance(centres, rod.start, rod.end)
                self._add_thing(
                    out, rod.name, centres, distance - rig.flesh_r - rod.r, gradient, groups, below_m, deepest
                )
        return out

    def _add_thing(
        self,
        out: list[Closeness],
        name: str,
        centres: Array,
        gap: Array,
        normals: Array,
        groups: Array,
        below_m: float,
        deepest: int,
    ) -> None:
        for index in self._deepest(gap, groups, below_m, deepest):
            limb = self.rig.flesh_limb[index]
            if frozenset((limb, name.split(".")[0])) in self.press or frozenset((limb, name)) in self.press:
                continue
            out.append(
                Closeness(
                    limb, name, float(gap[index]), normals[index] @ self._jac(int(index), centres[index])
                )
            )

    @staticmethod
    def _deepest(gap: Array, groups: Array, below_m: float, count: int) -> list[int]:
        active = np.flatnonzero(gap < below_m)
        taken: dict[int, int] = {}
        out: list[int] = []
        for index in active[np.argsort(gap[active])]:
            group = int(groups[index])
            if taken.get(group, 0) < count:
                taken[group] = taken.get(group, 0) + 1
                out.append(int(index))
        return out

    def _jac(self, sample: int, point: Array) -> Array:
        jp = np.zeros((3, self.rig.size))
        mujoco.mj_jac(self.rig.model, self.rig.data, jp, None, point, int(self.rig.flesh_segment[sample]))
        return jp

    def overlaps(self) -> list[Overlap]:
        """The deepest overlap of every pair, in the present pose; pairs that may press are left out."""
        return [Overlap(c.first, c.second, -c.distance_m) for c in self.near(0.0, deepest=1)]
