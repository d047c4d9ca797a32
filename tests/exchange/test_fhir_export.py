"""What a record holds: the codes, sides and units of a person's own answers, and nothing that is closed."""

from __future__ import annotations

import datetime as dt
import functools
import html
import json
import random
import re
import xml.etree.ElementTree as ET
from typing import Any

import pytest
from hypothesis import given, settings

from tests.care.journals import Made, journals, made
from tests.exchange.records import BASE, KNOWN, NOW, SOMEBODY, of_type, record, written
from tests.factories import Diary, at, note
from tests.knowledge.test_clinical import BANNED
from unpinch.care import decide
from unpinch.exchange.fhir import export, intimate_questions, to_bundle
from unpinch.journal import Entry, Journal
from unpinch.journal.kinds import (
    KINDS,
    WISHES,
    Advised,
    Pain,
    Planned,
    Questionnaire,
    Screen,
    SelfTestDone,
    SessionEvent,
    SetDone,
)
from unpinch.trials.demo import demo

WHOLE = record(SOMEBODY)


@functools.cache
def planned() -> tuple[Journal, dt.datetime]:
    """Return the demo person on a day with a session."""
    journal = demo(NOW, random.Random(1), days=12)
    return journal, NOW


def told(journal: Journal, now: dt.datetime, **asked: Any) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(export(journal, now, KNOWN, **asked).to_json())
    return found


def codes(concept: dict[str, Any]) -> dict[str, str]:
    return {coding["system"]: coding["code"] for coding in concept["coding"]}


def by_own_code(kind: str, code: str, bundle: dict[str, Any] = WHOLE) -> list[dict[str, Any]]:
    own = f"{BASE}/CodeSystem/unpinch"
    return [one for one in of_type(bundle, kind) if "code" in one and codes(one["code"]).get(own) == code]


def test_a_record_is_a_document_that_begins_with_its_composition() -> None:
    assert (WHOLE["resourceType"], WHOLE["type"]) == ("Bundle", "document")
    assert WHOLE["entry"][0]["resource"]["resourceType"] == "Composition"
    assert WHOLE["timestamp"] == NOW.isoformat()
    for entry in WHOLE["entry"]:
        assert entry["fullUrl"] == f"urn:uuid:{entry['resource']['id']}"
    kinds = {entry["resource"]["resourceType"] for entry in WHOLE["entry"]}
    assert kinds >= {"Patient", "Questionnaire", "QuestionnaireResponse", "Observation", "Condition", "Goal"}
    assert kinds >= {"CarePlan", "Procedure", "Provenance", "Composition", "Device", "Practitioner", "Basic"}


def test_every_page_is_named_by_the_first_one() -> None:
    listed = {
        one["reference"] for part in WHOLE["entry"][0]["resource"]["section"] for one in part.get("entry", [])
    }
    for entry in WHOLE["entry"][1:]:
        kind = entry["resource"]["resourceType"]
        assert entry["fullUrl"] in listed or kind in {"Patient", "Device", "Provenance"}, kind


def test_pain_has_its_public_code_its_place_and_its_side() -> None:
    leg = by_own_code("Observation", "pain.leg_nprs")[0]
    assert codes(leg["code"])["http://loinc.org"] == "72514-3"
    assert leg["valueQuantity"] == {
        "value": 5, "unit": "points", "system": "http://unitsofmeasure.org", "code": "{score}",
    }  # fmt: skip
    assert leg["bodySite"]["text"] == "Left leg"
    assert leg["effectiveDateTime"] == at(1).isoformat()
    assert by_own_code("Observation", "pain.back_nprs")[0]["bodySite"]["text"] == "Low back"
    distal = by_own_code("Observation", "pain.distal")[0]
    assert distal["valueCodeableConcept"]["text"] == "Knee"
    assert "<p>How far down it is felt: Knee</p>" in distal["text"]["div"]


@pytest.mark.parametrize(
    ("told_side", "pain_side", "site"),
    [
        ("left", None, "Left leg"),
        ("right", None, "Right leg"),
        ("left", "right", "Right leg"),
        ("right", "left", "Left leg"),
        (None, "both", "Both legs"),
        (None, None, "Leg, side not told"),
    ],
)
def test_left_is_never_right(told_side: Any, pain_side: Any, site: str) -> None:
    diary = Diary()
    if told_side:
        diary.write(SOMEBODY[0].data.__class__(side=told_side))
    diary.write(Pain(when="now", leg_nprs=4, side=pain_side), at(1))
    seen = by_own_code("Observation", "pain.leg_nprs", record(diary.entries))
    assert [one["bodySite"]["text"] for one in seen] == [site]


