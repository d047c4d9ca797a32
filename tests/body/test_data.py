"""The mannequin's table and the typed loader: proportions as sourced, dangling names refused."""

import subprocess
import sys
from pathlib import Path

import pytest

from unpinch.body.bake import solved_file
from unpinch.body.figure import solved
from unpinch.body.movement import load_movement, movement_files
from unpinch.body.rig import Rig
from unpinch.body.skeleton import DATA, BodyDataError, Skeleton, load_skeleton, load_table, mirror_name
from unpinch.body.solve import main, solve_movement
from unpinch.body.solver import MovementSolver, PoseRejected, motion


def test_segment_lengths_are_the_sourced_fractions_of_height() -> None:
    table = load_table()
    at = {segment.name: segment.at for segment in table.segments}
    height = table.height_m
    told = {
        "upper_arm": -at["farm"][2],
        "forearm": -at["wrist"][2] - at["hand"][2],
        "thigh": -at["shank"][2],
        "shank": -at["foot"][2],
    }
    for name, length in told.items():
        assert length == pytest.approx(table.fractions[name] * height, abs=0.002), name
    marks = {mark.name: mark.at for mark in table.marks}
    assert -marks["heel_under"][2] == pytest.approx(table.fractions["ankle_height"] * height, abs=0.002)
    balls = {ball.name: ball for ball in table.balls}
    toe = at["toes"][0] + balls["toe_in"].at[0] + balls["toe_in"].r
    heel = balls["heel"].at[0] - balls["heel"].r
    assert toe - heel == pytest.approx(table.fractions["foot"] * height, abs=0.01)


def test_masses_add_up_to_a_whole_body() -> None:
    table = load_table()
    total = sum(segment.mass * (2 if segment.paired else 1) for segment in table.segments)
    assert total == pytest.approx(1.0, abs=0.02)


def test_right_is_the_mirror_of_left(skeleton: Skeleton) -> None:
    balls = {ball.name: ball for ball in skeleton.balls}
    for ball in skeleton.balls:
        other = balls[mirror_name(ball.name)]
        assert other.at == (ball.at[0], -ball.at[1] if ball.at[1] else 0.0, ball.at[2])
        assert other.segment == mirror_name(ball.segment)
    joints = skeleton.joints
    for joint in joints.values():
        assert joints[mirror_name(joint.name)].range == joint.range


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("posture: sitting", "posture: floating", "no posture floating"),
        ("at: thigh_front_*", "at: wing_*", "no mark or point wing_r"),
        ("upon: chair.seat", "upon: chair.lap", "no surface chair.lap"),
        ("targets: [hamstrings_r]", "targets: [hamstring]", "no band hamstring"),
        ("kind: chair}", "kind: throne}", "no kind of thing"),
        ("knee_r: 48", "knee_right: 48", "no joint knee_right"),
        ("- t: 1", "- t: 0.9", "keyframe times must rise from 0 to 1"),
        ("id: EX01", "id: EX02", "says id EX02"),
        ("tempo: {out_s: 2", "tempo: {out_sec: 2", "unknown field"),
    ],
)
def test_a_name_that_points_nowhere_is_refused(
    old: str, new: str, message: str, tmp_path: Path, skeleton: Skeleton
) -> None:
    text = (DATA / "movements" / "EX01.yaml").read_text(encoding="utf-8")
    assert old in text
    path = tmp_path / "EX01.yaml"
    path.write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(BodyDataError, match=r"EX01\.yaml") as caught:
        load_movement(path, skeleton)
    assert message in str(caught.value)


def test_a_mannequin_with_a_missing_part_is_refused(tmp_path: Path) -> None:
    text = (DATA / "skeleton.yaml").read_text(encoding="utf-8")
    path = tmp_path / "skeleton.yaml"
    path.write_text(text.replace("links: [[deltoid, uarm_1]", "links: [[deltoid, wing]"), encoding="utf-8")
    with pytest.raises(BodyDataError, match="part uarm_r: no ball wing"):
        load_skeleton(path)


def test_a_pose_that_cannot_be_is_rejected_with_numbers(
    tmp_path: Path, skeleton: Skeleton, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("unpinch.body.solver.EXTRA_STARTS", 0)  # one honest try is enough to fail
    text = (DATA / "movements" / "EX28.yaml").read_text(encoding="utf-8")
    path = tmp_path / "EX28.yaml"
    path.write_text(
        text.replace("at: [0.36, 0, 0]", "at: [3.00, 0, 0]") + "samples: 2\n",
        encoding="utf-8",
    )
    movement = load_movement(path, skeleton)
    with pytest.raises(PoseRejected, match=r"tip_in_r on counter.top: off by \d+ mm"):
        solve_movement(Rig(skeleton), movement)


def test_solving_again_gives_the_committed_answer(skeleton: Skeleton) -> None:
    name = "EX28"
    movement = load_movement(movement_files()[name], skeleton)
    rig = Rig(skeleton)
    again = solved_file(skeleton, movement, motion(rig, movement, MovementSolver(rig, movement).solve()))
    stored = solved(name)
    for new, old in zip(again["roots"], stored["roots"], strict=True):
        assert new == pytest.approx(old, abs=3.0)
    for new, old in zip(again["turns"], stored["turns"], strict=True):
        assert new == pytest.approx(old, abs=150)
    assert again["items"] == stored["items"]


def test_unknown_movements_are_named(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert main(["EX77"], tmp_path) == 2
    assert "no movement EX77" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_the_runtime_needs_no_solver() -> None:
    code = (
        "import sys; import unpinch.body as b; b.movement_json('EX01'); b.svg('EX01'); b.describe('EX01'); "
        "print(sorted(m for m in sys.modules if m in ('mujoco', 'unpinch.body.rig', 'unpinch.body.ik')))"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert out.stdout.strip() == "[]"
