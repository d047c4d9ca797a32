"""The mannequin as a MuJoCo model (MJCF): bodies, hinges, ball geoms.

Build-time only. The model is made from `skeleton.yaml`, never written by hand.
"""

from __future__ import annotations

from xml.etree import ElementTree as ET

from unpinch.body.skeleton import Segment, Skeleton

ROOT_TURNS = (("pelvis_side", "-1 0 0"), ("pelvis_tilt", "0 1 0"), ("pelvis_turn", "0 0 1"))
ROOT_TURN_DEG = 95.0


def _text(values: tuple[float, ...]) -> str:
    return " ".join(f"{value:.6g}" for value in values)


def mannequin_xml(skeleton: Skeleton) -> str:
    """Write the model as MJCF text.

    The pelvis hangs from a carrier with three slides along the world's axes; its own three hinges
    turn it from the posture's rest turn, which a solver sets as the pelvis body's quaternion.
    """
    root = ET.Element("mujoco", model="mannequin")
    ET.SubElement(root, "compiler", angle="degree", autolimits="true", boundmass="0.001", boundinertia="1e-5")
    ET.SubElement(root, "option", gravity="0 0 0")
    world = ET.SubElement(root, "worldbody")
    carrier = ET.SubElement(world, "body", name="carrier")
    for axis, direction in (("x", "1 0 0"), ("y", "0 1 0"), ("z", "0 0 1")):
        ET.SubElement(carrier, "joint", name=f"root_{axis}", type="slide", axis=direction, range="-3 3")
    bodies: dict[str, ET.Element] = {}
    for segment in skeleton.segments:
        parent = carrier if segment.parent is None else bodies[segment.parent]
        bodies[segment.name] = _add_body(parent, segment)
    for ball in skeleton.balls:
        ET.SubElement(
            bodies[ball.segment],
            "geom",
            name=ball.name,
            type="sphere",
            size=f"{ball.r:.6g}",
            pos=_text(ball.at),
            mass="0",
            contype="0",
            conaffinity="0",
        )
    ET.indent(root)
    return ET.tostring(root, encoding="unicode")


def _add_body(parent: ET.Element, segment: Segment) -> ET.Element:
    body = ET.SubElement(parent, "body", name=segment.name, pos=_text(segment.at))
    ET.SubElement(body, "inertial", pos="0 0 0", mass=f"{segment.mass:.4g}", diaginertia="0.001 0.001 0.001")
    if segment.parent is None:
        for name, axis in ROOT_TURNS:
            ET.SubElement(
                body, "joint", name=name, type="hinge", axis=axis, range=f"{-ROOT_TURN_DEG} {ROOT_TURN_DEG}"
            )
    for joint in segment.joints:
        ET.SubElement(
            body, "joint", name=joint.name, type="hinge", axis=_text(joint.axis), range=_text(joint.range)
        )
    return body
