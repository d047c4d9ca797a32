"""Data for other programs: valid by its own dictionary, harmless to spreadsheets, scrubbed for research."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import re
import sys
import zipfile
from pathlib import Path
from typing import Any

import msgspec
import pyarrow.parquet as pq
import pytest
from frictionless import Package, system
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec import inspect

from tests import factories as make_up
from tests.factories import T0, at, note
from tests.web import people
from unpinch.exchange import data
from unpinch.exchange.data import csv_bytes, csv_package, guarded, parquet_package, research_package
from unpinch.exchange.files import FileError
from unpinch.exchange.research import band, scrub
from unpinch.exchange.tables import SEPARATOR, comments, tables
from unpinch.journal import Journal, make
from unpinch.journal.kinds import (
    KINDS,
    WISHES,
    Note,
    Pain,
    Planned,
    Preference,
    Profile,
    Questionnaire,
    Retraction,
    Screen,
    SelfTestDone,
    SessionEvent,
    SetDone,
)
from unpinch.knowledge import load

KNOWN = load()
PLAN = KNOWN.research
SECRETS = (
    "Ann Example",
    "+44 7700 900123",
    "my note",
    "felt odd",
    "because of Bob",
    "Walk to Elm Street",
    "aa11bb22",
)

WHOLE = Journal(
    [
        make("p-1", T0, Profile(name=SECRETS[0], birth_year=1980, country="GB", emergency_number=SECRETS[1],
            sex="female", side="left", since=dt.date(2025, 5, 1), equipment=("band", "mat"))),
        make("n-1", at(1), Note(text=SECRETS[2])),
        make("t-1", at(1), SelfTestDone(test="T1", side="left", value=14.5, note=SECRETS[3])),
        make("s-1", at(2), SessionEvent(session="s-2025", event="started", decision=SECRETS[6],
            plan=(Planned(exercise="EX16", variant="EX16a", rung=1, sets=2, sides=("left", "right")),))),
        make("s-2", at(2, 9), SessionEvent(session="s-2025", event="stopped", reason=SECRETS[4])),
        make("q-1", at(3), Questionnaire(instrument="PSFS", answers={"a1": 3, "a2": 7},
            labels={"a1": SECRETS[5]})),
        make("a-1", at(3), Screen(question="AG1", answer=46.0, occasion="full", version="1")),
        make("a-2", at(3), Screen(question="CE1", answer=("none", "other"), occasion="full", version="1")),
        make("m-1", at(4), Pain(when="morning", leg_nprs=4, distal=5)),
        make("m-2", at(5), Pain(when="morning", leg_nprs=9)),
        make("r-1", at(5), Retraction(entry="m-2", reason="a slip")),
        make("w-1", at(5), Preference(name="theme", value="dark")),
        make("w-2", at(5), Preference(name="exercise_off", target="EX16", value=True)),
    ]
)  # fmt: skip


def unzipped(raw: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(raw)) as file:
        return {name: file.read(name) for name in file.namelist()}


def rows(raw: bytes, name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(unzipped(raw)[f"{name}.csv"].decode(), newline="")))


def faults(raw: bytes, folder: Path) -> list[Any]:
    """Validate a package by its own dictionary."""
    with zipfile.ZipFile(io.BytesIO(raw)) as file:
        file.extractall(folder)
    with system.use_context(trusted=True):
        report = Package(str(folder / "datapackage.json")).validate()
    found: list[Any] = report.flatten(["name", "type", "rowNumber", "fieldName", "note"])
    assert report.valid == (not found)
    return found


# --- CSV ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("journal", [WHOLE, people.month(), Journal()], ids=["whole", "month", "empty"])
def test_a_package_is_valid_by_its_own_dictionary(journal: Journal, tmp_path: Path) -> None:
    raw = csv_package(journal, KNOWN, T0)
    assert faults(raw, tmp_path / "all") == []
    assert faults(research_package(journal, KNOWN), tmp_path / "research") == []
    assert unzipped(raw)["journal.jsonl"].decode() == journal.to_jsonl()
    assert csv_package(journal, KNOWN, T0) == raw


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(make_up.journals(), st.integers(PLAN.weeks_least, PLAN.weeks_most))
def test_every_journal_gives_valid_packages(tmp_path: Path, journal: Journal, weeks: int) -> None:
    assert faults(csv_package(journal, KNOWN, T0), tmp_path / "all") == []
    assert faults(research_package(journal, KNOWN, weeks=weeks), tmp_path / "research") == []
    assert zipfile.ZipFile(io.BytesIO(parquet_package(journal, KNOWN, T0))).testzip() is None


def test_the_dictionary_would_notice_a_wrong_value(tmp_path: Path) -> None:
    files = unzipped(csv_package(WHOLE, KNOWN, T0))
    files["pain.csv"] = files["pain.csv"].replace(b"morning,4", b"morning,44")
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        for name, content in files.items():
            file.writestr(name, content)
    assert [one[1] for one in faults(out.getvalue(), tmp_path)] == ["constraint-error"]


def test_tables_are_tidy() -> None:
    raw = csv_package(WHOLE, KNOWN, T0)
    (plan,) = rows(raw, "session_plan")
    assert (plan["entry"], plan["place"], plan["exercise"]) == ("s-1", "1", "EX16")
    assert plan["sides"].split(SEPARATOR) == ["left", "right"]
    answers = {one["item"]: (one["points"], one["label"]) for one in rows(raw, "questionnaire_answers")}
    assert answers == {"a1": ("3", SECRETS[5]), "a2": ("7", "")}
    morning, taken_back = rows(raw, "pain")
    assert (morning["leg_nprs"], morning["back_nprs"], morning["counts"]) == ("4", "", "true")
    assert (taken_back["counts"], morning["utc_offset_min"], morning["day"]) == ("false", "120", "2025-06-06")
    assert morning["at"] == at(4).isoformat()
    assert {one["question"]: one["answer"] for one in rows(raw, "screen")} == {
        "AG1": "46.0",
        "CE1": "none|other",
    }


def test_every_entry_and_every_field_is_in_a_table() -> None:
    found = {table.name: table for table in tables(people.month())}
    assert sum(len(found[kind].rows) for kind in KINDS) == len(people.month())
    for kind, model in KINDS.items():
        columns = {
            column.name
            for table in found.values()
            if table.name.split("_")[0] == kind
            for column in table.columns
        }
        inner = {name.removeprefix(f"{kind}_") for name in found if name.startswith(f"{kind}_")}
        fields = set(model.__struct_fields__)
        assert fields - columns - inner <= {"labels"}, kind  # they stand beside the answers


def test_every_column_says_what_it_means() -> None:
    told = json.loads(unzipped(csv_package(WHOLE, KNOWN, T0))["datapackage.json"])
    for resource in told["resources"]:
        assert resource["description"]
        for field in resource["schema"]["fields"]:
            assert field["description"], (resource["name"], field["name"])
    assert "when" in comments(Pain)
    assert {"rung", "sides"} <= comments(Planned).keys()
    assert "hold_s" in comments(SetDone)


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "'quoted", "=cmd|' /C calc'!A0"])
def test_no_text_is_a_formula(text: str) -> None:
    raw = csv_package(Journal([note("-odd", text), note("n", f"x\n{text}")]), KNOWN, T0)
    for one in rows(raw, "note"):
        for cell in one.values():
            assert not re.match(r"[=+\-@\t\r]", cell), cell
    told = {one["id"]: one["text"] for one in rows(raw, "note")}
    assert told["'-odd"] == f"'{text}"
    assert told["n"] == f"x\n{text}"


@given(st.text())
def test_the_guard_can_be_taken_off_again(text: str) -> None:
    shown = guarded(text)
    assert shown.removeprefix("'") == text if shown != text else not text.startswith("'")
    assert not shown.startswith(("=", "+", "-", "@", "\t"))


def test_numbers_below_zero_stay_numbers() -> None:
    journal = Journal([make("q", T0, Questionnaire(instrument="GROC", answers={"g": -5}))])
    assert rows(csv_package(journal, KNOWN, T0), "questionnaire_answers")[0]["points"] == "-5"


def test_control_characters_do_not_reach_a_spreadsheet() -> None:
    (one,) = rows(csv_package(Journal([note("n", "a\0b\r\nc\rd\x1b")]), KNOWN, T0), "note")
    assert one["text"] == "a\ufffdb\nc\nd\ufffd"


# --- Parquet ------------------------------------------------------------------------------------------


def test_parquet_holds_the_same_as_csv() -> None:
    files = unzipped(parquet_package(people.month(), KNOWN, T0))
    for table in tables(people.month()):
        read = pq.read_table(io.BytesIO(files[f"{table.name}.parquet"]))
        assert read.column_names == [column.name for column in table.columns]
        assert read.num_rows == len(table.rows)
        for column in table.columns:
            assert read.schema.field(column.name).metadata[b"description"].decode() == column.about
    pain = pq.read_table(io.BytesIO(files["pain.parquet"])).to_pylist()
    first: Any = next(entry for entry in people.month() if entry.kind == "pain")
    assert (pain[0]["id"], pain[0]["at"], pain[0]["day"]) == (first.id, first.at, first.day)
    assert pain[0]["leg_nprs"] == first.data.leg_nprs


def test_without_pyarrow_one_line_says_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(FileError) as caught:
        parquet_package(WHOLE, KNOWN, T0)
    assert str(caught.value) == data.NO_PYARROW
    assert len(str(caught.value).splitlines()) == 1
    with pytest.raises(FileError, match="optional part `research`"):
        research_package(WHOLE, KNOWN, parquet=True)
    assert csv_package(WHOLE, KNOWN, T0)


# --- for research -------------------------------------------------------------------------------------


@pytest.mark.parametrize("parquet", [False, True])
def test_nothing_that_tells_who_it_is_is_left(parquet: bool) -> None:
    files = unzipped(research_package(WHOLE, KNOWN, weeks=100, parquet=parquet))
    text = b"\n".join(files.values())
    for secret in (
        *SECRETS,
        "1980",
        "46",
        "GB",
        "2025-06",
        "2025-05",
        "+02:00",
        "s-2025",
        "a slip",
        "dark",
        "p-1",
    ):
        assert secret.encode() not in text, secret
    if not parquet:
        assert b"40-49" in files["profile.csv"]
        assert b"40-49" in files["screen.csv"]


def test_no_free_text_of_any_kind_is_kept() -> None:
    """Every field of every kind that takes words of one's own is named in the plan."""

    def own_words(model: type[Any]) -> set[str]:
        shape = inspect.type_info(model)
        assert isinstance(shape, inspect.StructType)
        return {field.name for field in shape.fields if _takes_words(field.type)}

    assert own_words(Profile) == {"name"}, "the search finds something"
    for kind, model in KINDS.items():
        if kind not in PLAN.kinds and kind != "preference":
            assert own_words(model) <= set(PLAN.fields.get(kind, ())), kind
    assert own_words(Planned) | own_words(SetDone) == set()
    allowed = {name for name in PLAN.wishes if WISHES[name].allowed is not bool}
    assert allowed == set(), "what stays of the wishes is yes or no"


