"""Change one thing at a time in `care`, and see whether a test notices.

``python -m tools.mutate screen due`` turns comparisons, logic, numbers and truth values of these
modules around, one at a time in a copy of the project, and runs the tests of care over each: those
of the module first. What no test notices is written to ``build/mutants/MODULE.json`` and printed.
Without names all modules are tried, which takes many hours.
"""

from __future__ import annotations

import argparse
import ast
import copy
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Final, NamedTuple

ROOT: Final = Path(__file__).resolve().parent.parent
CARE: Final = Path("src/unpinch/care")
OUT: Final = ROOT / "build" / "mutants"

COMPARISONS: Final[dict[type[ast.cmpop], type[ast.cmpop]]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
}


class Mutant(NamedTuple):
    """A module with one thing changed."""

    line: int
    was: str
    now: str
    source: str


def mutants(source: str) -> Iterator[Mutant]:
    """Yield every mutant of a module, in the order of its lines."""
    tree = ast.parse(source)
    places = [(node, number) for number, node in enumerate(ast.walk(tree)) if isinstance(node, ast.expr)]
    for node, number in sorted(places, key=lambda place: (place[0].lineno, place[0].col_offset)):
        for change in _changes(node):
            other = copy.deepcopy(tree)
            twin = next(part for index, part in enumerate(ast.walk(other)) if index == number)
            change(twin)
            yield Mutant(node.lineno, ast.unparse(node), ast.unparse(twin), ast.unparse(other))


def _changes(node: ast.expr) -> Iterator[Callable[[ast.AST], None]]:
    """Yield what can be changed about an expression."""
    if isinstance(node, ast.Compare) and len(node.ops) == 1:
        yield lambda twin: setattr(twin, "ops", [COMPARISONS[type(node.ops[0])]()])
    elif isinstance(node, ast.BoolOp):
        yield lambda twin: setattr(twin, "op", ast.And() if isinstance(node.op, ast.Or) else ast.Or())
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        yield lambda twin: setattr(twin, "operand", ast.UnaryOp(ast.Not(), node.operand))
    elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.Sub):
        yield lambda twin: setattr(twin, "op", ast.Sub() if isinstance(node.op, ast.Add) else ast.Add())
    elif isinstance(node, ast.Constant) and isinstance(node.value, bool):
        yield lambda twin: setattr(twin, "value", not node.value)
    elif isinstance(node, ast.Constant) and isinstance(node.value, int | float):
        value = node.value
        yield lambda twin: setattr(twin, "value", value + 1)


def copied(folder: Path) -> Path:
    """Copy what the tests of care need."""
    for name in ("src", "tests", "tools"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", folder)
    return folder


def noticed(folder: Path, module: str, limit_s: float) -> bool:
    """Tell whether the tests fail in a copy; one that runs for too long counts as failed."""
    own = f"tests/care/test_{module}.py"
    batches = [[own]] if (folder / own).is_file() else []
    batches.append(["tests/care", f"--ignore={own}"])
    paths = os.pathsep.join(map(str, (folder / "src", folder)))
    settings = {**os.environ, "PYTHONPATH": paths, "PYTHONDONTWRITEBYTECODE": "1", "CI": "1"}
    for batch in batches:
        command = (sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", *batch)
        try:
            done = subprocess.run(command, cwd=folder, env=settings, capture_output=True, timeout=limit_s)
        except subprocess.TimeoutExpired:
            return True
        if done.returncode:
            return True
    return False


def survivors(module: str, folder: Path, limit_s: float, most: int | None) -> tuple[int, list[Mutant]]:
    """Try the mutants of a module in a copy; return how many there were, and which lived."""
    file = folder / CARE / f"{module}.py"
    source = file.read_text("utf-8")
    tried = list(mutants(source))
    tried = tried if most is None else tried[:: max(1, len(tried) // most)]
    lived = []
    for number, mutant in enumerate(tried, 1):
        file.write_text(mutant.source, "utf-8")
        if not noticed(folder, module, limit_s):
            lived.append(mutant)
            print(f"LIVED {module}.py:{mutant.line}: {mutant.was}  ->  {mutant.now}", flush=True)
        print(f"{module}: {number} of {len(tried)}, {len(lived)} lived", file=sys.stderr, flush=True)
    file.write_text(source, "utf-8")
    return len(tried), lived


def main(arguments: Sequence[str] | None = None, out: Path = OUT) -> int:
    """Try mutants; return 1 when one lived, 2 when the tests fail without any change."""
    parser = argparse.ArgumentParser(
        prog="tools.mutate", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    known = sorted(path.stem for path in (ROOT / CARE).glob("*.py") if path.stem != "__init__")
    parser.add_argument("modules", nargs="*", metavar="MODULE", help="modules of care; all without")
    parser.add_argument("--most", type=int, help="try about this many mutants of a module, spread over it")
    parser.add_argument("--limit", type=float, default=600.0, help="seconds that the tests may take (600)")
    options = parser.parse_args(arguments)
    if unknown := set(options.modules) - set(known):
        parser.error(f"care has no module {', '.join(sorted(unknown))}")
    out.mkdir(parents=True, exist_ok=True)
    total = 0
    with tempfile.TemporaryDirectory() as place:
        folder = copied(Path(place))
        for module in options.modules or known:
            if noticed(folder, module, options.limit):
                print(f"{module}: the tests fail, or take too long, without any change", file=sys.stderr)
                return 2
            tried, lived = survivors(module, folder, options.limit, options.most)
            told = [{"line": one.line, "was": one.was, "now": one.now} for one in lived]
            report = {"module": module, "mutants": tried, "lived": told}
            (out / f"{module}.json").write_text(json.dumps(report, indent=2) + "\n", "utf-8")
            print(f"{module}: {tried - len(lived)} of {tried} mutants noticed")
            total += len(lived)
    return 1 if total else 0


if __name__ == "__main__":
    sys.exit(main())
