"""A record comes back as the journal that it was; what does not come back is what the papers say."""

from __future__ import annotations

import datetime as dt
import json
import random
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings

from tests import factories as make_up
from tests.care.journals import made
from tests.exchange.records import (
    BASE,
    KNOWN,
    NOW,
    SOMEBODY,
    clinicians_plan,
    of_type,
    plan_lines,
    record,
    written,
)
from unpinch.care import decide
from unpinch.exchange.fhir import FhirError, Imported, export, from_bundle
from unpinch.exchange.fhir.parts import CONTROL
from unpinch.journal import Entry, Journal, JournalConflict, make
from unpinch.journal.kinds import (
    KINDS,
    Advised,
    Data,
    Note,
    Pain,
    Preference,
    Profile,
    Programme,
    Questionnaire,
    Retraction,
    Screen,
    SelfTestDone,
    SessionEvent,
)
from unpinch.trials.demo import demo

NOTHING = decide(Journal(), NOW, KNOWN)
"""A Decision decides which exercises are planned, and that is not what comes back."""

LATER = dt.datetime(2199, 12, 31, 23, tzinfo=dt.UTC)
PAGE = (Path(__file__).parents[2] / "docs" / "fhir.md").read_text(encoding="utf-8")


def returned(
    journal: Journal, now: dt.datetime = LATER, **asked: Any
) -> tuple[dict[str, Entry], dict[str, str]]:
    """Return the entries that come back by their ids, and what is told to be lost."""
    sent = export(journal, now, KNOWN, decision=NOTHING, **asked)
    lost: dict[str, str] = {loss.entry: loss.name for loss in sent.losses}
    if all(lost.get(entry.id, "text") != "text" for entry in journal.entries):
        with pytest.raises(FhirError, match="holds nothing for a journal"):
            from_bundle(sent.to_json())
        return {}, lost
    back = from_bundle(sent.to_json())
    assert back.altered <= {entry for entry, name in lost.items() if name == "text"}
    return {entry.id: entry for entry in back.entries}, lost


def comes_back(journal: Journal, now: dt.datetime = LATER, **asked: Any) -> Counter[tuple[str, str]]:
    """Hold what was promised of every entry; return what was lost, by name and kind."""
    back, lost = returned(journal, now, **asked)
    assert back.keys() <= {entry.id for entry in journal.entries}
    for entry in journal.entries:
        name = lost.get(entry.id)
        if name is None:
            assert back[entry.id] == entry
        elif name == "text":
            assert blurred(entry) == blurred(back[entry.id])
            assert back[entry.id] != entry
        else:
            assert entry.id not in back
    kinds = {entry.id: entry.kind for entry in journal.entries}
    return Counter((name, kinds[entry]) for entry, name in lost.items())


def blurred(entry: Entry) -> Any:
    """Return an entry as FHIR can tell it: no control characters, no text of blanks."""

    def look(value: Any) -> Any:
        if isinstance(value, dict):
            seen = {key: look(part) for key, part in value.items()}
            return {key: part for key, part in seen.items() if part not in (None, "")}
        if isinstance(value, list):
            return [look(part) for part in value]
        if isinstance(value, str):
            cleaned = CONTROL.sub("\ufffd", value)
            return cleaned if cleaned.replace("\ufeff", "").strip() else ""
        return value

    return look(make_up.plain(entry))


WHOLE: dict[str, Any] = {"leave_out": frozenset(), "everything": True}


def test_a_journal_with_every_kind_comes_back_whole() -> None:
    journal = Journal(SOMEBODY)
    assert {entry.kind for entry in journal.entries} == set(KINDS)
    assert comes_back(journal, NOW, **WHOLE) == {("taken_back", "pain"): 1}


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_comes_back(kind: str) -> None:
    @given(make_up.entries(kind))
    @settings(max_examples=25)
    def holds(entry: Entry) -> None:
        lost = comes_back(Journal([entry]), **WHOLE)
        assert lost.keys() <= DOCUMENTED & {("text", kind)}

    holds()


@given(make_up.journals(8))
@settings(max_examples=60)
def test_any_journal_comes_back(journal: Journal) -> None:
    assert {name for name, _ in comes_back(journal, **WHOLE)} <= {"text", "taken_back"}


