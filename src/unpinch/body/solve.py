"""Solve movements and write what the runtime draws: ``python -m unpinch.body.solve [ID ...]``.

Build-time only: needs MuJoCo. The answers are committed, so that a running Unpinch needs neither solver
nor model.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from unpinch.body.bake import encode, mannequin, solved_file, still_valid
from unpinch.body.figure import SOLVED
from unpinch.body.movement import Movement, load_movement, movement_files
from unpinch.body.rig import Rig
from unpinch.body.skeleton import BodyDataError, load_skeleton
from unpinch.body.solver import MovementSolver, PoseRejected, faults, motion


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
        touch = f"contact {worst['contact_mm']} mm ({worst['contact']})"
        print(
            f"{name}: {touch}, overlap {worst['overlap_mm']} mm ({worst['overlap']}), {len(out[path])} B",
            flush=True,
        )
    folder.mkdir(parents=True, exist_ok=True)
    for path, data in out.items():  # all at once, so that a reader never meets half of a new mannequin
        path.write_bytes(data)
    return 1 if failed else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
