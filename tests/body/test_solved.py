"""The committed answers: fresh, complete, and true to their contacts when measured without the solver."""

import gzip
import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unpinch.body import movement_ids, movement_json
from unpinch.body.bake import encode, mannequin, picture_hash, pose_hash
from unpinch.body.figure import SOLVED, figure, solved
from unpinch.body.movement import Contact, Movement, spread_contacts
from unpinch.body.posed import pose_at, rotate
from unpinch.body.scene import Scene, place
from unpinch.body.skeleton import Skeleton
from unpinch.body.solver import CONTACT_LIMIT_M, OVERLAP_LIMIT_M

BASES = [f"EX{n:02d}" for n in range(1, 32)]


def distance(a: tuple[float, ...], b: tuple[float, ...]) -> float:
    return math.dist(a, b)


class Measure:
    """Marks and balls of a solved moment, by plain forward kinematics (metres)."""

    def __init__(self, movement_id: str, at: float, skeleton: Skeleton) -> None:
        data = figure(movement_id)
        self.places, self.quats = pose_at(data, at)
        self.index = {name: i for i, name in enumerate(data["segment_names"])}
        self.skeleton = skeleton
        self.balls = {ball.name: ball for ball in skeleton.balls}

    def point(self, segment: str, at: tuple[float, float, float]) -> tuple[float, float, float]:
        i = self.index[segment]
        dx, dy, dz = rotate(self.quats[i], at)
        x, y, z = (c / 1000 for c in self.places[i])
        return (x + dx, y + dy, z + dz)

    def mark(self, name: str) -> tuple[float, float, float]:
        mark = self.skeleton.marks[name]
        return self.point(mark.segment, mark.at)

    def ball(self, name: str) -> tuple[tuple[float, float, float], float]:
        ball = self.balls[name]
        return self.point(ball.segment, ball.at), ball.r

    def miss(self, contact: Contact, scene: Scene) -> float:
        here, r = (self.mark(contact.mark), 0.0) if contact.mark else self.ball(contact.ball or "")
        gap = contact.gap_mm / 1000
        if contact.upon is not None:
            face = scene.surfaces[contact.upon]

            def along(axis: tuple[float, ...]) -> float:
                return sum(n * (h - a) for n, h, a in zip(axis, here, face.at, strict=True))

            beyond = [max(0.0, abs(along(axis)) - half) for axis, half in face.reach]
            return math.hypot(along(face.out) - r - gap, *beyond)
        if contact.against is not None:
            there, other = self.ball(contact.against)
            return abs(distance(here, there) - r - other - gap)
        if isinstance(contact.at, str) and contact.at in self.skeleton.marks:
            return max(0.0, abs(distance(here, self.mark(contact.at))) - abs(r + gap))
        target = scene.points[contact.at] if isinstance(contact.at, str) else contact.at
        assert target is not None
        axes = ["xyz".index(axis) for axis in contact.axes]
        return math.hypot(*(here[i] - target[i] for i in axes))


def test_every_exercise_has_its_movement() -> None:
    assert set(BASES) <= set(movement_ids())


@pytest.mark.parametrize("name", movement_ids())
def test_solved_file_is_made_from_the_data_as_it_is_now(
    name: str, movements: dict[str, Movement], skeleton: Skeleton
) -> None:
    data = solved(name)
    assert data["pose_hash"] == pose_hash(movements[name], skeleton)
    assert data["picture_hash"] == picture_hash(movements[name], skeleton)


def test_mannequin_file_is_fresh(skeleton: Skeleton) -> None:
    assert (SOLVED / "mannequin.json").read_bytes() == encode(mannequin(skeleton))


def test_every_movement_is_solved(movements: dict[str, Movement]) -> None:
    assert set(movements) == set(movement_ids())


@pytest.mark.parametrize("name", movement_ids())
def test_residuals_are_within_limits(name: str) -> None:
    worst = solved(name)["residuals"]
    assert worst["contact_mm"] <= CONTACT_LIMIT_M * 1000, worst
    assert worst["overlap_mm"] <= OVERLAP_LIMIT_M * 1000, worst


