"""Make one fault at a time in `care`, and see whether a test notices.

``python -m tools.mutate screen due`` turns comparisons, logic, numbers and truth values of these
modules around, one at a time, and runs the tests of care that reach the changed line: the quick ones
first, until one fails. Without names every module is tried. What no test notices is printed, written
to ``build/mutants/MODULE.json``, and held against ``docs/mutants.yaml``, which says of each known
survivor why no test can notice it, or why none needs to. The proofs (thousands of cases each) are left
out for their length: what they alone would notice counts as unnoticed.

The tests are collected once. For each mutant the process is forked, and in the copy the functions of
the module get the mutant's code. What is no function's body (a constant, a default) is tried in a
process of its own, in a copy of the project.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import traceback
import types
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any, Final, NamedTuple

import coverage
import pytest
import yaml
from _pytest.runner import runtestprotocol

from tools.mutants import Mutant, mutants

ROOT: Final = Path(__file__).resolve().parent.parent
KNOWN: Final = Path("docs/mutants.yaml")
LEAST_SHARE: Final = 0.9
"""Of the mutants a test must notice."""


class Place(NamedTuple):
    """Where the modules are, and what tests them."""

    root: Path
    package: str
    source: Path  # of the package, below the root
    tests: Path

    def modules(self) -> list[str]:
        """Return the names of the modules."""
        files = (self.root / self.source).glob("*.py")
        return sorted(path.stem for path in files if path.stem != "__init__")

    def read(self, module: str) -> str:
        """Return the source of a module."""
        return (self.root / self.source / f"{module}.py").read_text("utf-8")


CARE: Final = Place(ROOT, "unpinch.care", Path("src/unpinch/care"), Path("tests/care"))


class Reach(NamedTuple):
    """What one test takes, and which lines of which modules it runs."""

    test: str
    took_s: float
    lines: dict[str, frozenset[int]]


class Outcome(NamedTuple):
    """What came of the mutants of a module."""

    module: str
    tried: int
    lived: list[Mutant]


# --- in a forked copy -----------------------------------------------------------------------------


def forked(work: Callable[[], int], limit_s: float) -> int:
    """Run something in a copy of this process; return its exit status, 1 when it takes too long."""
    sys.stdout.flush()
    child = os.fork()
    if child == 0:
        os.setpgid(0, 0)
        status = 70
        try:
            with open(os.devnull, "w") as nowhere:
                os.dup2(nowhere.fileno(), 1)
                os.dup2(nowhere.fileno(), 2)
            status = work()
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(status)
    until = time.monotonic() + limit_s
    while time.monotonic() < until:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.002)
    os.killpg(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return 1


def passes(items: Sequence[pytest.Item]) -> bool:
    """Run tests until one fails."""
    for place, item in enumerate(items):
        following = items[place + 1] if place + 1 < len(items) else None
        if any(report.failed for report in runtestprotocol(item, log=False, nextitem=following)):
            return False
    return True


def reaches(items: Sequence[pytest.Item], place: Place, told: Path) -> int:
    """Write which lines of the modules each test runs, and how long it takes; or what went wrong."""
    try:
        told.write_text(json.dumps(_reaches(items, place)))
    except Exception as error:
        told.write_text(json.dumps({"fault": f"{type(error).__name__}: {error}"}))
    return 0


def _reaches(items: Sequence[pytest.Item], place: Place) -> dict[str, object]:
    watch = coverage.Coverage(data_file=None, include=[f"{place.root / place.source}/*"], config_file=False)
    watch.start()
    times = {}
    for number, item in enumerate(items):
        watch.switch_context(item.nodeid)
        began = time.monotonic()
        following = items[number + 1] if number + 1 < len(items) else None
        if any(report.failed for report in runtestprotocol(item, log=False, nextitem=following)):
            return {"fault": f"{item.nodeid}: the tests fail without any change"}
        times[item.nodeid] = time.monotonic() - began
    watch.stop()
    data = watch.get_data()
    lines: dict[str, dict[str, list[int]]] = {name: {} for name in times}
    for file in data.measured_files():
        for line, tests in data.contexts_by_lineno(file).items():
            for test in filter(None, tests):
                lines[test].setdefault(Path(file).stem, []).append(line)
    return {"times": times, "lines": lines}


def transplant(module: types.ModuleType, mutant: Mutant) -> None:
    """Give the functions and methods of a loaded module the code of its mutant."""
    fresh: dict[str, object] = {"__name__": module.__name__, "__file__": module.__file__}
    exec(compile(mutant.source, str(module.__file__), "exec"), fresh)
    _graft(vars(module), fresh, module.__name__)


def _graft(old: Mapping[str, object], new: Mapping[str, object], home: str) -> None:
    for name, one in list(old.items()):
        other = new.get(name)
        if isinstance(one, type) and isinstance(other, type) and one.__module__ == home:
            _graft(vars(one), vars(other), home)
        if hasattr(one, "cache_clear"):
            one.cache_clear()
        one, other = _function(one), _function(other)
        if one is not None and other is not None and one.__module__ == home:
            one.__code__ = other.__code__


def _function(one: object) -> types.FunctionType | None:
    """Return what runs when something is called or looked at; None when it is nothing written here."""
    one = one.fget if isinstance(one, property) else one
    one = getattr(one, "__wrapped__", one)
    return one if isinstance(one, types.FunctionType) else None


# --- the tests, collected once ----------------------------------------------------------------------


class Hunt:
    """A pytest plugin: instead of running the tests once, run those that matter over each mutant."""

    def __init__(self, place: Place, modules: Sequence[str], most: int | None, slack: float) -> None:
        self.place, self.modules, self.most, self.slack = place, modules, most, slack
        self.outcomes: list[Outcome] = []
        self.fault: str | None = None

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Try every mutant of every module that was asked for."""
        items = {
            item.nodeid: item
            for item in session.items
            if not any(item.get_closest_marker(name) for name in ("subprocess", "proof"))
        }
        found = self._reached(list(items.values()))
        if found is not None:
            with tempfile.TemporaryDirectory() as folder:
                apart = Apart(self.place, Path(folder))
                for module in self.modules:
                    self.outcomes.append(self._tried(module, items, found, apart))
        return True

    def _reached(self, items: Sequence[pytest.Item]) -> list[Reach] | None:
        with tempfile.TemporaryDirectory() as folder:
            told = Path(folder) / "reach.json"
            ended = forked(lambda: reaches(items, self.place, told), 3600.0)
            read: dict[str, Any] = {"fault": f"the tests end with {ended}"}
            if told.exists():
                read = json.loads(told.read_text())
        if "fault" in read:
            self.fault = read["fault"]
            return None
        return [
            Reach(test, took, {name: frozenset(lines) for name, lines in read["lines"][test].items()})
            for test, took in read["times"].items()
        ]

    def _tried(self, name: str, items: dict[str, pytest.Item], found: list[Reach], apart: Apart) -> Outcome:
        tried = list(mutants(self.place.read(name)))
        tried = tried if self.most is None else tried[:: max(1, len(tried) // self.most)]
        module = import_module(f"{self.place.package}.{name}")
        lived = []
        for number, mutant in enumerate(tried, 1):
            if mutant.inside:
                unseen = self._unseen(module, mutant, items, found)
            else:
                unseen = not apart.noticed(name, mutant)
            if unseen:
                lived.append(mutant)
                _say(f"LIVED {name}.py:{mutant.line}: {mutant.name}")
            if number % 20 == 0 or number == len(tried):
                _say(f"{name}: {number} of {len(tried)} tried, {len(lived)} lived")
        return Outcome(name, len(tried), lived)

    def _unseen(
        self,
        module: types.ModuleType,
        mutant: Mutant,
        items: dict[str, pytest.Item],
        found: Sequence[Reach],
    ) -> bool:
        name = module.__name__.rpartition(".")[2]
        near = [one for one in found if mutant.line in one.lines.get(name, frozenset())]
        # An expression may begin on a line of its own that is no step of the program.
        near = near or [one for one in found if name in one.lines]
        near.sort(key=lambda one: one.took_s)

        def work() -> int:
            transplant(module, mutant)
            return 0 if passes([items[one.test] for one in near]) else 1

        return forked(work, 20.0 + self.slack * sum(one.took_s for one in near)) == 0


class Apart:
    """A copy of the project, for what no function's code can show."""

    def __init__(self, place: Place, folder: Path) -> None:
        self.place, self.folder = place, folder
        for name in ("src", "tests", "tools"):
            if (place.root / name).is_dir():
                unread = shutil.ignore_patterns("__pycache__")
                shutil.copytree(place.root / name, folder / name, ignore=unread)
        shutil.copy(place.root / "pyproject.toml", folder)

    def noticed(self, module: str, mutant: Mutant, limit_s: float = 900.0) -> bool:
        """Tell whether the tests fail in the copy; one that runs for too long counts as failed."""
        file = self.folder / self.place.source / f"{module}.py"
        before = file.read_text("utf-8")
        file.write_text(mutant.source, "utf-8")
        try:
            return any(not self._pass(batch, limit_s) for batch in self._batches(module))
        finally:
            file.write_text(before, "utf-8")

    def _batches(self, module: str) -> Iterable[list[str]]:
        """Return the tests of the module itself and of the shape of all, and then all others."""
        tests = self.place.tests
        first = [tests / "test_structs.py", tests / f"test_{module}.py"]
        own = [str(path) for path in first if (self.folder / path).is_file()]
        return ([own] if own else []) + [[str(tests), *(f"--ignore={path}" for path in own)]]

    def _pass(self, batch: Sequence[str], limit_s: float) -> bool:
        paths = os.pathsep.join(map(str, (self.folder / "src", self.folder)))
        settings = {**os.environ, "PYTHONPATH": paths, "PYTHONDONTWRITEBYTECODE": "1", "CI": "1"}
        command = (sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", *batch)
        try:
            done = subprocess.run(
                command, cwd=self.folder, env=settings, capture_output=True, timeout=limit_s
            )
        except subprocess.TimeoutExpired:
            return False
        return done.returncode == 0


def _say(line: str) -> None:
    print(line, file=sys.__stderr__, flush=True)


# --- what is told -----------------------------------------------------------------------------------


def known_survivors(file: Path) -> dict[str, Counter[str]]:
    """Return for each module the survivors that are explained, by what was changed."""
    told = yaml.safe_load(file.read_text("utf-8")) if file.is_file() else {}
    return {module: Counter(one["change"] for one in each) for module, each in (told or {}).items()}


def keep(outcome: Outcome, out: Path) -> None:
    """Write what came of a module."""
    told = [{"line": one.line, "was": one.was, "now": one.now} for one in outcome.lived]
    report = {"module": outcome.module, "mutants": outcome.tried, "lived": told}
    out.mkdir(parents=True, exist_ok=True)
    (out / f"{outcome.module}.json").write_text(json.dumps(report, indent=2) + "\n", "utf-8")


def summary(outcomes: Sequence[Outcome], known: dict[str, Counter[str]]) -> tuple[str, bool]:
    """Return the closing lines, and whether enough was noticed and all that lived is explained."""
    lines, unexplained = [f"{'module':<12} {'mutants':>8} {'noticed':>8}"], []
    tried = lived = 0
    for one in outcomes:
        lines.append(f"{one.module:<12} {one.tried:>8} {one.tried - len(one.lived):>8}")
        tried, lived = tried + one.tried, lived + len(one.lived)
        left = Counter(mutant.name for mutant in one.lived) - known.get(one.module, Counter())
        unexplained += [f"{one.module}: {name} ({times})" for name, times in left.items()]
    share = (tried - lived) / tried if tried else 1.0
    lines.append(f"{'all':<12} {tried:>8} {tried - lived:>8}  {100 * share:.1f} %")
    if unexplained:
        lines += [f"not explained in {KNOWN}:", *(f"  {name}" for name in unexplained)]
    return "\n".join(lines), share >= LEAST_SHARE and not unexplained


def main(arguments: Sequence[str] | None = None, place: Place = CARE) -> int:
    """Try mutants; return 1 when too many lived or one is not explained, 2 when a test fails unchanged."""
    parser = argparse.ArgumentParser(
        prog="tools.mutate", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    known = place.modules()
    parser.add_argument("modules", nargs="*", metavar="MODULE", help="modules of care; all without")
    parser.add_argument("--most", type=int, help="try about this many mutants of a module, spread over it")
    parser.add_argument(
        "--slack", type=float, default=10.0, help="how many times longer than usual the tests may take (10)"
    )
    options = parser.parse_args(arguments)
    if unknown := set(options.modules) - set(known):
        parser.error(f"care has no module {', '.join(sorted(unknown))}")
    os.environ["CI"] = "1"  # every run tries the same examples
    hunt = Hunt(place, options.modules or known, options.most, options.slack)
    ended = pytest.main(["-q", "-p", "no:cacheprovider", str(place.root / place.tests)], plugins=[hunt])
    if hunt.fault is not None or (ended and not hunt.outcomes):
        print(hunt.fault or "the tests cannot be collected", file=sys.stderr)
        return 2
    for outcome in hunt.outcomes:
        keep(outcome, place.root / "build" / "mutants")
    told, enough = summary(hunt.outcomes, known_survivors(place.root / KNOWN))
    print(told)
    return 0 if enough else 1


if __name__ == "__main__":
    sys.exit(main())