@pytest.mark.parametrize("seed", range(6))
def test_a_life_comes_back(seed: int) -> None:
    one = made(seed)
    lost = comes_back(one.journal, one.now, **WHOLE)
    assert {name for name, _ in lost} <= {"taken_back", "later"}


DOCUMENTED = {(loss.id, kind) for loss in KNOWN.fhir.losses for kind in loss.kinds}
PRIVATE = next(question.id for question in KNOWN.screening.questions if question.private)
BLURRED: tuple[Data, ...] = (
    Profile(name="a\x07"),
    SelfTestDone(test="T1", note="\x07"),
    Questionnaire(instrument="PSFS", answers={}, labels={"a1": " "}),
    SessionEvent(session="s", event="stopped", reason="\x00"),
    Note(text="\x1f"),
    Programme(advised=(Advised(words="a\x08b"),)),
    Retraction(entry="nobody", reason=""),
)
CHOSEN: tuple[Data, ...] = (
    Screen(question=PRIVATE, answer="no", occasion="full", version="1"),
    Note(text="words"),
    Preference(name="theme", value="dark"),
)


def test_what_is_lost_is_what_the_papers_say() -> None:
    """The list of losses is the real one, over all kinds of entry: nothing more, and nothing less.

    That no kind loses anything else is held by the tests of every kind.
    """
    early, late = (dt.datetime(2025, 1, day, tzinfo=dt.UTC) for day in (1, 3))
    now = dt.datetime(2025, 1, 2, tzinfo=dt.UTC)
    found: set[tuple[str, str]] = set()
    for kind in KINDS:
        data = next(entry.data for entry in SOMEBODY if entry.kind == kind)
        found |= comes_back(Journal([make("one", late, data)]), now).keys()
        gone = Journal([make("one", early, data), make("two", early, Retraction(entry="one"))])
        found |= comes_back(gone, now).keys()
    for data in BLURRED:
        found |= comes_back(Journal([make("one", early, data)]), now, **WHOLE).keys()
    for data in CHOSEN:
        found |= comes_back(Journal([make("one", early, data)]), now).keys()
        assert not comes_back(Journal([make("one", early, data)]), now, **WHOLE)
    assert found == DOCUMENTED


def test_the_page_tells_the_same_losses() -> None:
    part = PAGE.partition("## What does not come back")[2].partition("\n## ")[0]
    rows = dict(re.findall(r"^\| `(\w+)` \| ([^|]+) \|", part, re.MULTILINE))
    for loss in KNOWN.fhir.losses:
        assert re.findall(r"`(\w+)`", rows[loss.id]) == list(loss.kinds), loss.id
        assert loss.what in PAGE
        assert loss.why in PAGE
    assert rows.keys() == {loss.id for loss in KNOWN.fhir.losses}


def test_a_record_may_be_read_again_and_again() -> None:
    back = from_bundle(written(SOMEBODY))
    once = back.into(Journal())
    assert back.into(once) == once
    assert once.append(*(entry for entry in SOMEBODY if entry.id not in {one.id for one in once})) == Journal(
        SOMEBODY
    )
    assert back.name == "Ada <b>&"
    assert back.passed_over["Composition"] == 1


def test_what_came_back_altered_does_not_take_the_place_of_what_is_there() -> None:
    mine = make("mine", NOW, Note(text="a\x07b"))
    back = from_bundle(written([mine]))
    assert back.altered == {"mine"}
    assert back.into(Journal([mine])) == Journal([mine])
    assert [entry.data for entry in back.into(Journal())] == [Note(text="a\ufffdb")]
    other = make("mine", NOW, Note(text="another"))
    plain = from_bundle(written([make("mine", NOW, Note(text="one"))]))
    with pytest.raises(JournalConflict, match="mine"):
        plain.into(Journal([other]))


def test_numbers_may_be_written_with_a_point() -> None:
    """A record system may write 4 as 4.0; it is the same answer."""
    bundle = record(SOMEBODY)
    text = re.sub(r'("value": ?)(\d+)([,}])', r"\1\2.0\3", json.dumps(bundle))
    assert text != json.dumps(bundle)
    assert from_bundle(text).entries == from_bundle(written(SOMEBODY)).entries


