"""Hold the line on test coverage: nearly all lines, and every branch where safety is decided."""

import json
import sys
from pathlib import Path
from typing import Any, NamedTuple

LINES_PERCENT_MIN = 95.0
# Here a branch that no test takes could be a person who is told to exercise and should not be.
EVERY_BRANCH = "src/unpinch/care/"


class Verdict(NamedTuple):
    """What was measured, as lines to print, and whether it is enough."""

    lines: list[str]
    holds: bool


def judge(report: dict[str, Any]) -> Verdict:
    """Judge a report of ``coverage json`` made with branch coverage.

    Raises
    ------
    ValueError
        When the report measured no lines or was made without branches.
    """
    totals = report["totals"]
    if not totals["num_statements"]:
        raise ValueError("the report measured no lines; did the tests run?")
    if "num_branches" not in totals:
        raise ValueError("the report has no branches; run coverage with branch = true")
    lines_percent = 100 * totals["covered_lines"] / totals["num_statements"]
    lines_hold = lines_percent >= LINES_PERCENT_MIN
    care = {
        name: file
        for name, file in report["files"].items()
        if name.replace("\\", "/").startswith(EVERY_BRANCH)
    }
    branches = sum(file["summary"]["num_branches"] for file in care.values())
    taken = sum(file["summary"]["covered_branches"] for file in care.values())
    told = [
        f"lines: {lines_percent:.2f} % of {totals['num_statements']} (at least {LINES_PERCENT_MIN:g} %)",
        f"branches of {EVERY_BRANCH}: {taken} of {branches} (all of them)",
    ]
    for name, file in sorted(care.items()):
        if file["missing_branches"]:
            jumps = ", ".join(f"{a}->{b}" for a, b in file["missing_branches"])
            told.append(f"  never taken in {name}: {jumps}")
    if not lines_hold:
        worst = sorted(report["files"].items(), key=lambda item: -item[1]["summary"]["missing_lines"])[:10]
        told += [
            f"  {f['summary']['missing_lines']} lines never run in {n}"
            for n, f in worst
            if f["summary"]["missing_lines"]
        ]
    return Verdict(told, lines_hold and taken == branches)


def main(path: str) -> int:
    """Print the numbers of the report at `path`; return 1 when they are too low."""
    try:
        verdict = judge(json.loads(Path(path).read_text()))
    except (OSError, ValueError) as problem:
        print(f"coverage gate: {problem}", file=sys.stderr)
        return 1
    print("\n".join(verdict.lines))
    return 0 if verdict.holds else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
