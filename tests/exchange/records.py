"""A journal with every kind of entry, and the plan of a clinician, for the tests of health records."""

from __future__ import annotations

import datetime as dt
import functools
import json
from collections.abc import Iterable
from typing import Any, Final

from tests.factories import Diary, at
from unpinch.exchange.fhir import export
from unpinch.journal import Entry, Journal
from unpinch.journal.kinds import (
    Advised,
    ExerciseDone,
    Note,
    Pain,
    Planned,
    Preference,
    Profile,
    Programme,
    Questionnaire,
    Screen,
    SelfTestDone,
    SessionEvent,
    SetDone,
)
from unpinch.knowledge import load

KNOWN: Final = load()
BASE: Final = KNOWN.fhir.base
UCUM: Final = {"system": "http://unitsofmeasure.org"}
NOW: Final = at(3, 12)


def somebody() -> Journal:
    """Return a small journal that holds every kind of entry, and one that was taken back."""
    diary = Diary()
    diary.write(
        Profile(name="Ada <b>&", side="left", since=dt.date(2025, 5, 1), sex="female", birth_year=1980)
    )
    diary.write(Profile(equipment=("chair", "floor"), minutes_a_day=10, country="GB"), at(0, 8, 1))
    version = KNOWN.screening.version
    said: list[tuple[str, str | float]] = [("CE1", "no"), ("AG1", 45.0), ("SV1", 4.0)]
    for minute, (question, answer) in enumerate(said):
        diary.write(
            Screen(question=question, answer=answer, occasion="full", version=version), at(0, 8, 2 + minute)
        )
    diary.write(Pain(when="morning", leg_nprs=5, back_nprs=2, distal=4, side="left", sleep_h=6.5), at(1))
    diary.write(Pain(when="now", leg_nprs=3, worst_24h_nprs=6, new_numbness=False, settle_min=20.0), at(1, 9))
    diary.write(SelfTestDone(test="T5", side="right", value=31.5, leg_before=2, leg_max=3), at(1, 10))
    diary.write(SelfTestDone(test="T7", side="left", passed=True), at(1, 10, 5))
    diary.write(SelfTestDone(test="T8", side="left", not_possible=True, note="sore"), at(1, 10, 10))
    diary.write(Questionnaire(instrument="RMDQ24", answers={"r01": 1, "r05": 1, "r09": 1}), at(1, 11))
    diary.write(
        Questionnaire(
            instrument="PSFS", answers={"a1": 3, "a2": 6}, labels={"a1": "tie my shoes", "a2": "sit & eat"}
        ),
        at(1, 11, 5),
    )
    diary.write(Questionnaire(instrument="GROC", answers={"change": -2}), at(1, 11, 10))
    plan = (Planned(exercise="EX09", variant="EX09a", rung=1, sets=2, reps=10, sides=("left", "right")),)
    diary.write(SessionEvent(session="s1", event="started", plan=plan, decision="d" * 64), at(2, 9))
    diary.write(
        ExerciseDone(
            exercise="EX09",
            variant="EX09a",
            rung=1,
            session="s1",
            sets=(SetDone(side="right", reps=10), SetDone(side="left", reps=8, hold_s=2.5)),
            response="easier",
            leg_pre=4,
            leg_post=3,
            distal_post=3,
            effort_cr10=4.5,
        ),
        at(2, 9, 10),
    )
    diary.write(ExerciseDone(exercise="EX05", variant="EX05a", rung=0, skipped=True), at(2, 9, 12))
    diary.write(SessionEvent(session="s1", event="stopped", at_step=7, reason="the phone rang"), at(2, 9, 20))
    diary.write(Preference(name="exercise_off", target="EX16", value=True), at(2, 10))
    diary.write(Preference(name="theme", value="dark"), at(2, 10, 1))
    diary.write(Note(text="rain"), at(2, 10, 2))
    line = Advised(
        words="Bridges, ten times", exercise="EX09", variant="EX09a", sets=2, reps=10, days_a_week=3
    )
    diary.write(
        Programme(
            advised=(line, Advised(words="No heavy lifting", avoid=True)),
            by="J. Doe, physiotherapist",
            title="First weeks",
            until=dt.date(2025, 8, 1),
        ),
        at(2, 11),
    )
    diary.take_back(diary.write(Pain(when="evening", leg_nprs=9), at(2, 20)))
    return diary.journal