def test_times_far_from_any_zone_come_back() -> None:
    far = dt.timezone(dt.timedelta(hours=-23, minutes=-59))
    entry = make("far", dt.datetime(1970, 1, 1, tzinfo=far), Pain(when="now", leg_nprs=1))
    assert comes_back(Journal([entry]), **WHOLE) == {}


# --- what a clinician set -----------------------------------------------------------------------


def programme(raw: bytes, now: dt.datetime | None = None) -> Programme:
    (entry,) = from_bundle(raw, now=now).entries
    assert isinstance(entry.data, Programme)
    return entry.data


def test_a_clinicians_plan_becomes_an_entry() -> None:
    data = programme(clinicians_plan())
    assert data == Programme(
        advised=(
            Advised(words="Bridge", exercise="EX09", sets=2, days_a_week=3),
            Advised(words="Swim twice a week"),
            Advised(words="Heavy lifting", avoid=True),
        ),
        by="Dr Roe",
        title="Back to the garden",
        until=dt.date(2025, 7, 31),
    )
    (entry,) = from_bundle(clinicians_plan(), now=NOW).entries
    assert entry.at == dt.datetime(2025, 6, 1, tzinfo=NOW.tzinfo)


def test_a_plan_in_a_bundle_is_found_with_its_author_and_past_ones_are_passed_over() -> None:
    back = from_bundle(clinicians_plan(alone=False))
    assert back.passed_over == {"CarePlan": 1, "Practitioner": 1}
    assert getattr(back.entries[0].data, "by", None) == "Jo Roe"


def test_the_same_plan_is_the_same_entry_and_a_changed_one_another() -> None:
    first, again = (from_bundle(clinicians_plan(), now=NOW).entries[0] for _ in range(2))
    changed = from_bundle(clinicians_plan(title="Other"), now=NOW).entries[0]
    assert first == again
    assert changed.id != first.id
    assert Journal([first]).append(again, changed).entries[0] in (first, changed)


def test_our_own_plan_of_the_day_is_no_clinicians() -> None:
    journal = demo(NOW, random.Random(1), days=12)
    raw = export(journal, NOW, KNOWN).to_json()
    assert of_type(json.loads(raw), "CarePlan")
    assert {entry.kind for entry in from_bundle(raw).entries}.isdisjoint({"programme"})


def test_a_clinicians_plan_goes_out_and_comes_back_as_it_was() -> None:
    (entry,) = from_bundle(clinicians_plan(), now=NOW).entries
    assert comes_back(Journal([entry]), NOW, **WHOLE) == {}


@pytest.mark.parametrize(
    ("timing", "days"),
    [
        ({"repeat": {"frequency": 1, "period": 1, "periodUnit": "d"}}, 7),
        ({"repeat": {"frequency": 3, "period": 1, "periodUnit": "d"}}, 7),
        ({"repeat": {"period": 2, "periodUnit": "d"}}, 3),
        ({"repeat": {"frequency": 1, "period": 2, "periodUnit": "wk"}}, 1),
        ({"repeat": {"dayOfWeek": ["mon", "thu"]}}, 2),
        ({"repeat": {"frequency": 1, "period": 1, "periodUnit": "mo"}}, None),
        ({"code": {"text": "now and then"}}, None),
    ],
)
def test_how_often_is_read_from_a_timing(timing: dict[str, Any], days: int | None) -> None:
    line = plan_lines()[1]
    line["detail"]["scheduledTiming"] = timing
    assert programme(clinicians_plan(activity=[line]), NOW).advised[0].days_a_week == days


@pytest.mark.parametrize(
    ("author", "name"),
    [(None, None), ({"reference": "Practitioner/9"}, None), ({"display": "x" * 300}, "x" * 199 + "…")],
)
def test_an_author_may_be_unknown(author: Any, name: str | None) -> None:
    assert programme(clinicians_plan(author=author), NOW).by == name


@pytest.mark.parametrize(
    ("changed", "at"),
    [
        ({"created": "2025-06-01T10:00:00+01:00"}, "2025-06-01T10:00:00+01:00"),
        ({"created": None}, "2025-06-01T00:00:00+02:00"),
        ({"created": None, "period": None}, NOW.isoformat()),
    ],
)
def test_a_plan_has_its_day(changed: dict[str, Any], at: str) -> None:
    (entry,) = from_bundle(clinicians_plan(**changed), now=NOW).entries
    assert entry.at.isoformat() == at


