"""Let an independent validator judge the bundles that are written.

``python -m tools.fhir_check --journals 200`` makes that many journals, each from its own number, and
the demo person's and an empty one, writes each as a document of FHIR R4, and lets ``fhir_check.mjs``
judge all of them in one process of Node, by the definitions of FHIR R4 in npm's ``@medplum``. Every
second one holds everything that can be told, the others what is told when nobody asks for more. With
``--files`` it judges bundles of yours. Ends with 1 when one is faulty.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import os
import random
import shutil
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final, NamedTuple

from tests.care.journals import made
from unpinch.exchange.fhir import export
from unpinch.journal import Journal
from unpinch.knowledge import load
from unpinch.trials.demo import demo

ROOT: Final = Path(__file__).resolve().parent.parent
SCRIPT: Final = Path(__file__).with_suffix(".mjs")
NOON: Final = dt.datetime(2025, 6, 2, 12, tzinfo=dt.timezone(dt.timedelta(hours=2)))


class NoNode(RuntimeError):
    """There is no Node here; `make setup` installs one."""


class Verdict(NamedTuple):
    """What the validator says of one bundle."""

    resources: int
    faults: list[str]


def find_node() -> str:
    """Return the Node of the machine, or the one that setup installed.

    Raises
    ------
    NoNode
        When there is neither.
    """
    beside = Path(sys.executable).parent
    found = shutil.which("node", path=f"{beside}{os.pathsep}{os.environ.get('PATH', '')}")
    if found is None:
        raise NoNode("found no Node; `make setup` installs one")
    return found


def judge(bundles: Iterable[bytes]) -> list[Verdict]:
    """Let one process of Node judge bundles, each as JSON.

    Raises
    ------
    RuntimeError
        When it does not come to an end.
    """
    lines = b"".join(json.dumps(json.loads(one)).encode() + b"\n" for one in bundles)
    done = subprocess.run([find_node(), SCRIPT], input=lines, capture_output=True, cwd=ROOT)
    if done.returncode:
        raise RuntimeError(f"{SCRIPT.name}: {done.stderr.decode(errors='replace')[-500:]}")
    return [Verdict(**json.loads(line)) for line in done.stdout.splitlines()]


def documents(journals: int, *, first: int = 0) -> Iterator[tuple[str, bytes]]:
    """Yield documents with their names: an empty journal's, the demo person's, and made-up ones."""
    known = load()
    yield "empty", export(Journal(), NOON, known).to_json()
    told = demo(NOON, random.Random(1), days=30)
    yield "demo", export(told, NOON, known).to_json()
    for number in range(first, first + journals):
        one = made(number)
        whole = number % 2 == 0
        leave_out = frozenset[str]() if whole else None
        yield (
            f"journal {number}",
            export(one.journal, one.now, known, leave_out=leave_out, everything=whole).to_json(),
        )


def main(arguments: list[str] | None = None) -> int:
    """Judge, and tell what was found; 1 when a bundle is faulty."""
    parser = argparse.ArgumentParser(prog="tools.fhir_check", description=__doc__.partition("\n")[0])
    parser.add_argument("--journals", type=int, default=200, help="how many made-up journals")
    parser.add_argument("--first", type=int, default=0, help="number of the first one")
    parser.add_argument("--files", nargs="*", type=Path, help="bundles to be judged instead")
    asked = parser.parse_args(arguments)
    began = time.perf_counter()
    if asked.files:
        named = [(str(path), path.read_bytes()) for path in asked.files]
    else:
        named = list(documents(asked.journals, first=asked.first))
    written = time.perf_counter()
    verdicts = judge(raw for _, raw in named)
    ended = time.perf_counter()
    faulty = [(name, verdict) for (name, _), verdict in zip(named, verdicts, strict=True) if verdict.faults]
    for name, verdict in faulty:
        print(f"{name}: {len(verdict.faults)} faults, the first: {verdict.faults[0]}")
    resources = sum(verdict.resources for verdict in verdicts)
    print(f"{len(verdicts)} bundles with {resources} resources, {len(faulty)} of them faulty")
    print(f"written in {written - began:.0f} s, judged in {ended - written:.0f} s")
    return 1 if faulty else 0


if __name__ == "__main__":
    sys.exit(main())
