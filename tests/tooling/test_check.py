"""The runner of the gates counts right, names what failed and lets nothing pass in silence."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tools import check, coverage_gate


def report(**summary: int) -> dict[str, Any]:
    """Return a coverage report with one file of care and one of the web."""
    care = {"num_branches": 4, "covered_branches": 4, "missing_lines": 0} | {
        key: value for key, value in summary.items() if key in ("num_branches", "covered_branches")
    }
    jumps = [[7, 9]] * (care["num_branches"] - care["covered_branches"])
    return {
        "totals": {
            "num_statements": 100,
            "covered_lines": summary.get("covered_lines", 96),
            "num_branches": 10,
        },
        "files": {
            "src/unpinch/care/screen.py": {"summary": care, "missing_branches": jumps},
            "src/unpinch/web/pages.py": {
                "summary": {"num_branches": 6, "covered_branches": 0, "missing_lines": 4},
                "missing_branches": [[1, 2]],
            },
        },
    }


def test_enough_coverage_holds() -> None:
    verdict = coverage_gate.judge(report())
    assert verdict.holds
    assert verdict.lines == [
        "lines: 96.00 % of 100 (at least 95 %)",
        "branches of src/unpinch/care/: 4 of 4 (all of them)",
    ]


def test_too_few_lines_fail_and_the_worst_files_are_named() -> None:
    verdict = coverage_gate.judge(report(covered_lines=94))
    assert not verdict.holds
    assert verdict.lines[-1] == "  4 lines never run in src/unpinch/web/pages.py"


def test_one_branch_of_care_fails_and_is_named() -> None:
    verdict = coverage_gate.judge(report(covered_branches=3))
    assert not verdict.holds
    assert "  never taken in src/unpinch/care/screen.py: 7->9" in verdict.lines


def test_an_empty_report_is_an_error() -> None:
    empty = report()
    empty["totals"]["num_statements"] = 0
    with pytest.raises(ValueError, match="measured no lines"):
        coverage_gate.judge(empty)


def test_a_report_without_branches_is_an_error() -> None:
    lines_only = report()
    del lines_only["totals"]["num_branches"]
    with pytest.raises(ValueError, match="no branches"):
        coverage_gate.judge(lines_only)


def test_a_missing_report_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert coverage_gate.main(str(tmp_path / "none.json")) == 1
    assert capsys.readouterr().err.startswith("coverage gate: ")


def junit(path: Path, **counts: int) -> Path:
    """Write the part of a JUnit report that is read."""
    attributes = " ".join(f'{key}="{value}"' for key, value in counts.items())
    path.write_text(f"<testsuites><testsuite {attributes}/></testsuites>")
    return path


def test_tests_are_counted(tmp_path: Path) -> None:
    path = tmp_path / "tests.xml"
    assert check.count_tests([junit(path, tests=7, failures=0, errors=0, skipped=0)]) == "7 passed, 0 failed"
    assert check.count_tests([junit(path, tests=7, failures=1, errors=2, skipped=0)]) == "4 passed, 3 failed"
    assert check.count_tests([junit(path, tests=7, skipped=2)]) == "5 passed, 0 failed, 2 skipped"


def test_a_run_without_a_report_is_said(tmp_path: Path) -> None:
    assert check.count_tests([]).startswith("0 passed, 0 failed (")


def test_the_summary_names_what_failed_and_ends_with_the_count() -> None:
    results = [check.Result("ruff check", True, 0.1), check.Result("mypy --strict", False, 2.0)]
    lines = check.summary(results, "3 passed, 0 failed").splitlines()
    assert lines[-2:] == ["failed: mypy --strict", "3 passed, 0 failed"]
    assert any(line.startswith("FAILED  mypy --strict") for line in lines)


def run_main(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, codes: list[int]) -> tuple[int, list[str]]:
    """Run the runner over gates that end with `codes`; return its code and the gates that ran."""
    ran: list[str] = []
    made = [
        check.Gate(f"gate {i}", ((sys.executable, "-c", f"raise SystemExit({code})"),))
        for i, code in enumerate(codes)
    ]
    run_gate = check.run_gate

    def watched(gate: check.Gate) -> check.Result:
        ran.append(gate.name)
        return run_gate(gate)

    monkeypatch.setattr(check, "gates", lambda mode, workers: made)
    monkeypatch.setattr(check, "run_gate", watched)
    monkeypatch.setattr(check, "ROOT", tmp_path)
    monkeypatch.setattr(check, "REPORTS", tmp_path / "reports")
    monkeypatch.setattr(sys, "argv", ["tools.check", "fast"])
    return check.main(), ran


def test_every_gate_runs_after_one_failed(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, ran = run_main(monkeypatch, tmp_path, [0, 1, 0])
    assert (code, ran) == (1, ["gate 0", "gate 1", "gate 2"])
    assert "failed: gate 1" in capsys.readouterr().out


def test_all_gates_held(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, _ = run_main(monkeypatch, tmp_path, [0, 0])
    assert code == 0
    assert "every gate held" in capsys.readouterr().out


def test_a_gate_stops_at_its_first_failure() -> None:
    fails, never = ((sys.executable, "-c", f"raise SystemExit({code})") for code in (3, 0))
    assert not check.run_gate(check.Gate("two", (fails, never))).held


def test_both_modes_run_the_static_gates_and_only_all_runs_the_browser() -> None:
    fast, full = check.gates("fast", "2"), check.gates("all", "2")
    names = [gate.name for gate in full]
    assert names == [*(gate.name for gate in fast), "proofs and browser", "coverage", "hazards"]
    assert fast[-1].commands[0][-1] == "not browser and not slow"


def test_what_is_not_measured_is_run_nevertheless() -> None:
    """Of the two runs of ``all``, one takes exactly the tests that the other leaves out."""
    commands = [command for gate in check.gates("all", "2") for command in gate.commands]
    runs = [command[-1] for command in commands if "pytest" in command]
    assert runs == ["not browser and not proof and not slow", "(browser or proof) and not slow"]


@pytest.mark.parametrize("mode", ["fast", "all"])
def test_the_age_of_the_sources_is_a_gate(mode: str) -> None:
    commands = [command[1:] for gate in check.gates(mode, "2") for command in gate.commands]
    assert ("-m", "tools.sources", "--age") in commands


def test_old_reports_prove_nothing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "reports").mkdir()
    for name in ("tests.xml", "proofs.xml"):
        (tmp_path / "reports" / name).write_text("<testsuites/>")
    assert run_main(monkeypatch, tmp_path, [0])[0] == 0
    assert list((tmp_path / "reports").glob("*.xml")) == []


def test_branches_are_measured_in_threads_and_child_processes(tmp_path: Path) -> None:
    """A branch run only in a child process, or only in a thread, counts as run."""
    (tmp_path / "pyproject.toml").write_text(
        '[tool.coverage.run]\nsource = ["."]\nbranch = true\nparallel = true\n'
        'concurrency = ["thread"]\npatch = ["subprocess"]\ndata_file = "data/cov"\n'
    )
    (tmp_path / "part.py").write_text("def sign(x):\n    if x < 0:\n        return -1\n    return 1\n")
    (tmp_path / "start.py").write_text(
        "import subprocess, sys, threading\nimport part\n"
        "thread = threading.Thread(target=part.sign, args=(1,))\nthread.start()\nthread.join()\n"
        "subprocess.run([sys.executable, '-c', 'import part; part.sign(-1)'], check=True)\n"
    )
    run = [sys.executable, "-m", "coverage"]
    for arguments in (["run", "start.py"], ["combine", "--quiet"]):
        subprocess.run([*run, *arguments], cwd=tmp_path, check=True, capture_output=True)
    shown = subprocess.run([*run, "report"], cwd=tmp_path, check=True, capture_output=True, text=True).stdout
    assert [line.split()[-1] for line in shown.splitlines() if line.startswith("part.py")] == ["100%"]
