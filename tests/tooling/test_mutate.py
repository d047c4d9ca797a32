"""Each thing that can be turned around is, one at a time, and what no test notices is named."""

from __future__ import annotations

import ast
import functools
import json
import os
import subprocess
import sys
import time
import types
from collections import Counter
from pathlib import Path

import pytest

from tools import mutate
from tools.mutants import Mutant, mutants

SOURCE = """
def least(values, most=3):
    if not values or most <= 0:
        return True
    return values[0] + 1.5 == most
"""


def test_each_change_is_made_alone() -> None:
    found = list(mutants(SOURCE))
    assert sorted((one.line, one.was, one.now) for one in found) == sorted(
        [
            (2, "3", "4"),
            (3, "not values or most <= 0", "not values and most <= 0"),
            (3, "not values", "not not values"),
            (3, "most <= 0", "most < 0"),
            (3, "0", "1"),
            (4, "True", "False"),
            (5, "values[0] + 1.5 == most", "values[0] + 1.5 != most"),
            (5, "values[0] + 1.5", "values[0] - 1.5"),
            (5, "0", "1"),
            (5, "1.5", "2.5"),
        ]
    )
    plain = ast.unparse(ast.parse(SOURCE)).splitlines()
    for one in found:
        lines = one.source.splitlines()
        assert sum(a != b for a, b in zip(plain, lines, strict=True)) == 1, one
    assert [one.inside for one in found if one.line == 2] == [False]
    assert all(one.inside for one in found if one.line > 2)


# --- the code of a loaded module ------------------------------------------------------------------

LOADED = """
import functools

LIMIT = 3


def plain(x):
    return x + 1


@functools.lru_cache
def kept(x):
    return x + 1


class Thing:
    def method(self):
        return 1

    @property
    def part(self):
        return 1
"""


def loaded() -> types.ModuleType:
    module = types.ModuleType("some_module")
    module.__file__ = "some_module.py"
    exec(compile(LOADED, "some_module.py", "exec"), vars(module))
    return module


def test_whoever_holds_a_function_already_gets_the_mutants_code() -> None:
    module = loaded()
    plain, kept, thing = module.plain, module.kept, module.Thing()
    assert (plain(1), kept(1), thing.method(), thing.part) == (2, 2, 1, 1)
    source = LOADED.replace("x + 1", "x - 1").replace("return 1", "return 2")
    mutate.transplant(module, Mutant(1, "", "", True, source))
    assert (plain(1), kept(1), thing.method(), thing.part) == (0, 0, 2, 2)


def test_what_was_brought_in_from_elsewhere_stays_as_it_is() -> None:
    module = loaded()
    vars(module)["wraps"] = functools.wraps
    before = functools.wraps.__code__
    mutate.transplant(module, Mutant(1, "", "", True, LOADED + "\n\ndef wraps():\n    return 0\n"))
    assert functools.wraps.__code__ is before


# --- a copy of the process ------------------------------------------------------------------------


def test_a_copy_tells_how_it_ended_and_leaves_this_process_alone() -> None:
    seen: list[int] = []

    def work() -> int:
        seen.append(1)
        return 3

    assert mutate.forked(work, 30.0) == 3
    assert seen == []


def test_a_copy_that_crashes_or_never_ends_has_failed() -> None:
    def crash() -> int:
        raise RuntimeError("no")

    def never() -> int:
        while True:
            time.sleep(1)

    assert mutate.forked(crash, 30.0) != 0
    assert mutate.forked(never, 0.2) != 0


# --- what is told ---------------------------------------------------------------------------------


def outcome(tried: int, *lived: tuple[str, str]) -> mutate.Outcome:
    return mutate.Outcome("least", tried, [Mutant(1, was, now, True, "") for was, now in lived])


def test_what_lived_must_be_explained() -> None:
    lived = outcome(20, ("a < b", "a <= b"))
    told, enough = mutate.summary([lived], {})
    assert not enough
    assert "least: a < b  ->  a <= b (1)" in told
    assert "95.0 %" in told
    told, enough = mutate.summary([lived], {"least": Counter(["a < b  ->  a <= b"])})
    assert enough
    assert "not explained" not in told


def test_one_explanation_is_good_for_one() -> None:
    twice = outcome(100, ("1", "2"), ("1", "2"))
    assert not mutate.summary([twice], {"least": Counter(["1  ->  2"])})[1]
    assert mutate.summary([twice], {"least": Counter(["1  ->  2"] * 2)})[1]


def test_explanations_do_not_make_up_for_tests() -> None:
    lived = outcome(10, ("1", "2"), ("3", "4"))
    known = {"least": Counter(["1  ->  2", "3  ->  4"])}
    assert not mutate.summary([lived], known)[1]
    assert mutate.summary([lived, outcome(10)], known)[1]


def test_every_explanation_names_a_mutant_that_can_be_made() -> None:
    """An explanation of code that is gone would excuse another fault."""
    for module, told in mutate.known_survivors(mutate.ROOT / mutate.KNOWN).items():
        made = Counter(one.name for one in mutants(mutate.CARE.read(module)))
        assert not told - made, (module, told - made)


# --- the whole, on something small ------------------------------------------------------------------


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """Return a project with one module, and a test that sees half of it."""
    package = tmp_path / "src" / "little"
    package.mkdir(parents=True)
    (package / "__init__.py").touch()
    (package / "least.py").write_text(
        "MOST = 7\n\n\ndef least(a, b):\n    return a < b and a != MOST + 1\n\n\n"
        "def never(a):\n    return a > 1\n"
    )
    tests = tmp_path / "tests" / "little"
    tests.mkdir(parents=True)
    (tests / "test_least.py").write_text(
        "from little.least import MOST, least\n\n\n"
        "def test_least():\n    assert least(1, 2) and not least(2, 1) and not least(1, 1)\n\n\n"
        "def test_most():\n    assert MOST == 7\n"
    )
    (tmp_path / "pyproject.toml").write_text("[tool.pytest.ini_options]\npythonpath = ['src']\n")
    return tmp_path


def hunted(root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    script = (
        "import sys; from pathlib import Path; from tools.mutate import Place, main\n"
        "place = Place(Path(sys.argv[1]), 'little', Path('src/little'), Path('tests/little'))\n"
        "sys.exit(main(sys.argv[2:], place))"
    )
    command = (sys.executable, "-c", script, str(root), *arguments)
    settings = {**os.environ, "PYTHONPATH": str(mutate.ROOT)}
    return subprocess.run(command, cwd=root, env=settings, capture_output=True, text=True, timeout=120)


def test_what_no_test_notices_is_named(small: Path) -> None:
    before = (small / "src" / "little" / "least.py").read_text()
    done = hunted(small)
    assert done.returncode == 1, done.stderr
    report = json.loads((small / "build" / "mutants" / "least.json").read_text())
    assert report["mutants"] == 8
    assert [(one["line"], one["now"]) for one in report["lived"]] == [
        (5, "MOST - 1"),
        (5, "2"),
        (9, "a >= 1"),
        (9, "2"),
    ]
    assert "50.0 %" in done.stdout
    assert (small / "src" / "little" / "least.py").read_text() == before


def test_tests_that_fail_by_themselves_prove_nothing(small: Path) -> None:
    (small / "tests" / "little" / "test_wrong.py").write_text("def test_wrong():\n    assert False\n")
    done = hunted(small, "least")
    assert done.returncode == 2
    assert "test_wrong: the tests fail without any change" in done.stderr


def test_a_module_that_is_not_there_is_refused() -> None:
    with pytest.raises(SystemExit) as ended:
        mutate.main(["no_such_module"])
    assert ended.value.code == 2
