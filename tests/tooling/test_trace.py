"""The pages that are written from the data say what the data say."""

from pathlib import Path

import pytest
from msgspec.structs import replace

from tools.trace import OVERVIEW, ROOT, TRACE, main, overview, pages, stale, trace
from unpinch.knowledge import load

KNOWN = load()


def test_the_pages_are_up_to_date() -> None:
    assert stale(KNOWN) == [], "run `python -m tools.trace`"


def test_every_item_leads_to_its_exercises_with_page_family_and_pictures() -> None:
    page = trace(KNOWN)
    for item in KNOWN.article.values():
        assert f"| {item.id} | {item.heading} | {item.says} |" in page
        for name in item.exercises:
            exercise = KNOWN.exercises[name]
            row = next(line for line in page.splitlines() if f"| {name} {exercise.name} |" in line)
            assert f"`/exercises/{name}`" in row
            assert f"| {KNOWN.families[exercise.family].name} |" in row
            assert all(variant.movement in row for variant in exercise.variants)
        assert item.difference is None or item.difference in page


def test_every_exercise_stands_in_the_trace_once() -> None:
    rows = [line for line in trace(KNOWN).splitlines() if line.startswith("|")]
    for name in KNOWN.exercises:
        assert sum(f"`/exercises/{name}`" in row for row in rows) == 1


def test_the_overview_names_every_version_lock_and_condition() -> None:
    page = overview(KNOWN)
    for exercise in KNOWN.exercises.values():
        part = page.split(f"### {exercise.id} {exercise.name}\n")[1].split("\n#")[0]
        assert part.count("**") == 2, "one starting dose in bold"
        for variant in exercise.variants:
            assert f"| {variant.id} {variant.name} |" in part
        for lock in exercise.locks:
            assert f"{lock.code} closes" in part or f"{lock.code} leaves" in part
    assert "Opens when EX23 went green on 3 days, the leg is at 3 or less, 60 minutes have passed" in page
    assert "EX20c opens when EX20 went green on 7 days, the leg is at 2 or less." in page
    assert "Opens when EX16 and EX17 went green 3 times" in page
    assert "Opens when a clinician advised it." in page
    assert "Opens when EX21 has moved the pain up the leg or eased it." in page


def test_a_change_of_the_data_is_noticed() -> None:
    article = dict(KNOWN.article)
    article["A01"] = replace(article["A01"], says="Something else | altogether.")
    changed = replace(KNOWN, article=article)
    assert stale(changed) == [TRACE]
    assert "Something else \\| altogether." in pages(changed)[TRACE]


def test_it_writes_what_is_missing_and_then_has_nothing_to_do(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--check"], tmp_path) == 1
    assert f"{TRACE} is out of date" in capsys.readouterr().err
    assert main([], tmp_path) == 0
    assert capsys.readouterr().out.split() == [TRACE, OVERVIEW]
    assert main(["--check"], tmp_path) == 0
    assert main([], tmp_path) == 0
    assert capsys.readouterr().out == ""
    assert (tmp_path / TRACE).read_text("utf-8") == (ROOT / TRACE).read_text("utf-8")
