"""How it moves: one definition per exercise, solved once, drawn everywhere.

The runtime reads solved files only; `solve`, `ik`, `rig` and `mjcf` are build-time and need MuJoCo.
"""

from unpinch.body.describe import describe
from unpinch.body.figure import UnknownMovement, movement_ids, movement_json
from unpinch.body.picture import frames, svg

__all__ = ["UnknownMovement", "describe", "frames", "movement_ids", "movement_json", "svg"]
