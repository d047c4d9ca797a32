"""Pictures: well formed for everyone, left the exact mirror of right, the working limb the true one."""

import re
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unpinch.body import UnknownMovement, describe, frames, movement_ids, movement_json, svg
from unpinch.body.figure import Side, figure, palette
from unpinch.body.hull import hull_path
from unpinch.body.picture import project
from unpinch.body.posed import ball_places, mirrored, pose_at, rotate

SIDES: tuple[Side, Side] = ("right", "left")
NUMBER = re.compile(r"-?\d+\.?\d*")


def points_of(path: str) -> list[tuple[float, float]]:
    """End points of every command of a path made of M, L and A."""
    out = []
    for command, body in re.findall(r"([MLA])([^MLAZ]*)", path):
        numbers = [float(n) for n in NUMBER.findall(body)]
        assert command in "MLA"
        out.append((numbers[-2], numbers[-1]))
    return out


@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize("name", movement_ids())
def test_svg_is_well_formed_and_keeps_a_strict_policy(name: str, side: Side) -> None:
    for at in (0.0, 0.5, 1.0):
        text = svg(name, side=side, at=at, title=f"{name} <&>")
        root = ET.fromstring(text)
        assert root.tag.endswith("svg")
        assert root.attrib["role"] == "img"
        assert root[0].text == f"{name} <&>"
        x, y, width, height = (float(n) for n in root.attrib["viewBox"].split())
        assert 0.99 <= width / height <= 2.01
        shapes = [node for node in root.iter() if node.tag.endswith("path")]
        assert len(shapes) > 30
        for node in root.iter():
            assert "style" not in node.attrib
            assert not node.tag.endswith("style")
        for shape in shapes:
            for px, py in points_of(shape.attrib["d"]):
                assert x <= px <= x + width
                assert y <= py <= y + height


def test_a_picture_without_a_title_is_hidden_from_screen_readers() -> None:
    assert ET.fromstring(svg("EX01")).attrib["aria-hidden"] == "true"


def test_a_ghost_is_drawn_behind() -> None:
    root = ET.fromstring(svg("EX13", at=1.0, ghost=0.0))
    first = root[0]
    assert first.tag.endswith("g")
    assert float(first.attrib["opacity"]) < 0.5
    assert len(first) > 30


@pytest.mark.parametrize("name", movement_ids())
def test_left_is_the_exact_mirror_of_right(name: str) -> None:
    data = figure(name)
    if not data["sided"]:
        assert svg(name, side="left", at=0.5) == svg(name, side="right", at=0.5)
        return
    for at in (0.0, 0.3, 1.0):
        body = ball_places(data, at)
        right = project(data, body, "right")
        left = project(data, mirrored(body), "left")
        for (u, v), (lu, lv) in zip(right, left, strict=True):
            assert lu == pytest.approx(-u, abs=1e-9)
            assert lv == pytest.approx(v, abs=1e-9)
        shown = zip(frames(name, "right", at), frames(name, "left", at), strict=True)
        for one, other in shown:
            assert (one.item, one.tone) == (other.item, other.tone)
            xs, mirrored_xs = (
                sorted(x * sign for x, _ in points_of(d.path)) for d, sign in ((one, 1), (other, -1))
            )
            assert xs[0] == pytest.approx(mirrored_xs[0], abs=0.3)
            assert xs[-1] == pytest.approx(mirrored_xs[-1], abs=0.3)


@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize("name", [name for name in movement_ids() if figure(name)["sided"]])
def test_the_working_limb_is_the_anatomical_one(name: str, side: Side) -> None:
    """Measured on the body itself: from the pelvis, the working thigh's joint lies on the side asked for."""
    data = figure(name)
    places, quats = pose_at(data, 0.5)
    names = data["segment_names"]
    left_axis = rotate(quats[names.index("pelvis")], (0.0, 1.0, 0.0))
    working = {
        data["balls"][ball][0]
        for item in data["items"]
        if item["tone"] == "work"
        for link in item["links"]
        for ball in link
    }
    thighs = [i for i in working if names[i].startswith("thigh")]
    assert len(thighs) == 1
    pelvis, hip = places[names.index("pelvis")], places[thighs[0]]
    if side == "left":
        (pelvis, hip), left_axis = mirrored([pelvis, hip]), (left_axis[0], -left_axis[1], left_axis[2])
        # the mirrored body's left is the mirror image of the right
        left_axis = (-left_axis[0], -left_axis[1], -left_axis[2])
    sideways = sum(a * (h - p) for a, h, p in zip(left_axis, hip, pelvis, strict=True))
    assert (sideways < 0) == (side == "right")


@pytest.mark.parametrize("name", movement_ids())
def test_words_name_the_side(name: str) -> None:
    for side, other in (SIDES, SIDES[::-1]):
        text = describe(name, side)
        assert len(text) > 40
        assert "{" not in text
        if figure(name)["sided"]:
            assert side in text.lower()
            assert text != describe(name, other)
        else:
            assert text == describe(name, other)


def test_an_unknown_movement_is_refused_by_name() -> None:
    for ask in (movement_json, svg, describe):
        with pytest.raises(UnknownMovement, match="no movement 'EX99'"):
            ask("EX99")


def test_every_tone_has_its_paints() -> None:
    paints = palette()
    for name in movement_ids():
        for item in figure(name)["items"]:
            assert item["tone"] in paints
            if item.get("lit"):
                assert f"{item['tone']}_light" in paints
    for paint in paints.values():
        assert set(paint) == {"css", "plain", "plain_dark"}


circles = st.lists(
    st.tuples(st.floats(-500, 500), st.floats(-500, 500), st.floats(1, 120)), min_size=1, max_size=7
)


@given(circles)
def test_a_hull_holds_all_its_circles(some: list[tuple[float, float, float]]) -> None:
    path = hull_path(some)
    assert path.startswith("M")
    assert path.endswith("Z")
    corners = points_of(path)
    # Each end point lies on one of the circles, and no circle reaches beyond the outermost of them by more
    # than the arc between two neighbouring directions can hide.
    for x, y in corners:
        assert min(abs(((x - cx) ** 2 + (y - cy) ** 2) ** 0.5 - r) for cx, cy, r in some) < 0.2
    left = min(cx - r for cx, _, r in some)
    widest = max(r for _, _, r in some)
    assert min(x for x, _ in corners) >= left - 0.2
    assert min(x for x, _ in corners) <= left + 2 * widest + 0.2
