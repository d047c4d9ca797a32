"""The published schemas are those of the types, and mean the same."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from tests import factories as make_up
from tests.factories import plain
from tests.journal.test_faults import IN_DATA, line
from tools import schemas
from unpinch.journal import Entry
from unpinch.journal.kinds import KINDS, Advised, Data, Planned, SetDone

FOLDER = Path(__file__).parents[2] / "docs" / "schema"
PUBLISHED: dict[str, dict[str, Any]] = {
    path.name: json.loads(path.read_text(encoding="utf-8")) for path in FOLDER.glob("*.json")
}


def validator(name: str) -> Draft202012Validator:
    return Draft202012Validator(PUBLISHED[name])


def test_everything_is_up_to_date() -> None:
    assert schemas.stale() == [], "run `python -m tools.schemas`"


def test_a_schema_that_is_out_of_date_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(schemas, "ROOT", tmp_path)
    monkeypatch.setattr(schemas, "FOLDER", tmp_path / "schema")
    monkeypatch.setattr(schemas, "JOURNAL_PAGE", tmp_path / "journal.md")
    schemas.JOURNAL_PAGE.write_text(f"# Before\n{schemas.START}\nbygone\n{schemas.END}\nafter\n")
    assert "journal.md" in schemas.stale()
    assert schemas.main() == 0
    assert schemas.stale() == []
    text = schemas.JOURNAL_PAGE.read_text()
    assert text.startswith("# Before\n")
    assert text.endswith("\nafter\n")
    assert "bygone" not in text
    (schemas.FOLDER / "entry-mood.json").write_text("{}")
    (schemas.FOLDER / "entry-note.json").write_text("{}")
    (schemas.FOLDER / "script.json").unlink()
    assert schemas.stale() == ["entry-mood.json", "entry-note.json", "script.json"]


@pytest.mark.parametrize("name", PUBLISHED)
def test_a_schema_is_one(name: str) -> None:
    schema = PUBLISHED[name]
    Draft202012Validator.check_schema(schema)
    assert (schema["$schema"], schema["version"]) == (schemas.DRAFT, 1)
    assert "$id" not in schema
    assert schema["title"].startswith("Unpinch ")


def test_there_is_one_for_every_kind_the_decision_and_the_script() -> None:
    assert set(PUBLISHED) == {f"entry-{kind}.json" for kind in KINDS} | {"decision.json", "script.json"}


@pytest.mark.parametrize("kind", KINDS)
def test_entries_are_valid_by_their_schema_alone(kind: str) -> None:
    mine = validator(f"entry-{kind}.json")
    other = validator("entry-note.json" if kind != "note" else "entry-pain.json")

    @given(make_up.entries(kind))
    def is_valid(entry: Entry) -> None:
        assert [error.message for error in mine.iter_errors(plain(entry))] == []
        assert not other.is_valid(plain(entry))

    is_valid()


# What JSON Schema has no words for, or leaves to formats.
BEYOND = ("lone surrogate", "must be a date", "must lie in the years", "target: is missing")


@pytest.mark.parametrize(("kind", "data", "words"), IN_DATA)
def test_what_is_refused_is_not_valid_either(kind: str, data: Any, words: str) -> None:
    told = json.loads(line(kind, data))
    valid = validator(f"entry-{kind}.json").is_valid(told)
    if any(beyond in words for beyond in BEYOND):
        assert valid or "must be a date" in words
    else:
        assert not valid


@given(st.sampled_from(sorted(KINDS)), st.data())
def test_an_entry_without_a_part_of_its_envelope_is_not_valid(kind: str, data: st.DataObject) -> None:
    told = plain(data.draw(make_up.entries(kind)))
    del told[data.draw(st.sampled_from(sorted(told)))]
    assert not validator(f"entry-{kind}.json").is_valid(told)


def test_every_field_of_every_kind_is_described() -> None:
    page = (FOLDER.parent / "journal.md").read_text(encoding="utf-8")
    parts: dict[str, type[Data]] = {
        "Parts: a planned exercise": Planned,
        "Parts: a set": SetDone,
        "Parts: a line of a programme": Advised,
    }
    for kind, model in {**KINDS, **parts}.items():
        heading = f"### `{kind}`" if kind in KINDS else f"### {kind}"
        section = page.split(f"{heading}\n", 1)[1].split("\n### ", 1)[0]
        said = schemas.comments(model)
        for field in msgspec.structs.fields(model):
            assert f"| `{field.name}` |" in section, f"{kind}.{field.name} is not on the page"
            assert said.get(field.name), f"{kind}.{field.name} has no comment that says what it means"
