"""Run the project's gates one after another and say at the end which held.

Every gate runs, also after one has failed; the last line counts the tests.
"""

import argparse
import os
import shutil
import subprocess
import sys
import time
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
REPORTS = ROOT / "build" / "reports"


class Gate(NamedTuple):
    """A named check: it holds when all its commands, run in order, succeed."""

    name: str
    commands: tuple[tuple[str, ...], ...]


class Result(NamedTuple):
    """How a gate ended."""

    gate: str
    held: bool
    took_s: float


def gates(mode: str, workers: str) -> list[Gate]:
    """Return the gates of `mode`, ``all`` or ``fast``, in the order in which they run."""
    module = (sys.executable, "-m")
    style = [
        Gate("ruff check", ((*module, "ruff", "check", "."),)),
        Gate("ruff format", ((*module, "ruff", "format", "--check", "."),)),
        Gate("mypy --strict", ((*module, "mypy"),)),
        Gate("sources", ((*module, "tools.sources", "--check"), (*module, "tools.sources", "--age"))),
        Gate("import contracts", ((str(Path(sys.executable).with_name("lint-imports")),),)),
    ]
    if mode == "fast":
        return [*style, Gate("tests", ((*module, *pytest("tests", "not browser and not slow", workers)),))]
    coverage = (*module, "coverage")
    covered = pytest("tests", "not browser and not proof and not slow", workers)
    # Counting lines makes a program three times slower, and these run no line that the others miss.
    uncovered = pytest("proofs", "(browser or proof) and not slow", workers)
    report = str(REPORTS / "coverage.json")
    return [
        *style,
        Gate("tests", ((*coverage, "run", "-m", *covered),)),
        Gate("proofs and browser", ((*module, *uncovered),)),
        Gate(
            "coverage",
            (
                (*coverage, "combine", "--quiet"),
                (*coverage, "json", "--quiet", "-o", report),
                (*module, "tools.coverage_gate", report),
            ),
        ),
        Gate("hazards", ((*module, "tools.safety", "--proved", str(REPORTS)),)),
    ]


def pytest(report: str, which: str, workers: str) -> tuple[str, ...]:
    """Return the command that runs the tests which a marker expression names, and reports on them."""
    file = REPORTS / f"{report}.xml"
    return ("pytest", "-q", "-n", workers, "--dist", "worksteal", f"--junitxml={file}", "-m", which)


def run_gate(gate: Gate) -> Result:
    """Run the commands of `gate` until one fails."""
    print(f"\n=== {gate.name} ===", flush=True)
    start = time.monotonic()
    held = all(
        subprocess.run(command, cwd=ROOT, stdin=subprocess.DEVNULL).returncode == 0
        for command in gate.commands
    )
    return Result(gate.name, held, time.monotonic() - start)


def count_tests(reports: list[Path]) -> str:
    """Return pytest's numbers as a plain line, such as ``12 passed, 0 failed``.

    Skipped tests are counted when there are any, so that none is left out in silence.
    """
    total = failed = skipped = 0
    for report in reports:
        for suite in ET.parse(report).getroot().iter("testsuite"):
            total += int(suite.get("tests", 0))
            failed += int(suite.get("failures", 0)) + int(suite.get("errors", 0))
            skipped += int(suite.get("skipped", 0))
    line = f"{total - failed - skipped} passed, {failed} failed"
    if not reports:
        return f"{line} (the tests did not run to their end)"
    return f"{line}, {skipped} skipped" if skipped else line


def summary(results: list[Result], tests: str) -> str:
    """Return the closing lines: each gate, what failed, and the number of tests."""
    lines = ["", "=== summary ==="]
    lines += [f"{'ok' if r.held else 'FAILED':<7} {r.gate:<20} {r.took_s:6.1f} s" for r in results]
    failed = [r.gate for r in results if not r.held]
    lines.append(f"failed: {', '.join(failed)}" if failed else "every gate held")
    return "\n".join([*lines, tests])


def main() -> int:
    """Run the gates of a mode; return 1 when any failed."""
    parser = argparse.ArgumentParser(prog="tools.check", description=main.__doc__)
    parser.add_argument("mode", choices=["all", "fast"])
    mode = parser.parse_args().mode
    REPORTS.mkdir(parents=True, exist_ok=True)
    for old in REPORTS.glob("*.xml"):
        old.unlink()
    if mode == "all":
        shutil.rmtree(ROOT / "build" / "coverage", ignore_errors=True)
    results = [run_gate(gate) for gate in gates(mode, os.environ.get("UNPINCH_WORKERS", "2"))]
    print(summary(results, count_tests(sorted(REPORTS.glob("*.xml")))), flush=True)
    return 0 if all(result.held for result in results) else 1


if __name__ == "__main__":
    sys.exit(main())
