"""A bundle as entries: what `export` wrote comes back as it was, and a clinician's plan becomes one entry."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any, Final

import msgspec

from unpinch.exchange.fhir.check import check, parse
from unpinch.exchange.fhir.faults import FhirError
from unpinch.exchange.fhir.foreign import programme_of
from unpinch.exchange.fhir.parts import Json, Names
from unpinch.exchange.fhir.reader import Reader
from unpinch.journal import Entry, EntryError, Journal, JournalConflict, from_fields
from unpinch.knowledge import Knowledge, load

_TYPES: Final = {
    "profile": "QuestionnaireResponse",
    "questionnaire": "QuestionnaireResponse",
    "pain": "Observation",
    "selftest": "Observation",
    "note": "Observation",
    "session": "Provenance",
    "retraction": "Provenance",
    "exercise": "Procedure",
    "preference": "Basic",
    "programme": "CarePlan",
}
"""On which type of resource an entry of each kind stands; answers to the screen stand on items."""


class Imported(msgspec.Struct, frozen=True, kw_only=True):
    """What a bundle holds for a journal.

    Attributes
    ----------
    entries
        Entries, as `unpinch.journal.Entry`, oldest first.
    altered
        Ids of entries that do not come back letter by letter: FHIR could not hold a text of theirs.
    name
        What the record calls the person; to be asked about before anything is taken in.
    passed_over
        How many resources of each type hold nothing for a journal.
    """

    entries: tuple[Entry, ...]
    altered: frozenset[str]
    name: str | None
    passed_over: dict[str, int]

    def into(self, journal: Journal) -> Journal:
        """Return a journal with these entries as well.

        An entry that came back altered does not take the place of the one that is there.

        Raises
        ------
        JournalConflict
            When an entry differs from a known one of the same id.
        """
        known = {entry.id for entry in journal.entries}
        new = [one for one in self.entries if not (one.id in self.altered and one.id in known)]
        return journal.append(*new)


def from_bundle(
    raw: str | bytes, knowledge: Knowledge | None = None, now: dt.datetime | None = None
) -> Imported:
    """Read entries from a bundle of FHIR R4, all of them or none.

    Reads what `export` writes, and plans that a clinician set: an active ``CarePlan``, alone or in
    a bundle of any type, becomes one ``programme`` entry.

    Parameters
    ----------
    raw
        JSON; bytes are UTF-8.
    knowledge
        What is known; what ships with this version when left out.
    now
        Stands in for the day of a plan that names none.

    Raises
    ------
    FhirError
        One line that names the place and says what is wrong there.
    """
    known = knowledge or load()
    plain = parse(raw)
    check(plain, known)
    if plain["resourceType"] not in {"Bundle", "CarePlan"}:
        raise FhirError(str(plain["resourceType"]), "must be a Bundle or a CarePlan")
    found = _Import(Names(known), plain, now)
    found.read()
    if not found.entries:
        raise FhirError(str(plain["resourceType"]), "holds nothing for a journal")
    return found.done()


class _Import:
    """Reads one bundle, resource by resource."""

    def __init__(self, names: Names, plain: Json, now: dt.datetime | None) -> None:
        self.names = names
        self.plain = plain
        self.now = now
        self.entries: list[tuple[str, Entry]] = []
        self.altered: set[str] = set()
        self.passed: dict[str, int] = {}
        self.name: str | None = None
        listed = plain.get("entry") or []
        if plain["resourceType"] == "Bundle":
            self.resources = [
                (Reader(names, plain, one["resource"], ("entry", number, "resource")), one.get("fullUrl"))
                for number, one in enumerate(listed)
                if "resource" in one
            ]
        else:
            self.resources = [(Reader(names, plain, plain, ()), None)]
        self.by_url = {url: reader for reader, url in self.resources if url}
        self.parts: dict[str, Reader] = {}
        self._readers: dict[str, Callable[[Reader, str], Json]] = {
            "profile": self._profile,
            "questionnaire": self._questionnaire,
            "pain": self._pain,
            "selftest": self._selftest,
            "note": self._note,
            "session": self._extension,
            "retraction": self._extension,
            "preference": self._extension,
            "exercise": self._exercise,
            "programme": self._programme,
        }

    def read(self) -> None:
        """Read every resource."""
        for reader, _ in self.resources:
            if (part := reader.identified("part")) is not None:
                self.parts[part] = reader
        for reader, _ in self.resources:
            before = len(self.entries)
            self._resource(reader)
            if len(self.entries) == before:
                kind = str(reader.value["resourceType"])
                self.passed[kind] = self.passed.get(kind, 0) + 1

    def done(self) -> Imported:
        """Return what was read.

        Raises
        ------
        FhirError
            When two different entries have one id.
        """
        try:
            journal = Journal(entry for _, entry in self.entries)
        except JournalConflict as error:
            raise FhirError(str(self.plain["resourceType"]), str(error)) from error
        return Imported(
            entries=journal.entries,
            altered=frozenset(self.altered),
            name=self.name,
            passed_over=dict(sorted(self.passed.items())),
        )

    def _resource(self, reader: Reader) -> None:
        kind = reader.value["resourceType"]
        if kind == "Patient" and self.name is None:
            self.name = next((one["text"] for one in reader.value.get("name", []) if "text" in one), None)
        envelope = reader.extension("entry")
        if envelope is not None:
            self._own(reader, envelope)
        elif kind == "QuestionnaireResponse" and reader.extension("occasion") is not None:
            for item in reader.each("item"):
                self._answer(reader, item)
        elif kind == "CarePlan" and reader.value["status"] == "active" and reader.identified("plan") is None:
            entry = programme_of(self.names, reader, self.by_url, self.now)
            self.entries.append((reader.place, entry))

    def _own(self, reader: Reader, envelope: Reader) -> None:
        kind = envelope.need("kind", "valueCode")
        if kind not in _TYPES:
            raise FhirError(envelope.place, f"no entry of kind {kind!r} stands on a resource of its own")
        if reader.value["resourceType"] != _TYPES[kind]:
            raise FhirError(reader.place, f"must be of type {_TYPES[kind]}, as an entry of kind {kind!r}")
        self._take(reader, envelope, kind, self._readers[kind](reader, kind))

    def _take(self, reader: Reader, envelope: Reader, kind: str, fields: Json) -> None:
        number = envelope.need("id", "valueString")
        try:
            entry = from_fields(number, envelope.moment("at"), kind, fields, envelope.moment("recorded"))
        except EntryError as error:
            raise FhirError(reader.place, str(error)) from error
        if envelope.find("altered") is not None:
            self.altered.add(entry.id)
        self.entries.append((reader.place, entry))

    # --- the kinds --------------------------------------------------------------------------------

    def _answer(self, sheet: Reader, item: Reader) -> None:
        envelope = item.extension("entry")
        if envelope is None:
            raise FhirError(item.place, "does not say which entry it is")
        question = item.text("linkId")
        answers: list[Any] = []
        for one in item.each("answer"):
            if "valueDecimal" in one.value or "valueInteger" in one.value:
                answers.append(one.number())
            else:
                answers.append(one.code("valueCoding", self.names.code_system("screen"), f"{question}."))
        several = item.extension("several") is not None or len(answers) > 1
        if not several and not answers:
            raise FhirError(item.place, "has no answer")
        occasion = sheet.extension("occasion")
        version = sheet.text("questionnaire").partition("|")[2]
        fields = {
            "question": question,
            "answer": answers if several else answers[0],
            "occasion": None if occasion is None else occasion.field("screen", "occasion"),
            "version": version,
        }
        self._take(item, envelope, "screen", fields)

    def _profile(self, reader: Reader, kind: str) -> Json:
        fields: Json = {}
        for item in reader.each("item"):
            name = item.text("linkId")
            field = item.known_field(kind, name)
            answers = [answer.field(kind, name) for answer in item.each("answer")]
            if field.many:
                fields[name] = answers
            elif answers:
                fields[name] = answers[0]
        return fields

    def _questionnaire(self, reader: Reader, _: str) -> Json:
        base = self.names.questionnaire("")
        canonical = reader.text("questionnaire")
        if not canonical.startswith(base):
            raise FhirError(f"{reader.place}.questionnaire", f"must begin with {base}")
        fields: Json = {
            "instrument": canonical.removeprefix(base).partition("|")[0],
            "answers": {},
            "labels": {},
        }
        for item in reader.each("item"):
            name = item.text("linkId")
            if "item" not in item.value:
                fields["answers"][name] = item.points()
                continue
            for inside in item.each("item"):
                part = inside.text("linkId").removeprefix(f"{name}/")
                if part == "points":
                    fields["answers"][name] = inside.points()
                elif part == "label":
                    told = [one.text("valueString") for one in inside.each("answer")]
                    fields["labels"][name] = told[0] if told else ""
                else:
                    raise FhirError(f"{inside.place}.linkId", f"must end in /label or /points (was {part!r})")
        return fields

    def _pain(self, reader: Reader, kind: str) -> Json:
        fields = reader.components(kind)
        for member in reader.each("hasMember"):
            reference = member.text("reference")
            if reference not in self.by_url:
                raise FhirError(f"{member.place}.reference", "leads to nothing in this bundle")
            part = self.by_url[reference]
            name = part.field_name(kind)
            fields[name] = part.field(kind, name)
        return fields

    def _selftest(self, reader: Reader, kind: str) -> Json:
        fields = reader.components(kind)
        fields["test"] = reader.code("code", self.names.code_system("selftest"))
        if "valueQuantity" in reader.value:
            test = self.names.known.selftests.get(fields["test"])
            unit = self.names.fhir.selftest_units[test.unit] if test else None
            fields["value"] = reader.quantity(unit)
        return fields

    def _note(self, reader: Reader, _: str) -> Json:
        return {"text": reader.value.get("valueString", "")}

    def _extension(self, reader: Reader, kind: str) -> Json:
        told = reader.extension(kind)
        if told is None:
            raise FhirError(reader.place, f"has no extension {self.names.url(kind)}")
        return told.part(kind)

    def _exercise(self, reader: Reader, kind: str) -> Json:
        bout = reader.extension("bout")
        if bout is None:
            raise FhirError(reader.place, f"has no extension {self.names.url('bout')}")
        fields = bout.part(kind)
        envelope = reader.extension("entry")
        number = "" if envelope is None else envelope.need("id", "valueString")
        felt = self.parts.get(f"{number}#felt")
        if felt is not None:
            fields |= felt.components(kind)
        fields["exercise"] = reader.code("code", self.names.code_system("exercise"))
        if "outcome" in reader.value:
            fields["response"] = reader.code("outcome", self.names.own, "exercise.response.")
        return fields

    def _programme(self, reader: Reader, _: str) -> Json:
        fields: Json = {"advised": [], "title": reader.value.get("title")}
        author = reader.value.get("author")
        fields["by"] = author.get("display") if author else None
        fields["until"] = (reader.value.get("period") or {}).get("end")
        for activity in reader.each("activity"):
            detail = activity.child("detail")
            told = detail.extension("advised")
            if told is None:
                raise FhirError(detail.place, f"has no extension {self.names.url('advised')}")
            fields["advised"].append({"words": "", **told.part("advised")})
        return fields