def test_a_side_that_is_told_later_does_not_change_what_was_told_before() -> None:
    profile = SOMEBODY[0].data.__class__
    diary = Diary()
    diary.write(Pain(when="now", leg_nprs=4), at(0))
    diary.write(profile(side="left"), at(1))
    diary.write(Pain(when="now", leg_nprs=4), at(2))
    diary.write(profile(side="right"), at(3))
    seen = by_own_code("Observation", "pain.leg_nprs", record(diary.entries))
    assert [one["bodySite"]["text"] for one in seen] == ["Leg, side not told", "Left leg"]


@pytest.mark.parametrize("test", KNOWN.selftests.values(), ids=lambda test: test.id)
def test_every_self_test_has_a_unit_and_its_side(test: Any) -> None:
    diary = Diary()
    diary.write(SelfTestDone(test=test.id, side="right", value=4.0))
    (seen,) = [one for one in of_type(record(diary.entries), "Observation") if "valueQuantity" in one]
    assert seen["bodySite"]["text"] == "Right side"
    assert seen["valueQuantity"]["system"] == "http://unitsofmeasure.org"
    wanted = {"s": "s", "reps": "{times}", "deg": "deg", "yes_no": "1", "steps": "{steps}", "cm": "cm"}
    assert seen["valueQuantity"]["code"] == wanted[test.unit]
    assert seen["code"]["text"] == test.name


def test_what_was_not_possible_is_no_nought() -> None:
    (seen,) = [one for one in of_type(WHOLE, "Observation") if "dataAbsentReason" in one]
    assert seen["dataAbsentReason"]["coding"][0]["code"] == "not-performed"
    assert "valueQuantity" not in seen


def test_questionnaires_have_their_wording_and_their_scores() -> None:
    (roland,) = [one for one in of_type(WHOLE, "Questionnaire") if one["url"].endswith("/RMDQ24")]
    assert [item["text"] for item in roland["item"]] == [
        item.text for item in KNOWN.questionnaires["RMDQ24"].items
    ]
    assert {item["type"] for item in roland["item"]} == {"boolean"}
    assert "Roland" in roland["copyright"]
    for code, value in (("score.RMDQ24", 3), ("score.PSFS", 4.5), ("score.GROC", -2)):
        (score,) = by_own_code("Observation", code)
        assert score["valueQuantity"]["value"] == value
        (source,) = score["derivedFrom"]
        assert source["reference"] in {entry["fullUrl"] for entry in WHOLE["entry"]}
    for response in of_type(WHOLE, "QuestionnaireResponse"):
        name = response.get("questionnaire", "").partition("|")[0]
        assert not name or name in {one["url"] for one in of_type(WHOLE, "Questionnaire")}


def test_an_instrument_that_nobody_knows_has_no_score() -> None:
    diary = Diary()
    diary.write(Questionnaire(instrument="XX", answers={"a": 3}))
    found = record(diary.entries)
    assert of_type(found, "Observation") == []
    assert len(of_type(found, "QuestionnaireResponse")) == 1
    assert of_type(found, "Questionnaire") == []


def test_answers_of_one_day_and_occasion_stand_together_and_a_second_answer_apart() -> None:
    diary = Diary()
    for hour, answer in ((8, "no"), (9, "yes_new"), (10, "no")):
        diary.write(Screen(question="CE4", answer=answer, occasion="full", version="1"), at(0, hour))
    diary.write(Screen(question="CE6", answer="no", occasion="full", version="1"), at(0, 11))
    diary.write(Screen(question="CE6", answer="no", occasion="weekly", version="1"), at(0, 12))
    sheets = of_type(record(diary.entries), "QuestionnaireResponse")
    assert [[item["linkId"] for item in sheet["item"]] for sheet in sheets] == [
        ["CE4", "CE6"], ["CE4"], ["CE4"], ["CE6"],
    ]  # fmt: skip


def test_the_complaint_is_the_persons_own_word() -> None:
    (complaint,) = of_type(WHOLE, "Condition")
    patient = {"reference": WHOLE["entry"][1]["fullUrl"]}
    assert complaint["verificationStatus"]["coding"][0]["code"] == "unconfirmed"
    assert complaint["clinicalStatus"]["coding"][0]["code"] == "active"
    assert (complaint["asserter"], complaint["subject"]) == (patient, patient)
    assert complaint["onsetDateTime"] == "2025-05-01"
    assert complaint["bodySite"][0]["text"] == "Left leg"
    assert of_type(record([]), "Condition") == []


