"""Golden scenarios, readable by a clinician: what a journal must lead to."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tools import scenarios
from unpinch.knowledge import load

KNOWN = load()
ALL = scenarios.scenarios()


def test_there_are_enough() -> None:
    assert len(ALL) >= 20
    assert len({one.title for one in ALL}) == len(ALL)


@pytest.mark.parametrize("scenario", ALL, ids=lambda one: one.name)
def test_what_a_clinician_expects(scenario: scenarios.Scenario) -> None:
    assert scenario.why
    assert scenario.expect
    assert scenarios.differences(scenario, KNOWN) == []


def written(folder: Path, **fields: Any) -> Path:
    told: dict[str, Any] = {
        "title": "t",
        "why": "w",
        "journal": [],
        "at": "2025-06-02T08:00:00+02:00",
        "expect": {},
    }
    path = folder / "one.json"
    path.write_text(json.dumps(told | fields), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("expect", "met"),
    [
        ({"tier": None, "refusal": "ScreenMissing", "asks": ["screen"]}, True),
        ({"tier": "G"}, False),
        ({"missing": ["CE1", "AG1"]}, True),
        ({"missing": ["PR1"]}, False),
        ({"says": ["...we check that it is safe"]}, True),
        ({"says": ["...all clear"]}, False),
        ({"not_planned": ["EX09"], "not_rules": ["red"], "exercises": []}, True),
        ({"exercises": ["EX09"]}, False),
        ({"planned": {"EX09": {"rung": 1}}}, False),
        ({"closed": {"EX24": ["unlock"]}}, True),
        ({"closed": {"EX24": ["THR"]}}, False),
        ({"limited": {"EX20": ["EX20a", "EX20b", "EX20d"]}}, True),
        ({"minutes_at_most": 15}, False),
        ({"until": None, "kind": None, "cautions": [], "findings": {}, "changes": {}, "because": []}, True),
    ],
)
def test_an_expectation_can_fail(tmp_path: Path, expect: dict[str, Any], met: bool) -> None:
    found = scenarios.differences(scenarios.read(written(tmp_path, expect=expect)), KNOWN)
    assert (found == []) == met
    assert all(line.startswith("one: ") for line in found)


def test_a_slip_of_the_pen_is_named(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"one\.json: expect: nothing is known of teir"):
        scenarios.read(written(tmp_path, expect={"teir": "G"}))
    with pytest.raises(ValueError, match=r"one\.json: needs title"):
        scenarios.read(written(tmp_path, more=1))


def test_the_tool_prints_differences_and_writes_nothing(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    before = {path.name: path.read_bytes() for path in scenarios.FOLDER.iterdir()}
    assert scenarios.main(["emergency"]) == 0
    assert '"refusal": "EmergencySigns"' in capsys.readouterr().out
    assert {path.name: path.read_bytes() for path in scenarios.FOLDER.iterdir()} == before
    written(tmp_path, expect={"tier": "E"})
    monkeypatch.setattr(scenarios, "scenarios", lambda: [scenarios.read(tmp_path / "one.json")])
    assert scenarios.main([]) == 1
    assert capsys.readouterr().out == 'one: tier: expected "E", found null\n1 scenarios, 1 differences\n'
    assert scenarios.main(["no_such_name"]) == 1