def line(**changed: Any) -> list[dict[str, Any]]:
    detail = {**plan_lines()[1]["detail"], **changed}
    return [{"detail": {name: value for name, value in detail.items() if value is not None}}]


EXERCISE = f"{BASE}/CodeSystem/exercise"
VARIANT = {
    "url": f"{BASE}/StructureDefinition/advised",
    "extension": [
        {"url": "variant", "valueCoding": {"system": f"{BASE}/CodeSystem/variant", "code": "EX99z"}}
    ],
}


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"intent": "proposal"}, "CarePlan.intent: must be plan or order (was 'proposal')"),
        ({"status": "draft"}, "CarePlan: holds nothing for a journal"),
        ({"status": "invented"}, "CarePlan.status: must be a code of request-status"),
        ({"intent": "invented"}, "CarePlan.intent: must be a code of care-plan-intent"),
        ({"activity": None}, "CarePlan.activity: holds no line that is still to be done"),
        ({"activity": line(status="completed")}, "CarePlan.activity: holds no line that is still to be done"),
        (
            {"activity": [{"reference": {"reference": "Task/1"}}]},
            "CarePlan.activity[0]: must have a detail; other resources are not looked up",
        ),
        (
            {"activity": line(code={"coding": [{"system": EXERCISE, "code": "EX99"}]})},
            "CarePlan.activity[0].detail.code: no exercise 'EX99' is known here",
        ),
        (
            {"activity": line(code={"coding": [{"system": EXERCISE, "code": "EX09"}]}, extension=[VARIANT])},
            "CarePlan.activity[0].detail: EX09 has no form 'EX99z'",
        ),
        ({"activity": line(description=None)}, "CarePlan.activity[0].detail: must say what to do"),
        ({"activity": line(description="x" * 4001)}, "must be at most 4000 characters long"),
        ({"created": 17}, "CarePlan.created: must be a date (was 17)"),
        ({"period": {"end": 1.5}}, "CarePlan.period.end: must be a date (was 1.5)"),
        ({"created": "2025-06"}, "CarePlan.created: must be a whole date (was '2025-06')"),
        ({"period": {"end": "2025"}}, "CarePlan.period.end: must be a whole date (was '2025')"),
        ({"created": None, "period": None}, "CarePlan.created: is missing; a plan needs its day"),
        ({"created": "1066-01-01"}, "must lie in the years 1970 to 2199"),
    ],
)
def test_a_plan_that_cannot_be_understood_is_refused(changed: dict[str, Any], words: str) -> None:
    with pytest.raises(FhirError) as told:
        from_bundle(clinicians_plan(**changed))
    assert words in str(told.value)


def test_an_exercise_may_go_by_its_code_alone() -> None:
    coding = {"coding": [{"system": EXERCISE, "code": "EX09"}]}
    data = programme(clinicians_plan(activity=line(description=None, code=coding)))
    assert data.advised == (Advised(words=KNOWN.exercises["EX09"].name, exercise="EX09"),)
    shown = {"coding": [{"system": "http://elsewhere", "code": "1", "display": "Walk"}]}
    assert programme(clinicians_plan(activity=line(description=None, code=shown))).advised[0].words == "Walk"


# --- wrong input --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b"", "$: is not JSON: Expecting value, line 1"),
        (b"\xff", "$: is not UTF-8 text: byte 1"),
        (b"[]", "$: must be an object"),
        (b'{"a": NaN}', "$: is not JSON: NaN is no number"),
        (b'{"a": 1, "a": 2}', "$: is not JSON: 'a' stands twice"),
        (b'{"a": ' + b"1" * 5000 + b"}", "$: is not JSON: "),
        (b'{"a": ' + b"[" * 100_000, "$: is nested too deeply"),
        (b'{"a": ' + b"[" * 100 + b"]" * 100 + b"}", "is nested too deeply"),
        (b"{}", "$.resourceType: is no resource of FHIR R4 (was None)"),
        (b'{"resourceType": "Patient"}', "Patient: must be a Bundle or a CarePlan"),
        (b'{"resourceType": "Bundle", "type": "collection"}', "Bundle: holds nothing for a journal"),
        (
            b'{"resourceType": "Bundle", "type": "collection", "entry": [{"resource": {}}]}',
            "Bundle.entry[0].resource.resourceType: is no resource of FHIR R4 (was None)",
        ),
    ],
)
def test_what_is_no_record_is_refused_in_one_line(raw: bytes, words: str) -> None:
    with pytest.raises(FhirError) as told:
        from_bundle(raw)
    assert words in str(told.value)
    assert "\n" not in str(told.value)


