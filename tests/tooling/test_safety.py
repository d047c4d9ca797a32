"""Every hazard has a test that proves it, and one that did not pass is noticed."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace

from tools.safety import PAGE, ROOT, faults, main, missing, named_by, outcomes, page, unproved
from unpinch.knowledge import load
from unpinch.knowledge.hazards import Hazard

KNOWN = load()
HAZARDS = list(KNOWN.hazards.values())


def test_the_page_is_up_to_date_and_names_only_tests_that_are_there() -> None:
    assert faults(KNOWN) == []


def test_there_are_fifteen_and_each_has_tests() -> None:
    assert [one.id for one in HAZARDS] == [f"H{number}" for number in range(1, 16)]
    assert all(named_by([one]) for one in HAZARDS)
    assert {one.tag for one in HAZARDS} == {"X"}


def test_every_case_of_a_scenario_that_is_named_is_there() -> None:
    folder = ROOT / "tests" / "care" / "scenarios"
    named = [test.partition("[")[2].rstrip("]") for test in named_by(HAZARDS) if "test_scenarios.py" in test]
    assert len(named) > 10
    assert [name for name in named if not (folder / f"{name}.json").is_file()] == []


def test_the_page_maps_each_hazard_to_its_controls_and_tests() -> None:
    text = page(HAZARDS)
    for one in HAZARDS:
        part = text.split(f"\n## {one.id}\n")[1].split("\n## ")[0]
        assert f"| {one.severity} | {one.probability} |" in text
        for control in one.controls:
            assert f"- {control.does}" in part
            assert all(f"`{test}`" in part for test in control.tests)
        assert one.left in part


def written(folder: Path) -> Path:
    """Write a file of tests, one of them slow."""
    (folder / "tests" / "a").mkdir(parents=True)
    file = folder / "tests" / "a" / "test_b.py"
    file.write_text(
        "import pytest\n\n\ndef test_there(): ...\n\n\n"
        "@pytest.mark.slow\n@pytest.mark.parametrize('n', [1])\ndef test_slow(n): ...\n\n\ndef other(): ...\n"
    )
    return folder


@pytest.mark.parametrize(
    ("test", "wrong"),
    [
        ("tests/a/test_b.py::test_there", None),
        ("tests/a/test_b.py::test_there[case]", None),
        ("tests/a/test_b.py::test_gone", "there is no such test"),
        ("tests/a/test_b.py::other", "there is no such test"),
        ("tests/a/test_c.py::test_there", "there is no such test"),
        ("tests/a/test_b.py::test_slow", "is slow, so that no usual run proves it"),
    ],
)
def test_a_test_that_is_not_there_is_named(tmp_path: Path, test: str, wrong: str | None) -> None:
    assert missing([test], written(tmp_path)) == ([] if wrong is None else [f"{test}: {wrong}"])


PASSED = '<testcase classname="tests.a.test_b" name="test_{}"/>'
ENDED = '<testcase classname="tests.a.test_b" name="test_{}"><{}/></testcase>'


def reports(folder: Path, *parts: str) -> Path:
    """Write one report for each part."""
    for number, cases in enumerate(parts):
        text = f"<testsuites><testsuite>{cases}</testsuite></testsuites>"
        (folder / f"{number}.xml").write_text(text)
    return folder


def hazard(*names: str) -> Hazard:
    control = replace(
        HAZARDS[0].controls[0], tests=tuple(f"tests/a/test_b.py::test_{name}" for name in names)
    )
    return replace(HAZARDS[0], controls=(control,))


@pytest.mark.parametrize(
    ("cases", "name", "bad"),
    [
        ((PASSED.format("x"),), "x", None),
        ((PASSED.format("y"), PASSED.format("x")), "x", None),
        ((PASSED.format("x[1]") + PASSED.format("x[2]"),), "x", None),
        ((PASSED.format("x[1]") + ENDED.format("x[2]", "failure"),), "x[1]", None),
        ((PASSED.format("x[1]") + ENDED.format("x[2]", "failure"),), "x", "failure"),
        ((PASSED.format("x"), ENDED.format("x", "error")), "x", "error"),
        ((ENDED.format("x", "skipped"),), "x", "skipped"),
        ((PASSED.format("xy"),), "x", "missing from the reports"),
        ((PASSED.format("x[1]"),), "x[2]", "missing from the reports"),
        (("",), "x", "missing from the reports"),
        ((), "x", "missing from the reports"),
    ],
)
def test_only_a_test_that_passed_proves(
    tmp_path: Path, cases: tuple[str, ...], name: str, bad: str | None
) -> None:
    found = unproved([hazard(name)], outcomes(reports(tmp_path, *cases)))
    assert found == ([] if bad is None else [f"H1: tests/a/test_b.py::test_{name}: {bad}"])


def test_the_gate_fails_without_reports_and_holds_with_all_of_them(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--proved", str(tmp_path)]) == 1
    assert "missing from the reports" in capsys.readouterr().err
    cases = ""
    for test in named_by(HAZARDS):
        path, _, name = test.partition("::")
        cases += f'<testcase classname="{path.removesuffix(".py").replace("/", ".")}" name="{name}"/>'
    reports(tmp_path, cases)
    assert main(["--proved", str(tmp_path)]) == 0
    assert capsys.readouterr().out.startswith("15 hazards, proved by ")
    (tmp_path / "broken.xml").write_text("<testsuites>")
    assert main(["--proved", str(tmp_path)]) == 1
    assert capsys.readouterr().err.startswith("broken.xml: ")


def test_it_writes_the_page_and_says_when_it_is_old(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--check"], tmp_path) == 1
    assert f"{PAGE} is out of date" in capsys.readouterr().err
    assert main([], tmp_path) == 0
    assert (tmp_path / PAGE).read_text("utf-8") == (ROOT / PAGE).read_text("utf-8")
    assert main(["--check"], tmp_path) == 0
