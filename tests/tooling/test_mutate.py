"""Each thing that can be turned around is, one at a time, and the rest stays as it was."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tools import mutate

SOURCE = """
def least(values, most=3):
    if not values or most <= 0:
        return True
    return values[0] + 1.5 == most
"""


def test_each_change_is_made_alone() -> None:
    found = list(mutate.mutants(SOURCE))
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


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """Return a copy with one module of care and a test that sees half of it."""
    (tmp_path / mutate.CARE).mkdir(parents=True)
    (tmp_path / mutate.CARE / "least.py").write_text("def least(a, b):\n    return a < b and a != 7\n")
    (tmp_path / "tests" / "care").mkdir(parents=True)
    (tmp_path / "tests" / "care" / "test_least.py").write_text(
        "import sys\nsys.path.insert(0, 'src/unpinch/care')\nfrom least import least\n\n\n"
        "def test_least():\n    assert least(1, 2) and not least(2, 1) and not least(1, 1)\n"
    )
    (tmp_path / "tests" / "care" / "test_other.py").write_text("def test_other():\n    assert True\n")
    return tmp_path


def test_what_no_test_notices_is_named_and_the_module_is_left_as_it_was(small: Path) -> None:
    before = (small / mutate.CARE / "least.py").read_text()
    tried, lived = mutate.survivors("least", small, 60.0, None)
    assert (tried, [(one.line, one.now) for one in lived]) == (4, [(2, "8")])
    assert (small / mutate.CARE / "least.py").read_text() == before


def test_a_module_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SystemExit) as ended:
        mutate.main(["no_such_module"], tmp_path)
    assert ended.value.code == 2
