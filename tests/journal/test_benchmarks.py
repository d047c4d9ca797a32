"""The benchmarks measure a year that is always the same; nothing here is timed."""

from __future__ import annotations

import pytest

from benchmarks import __main__ as benchmarks
from benchmarks.year import DAYS, NOW, year
from unpinch.care import decide
from unpinch.journal import Journal
from unpinch.journal.kinds import KINDS


def test_the_year_is_always_the_same_and_as_long_as_it_says() -> None:
    whole = year()
    assert whole.to_jsonl() == year().to_jsonl()
    assert 3_800 < len(whole) < 4_400
    assert len({entry.day for entry in whole}) == DAYS
    assert whole.entries[-1].at <= NOW
    assert {entry.kind for entry in whole} == set(KINDS) - {"preference", "programme", "retraction"}
    assert Journal.from_jsonl(whole.to_jsonl()) == whole


def test_the_year_ends_in_a_plan() -> None:
    """A refusal would be quicker to reach than what is to be measured."""
    assert decide(year(), NOW).session is not None


def test_a_row_tells_median_tenth_and_slowest() -> None:
    row = benchmarks.line("a thing", [number / 1000 for number in range(1, 12)])
    assert row.split() == ["a", "thing", "6.00", "10.00", "11.00", "11"]


def test_what_a_run_needs_is_made_for_each_run() -> None:
    made: list[int] = []
    case = benchmarks.Case("x", lambda given: given, lambda: made.append(1), 3)
    assert len(benchmarks.measure(case)) == 3
    assert len(made) == 4, "one more that is not counted"


def test_an_unknown_group_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        benchmarks.main(["nonsense"])
    assert left.value.code == 2
    assert "no group nonsense; there are journal, store, decide, plan, page" in capsys.readouterr().err