def test_goals_are_what_the_person_wants_back_and_the_latest_are_current() -> None:
    assert [(one["description"]["text"], one["lifecycleStatus"]) for one in of_type(WHOLE, "Goal")] == [
        ("tie my shoes", "active"),
        ("sit & eat", "active"),
    ]
    diary = Diary()
    for day, label in ((0, "walk"), (7, "walk"), (14, "dance")):
        diary.write(
            Questionnaire(instrument="PSFS", answers={"a1": 3}, labels={"a1": label, "a2": " "}), at(day)
        )
    goals = of_type(record(diary.entries), "Goal")
    assert [(one["description"]["text"], one["lifecycleStatus"]) for one in goals] == [("walk", "active")]
    later = told(diary.journal, at(20))
    assert [(one["description"]["text"], one["lifecycleStatus"]) for one in of_type(later, "Goal")] == [
        ("walk", "on-hold"),
        ("dance", "active"),
    ]


def test_what_was_done_has_its_answer_its_dose_and_its_sides() -> None:
    bout = next(one for one in of_type(WHOLE, "Procedure") if "outcome" in one)
    assert bout["outcome"]["text"] == "Easier"
    assert bout["status"] == "completed"
    assert [site["text"] for site in bout["bodySite"]] == ["Right side", "Left side"]
    sets = json.dumps(bout["extension"])
    assert '"value": 10' in sets
    assert '"value": 2.5' in sets
    (session,) = by_own_code("Procedure", "session")
    assert bout["partOf"] == [{"reference": f"urn:uuid:{session['id']}"}]
    assert session["status"] == "stopped"
    assert session["statusReason"]["text"] == "the phone rang"
    assert session["performedPeriod"] == {"start": at(2, 9).isoformat(), "end": at(2, 9, 20).isoformat()}
    assert [one["status"] for one in of_type(WHOLE, "Procedure")].count("not-done") == 1


def test_a_session_never_ends_before_it_begins() -> None:
    diary = Diary()
    diary.write(SessionEvent(session="s", event="finished"), at(0))
    diary.write(SessionEvent(session="s", event="started"), at(1))
    diary.write(SessionEvent(session="t", event="started"), at(1))
    periods = [one["performedPeriod"] for one in by_own_code("Procedure", "session", record(diary.entries))]
    assert periods == [{"start": at(1).isoformat()}, {"start": at(1).isoformat()}]


def test_the_record_says_from_which_decision_it_came() -> None:
    journal = Journal(SOMEBODY)
    decision = decide(journal, NOW, KNOWN)
    made = next(one for one in of_type(WHOLE, "Provenance") if "entity" in one)
    values = {one["what"]["identifier"]["value"] for one in made["entity"]}
    assert values == {decision.digest, decision.journal, decision.knowledge, "1"}
    assert made["recorded"] == NOW.isoformat()


def test_the_plan_of_the_day_is_a_proposal_for_that_day() -> None:
    journal, now = planned()
    decision = decide(journal, now, KNOWN)
    assert decision.session is not None
    (plan,) = of_type(told(journal, now), "CarePlan")
    assert (plan["status"], plan["intent"]) == ("active", "proposal")
    assert plan["period"] == {"start": now.date().isoformat(), "end": now.date().isoformat()}
    wanted = [one.exercise for one in decision.session.exercises]
    assert [next(iter(codes(one["detail"]["code"]).values())) for one in plan["activity"]] == wanted
    assert all(one["detail"]["description"] for one in plan["activity"])


def exercises_of(bundle: dict[str, Any]) -> list[str]:
    return [
        coding["code"]
        for plan in of_type(bundle, "CarePlan")
        if plan["intent"] == "proposal"
        for activity in plan.get("activity", [])
        for coding in activity["detail"]["code"]["coding"]
    ]


def holds_nothing_closed(one: Made) -> None:
    decision = decide(one.journal, one.now, KNOWN)
    found = told(one.journal, one.now, decision=decision)
    listed = exercises_of(found)
    if decision.clearance.tier not in {"G", "A"} or decision.session is None:
        assert listed == []
        assert not [plan for plan in of_type(found, "CarePlan") if plan["intent"] == "proposal"]
    shut = {lock.exercise for lock in decision.clearance.locks if not lock.limit_to}
    assert not shut.intersection(listed)
    for plan in of_type(found, "CarePlan"):  # what a clinician set waits where it is closed
        for activity in plan["activity"] if plan["intent"] == "plan" else []:
            named = {one["code"] for one in activity["detail"].get("code", {}).get("coding", [])}
            assert not shut & named or activity["detail"]["status"] in {"on-hold", "completed"}
    assert len(listed) == (0 if decision.session is None else len(decision.session.exercises))