def _takes_words(kind: inspect.Type) -> bool:
    match kind:
        case inspect.Metadata():
            return _takes_words(kind.type)
        case inspect.UnionType():
            return any(_takes_words(part) for part in kind.types)
        case inspect.DictType():
            return _takes_words(kind.value_type)
        case inspect.StrType():
            return kind.pattern is None and (kind.max_length or 0) > 64
    return False


def test_one_offset_moves_every_date_and_keeps_the_days_of_the_week() -> None:
    left = scrub(people.month(), KNOWN, weeks=77)
    real = [entry for entry in people.month().live if entry.kind not in PLAN.kinds]
    assert len(real) == len(left.lines)
    for entry, line in zip(real, left.lines, strict=True):
        moved = dt.datetime.fromisoformat(line["at"])
        assert entry.at.replace(tzinfo=None, microsecond=0) - moved == dt.timedelta(weeks=77)
        assert moved.weekday() == entry.at.weekday()
    (profile,) = [table for table in left.tables if table.name == "profile"]
    since = [column.name for column in profile.columns].index("since")
    told = next(entry.data.since for entry in real if isinstance(entry.data, Profile))
    assert told is not None
    assert profile.rows[0][since] == (told - dt.timedelta(weeks=77)).isoformat()


def test_the_offset_is_drawn_anew_and_stands_nowhere() -> None:
    firsts = {scrub(WHOLE, KNOWN).lines[0]["at"] for _ in range(12)}
    assert len(firsts) > 1
    files = unzipped(research_package(WHOLE, KNOWN, weeks=123))
    told = json.loads(files["datapackage.json"])
    assert "created" not in told
    assert b"123" not in files["datapackage.json"] + files["README.txt"]
    with pytest.raises(ValueError, match="weeks: must be 53 to 520"):
        scrub(WHOLE, KNOWN, weeks=2)