def test_a_mark_at_the_beginning_is_passed_over() -> None:
    assert from_bundle("\ufeff" + written(SOMEBODY).decode()) == from_bundle(written(SOMEBODY))
    assert from_bundle(b"\xef\xbb\xbf" + written(SOMEBODY)) == from_bundle(written(SOMEBODY))


Change = Any


def first(bundle: dict[str, Any], kind: str, holding: str = "") -> dict[str, Any]:
    return next(one for one in of_type(bundle, kind) if holding in json.dumps(one))


def drop_part(url: str) -> Change:
    def change(one: dict[str, Any]) -> None:
        inside = one["extension"][0]["extension"]
        one["extension"][0]["extension"] = [part for part in inside if part["url"] != url]

    return change


def put(*path: Any, to: Any) -> Change:
    def change(one: Any) -> None:
        for step in path[:-1]:
            one = one[step]
        one[path[-1]] = to

    return change


BARE = {"code": {"coding": [{"system": f"{BASE}/CodeSystem/unpinch", "code": "pain.constant"}]}}
STRANGER = [{"url": "a", "valueBoolean": True}]


@pytest.mark.parametrize(
    ("kind", "holding", "change", "words"),
    [
        ("Observation", '"pain"', drop_part("id"), ".extension[0]: has no part 'id'"),
        ("Observation", '"pain"', drop_part("at"), ".extension[0]: has no part 'at'"),
        ("Observation", '"pain"', drop_part("kind"), ".extension[0]: has no part 'kind'"),
        (
            "Observation",
            '"pain"',
            put("extension", 0, "extension", 1, "valueCode", to="screen"),
            "no entry of kind 'screen' stands on a resource of its own",
        ),
        (
            "Observation",
            '"pain"',
            put("extension", 0, "extension", 1, "valueCode", to="exercise"),
            "must be of type Procedure, as an entry of kind 'exercise'",
        ),
        (
            "Observation",
            '"pain"',
            put("extension", 0, "extension", 2, to={"url": "at", "valueDateTime": "2025-06"}),
            "must be a time with its UTC offset (was '2025-06')",
        ),
        (
            "Observation",
            '"pain"',
            put("extension", 0, "extension", 2, to={"url": "at", "valueDateTime": "2025-06-01"}),
            "must have a UTC offset (was '2025-06-01')",
        ),
        ("Observation", '"pain"', put("hasMember", 0, "reference", to="Observation/1"), "leads to nothing"),
        (
            "Observation",
            '"pain"',
            put("hasMember", 0, to={"display": "x"}),
            ".hasMember[0].reference: is missing",
        ),
        (
            "Observation",
            '"pain"',
            put("component", 0, "valueCodeableConcept", "coding", 0, "code", to="pain.when.noon"),
            "must be one of now, morning, evening, after_session (was 'noon')",
        ),
        ("Observation", '"pain"', put("component", 0, "code", to={"text": "x"}), "must have a code of"),
        (
            "Observation",
            '"pain"',
            put("component", 0, "code", "coding", 0, "code", to="pain.mood"),
            "'mood' is no field of pain",
        ),
        ("Observation", '"pain"', put("component", 0, to=BARE), "must have one value"),
        (
            "Observation",
            "pain.leg_nprs",
            put("valueQuantity", "code", to="kg"),
            ".valueQuantity.code: must be the UCUM unit {score} (was 'kg')",
        ),
        (
            "Observation",
            "pain.leg_nprs",
            put("valueQuantity", "value", to=11),
            "leg_nprs: must be at most 10 (was 11)",
        ),
        (
            "Observation",
            "pain.leg_nprs",
            put("valueQuantity", to={"unit": "points"}),
            ".valueQuantity.value: is missing",
        ),
        (
            "Observation",
            "pain.leg_nprs",
            put("valueQuantity", "comparator", to=">"),
            ".comparator: must not be there",
        ),
        ("Observation", "selftest", put("component", 0, "valueQuantity", to=None), "must not be null"),
        (
            "Procedure",
            "outcome",
            put("outcome", "coding", 0, "code", to="exercise.response.fine"),
            "response: must be one of easier, same, worse (was 'fine')",
        ),
        ("Procedure", "outcome", put("code", to={"text": "Bridge"}), ".code: must have a code of"),
        ("Procedure", "outcome", put("extension", 1, "url", to="http://elsewhere"), "has no extension"),
        ("Basic", "EX16", put("extension", 1, "url", to="http://elsewhere"), "has no extension"),
        (
            "Basic",
            "EX16",
            put("extension", 1, "extension", 0, "url", to="mood"),
            "'mood' is no field of preference",
        ),
        (
            "Basic",
            "EX16",
            put("extension", 1, "extension", 1, to={"url": "name", "valueString": "theme"}),
            "name is told twice",
        ),
        (
            "Basic",
            "EX16",
            put("extension", 1, "extension", 2, to={"url": "value", "valuePeriod": {"start": "2025"}}),
            "must be a plain value",
        ),
        (
            "QuestionnaireResponse",
            "RMDQ24",
            put("questionnaire", to="http://elsewhere"),
            ".questionnaire: must begin with",
        ),
        (
            "QuestionnaireResponse",
            "RMDQ24",
            put("item", 0, to={"linkId": "r01"}),
            "must be answered by a whole number",
        ),
        (
            "QuestionnaireResponse",
            "PSFS",
            put("item", 0, "item", 0, "linkId", to="a1/mood"),
            "must end in /label or /points",
        ),
        (
            "QuestionnaireResponse",
            "CE1",
            put("item", 0, "extension", to=STRANGER),
            "does not say which entry it is",
        ),
        ("QuestionnaireResponse", "CE1", put("item", 0, "answer", to=[]), ".item[0]: has no answer"),
        (
            "QuestionnaireResponse",
            "birth_year",
            put("item", 0, "linkId", to="mood"),
            "'mood' is no field of profile",
        ),
        (
            "CarePlan",
            "First weeks",
            put("activity", 0, "detail", "extension", to=STRANGER),
            "has no extension",
        ),
    ],
)
def test_what_is_wrong_in_a_record_is_named(kind: str, holding: str, change: Change, words: str) -> None:
    bundle = record(SOMEBODY)
    change(first(bundle, kind, holding))
    with pytest.raises(FhirError) as told:
        from_bundle(json.dumps(bundle))
    assert re.match(r"Bundle\.entry\[\d+\]\.resource", str(told.value)), str(told.value)
    assert words in str(told.value)


