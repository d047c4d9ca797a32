"""What FHIR binds is checked by us, by lists that are those of FHIR itself."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.exchange.records import KNOWN, SOMEBODY, clinicians_plan, of_type, record
from unpinch.exchange.fhir import FhirError
from unpinch.exchange.fhir.check import check

DEFINITIONS = Path(__file__).parents[2] / "node_modules" / "@medplum" / "definitions" / "dist" / "fhir" / "r4"
TYPES = [
    "Identifier",
    "HumanName",
    "ContactPoint",
    "Address",
    "Narrative",
    "Quantity",
    "Timing",
    "Age",
    "Duration",
]
TYPES += ["Count", "Distance"]
VALUES = KNOWN.fhir_values


def definitions(*files: str) -> list[dict[str, Any]]:
    read = [json.loads((DEFINITIONS / f"{name}.json").read_text(encoding="utf-8")) for name in files]
    return [entry["resource"] for bundle in read for entry in bundle["entry"]]


def listed(concepts: list[dict[str, Any]]) -> list[str]:
    return [code for one in concepts for code in (one["code"], *listed(one.get("concept", [])))]


def test_the_bindings_and_their_codes_are_those_of_the_definitions() -> None:
    resources = {one["resource"]["resourceType"] for one in record(SOMEBODY)["entry"]} | {"Bundle"}
    terms = {one["url"]: one for one in definitions("valuesets", "v3-codesystems")}
    found: dict[str, str] = {}
    for one in definitions("profiles-types", "profiles-resources"):
        if one["resourceType"] != "StructureDefinition" or one["name"] not in {*resources, *TYPES}:
            continue
        for element in one["snapshot"]["element"]:
            binding = element.get("binding", {})
            if binding.get("strength") == "required":
                *path, field = element["path"].split(".")
                kind = "".join(step[0].upper() + step[1:] for step in path)
                found[f"{kind}.{field}"] = binding["valueSet"].split("|")[0]
    assert {name: url.rpartition("/")[2] for name, url in found.items()} == VALUES.bindings
    for url in set(found.values()):
        codes: list[str] = []
        systems = set()
        for include in terms[url]["compose"]["include"]:
            systems.add(include["system"])
            codes += listed(include.get("concept") or terms[include["system"]]["concept"])
        assert VALUES.sets[url.rpartition("/")[2]].codes == tuple(codes), url
        assert set(VALUES.sets[url.rpartition("/")[2]].systems) == systems, url


def places(value: Any, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    """Return the place of every status, intent and other plain code of a resource."""
    found = []
    if isinstance(value, dict):
        for key, part in value.items():
            if key in {"status", "intent", "gender", "lifecycleStatus", "role", "type"} and isinstance(
                part, str
            ):
                found.append((*path, key))
            found += places(part, (*path, key))
    elif isinstance(value, list):
        found += [place for number, part in enumerate(value) for place in places(part, (*path, number))]
    return found


WHOLE = record(SOMEBODY)
PLACES = {
    tuple(
        WHOLE["entry"][place[1]]["resource"]["resourceType"] if step == place[1] else step
        for step in place
        if step == place[1] or not isinstance(step, int)
    ): place
    for place in places(WHOLE)
    if len(place) > 1 and isinstance(place[1], int)
} | {("type",): ("type",)}
"""One place of each kind: every field of every type that holds such a code."""


def test_enough_places_are_tried() -> None:
    kinds = {step for path in PLACES for step in path}
    assert kinds >= {
        "Observation",
        "CarePlan",
        "Procedure",
        "Goal",
        "QuestionnaireResponse",
        "intent",
        "gender",
    }
    assert len(PLACES) >= 30


@pytest.mark.parametrize("place", PLACES.values(), ids=lambda place: ".".join(map(str, place)))
def test_a_made_up_code_fails_and_its_place_is_named(place: tuple[str | int, ...]) -> None:
    changed = copy.deepcopy(WHOLE)
    holder = changed
    for step in place[:-1]:
        holder = holder[step]  # type: ignore[index]
    holder[place[-1]] = "invented"  # type: ignore[index]
    where = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in place)
    with pytest.raises(FhirError) as told:
        check(changed, KNOWN)
    assert str(told.value).startswith(f"Bundle{where}: must be a code of ")
    assert str(told.value).endswith("(was 'invented')")


@pytest.mark.parametrize("name", ["clinicalStatus", "verificationStatus"])
@pytest.mark.parametrize("change", [{"code": "invented"}, {"system": "http://elsewhere"}])
def test_a_made_up_concept_fails_too(name: str, change: dict[str, str]) -> None:
    changed = copy.deepcopy(WHOLE)
    condition = of_type(changed, "Condition")[0]
    condition[name]["coding"][0] |= change
    with pytest.raises(
        FhirError, match=rf"Bundle\.entry\[\d+\]\.resource\.{name}\.coding: must be a code of condition-"
    ):
        check(changed, KNOWN)
    condition[name] = {"text": "in words alone"}
    with pytest.raises(FhirError, match=r"\(was None\)"):
        check(changed, KNOWN)


def test_codes_deep_inside_are_checked() -> None:
    plan = json.loads(clinicians_plan())
    plan["activity"][0]["detail"]["scheduledTiming"]["repeat"]["periodUnit"] = "fortnight"
    with pytest.raises(
        FhirError,
        match=r"^CarePlan\.activity\[0\]\.detail\.scheduledTiming\.repeat\.periodUnit: must be a code of",
    ):
        check(plan, KNOWN)


def test_the_form_is_checked_and_what_is_right_passes() -> None:
    check(WHOLE, KNOWN)
    for change, words in (
        ({"made": 1}, "Patient.made: is no field of this type"),
        ({"birthDate": "in May"}, "Patient.birthDate: "),
        ({"name": [{"text": 3}]}, "Patient.name[0].text: Input should be a valid string (was 3)"),
        (
            {"contained": [{"resourceType": "Nothing"}]},
            "Patient.contained[0].resourceType: is no resource of FHIR R4",
        ),
        ({"birthDate": None}, "Patient.birthDate: must not be null"),
        ({"id": "a\ud800"}, "Patient.id: holds half of a character"),
        ({"a\ud800": 1}, "Patient: has a name with half of a character"),
        ({"multipleBirthInteger": float("inf")}, "Patient.multipleBirthInteger: must be a finite number"),
    ):
        with pytest.raises(FhirError) as told:
            check({"resourceType": "Patient", **change}, KNOWN)
        assert str(told.value).startswith(words), str(told.value)


def test_a_type_that_only_the_definitions_know_is_refused() -> None:
    with pytest.raises(FhirError, match="MedicinalProduct: cannot be read as FHIR"):
        check({"resourceType": "MedicinalProduct"}, KNOWN)


Change = Callable[[dict[str, Any]], object]
NO_DOCUMENTS: list[tuple[Change, str]] = [
    (lambda one: one["entry"].pop(0), "Bundle.entry[0].resource: of a document must be a Composition"),
    (lambda one: one.pop("timestamp"), "Bundle.timestamp: is missing; a document needs it"),
    (lambda one: one.pop("identifier"), "Bundle.identifier: is missing; a document needs it"),
    (lambda one: one["entry"].pop(1), "Bundle.entry[0].resource.subject.reference: leads to nothing"),
    (lambda one: one["entry"].append(one["entry"][4]), "].fullUrl: stands twice"),
    (lambda one: one.pop("entry"), "Bundle.entry[0].resource: of a document must be a Composition"),
]


@pytest.mark.parametrize(("change", "words"), NO_DOCUMENTS)
def test_a_document_is_whole(change: Change, words: str) -> None:
    changed = copy.deepcopy(WHOLE)
    change(changed)
    with pytest.raises(FhirError) as told:
        check(changed, KNOWN)
    assert words in str(told.value)