def test_what_was_taken_out_is_listed_inside() -> None:
    files = unzipped(research_package(WHOLE, KNOWN))
    told = {one["what"]: one["times"] for one in json.loads(files["datapackage.json"])["removed"]}
    assert told == {
        "UTC offset": 9,
        "note": 1,
        "preference theme": 1,
        "profile: birth_year": 1,
        "profile: country": 1,
        "profile: emergency_number": 1,
        "profile: name": 1,
        "questionnaire: labels": 1,
        "real id": 9,
        "retraction, with the entry that it takes back": 2,
        "screen: exact age": 1,
        "selftest: note": 1,
        "session: decision": 1,
        "session: reason": 1,
        "time of writing down": 9,
    }
    for what in told:
        assert f"- {what} (".encode() in files["README.txt"]


def test_entries_of_one_session_stay_together() -> None:
    left = scrub(people.month(), KNOWN, weeks=60)
    real = [entry for entry in people.month().live if entry.kind not in PLAN.kinds]
    pairs = {
        (msgspec.to_builtins(entry.data).get("session"), line["data"].get("session"))
        for entry, line in zip(real, left.lines, strict=True)
    } - {(None, None)}
    assert len(pairs) > 5
    assert len({one for one, _ in pairs}) == len({other for _, other in pairs}) == len(pairs)


AGES = {-3: "0-9", 0: "0-9", 39: "30-39", 40: "40-49", 79: "70-79", 80: "80+", 101: "80+"}


@pytest.mark.parametrize(("age", "shown"), AGES.items())
def test_ages_fall_into_bands(age: int, shown: str) -> None:
    assert band(age, PLAN) == shown


def test_a_first_day_long_ago_is_moved_as_well() -> None:
    left = scrub(Journal([make("p", T0, Profile(since=dt.date(1900, 1, 1)))]), KNOWN, weeks=520)
    assert left.lines[0]["data"]["since"] == "1890-01-13"
    assert csv_bytes(left.tables[0]).count(b"\r\n") == 2