SOMEBODY: Final = somebody().entries


def written(entries: Iterable[Entry], **told: Any) -> bytes:
    """Return the record of some entries, whole unless told otherwise."""
    if entries is SOMEBODY and not told:
        return _whole()
    told = {"leave_out": frozenset(), "everything": True, **told}
    return export(Journal(entries), NOW, KNOWN, **told).to_json()


@functools.cache
def _whole() -> bytes:
    return written(tuple(SOMEBODY[:]), leave_out=frozenset())


def record(entries: Iterable[Entry], **told: Any) -> dict[str, Any]:
    """Return the record of some entries as plain JSON."""
    found: dict[str, Any] = json.loads(written(entries, **told))
    return found


def of_type(bundle: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    """Return the resources of one type."""
    resources = [entry["resource"] for entry in bundle["entry"]]
    return [resource for resource in resources if resource["resourceType"] == kind]


def pieces(bundle: dict[str, Any]) -> list[bytes]:
    """Return a small bundle for each resource that an entry stands on, with what it points to."""
    by_url = {entry["fullUrl"]: entry for entry in bundle["entry"]}
    found = []
    for entry in bundle["entry"]:
        resource = entry["resource"]
        if BASE not in json.dumps(resource.get("extension", [])):
            continue
        near = [by_url[one["reference"]] for one in resource.get("hasMember", [])]
        near += [
            other
            for other in bundle["entry"]
            if {"reference": entry["fullUrl"]} in other["resource"].get("partOf", [])
        ]
        listed = [entry, *near]
        small = {"resourceType": "Bundle", "type": "collection", "entry": listed}
        known = {one["fullUrl"] for one in listed}
        for url in by_url.keys() - known:
            small = json.loads(json.dumps(small).replace(url, f"Thing/{url[-12:]}"))
        found.append(json.dumps(small).encode())
    return found


def plan_lines() -> list[dict[str, Any]]:
    """Return lines as a clinician's system writes them: by our codes, in words, and not to be done."""
    return [
        {
            "detail": {
                "status": "scheduled",
                "code": {
                    "coding": [{"system": f"{BASE}/CodeSystem/exercise", "code": "EX09"}],
                    "text": "Bridge",
                },
                "scheduledTiming": {"repeat": {"frequency": 3, "period": 1, "periodUnit": "wk"}},
                "extension": [
                    {
                        "url": f"{BASE}/StructureDefinition/advised",
                        "extension": [
                            {
                                "url": "sets",
                                "valueQuantity": {**UCUM, "value": 2, "unit": "sets", "code": "{sets}"},
                            }
                        ],
                    }
                ],
            }
        },
        {"detail": {"status": "not-started", "description": "Swim twice a week"}},
        {"detail": {"status": "not-started", "code": {"text": "Heavy lifting"}, "doNotPerform": True}},
        {"detail": {"status": "cancelled", "code": {"text": "Sauna"}}},
    ]  # fmt: skip


def clinicians_plan(*, alone: bool = True, **changed: Any) -> bytes:
    """Return a clinician's plan, alone or in a bundle with its author; fields may be changed."""
    plan: dict[str, Any] = {
        "resourceType": "CarePlan",
        "id": "p1",
        "status": "active",
        "intent": "plan",
        "title": "Back to the garden",
        "subject": {"reference": "Patient/1"},
        "created": "2025-06-01",
        "period": {"start": "2025-06-01", "end": "2025-07-31"},
        "author": {"display": "Dr Roe"}
        if alone
        else {"reference": "urn:uuid:11111111-1111-4111-8111-111111111111"},
        "activity": plan_lines(),
        **changed,
    }
    plan = {name: value for name, value in plan.items() if value is not None}
    if alone:
        return json.dumps(plan).encode()
    author = {"resourceType": "Practitioner", "id": "d1", "name": [{"given": ["Jo"], "family": "Roe"}]}
    old = {**plan, "id": "p0", "status": "completed"}
    bundle = {
        "resourceType": "Bundle",
        "type": "collection",
        "entry": [
            {"fullUrl": "urn:uuid:11111111-1111-4111-8111-111111111111", "resource": author},
            {"resource": old},
            {"resource": plan},
        ],
    }
    return json.dumps(bundle).encode()
