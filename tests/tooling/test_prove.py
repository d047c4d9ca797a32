"""The command that tries the properties on many journals tries each, and keeps what breaks one."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.care.journals import Made
from tests.care.properties import PROPERTIES, Check
from tools import prove
from unpinch import Journal


def never_in_pain(one: Made) -> bool:
    assert all(entry.kind != "pain" for entry in one.journal), "somebody was in pain"
    return len(one.journal) > 0


def test_every_number_is_tried_once() -> None:
    parts = list(prove.chunks(7, 120))
    assert [number for part in parts for number in part] == list(range(7, 127))
    assert max(map(len, parts)) <= prove.CHUNK


def test_every_property_is_tried_on_every_journal() -> None:
    tried: dict[str, list[int]] = {"one": [], "two": []}

    def noted(name: str) -> Check:
        def check(one: Made) -> bool:
            tried[name].append(one.seed)
            return one.seed % 2 == 0

        return check

    found = prove.try_all(range(4), {name: noted(name) for name in tried})
    assert tried == {"one": [0, 1, 2, 3], "two": [0, 1, 2, 3]}
    assert (found.journals, found.applied, found.failures) == (4, {"one": 2, "two": 2}, [])


def test_two_processes_find_what_one_finds() -> None:
    alone, together = ([*prove.run(0, 2, processes)] for processes in (1, 2))
    assert sum(one.journals for one in alone) == sum(one.journals for one in together) == 2
    assert alone[0].applied == together[0].applied
    assert set(alone[0].applied) == set(PROPERTIES)


def test_what_breaks_one_is_kept_as_small_as_can_be(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    name = "more pain now never raises a dose"
    broken: dict[str, Check] = {name: never_in_pain}
    real = prove.try_all
    monkeypatch.setattr(prove, "try_all", lambda seeds: real(seeds, broken))
    assert prove.main(["--journals", "6", "--processes", "1"], tmp_path) == 1
    said = capsys.readouterr().out
    files = sorted(tmp_path.glob("more-pain-now-never-raises-a-dose-*.jsonl"))
    assert files
    for file in files:
        kept = Journal.from_jsonl(file.read_text("utf-8"))
        assert [entry.kind for entry in kept] == ["pain"]
        assert str(file) in said
    assert f"{name:<36} {'6':>9} {len(files):>9}" in said


def test_it_counts_and_ends_well_when_all_hold(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert prove.main(["--journals", "2", "--processes", "1", "--seed", "5"], tmp_path) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line[:36].rstrip() for line in lines[1:-1]] == list(PROPERTIES)
    assert all(line.split()[-1] == "0" for line in lines[1:-1])
    assert lines[-1].startswith("2 journals in ")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("wrong", [["--journals", "0"], ["--processes", "0"], ["--seed", "-1"]])
def test_numbers_that_make_no_sense_are_refused(wrong: list[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        prove.main(wrong)
    assert ended.value.code == 2