@pytest.mark.parametrize("name", movement_ids())
def test_contacts_hold_when_measured_from_the_stored_turns(
    name: str, movements: dict[str, Movement], skeleton: Skeleton
) -> None:
    movement = movements[name]
    scene = place(movement)
    keep = spread_contacts(movement.keep, skeleton)
    checked = 0
    for key in movement.keyframes:
        measure = Measure(name, key.t, skeleton)
        for contact in keep + spread_contacts(key.contacts, skeleton):
            if not contact.soft:
                checked += 1
                assert measure.miss(contact, scene) <= CONTACT_LIMIT_M + 0.001, f"t={key.t}: {contact.text}"
    assert checked > 0


@pytest.mark.parametrize("name", movement_ids())
def test_feet_and_hands_that_stay_do_not_slide(
    name: str, movements: dict[str, Movement], skeleton: Skeleton
) -> None:
    movement = movements[name]
    if not movement.pins:
        assert all(not key.free for key in movement.keyframes)
        return
    first = Measure(name, 0.0, skeleton)
    free = {pin for key in movement.keyframes for pin in key.free}
    for pin in movement.pins:
        sides = [f"{pin[:-2]}_{s}" for s in "rl"] if pin.endswith("_*") else [pin]
        for side in sides:
            for mark in skeleton.patches.get(side, (side,)):
                for t in solved(name)["times"]:
                    if pin not in free and side not in free:
                        slid = distance(first.mark(mark), Measure(name, t, skeleton).mark(mark))
                        assert slid <= CONTACT_LIMIT_M + 0.001, f"{mark} at t={t}"


@pytest.mark.parametrize("name", movement_ids())
def test_joints_stay_within_their_ranges(name: str, skeleton: Skeleton) -> None:
    joints = skeleton.joints
    for key in solved(name)["keyframes"]:
        for joint, angle in key["angles_deg"].items():
            if joint in joints:
                low, high = joints[joint].range
                assert low - 0.1 <= angle <= high + 0.1, f"{joint} at t={key['t']}"


@given(st.sampled_from(movement_ids()), st.floats(0, 1))
def test_limbs_never_change_length(name: str, at: float) -> None:
    data = figure(name)
    places, _ = pose_at(data, at)
    for i, (parent, *offset) in enumerate(data["segments"]):
        if parent >= 0:
            assert math.isclose(distance(places[i], places[parent]), math.hypot(*offset), abs_tol=1e-6)


@pytest.mark.parametrize("name", movement_ids())
def test_files_stay_small(name: str) -> None:
    assert (SOLVED / f"{name}.json").stat().st_size <= 15_000
    document = json.dumps(movement_json(name), separators=(",", ":")).encode()
    assert len(gzip.compress(document)) <= 20_000


@pytest.mark.parametrize("name", movement_ids())
def test_in_betweens_move_without_a_jump(name: str) -> None:
    """Between two samples no limb turns or travels so far that the eye would see it jump."""
    data = figure(name)
    before = pose_at(data, 0.0)
    for t in data["times"][1:]:
        now = pose_at(data, t)
        for a, b in zip(before[0], now[0], strict=True):
            assert distance(a, b) < 330
        for p, q in zip(before[1], now[1], strict=True):
            assert abs(sum(x * y for x, y in zip(p, q, strict=True))) > math.cos(math.radians(45 / 2))
        before = now


def test_left_foot_crosses_for_the_left_side_of_the_twist_as_in_the_article(skeleton: Skeleton) -> None:
    """The article: right leg long, left foot across it. That is our `left`, the mirror of what is stored."""
    measure = Measure("EX19", 1.0, skeleton)
    crossed, long = measure.mark("heel_under_r"), measure.mark("heel_under_l")
    assert crossed[1] > long[1] + 0.05  # stored right: the right foot stands beyond the left leg
    assert measure.mark("fingertips_r")[0] < 0  # and the right hand is behind
    chest = rotate(measure.quats[measure.index["tho2"]], (1.0, 0.0, 0.0))
    assert chest[1] < -0.4  # the chest turns to the right


def test_dorsiflexion_band_is_anchored_in_front_of_the_foot(
    movements: dict[str, Movement], skeleton: Skeleton
) -> None:
    anchor = place(movements["EX15"]).points["table.low"]
    for at in (0.0, 1.0):
        toes = Measure("EX15", at, skeleton).mark("toe_under_r")
        assert anchor[0] > toes[0] + 0.1
    start, end = (Measure("EX15", at, skeleton).mark("toe_under_r") for at in (0.0, 1.0))
    assert end[2] > start[2] + 0.05
