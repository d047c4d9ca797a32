"""A validator that knows nothing of this program finds no fault in what it writes."""

from __future__ import annotations

import datetime as dt
import json
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from tests import factories as make_up
from tests.exchange.records import KNOWN, NOW, SOMEBODY, record, written
from tools import fhir_check
from unpinch.care import decide
from unpinch.exchange.fhir import export
from unpinch.journal import Journal

JOURNALS = 12


def test_what_is_written_is_valid() -> None:
    named = list(fhir_check.documents(JOURNALS))
    verdicts = fhir_check.judge(raw for _, raw in named)
    assert [(name, one.faults) for (name, _), one in zip(named, verdicts, strict=True) if one.faults] == []
    assert len(verdicts) == JOURNALS + 2
    assert [name for name, _ in named][:2] == ["empty", "demo"]
    assert verdicts[0].resources == 4
    assert verdicts[1].resources > 200
    assert sum(verdict.resources for verdict in verdicts) > 500


def test_whatever_a_journal_can_hold_is_valid() -> None:
    nothing = decide(Journal(), NOW, KNOWN)
    late = dt.datetime(2199, 12, 31, 23, tzinfo=dt.UTC)
    bundles = [written(SOMEBODY)]

    @given(make_up.journals(8))
    @settings(max_examples=25, database=None, suppress_health_check=list(HealthCheck))
    def write(journal: Journal) -> None:
        sent = export(journal, late, KNOWN, leave_out=frozenset(), everything=True, decision=nothing)
        bundles.append(sent.to_json())

    write()
    assert [one.faults for one in fhir_check.judge(bundles) if one.faults] == []


def test_it_finds_what_is_wrong() -> None:
    def broken(**changed: object) -> bytes:
        bundle = record(SOMEBODY)
        patient = bundle["entry"][1]["resource"]
        patient.update(changed)
        return json.dumps(bundle).encode()

    lost = record(SOMEBODY)
    del lost["entry"][1]
    late = record(SOMEBODY)
    late["entry"].append(late["entry"].pop(0))
    concept = record(SOMEBODY)
    condition = next(
        one["resource"] for one in concept["entry"] if one["resource"]["resourceType"] == "Condition"
    )
    condition["clinicalStatus"]["coding"][0]["code"] = "invented"
    raws = [broken(gender="invented"), broken(made=1), broken(name=[{"text": " "}])]
    raws += [json.dumps(one).encode() for one in (lost, late, concept)]
    words = ["administrative-gender", "made", "non-whitespace", "leads nowhere", "begins with a Composition"]
    for verdict, said in zip(fhir_check.judge(raws), [*words, "condition-clinical"], strict=True):
        assert any(said in fault for fault in verdict.faults), said


def test_the_command_judges_files_and_ends_accordingly(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    good, bad = tmp_path / "good.json", tmp_path / "bad.json"
    good.write_bytes(written(()))
    bad.write_bytes(written(()).replace(b'"final"', b'"invented"'))
    assert fhir_check.main(["--files", str(good)]) == 0
    assert "1 bundles with 4 resources, 0 of them faulty" in capsys.readouterr().out
    assert fhir_check.main(["--files", str(good), str(bad)]) == 1
    assert "bad.json: 1 faults, the first: Bundle.entry[0]" in capsys.readouterr().out
    assert fhir_check.main(["--journals", "1", "--first", "3"]) == 0
    assert "3 bundles with" in capsys.readouterr().out


def test_a_machine_without_node_is_told_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(fhir_check.NoNode, match="make setup"):
        fhir_check.find_node()


def test_a_validator_that_breaks_down_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    script = tmp_path / "broken.mjs"
    script.write_text("throw new Error('out of order');")
    monkeypatch.setattr(fhir_check, "SCRIPT", script)
    with pytest.raises(RuntimeError, match="out of order"):
        fhir_check.judge([b"{}"])
