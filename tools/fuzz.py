"""Feed broken input to what reads from outside, as much of it as one likes.

``python -m tools.fuzz fhir --cases 1000000`` breaks examples of bundles a million times, each from its
own number, and lets the reader read them; ``journal`` and ``copy`` are the other targets. A reader must
answer, or refuse in one clear line. Input on which it does neither is written to ``build/fuzz``, and
the command ends with 1.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from tests.exchange.fuzzing import TARGETS, Target, Wrong, attempt

ROOT: Final = Path(__file__).resolve().parent.parent
FOLDER: Final = ROOT / "build" / "fuzz"
OFTEN: Final = 10_000


def fuzz(target: Target, seeds: Sequence[int]) -> tuple[int, dict[int, tuple[bytes, str]]]:
    """Try one case for each number; return how many were taken, and what went wrong by its number."""
    examples = target.examples()
    taken = 0
    wrong: dict[int, tuple[bytes, str]] = {}
    began = time.perf_counter()
    for count, seed in enumerate(seeds, start=1):
        raw = target.wrong(examples, random.Random(seed))
        try:
            taken += attempt(target, raw)
        except Wrong as error:
            wrong[seed] = raw, str(error)
        if count % OFTEN == 0:
            print(f"{count} cases, {time.perf_counter() - began:.0f} s, {len(wrong)} wrong", flush=True)
    return taken, wrong


def main(
    arguments: list[str] | None = None, folder: Path = FOLDER, targets: dict[str, Target] = TARGETS
) -> int:
    """Try, and tell what came of it; 1 when something went wrong."""
    parser = argparse.ArgumentParser(prog="tools.fuzz", description=__doc__.partition("\n")[0])
    parser.add_argument("target", choices=sorted(targets), help="what is to read")
    parser.add_argument("--cases", type=int, default=OFTEN, help="how many")
    parser.add_argument("--first", type=int, default=0, help="number of the first case")
    asked = parser.parse_args(arguments)
    taken, wrong = fuzz(targets[asked.target], range(asked.first, asked.first + asked.cases))
    for seed, (raw, why) in wrong.items():
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{asked.target}-{seed}.json").write_bytes(raw)
        print(f"case {seed}: {why}")
    print(
        f"{asked.cases} cases: {taken} taken, {asked.cases - taken - len(wrong)} refused, {len(wrong)} wrong"
    )
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