@given(journals)
@settings(max_examples=10)
def test_nothing_is_planned_that_is_closed(one: Made) -> None:
    holds_nothing_closed(one)


@pytest.mark.parametrize("seed", range(8))
def test_nothing_is_planned_that_is_closed_in_made_up_journals(seed: int) -> None:
    holds_nothing_closed(made(seed))


def test_a_clinicians_plan_waits_where_exercise_is_closed() -> None:
    (plan,) = of_type(WHOLE, "CarePlan")
    assert decide(Journal(SOMEBODY), NOW, KNOWN).clearance.tier not in {"G", "A"}
    assert (plan["status"], plan["intent"], plan["title"]) == ("on-hold", "plan", "First weeks")
    assert {one["detail"]["status"] for one in plan["activity"]} == {"on-hold"}
    assert plan["activity"][1]["detail"]["doNotPerform"] is True
    assert plan["author"]["display"] == "J. Doe, physiotherapist"


def test_a_clinicians_plan_holds_where_exercise_is_open_and_the_latest_counts() -> None:
    journal, now = planned()
    programme = next(entry for entry in SOMEBODY if entry.kind == "programme")
    later = Entry(
        id="later", at=programme.at + dt.timedelta(hours=1), recorded=programme.at, kind="programme",
        data=programme.data,
    )  # fmt: skip
    journal = journal.append(programme, later)
    plans = [one for one in of_type(told(journal, now), "CarePlan") if one["intent"] == "plan"]
    assert [one["status"] for one in plans] == ["completed", "active"]
    assert {one["detail"]["status"] for one in plans[0]["activity"]} == {"completed"}
    shut = {lock.exercise for lock in decide(journal, now, KNOWN).clearance.locks if not lock.limit_to}
    assert plans[1]["activity"][0]["detail"]["status"] == ("on-hold" if "EX09" in shut else "not-started")
    over = told(journal, at(90))
    assert {one["status"] for one in of_type(over, "CarePlan") if one["intent"] == "plan"} == {"completed"}


# --- what stays with the person -----------------------------------------------------------------


def test_private_answers_stay_out_unless_they_are_asked_for() -> None:
    private = intimate_questions(KNOWN)
    assert {"CE1", "CE2", "CE3", "CE5"} <= private
    usual = record(SOMEBODY, leave_out=None)
    answered = {
        item["linkId"] for one in of_type(usual, "QuestionnaireResponse") for item in one.get("item", [])
    }
    assert not private & answered
    assert "AG1" in answered
    assert KNOWN.fhir.words["left_out"] in json.dumps(usual)
    asked = {
        item["linkId"] for one in of_type(WHOLE, "QuestionnaireResponse") for item in one.get("item", [])
    }
    assert "CE1" in asked
    assert KNOWN.fhir.words["left_out"] not in json.dumps(WHOLE)


def test_notes_and_settings_stay_out_unless_everything_is_asked_for() -> None:
    usual = written(SOMEBODY, everything=False).decode()
    assert "rain" not in usual
    assert '"dark"' not in usual
    assert "EX16" in usual
    assert '"dark"' in written(SOMEBODY).decode()


def test_what_was_taken_back_says_so_and_nothing_else() -> None:
    taken = next(entry for entry in SOMEBODY if entry.kind == "retraction").data
    before = Journal(entry for entry in SOMEBODY if entry.kind != "retraction")
    first = {entry["resource"]["id"] for entry in told(before, NOW)["entry"]}
    gone = [one for one in of_type(WHOLE, "Observation") if one["status"] == "entered-in-error"]
    assert len(gone) == 2
    for one in gone:
        assert one["id"] in first
        assert one["code"]["text"] == "Taken back by the person"
        assert set(one) == {"resourceType", "id", "text", "status", "subject", "code"}
    assert getattr(taken, "entry", "") in json.dumps(of_type(WHOLE, "Provenance"))


def test_every_kind_can_be_taken_back() -> None:
    diary = Diary("x")
    for entry in SOMEBODY:
        if entry.kind != "retraction":
            diary.take_back(diary.write(entry.data, entry.at), at(3))
    found = record(diary.entries)
    text = json.dumps(found)
    for words in ("tie my shoes", "the phone rang", "rain", "J. Doe", "Ada", "No heavy lifting", "sore"):
        assert words not in text
    kinds = {"Observation", "Procedure", "QuestionnaireResponse", "CarePlan", "Goal"}
    for kind in kinds:
        field = "lifecycleStatus" if kind == "Goal" else "status"
        statuses = {one[field] for one in of_type(found, kind)}
        assert statuses == {"entered-in-error"}, kind