def test_a_field_that_is_told_twice_is_refused() -> None:
    bundle = record(SOMEBODY)
    panel = first(bundle, "Observation", "settle_min")
    panel["component"].append(panel["component"][0])
    with pytest.raises(FhirError, match=r"component\[\d+\]: when is told twice"):
        from_bundle(json.dumps(bundle))


def test_two_different_entries_with_one_id_are_refused() -> None:
    bundle = record(SOMEBODY)
    note = first(bundle, "Observation", "rain")
    bundle["entry"].append(
        {"fullUrl": "urn:uuid:0", "resource": {**note, "id": "other", "valueString": "sun"}}
    )
    with pytest.raises(FhirError, match="two different entries have this id"):
        from_bundle(json.dumps(bundle))


def test_nothing_is_taken_in_when_one_page_is_wrong() -> None:
    bundle = record(SOMEBODY)
    first(bundle, "Observation", "pain.leg_nprs")["valueQuantity"]["value"] = 12
    with pytest.raises(FhirError):
        from_bundle(json.dumps(bundle))


def test_what_is_read_says_what_it_is() -> None:
    back = from_bundle(written(SOMEBODY))
    assert isinstance(back, Imported)
    assert [entry.at for entry in back.entries] == sorted(entry.at for entry in back.entries)
