"""Who and what a record is about: the person, the program, the complaint, the goals, the questionnaires."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from unpinch import __version__
from unpinch.exchange.fhir.parts import Json, Names, clean, div
from unpinch.journal import Entry, Person
from unpinch.journal.kinds import Questionnaire
from unpinch.knowledge import clinical


def patient(names: Names, key: str, person: Person) -> Json:
    """Return the person, with what the record needs to know them by."""
    profile = person.profile
    name = clean(profile.name or "")
    found: Json = {
        "resourceType": "Patient",
        "id": names.uid(key),
        "text": div(name or names.word("person")),
        "identifier": [names.identifier("person", names.uid(key))],
    }
    if name:
        found["name"] = [{"text": name}]
    if profile.sex:
        found["gender"] = names.fhir.genders[profile.sex]
    if profile.birth_year:
        found["birthDate"] = str(profile.birth_year)
    return found


def device(names: Names) -> Json:
    """Return the program, with its version and that of what it knows."""
    software = names.word("software")
    return {
        "resourceType": "Device",
        "id": names.uid("device"),
        "text": div(f"{software} {__version__}"),
        "identifier": [names.identifier("software", "unpinch")],
        "deviceName": [{"name": software, "type": "user-friendly-name"}],
        "version": [
            {"type": names.concept("version.program", "program"), "value": __version__},
            {"type": names.concept("version.knowledge", "knowledge"), "value": names.known.version},
        ],
    }


def condition(names: Names, key: str, subject: Json, person: Person) -> Json | None:
    """Return the complaint as the person tells it: no more is claimed, and nobody confirmed it."""
    profile = person.profile
    if profile.side is None and profile.since is None:
        return None
    site = names.site("leg", profile.side)
    said = [names.word("condition", side=site["text"].lower())]
    if profile.since:
        said.append(names.word("condition_since", day=day_words(profile.since)))
    found = {
        "resourceType": "Condition",
        "id": names.uid(f"{key}|condition"),
        "text": div(*said),
        "identifier": [names.identifier("condition", names.uid(f"{key}|condition"))],
        "clinicalStatus": names.public("clinical", "active"),
        "verificationStatus": names.public("verification", "unconfirmed"),
        "code": names.named("condition"),
        "bodySite": [site],
        "subject": subject,
        "asserter": subject,
        "note": [{"text": words} for words in said],
    }
    return found | ({"onsetDateTime": profile.since.isoformat()} if profile.since else {})


def goals(names: Names, subject: Json, entries: Iterable[Entry]) -> list[Json]:
    """Return the activities that the person wants back; those of the latest sheet are the current ones."""
    found: dict[str, Json] = {}
    latest: set[str] = set()
    for entry in entries:
        data = entry.data
        if not isinstance(data, Questionnaire) or not data.labels:
            continue
        labels = {name: label for name, one in data.labels.items() if (label := clean(one))}
        latest = set(labels.values()) or latest
        for name, label in labels.items():
            if label not in found:
                number = names.uid(f"{entry.id}#goal#{name}")
                found[label] = {
                    "resourceType": "Goal",
                    "id": number,
                    "text": div(names.word("goal", label=label)),
                    "identifier": [names.identifier("part", f"{entry.id}#goal#{name}")],
                    "description": {**names.named("goal"), "text": label},
                    "subject": subject,
                    "startDate": entry.day.isoformat(),
                    "expressedBy": subject,
                }
    for label, goal in found.items():
        goal["lifecycleStatus"] = "active" if label in latest else "on-hold"
    return list(found.values())


def sheets(names: Names, answered: set[str]) -> list[Json]:
    """Return the questionnaires that were answered, as far as they are known, with their wording."""
    found = []
    if "profile" in answered:
        items = [
            {"linkId": name, "text": field.text, "type": _item_type(names, name)}
            for name, field in names.shape("profile").fields.items()
        ]
        found.append(_sheet(names, "profile", names.shape("profile").text, items))
    if "screen" in answered:
        screening = names.known.screening
        items = [_question(names, question) for question in screening.questions]
        title = names.shape("screen").text
        found.append(_sheet(names, "screen", title, items, version=screening.version))
    for sheet in names.known.questionnaires.values():
        if sheet.id in answered:
            items = [_item(names, sheet, item) for item in sheet.items]
            source = names.known.sources[sheet.wording_source]
            found.append(_sheet(names, sheet.id, sheet.name, items, sheet.intro, source.full))
    return found


def _sheet(
    names: Names,
    name: str,
    title: str,
    items: list[Json],
    description: str | None = None,
    wording: str | None = None,
    *,
    version: str | None = None,
) -> Json:
    found = {
        "resourceType": "Questionnaire",
        "id": names.uid(f"Questionnaire|{name}|{version}"),
        "text": div(title),
        "url": names.questionnaire(name),
        "identifier": [names.identifier("questionnaire", name)],
        "title": title,
        "status": "active",
        "subjectType": ["Patient"],
        "item": items,
    }
    extra = {"version": version, "description": description, "copyright": wording}
    return found | {key: value for key, value in extra.items() if value is not None}


def _question(names: Names, question: clinical.Question) -> Json:
    item: Json = {
        "linkId": question.id,
        "text": question.text,
        "type": names.fhir.item_types[question.answer],
    }
    if question.answer == "several":
        item["repeats"] = True
    if question.options:
        item["answerOption"] = [
            {
                "valueCoding": {
                    "system": names.code_system("screen"),
                    "code": f"{question.id}.{option.id}",
                    "display": option.label,
                }
            }
            for option in question.options
        ]
    return item


def _item(names: Names, sheet: clinical.Questionnaire, item: clinical.Item) -> Json:
    kind = names.fhir.item_types[sheet.kind]
    if sheet.kind != "own_activities":
        return {"linkId": item.id, "text": item.text, "type": kind}
    label = {"linkId": f"{item.id}/label", "text": item.text, "type": names.fhir.item_types["label"]}
    anchors = f"{sheet.minimum}: {sheet.low_anchor}, {sheet.maximum}: {sheet.high_anchor}"
    points = {"linkId": f"{item.id}/points", "text": anchors, "type": kind}
    return {"linkId": item.id, "text": item.text, "type": "group", "item": [label, points]}


def _item_type(names: Names, field: str) -> str:
    return names.fhir.profile_types.get(field, "string")


def day_words(day: dt.date) -> str:
    """Return a day in words: ``2 June 2025``."""
    return f"{day.day} {day:%B %Y}"