# --- ids ----------------------------------------------------------------------------------------


def test_a_longer_journal_keeps_every_id() -> None:
    entries = sorted(SOMEBODY, key=lambda entry: entry.at)
    seen: set[str] = set()
    for count in range(1, len(entries) + 1):
        found = {entry["resource"]["id"]: entry["resource"] for entry in record(entries[:count])["entry"]}
        lost = seen - found.keys()
        assert not lost
        seen |= found.keys()


def test_the_same_journal_gives_the_same_bytes_and_another_time_another_document() -> None:
    assert written(SOMEBODY) == written(SOMEBODY)
    later = told(Journal(SOMEBODY), NOW + dt.timedelta(minutes=1))
    assert later["identifier"] != WHOLE["identifier"]
    assert later["entry"][0]["resource"]["id"] == WHOLE["entry"][0]["resource"]["id"]


def test_two_people_share_no_page_about_themselves() -> None:
    mine, yours = (
        {entry["resource"]["id"] for entry in record([note(name)])["entry"]} for name in ("mine", "yours")
    )
    device = next(one["id"] for one in of_type(WHOLE, "Device"))
    assert mine & yours == {device}


# --- words --------------------------------------------------------------------------------------


def test_every_page_has_words_that_are_escaped() -> None:
    for entry in WHOLE["entry"]:
        shown = ET.fromstring(entry["resource"]["text"]["div"])
        assert "".join(shown.itertext()).strip()
    (patient,) = of_type(WHOLE, "Patient")
    assert "Ada &lt;b&gt;&amp;" in patient["text"]["div"]
    assert patient["name"][0]["text"] == "Ada <b>&"


def test_the_first_page_says_what_stands_and_what_it_cannot_tell() -> None:
    page = WHOLE["entry"][0]["resource"]
    shown = html.unescape(json.dumps(page["section"], ensure_ascii=False))
    decision = decide(Journal(SOMEBODY), NOW, KNOWN)
    assert decision.refusal is not None
    for words in (decision.refusal.words.text, KNOWN.screening.safety_net, KNOWN.screening.limit):
        assert words in shown
    journal, now = planned()
    open_page = json.dumps(told(journal, now)["entry"][0]["resource"])
    assert re.search(r"\d+ exercises are planned for this day|One exercise is planned", open_page)


def test_strange_letters_make_no_broken_page() -> None:
    diary = Diary()
    profile = SOMEBODY[0].data.__class__
    diary.write(profile(name="\x07\x85\ufffe\uffff ok"))
    (patient,) = of_type(record(diary.entries), "Patient")
    assert "ok" in "".join(ET.fromstring(patient["text"]["div"]).itertext())
    assert patient["name"][0]["text"] == "\ufffd\x85\ufffe\uffff ok"


def test_an_empty_journal_is_a_record_too() -> None:
    found = record([])
    kinds = [entry["resource"]["resourceType"] for entry in found["entry"]]
    assert kinds == ["Composition", "Patient", "Device", "Provenance"]


def test_a_time_without_an_offset_is_refused() -> None:
    with pytest.raises(ValueError, match="UTC offset"):
        to_bundle(Journal(), dt.datetime(2025, 6, 2), KNOWN)


# --- the data -----------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
def test_every_field_of_every_kind_has_its_form(kind: str) -> None:
    assert KNOWN.fhir.shapes[kind].fields.keys() == set(KINDS[kind].__struct_fields__)


@pytest.mark.parametrize(("part", "model"), [("planned", Planned), ("set", SetDone), ("advised", Advised)])
def test_every_field_of_every_part_has_its_form(part: str, model: type[Any]) -> None:
    assert KNOWN.fhir.shapes[part].fields.keys() == set(model.__struct_fields__)


def test_the_words_are_kind_and_name_no_illness() -> None:
    fhir = KNOWN.fhir
    texts = [*fhir.words.values(), *fhir.concepts.values(), *(loss.what + loss.why for loss in fhir.losses)]
    texts += [field.text for shape in fhir.shapes.values() for field in shape.fields.values()]
    assert [text for text in texts if BANNED.search(text)] == []


def test_settings_are_wishes_and_no_exercise_is_one() -> None:
    assert set(KNOWN.fhir.settings) < set(WISHES)
    assert {"exercise_off", "ask_back", "minimum_day", "worse_today"} == set(WISHES) - set(
        KNOWN.fhir.settings
    )


def test_what_is_written_is_what_the_model_holds() -> None:
    sent = export(Journal(SOMEBODY), NOW, KNOWN)
    assert json.loads(sent.bundle.model_dump_json()) == json.loads(sent.to_json())
