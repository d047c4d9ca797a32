"""A journal as one document: the Composition first, then everything that it names."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Final, Literal, cast

import msgspec
from fhir.resources.R4B.bundle import Bundle

from unpinch.care import decide
from unpinch.care.decision import Decision
from unpinch.exchange.fhir import people, plans
from unpinch.exchange.fhir.check import check
from unpinch.exchange.fhir.entries import Sheets
from unpinch.exchange.fhir.parts import Json, Names, altered, div, moment
from unpinch.journal import Entry, Journal, Person, fold
from unpinch.journal.fold import CLOCK_SLACK
from unpinch.journal.kinds import Note, Preference, Programme, Screen
from unpinch.knowledge import Knowledge

LossName = Literal["taken_back", "private", "note", "settings", "later", "text"]

_GONE: Final = frozenset({"Observation", "Procedure", "QuestionnaireResponse", "CarePlan", "Goal"})
"""Types that can say of themselves that they were entered in error."""


class Loss(msgspec.Struct, frozen=True, kw_only=True):
    """An entry that a bundle does not hold, or not whole.

    Attributes
    ----------
    name
        Why; `unpinch.knowledge.fhir.Fhir.losses` says it in words.
    entry
        Id of the entry.
    kind
        Its kind.
    """

    name: LossName
    entry: str
    kind: str


class Export(msgspec.Struct, frozen=True, kw_only=True):
    """A bundle, and what it does not hold.

    Attributes
    ----------
    bundle
        The document as a model of ``fhir.resources``.
    losses
        What it does not hold, in the order of the journal.
    """

    bundle: Bundle
    losses: tuple[Loss, ...]
    _plain: Json

    def to_json(self) -> bytes:
        """Return the bundle as JSON in UTF-8; the same as the model writes, in a tenth of the time."""
        return msgspec.json.encode(self._plain)


def intimate_questions(knowledge: Knowledge) -> frozenset[str]:
    """Return the questions whose answers stay out unless the person wants them in."""
    return frozenset(question.id for question in knowledge.screening.questions if question.intimate)


def to_bundle(
    journal: Journal,
    now: dt.datetime,
    knowledge: Knowledge,
    *,
    leave_out: frozenset[str] | None = None,
    everything: bool = False,
    decision: Decision | None = None,
) -> Bundle:
    """Return a journal as a document of FHIR R4; see `export` for what each argument means."""
    found = export(journal, now, knowledge, leave_out=leave_out, everything=everything, decision=decision)
    return found.bundle


def export(
    journal: Journal,
    now: dt.datetime,
    knowledge: Knowledge,
    *,
    leave_out: frozenset[str] | None = None,
    everything: bool = False,
    decision: Decision | None = None,
) -> Export:
    """Return a journal as a document of FHIR R4, and what the document does not hold.

    The same journal and time give the same document. Ids follow from those of the entries, so the
    record of a journal that has grown holds the same resources, and more.

    Parameters
    ----------
    journal
        What happened.
    now
        The time of the record, with its UTC offset.
    knowledge
        What is known, with all codes and words.
    leave_out
        Questions of the screen whose answers stay out; the intimate ones when not given. An empty
        set asks for every answer.
    everything
        Whether notes, and settings of the program, go along too.
    decision
        What `decide` concludes of this journal at this time, where it is known already.

    Raises
    ------
    ValueError
        When ``now`` has no UTC offset.
    """
    names = Names(knowledge)
    decision = decision or decide(journal, now, knowledge)
    private = intimate_questions(knowledge) if leave_out is None else leave_out
    person = fold(journal, now + CLOCK_SLACK)
    first = journal.entries[0].id if journal.entries else ""
    key = f"person|{first}"
    sheets = Sheets(names, names.uid(key))

    losses: list[Loss] = []
    past = [entry for entry in journal.entries if entry.at <= person.now]
    retractions = [entry for entry in past if entry.kind == "retraction"]
    live = {entry.id for entry in person.entries}
    chosen: list[Entry] = []
    for entry in journal.entries:
        loss = _loss(entry, person, live, private, knowledge, everything=everything)
        if loss is not None:
            losses.append(Loss(name=loss, entry=entry.id, kind=entry.kind))
        if loss in (None, "text", "taken_back") and _wanted(entry, private, knowledge, everything=everything):
            chosen.append(entry)
    kept = [entry for entry in chosen if entry.id in live]

    main = {"patient": people.patient(names, key, person), "device": people.device(names)}
    for resource in main.values():
        sheets.resources[resource["id"]] = resource
    complaint = people.condition(names, key, sheets.subject, person)
    if complaint:
        sheets.add("section.person", complaint)
    for entry in kept + retractions:
        if not isinstance(entry.data, Programme):
            sheets.write(entry)
    for goal in people.goals(names, sheets.subject, kept):
        sheets.add("section.questionnaire", goal)
    for sheet in people.sheets(names, sheets.sheets):
        sheets.add(
            "section.screen" if sheet["title"] == names.shape("screen").text else "section.questionnaire",
            sheet,
        )
    author = {"reference": f"urn:uuid:{main['device']['id']}"}
    plan = plans.of_today(names, key, sheets.subject, decision, author)
    if plan:
        sheets.add("section.plan", plan)
    plans.add_programmes(sheets, [entry for entry in kept if isinstance(entry.data, Programme)], decision)
    _add_gone(sheets, [entry for entry in chosen if entry.kind != "retraction"])

    page = _composition(
        sheets, key, person, decision, author, left_out=any(one.name == "private" for one in losses)
    )
    made = _provenance(sheets, key, page, plan, journal, decision, author)
    resources = [page, *sheets.resources.values(), made]
    stamp = names.uid(f"{key}|{moment(now)}|{decision.digest}")
    bundle: Json = {
        "resourceType": "Bundle",
        "id": stamp,
        "identifier": names.identifier("document", stamp),
        "type": "document",
        "timestamp": moment(now),
        "entry": [{"fullUrl": f"urn:uuid:{one['id']}", "resource": one} for one in resources],
    }
    return Export(bundle=cast(Bundle, check(bundle, knowledge)), losses=tuple(losses), _plain=bundle)


def _wanted(entry: Entry, private: frozenset[str], knowledge: Knowledge, *, everything: bool) -> bool:
    data = entry.data
    if isinstance(data, Screen):
        return data.question not in private
    if isinstance(data, Preference):
        return everything or data.name not in knowledge.fhir.settings
    return everything or not isinstance(data, Note)


def _loss(
    entry: Entry,
    person: Person,
    live: set[str],
    private: frozenset[str],
    knowledge: Knowledge,
    *,
    everything: bool,
) -> LossName | None:
    """Return the first reason for which an entry does not come back as it is."""
    if entry.at > person.now:
        return "later"
    if entry.kind != "retraction" and entry.id not in live:
        return "taken_back"
    if not _wanted(entry, private, knowledge, everything=everything):
        data = entry.data
        return "private" if isinstance(data, Screen) else "note" if isinstance(data, Note) else "settings"
    return "text" if altered(entry) else None


def _add_gone(sheets: Sheets, chosen: Iterable[Entry]) -> None:
    """Add an empty page for everything that an earlier record may have held and this one does not.

    Whoever keeps the earlier record learns by it that this was taken back, and nothing else.
    """
    names = sheets.names
    chosen = list(chosen)
    before = Sheets(names, sheets.patient)
    for entry in chosen:
        if isinstance(entry.data, Programme):
            before.add("", {"resourceType": "CarePlan", "id": names.uid(entry.id)})
        else:
            before.write(entry)
    for goal in people.goals(names, sheets.subject, chosen):
        before.add("", goal)
    concept = names.named("taken_back")
    for number, resource in before.resources.items():
        kind = resource["resourceType"]
        if number in sheets.resources or kind not in _GONE:
            continue
        gone: Json = {
            "resourceType": kind,
            "id": number,
            "text": div(concept["text"]),
            "subject": sheets.subject,
        }
        if kind == "Goal":
            gone |= {"lifecycleStatus": "entered-in-error", "description": concept}
        else:
            gone["status"] = "entered-in-error"
        if kind in {"Observation", "Procedure"}:
            gone["code"] = concept
        if kind == "CarePlan":
            gone["intent"] = "plan"
        sheets.add("section.gone", gone)


_ORDER: Final = (
    "section.now",
    "section.person",
    "section.screen",
    "section.pain",
    "section.selftest",
    "section.questionnaire",
    "section.exercise",
    "section.plan",
    "section.gone",
    "section.limits",
)


def _composition(
    sheets: Sheets, key: str, person: Person, decision: Decision, author: Json, *, left_out: bool
) -> Json:
    names = sheets.names
    said = _said(sheets, person, decision)
    if left_out:
        said["section.limits"].append(names.word("left_out"))
    sections = []
    for name in _ORDER:
        listed = sheets.sections.get(name, [])
        words = said.get(name) or ([names.fhir.concepts[name]] if listed else [])
        if not words:
            continue
        section: Json = {"title": names.fhir.concepts[name], "code": names.named(name), "text": div(*words)}
        if listed:
            section["entry"] = [{"reference": f"urn:uuid:{number}"} for number in listed]
        sections.append(section)
    title = names.word("title")
    return {
        "resourceType": "Composition",
        "id": names.uid(f"{key}|document"),
        "text": div(title, *said["section.now"], *said["section.limits"]),
        "identifier": names.identifier("record", names.uid(f"{key}|document")),
        "status": "final",
        "type": names.named("document"),
        "subject": sheets.subject,
        "date": moment(decision.now),
        "author": [sheets.subject, author],
        "title": title,
        "section": sections,
    }


def _said(sheets: Sheets, person: Person, decision: Decision) -> dict[str, list[str]]:
    """Return what each section says in plain words."""
    names = sheets.names
    known = names.known
    now = []
    tier = decision.clearance.tier
    if tier in known.actions and tier not in plans.OPEN:
        now.append(known.actions[tier].title)
    if decision.refusal is not None:
        now.append(names.word("no_plan", why=decision.refusal.words.text))
    elif decision.session is not None:
        count = len(decision.session.exercises)
        now.append(names.word("planned_one") if count == 1 else names.word("planned", count=count))
    now.append(known.screening.safety_net)
    said = {"section.now": now, "section.limits": [known.screening.limit, names.word("limits")]}
    days = [at.date() for at, _ in person.pains]
    if days:
        span = {"first": people.day_words(min(days)), "last": people.day_words(max(days))}
        said["section.pain"] = [names.word("pain_told", count=len(days), **span)]
    done = [at.date() for at, _ in person.exercises]
    if done:
        span = {"first": people.day_words(min(done)), "last": people.day_words(max(done))}
        said["section.exercise"] = [names.word("done_times", count=len(done), **span)]
    if person.selftests:
        told = [finding.words.text for finding in decision.findings]
        said["section.selftest"] = [names.word("tests_told", count=len(person.selftests)), *told]
    if person.questionnaires:
        said["section.questionnaire"] = [names.word("sheets_told", count=len(person.questionnaires))]
    return said


def _provenance(
    sheets: Sheets,
    key: str,
    page: Json,
    plan: Json | None,
    journal: Journal,
    decision: Decision,
    author: Json,
) -> Json:
    """Return how the record came about: from which journal, by which Decision, by which knowledge."""
    names = sheets.names
    sources = {
        "journal": decision.journal,
        "decision": decision.digest,
        "decision-version": str(decision.version),
        "knowledge": decision.knowledge,
    }
    return {
        "resourceType": "Provenance",
        "id": names.uid(f"{key}|made"),
        "text": div(names.fhir.concepts["made"]),
        "target": [{"reference": f"urn:uuid:{one['id']}"} for one in (page, plan) if one is not None],
        "recorded": moment(decision.now),
        "activity": names.named("made"),
        "agent": [
            {"type": names.public("agent", "assembler"), "who": author},
            {"type": names.public("agent", "author"), "who": sheets.subject},
        ],
        "entity": [
            {"role": "source", "what": {"identifier": names.identifier(name, value)}}
            for name, value in sources.items()
        ],
    }
