"""Map every hazard to what stands against it and to the tests that prove it.

- ``python -m tools.safety`` writes docs/safety.md
- ``--check`` fails when the page is out of date or a test that it names is not there
- ``--proved FOLDER`` fails unless every such test passed, by the JUnit reports in the folder
"""

from __future__ import annotations

import argparse
import ast
import sys
import xml.etree.ElementTree as ET
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from unpinch.knowledge import Knowledge, load
from unpinch.knowledge.hazards import Hazard

ROOT = Path(__file__).resolve().parent.parent
PAGE = "docs/safety.md"

HEAD = """\
# What could do harm, and what stands against it

Written by `python -m tools.safety` from `src/unpinch/knowledge/data/hazards.yaml`; do not edit by hand.

Each hazard has what stands against it, what is left all the same, and the tests that prove it. `make test`
fails when one of these tests is missing, was skipped or did not pass. A test proves that the program does
what is written here. It does not prove that this is enough: no clinician from outside has judged these
questions, locks and rules yet, and nobody has tried them in a study.

Severity (1 a nuisance, 5 lasting harm or death) and probability (1 very rare, 5 usual) are meant before
anything stood against the hazard. They are our own estimates, and so are all rules here that name no source.
"""


def page(hazards: Iterable[Hazard]) -> str:
    """Return docs/safety.md."""
    rows = list(hazards)
    lines = [HEAD, "| hazard | what can happen | severity | probability | tests |", "|---|---|---|---|---|"]
    lines += [
        f"| [{one.id}](#{one.id.lower()}) | {one.what} | {one.severity} | {one.probability} "
        f"| {len(set(named_by([one])))} |"
        for one in rows
    ]
    for one in rows:
        lines += ["", f"## {one.id}", "", f"**{one.what}** {one.harm}"]
        for control in one.controls:
            lines += ["", f"- {control.does}"]
            lines += [f"  - `{test}`" for test in control.tests]
        lines += ["", f"What is left: {one.left}"]
    return "\n".join(lines) + "\n"


def named_by(hazards: Iterable[Hazard]) -> list[str]:
    """Return the tests that hazards name, each once, in their order."""
    return list(dict.fromkeys(test for one in hazards for control in one.controls for test in control.tests))


# --- are they there? ------------------------------------------------------------------------------


def missing(tests: Iterable[str], root: Path = ROOT) -> list[str]:
    """Return the tests that no file defines, and those that a usual run leaves out as slow."""
    found = []
    for test in tests:
        path, _, name = test.partition("[")[0].partition("::")
        defined = _defined(root / path)
        if name not in defined:
            found.append(f"{test}: there is no such test")
        elif "slow" in defined[name]:
            found.append(f"{test}: is slow, so that no usual run proves it")
    return found


def _defined(file: Path) -> Mapping[str, set[str]]:
    """Return the tests of a file with the marks that stand on them."""
    if not file.is_file():
        return {}
    tree = ast.parse(file.read_text("utf-8"))
    return {
        node.name: {part.attr for line in node.decorator_list for part in _attributes(line)}
        for node in tree.body
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_")
    }


def _attributes(node: ast.expr) -> Iterator[ast.Attribute]:
    return (part for part in ast.walk(node) if isinstance(part, ast.Attribute))


# --- did they pass? -------------------------------------------------------------------------------


def outcomes(folder: Path) -> dict[str, list[str]]:
    """Return how each test of the reports in a folder ended, one word a run of it.

    A test is named as it is in a hazard, with the name of its case and without.

    Raises
    ------
    ValueError
        When a report cannot be read.
    """
    found: dict[str, list[str]] = {}
    for report in sorted(folder.glob("*.xml")):
        try:
            cases = list(ET.parse(report).getroot().iter("testcase"))
        except ET.ParseError as error:
            raise ValueError(f"{report.name}: {error}") from error
        for case in cases:
            ended = next(
                (word for word in ("failure", "error", "skipped") if case.find(word) is not None), ""
            )
            place = f"{case.get('classname', '').replace('.', '/')}.py"
            name = case.get("name", "")
            for test in {name, name.partition("[")[0]}:
                found.setdefault(f"{place}::{test}", []).append(ended or "passed")
    return found


def unproved(hazards: Iterable[Hazard], ended: Mapping[str, list[str]]) -> list[str]:
    """Return a line for each hazard's test that did not run, was skipped or did not pass."""
    lines = []
    for one in hazards:
        for test in named_by([one]):
            words = ended.get(test, ["missing from the reports"])
            bad = sorted({word for word in words if word != "passed"})
            if bad:
                lines.append(f"{one.id}: {test}: {', '.join(bad)}")
    return lines


# --- running --------------------------------------------------------------------------------------


def faults(knowledge: Knowledge, root: Path = ROOT) -> list[str]:
    """Return what is wrong with the page and with the tests that it names."""
    path = root / PAGE
    hazards = list(knowledge.hazards.values())
    stale = not path.is_file() or path.read_text("utf-8") != page(hazards)
    old = [f"{PAGE} is out of date; run `python -m tools.safety`"] if stale else []
    return [*old, *missing(named_by(hazards))]


def main(arguments: list[str] | None = None, root: Path = ROOT) -> int:
    """Write or check the page, or look whether the tests passed; return 1 when something is wrong."""
    parser = argparse.ArgumentParser(
        prog="tools.safety", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--check", action="store_true", help="write nothing")
    parser.add_argument(
        "--proved", type=Path, metavar="FOLDER", help="holds the reports of a run of all tests"
    )
    options = parser.parse_args(arguments)
    knowledge = load()
    hazards = list(knowledge.hazards.values())
    if options.proved is not None:
        try:
            wrong = unproved(hazards, outcomes(options.proved))
        except ValueError as problem:
            wrong = [str(problem)]
        if not wrong:
            print(f"{len(hazards)} hazards, proved by {len(named_by(hazards))} tests")
    elif options.check:
        wrong = faults(knowledge, root)
    else:
        (root / PAGE).parent.mkdir(parents=True, exist_ok=True)
        (root / PAGE).write_text(page(hazards), "utf-8")
        wrong = missing(named_by(hazards))
    for line in wrong:
        print(line, file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
