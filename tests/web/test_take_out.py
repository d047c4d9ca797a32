"""The page on which a person takes out a sheet or a report, and the files that it hands out."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.exchange.papers import flat, sizes
from tests.web import people
from tests.web.client import Visitor, plain
from tests.web.markup import read
from unpinch.exchange.forms import FORMS
from unpinch.knowledge import load

WORDS = load().words


def test_it_is_reached_from_settings_and_history() -> None:
    visitor = Visitor(people.month())
    for path in ("/settings", "/history"):
        assert 'href="/take-out"' in visitor.page(path)


def test_it_says_what_is_in_each_and_nothing_is_ticked_beforehand() -> None:
    page = Visitor(people.month()).page("/take-out")
    words = plain(page)
    for key in ("lead", "sheet.about", "report.about", "report.not", "intimate", "intimate.about", "careful"):
        assert WORDS[f"take_out.{key}"] in words, key
    forms = [node for node in read(page)[0].all("form") if node.attrs["action"].startswith("/take-out/")]
    # The calendar has a page of its own; whoever wants Parquet knows the command.
    offered = FORMS.keys() - {"ics", "parquet"}
    assert {node.attrs["action"] for node in forms} == {f"/take-out/{name}" for name in offered}
    assert 'href="/settings/calendar"' in page
    for form in forms:
        ticks = {
            (node.attrs["name"], node.attrs["value"]): "checked" in node.attrs for node in form.all("input")
        }
        papers = {("paper", "a4"): True, ("paper", "letter"): False}
        private = {("intimate", "yes"): False}  # a sheet with a plan holds nothing private
        name = form.attrs["action"].rpartition("/")[2]
        printed = papers if name in {"sheet", "pdf"} else {}
        assert ticks == (printed | private if name in {"pdf", "fhir"} else printed), name


def test_it_says_when_the_sheet_has_no_exercises() -> None:
    words = plain(Visitor(people.emergency()).page("/take-out"))
    assert WORDS["take_out.sheet.closed"] in words
    assert WORDS["take_out.sheet.about"] not in words
    assert WORDS["take_out.sheet.intimate.about"] in words


@pytest.mark.parametrize("form", FORMS)
def test_a_form_is_handed_out_as_a_file_that_names_nobody(form: str) -> None:
    answer = Visitor(people.month()).get(f"/take-out/{form}?paper=letter")
    assert answer.status_code == 200
    assert answer.headers["content-type"].partition(";")[0] == FORMS[form].media
    name = FORMS[form].file.format(day="2026-11-22")
    assert answer.headers["content-disposition"] == f'attachment; filename="{name}"'
    assert "no-store" in answer.headers["cache-control"]
    begins = {"application/pdf": b"%PDF", "application/zip": b"PK", "text/calendar": b"BEGIN:VCALENDAR"}
    assert answer.content.startswith(begins.get(FORMS[form].media, b"{"))
    if FORMS[form].media == "application/pdf":
        assert set(sizes(answer.content)) == {(612, 792)}


def test_a_health_record_holds_what_is_intimate_only_when_ticked() -> None:
    def answered(path: str) -> set[str]:
        bundle = Visitor(people.emergency()).get(path).json()
        sheets = [one["resource"] for one in bundle["entry"]]
        return {
            item["linkId"]
            for sheet in sheets
            if sheet["resourceType"] == "QuestionnaireResponse"
            for item in sheet["item"]
        }

    intimate = {question.id for question in load().screening.questions if question.intimate}
    assert answered("/take-out/fhir")
    assert not answered("/take-out/fhir") & intimate
    assert answered("/take-out/fhir?intimate=yes") & intimate


def test_what_is_intimate_is_in_it_only_when_ticked() -> None:
    visitor = Visitor(people.emergency())
    assert "Bladder" not in flat(visitor.get("/take-out/pdf?paper=a4").content)
    assert "Bladder" not in flat(visitor.get("/take-out/pdf?intimate=no").content)
    assert "Bladder" in flat(visitor.get("/take-out/pdf?paper=a4&intimate=yes").content)


def test_the_sheet_shows_what_today_shows() -> None:
    visitor = Visitor(people.month())
    words = flat(visitor.get("/take-out/sheet").content)
    for step in range(1, 4):
        assert f"{step}. " in words
    assert "Your exercises" in words


@pytest.mark.parametrize("who", [people.emergency, people.urgent, people.clinician_first, people.nobody])
def test_whoever_must_not_exercise_can_still_take_out_the_card(who: object) -> None:
    visitor = Visitor(who())  # type: ignore[operator]
    assert visitor.get("/take-out").status_code == 200
    words = flat(visitor.get("/take-out/sheet").content)
    assert words.startswith("Get help at once")
    assert WORDS["sheet.none"] in words


def test_until_a_country_is_told_the_browsers_language_names_one() -> None:
    visitor = Visitor(people.nobody())
    headers = {"accept-language": "en-US,en;q=0.8"}
    answer = visitor.get("/take-out/sheet", headers=headers)
    assert "Call 911" in flat(answer.content)
    assert set(sizes(answer.content)) == {(612, 792)}


@pytest.mark.parametrize(("path", "status"), [("nothing", 404), ("sheet?paper=a5", 422)])
def test_what_is_not_there_is_said(path: str, status: int) -> None:
    assert Visitor(people.month()).get(f"/take-out/{path}").status_code == status


def test_missing_typefaces_are_told_on_the_page(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    visitor = Visitor(people.month())
    monkeypatch.setenv("UNPINCH_ASSETS", str(tmp_path))
    answer = visitor.get("/take-out/sheet")
    assert answer.status_code == 503
    assert "run `make setup`" in plain(answer.text)
