"""Entries of the journal as resources: each kind in its way, with ids that follow from the entry's."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable
from typing import Any, Final

import msgspec

from unpinch.exchange.fhir.parts import Json, Names, clean, div, moment
from unpinch.journal import Entry
from unpinch.journal.kinds import (
    Data,
    ExerciseDone,
    Pain,
    Preference,
    Profile,
    Questionnaire,
    Retraction,
    Screen,
    SelfTestDone,
    SessionEvent,
)
from unpinch.knowledge import Knowledge

_OF_BOUT: Final = ("variant", "rung", "session", "sets")
"""Fields of an exercise that stand on the procedure; ``exercise`` and ``response`` have their own place."""

_STATUS: Final = {"started": "in-progress", "finished": "completed", "stopped": "stopped"}


class Sheets:
    """Collects the resources of one record, in order, by the part of the record that they belong to."""

    def __init__(self, names: Names, patient: str) -> None:
        self.names = names
        self.patient = patient
        self.resources: dict[str, Json] = {}
        self.sections: dict[str, list[str]] = {}
        self.sheets: set[str] = set()  # questionnaires that were answered
        self._side: str | None = None
        self._times: dict[str, dict[str, dt.datetime]] = {}  # of sessions
        self._asked: Counter[tuple[str, ...]] = Counter()
        self._writers: dict[type[Data], Callable[[Entry, Any], None]] = {
            Profile: self._profile,
            Screen: self._screen,
            Pain: self._pain,
            SelfTestDone: self._selftest,
            Questionnaire: self._questionnaire,
            SessionEvent: self._session,
            ExerciseDone: self._exercise,
            Preference: self._preference,
            Retraction: self._retraction,
        }

    def write(self, entry: Entry) -> None:
        """Add what one entry says; a programme is added apart, for it needs the Decision."""
        writer = self._writers.get(type(entry.data), self._note)
        writer(entry, entry.data)

    def add(self, section: str, resource: Json) -> str:
        """Add a resource to a section, and return its name for references."""
        self.resources[resource["id"]] = resource
        self.sections.setdefault(section, []).append(resource["id"])
        return f"urn:uuid:{resource['id']}"

    @property
    def subject(self) -> Json:
        """A reference to the person."""
        return {"reference": f"urn:uuid:{self.patient}"}

    # --- the kinds --------------------------------------------------------------------------------

    def _profile(self, entry: Entry, data: Profile) -> None:
        self._side = data.side or self._side
        response = self._response(entry, "profile")
        items = []
        for name, value in fields_of(data).items():
            answers = [self.names.value("profile", name, one) for one in _listed(value)]
            item: Json = {"linkId": name, "text": self.names.shape("profile").fields[name].text}
            if told := [answer for answer in answers if answer]:
                items.append({**item, "answer": told})
            elif value == []:
                items.append(item)
        if items:
            response["item"] = items
        self.sheets.add("profile")
        self.add("section.person", response)

    def _screen(self, entry: Entry, data: Screen) -> None:
        """Answers of one day and occasion stand on one sheet; a second answer begins a second one."""
        names = self.names
        group = (entry.day.isoformat(), data.occasion, data.version)
        number = self._asked[(*group, data.question)]
        self._asked[(*group, data.question)] += 1
        key = "|".join(("screen", self.patient, *group, str(number)))
        sheet = self.resources.get(names.uid(key))
        if sheet is None:
            occasion = names.value("screen", "occasion", data.occasion)
            sheet = {
                "resourceType": "QuestionnaireResponse",
                "id": names.uid(key),
                "text": div(names.shape("screen").fields["occasion"].values[data.occasion]),
                "extension": [{"url": names.url("occasion"), **occasion}],
                "identifier": names.identifier("screen", key),
                "questionnaire": names.questionnaire("screen", data.version),
                "status": "completed",
                "subject": self.subject,
                "authored": moment(entry.at),
                "author": self.subject,
                "source": self.subject,
                "item": [],
            }
            self.add("section.screen", sheet)
        self.sheets.add("screen")
        sheet["item"].append(self._answer(entry, data))

    def _answer(self, entry: Entry, data: Screen) -> Json:
        names = self.names
        known = {question.id: question for question in names.known.screening.questions}.get(data.question)
        same = known is not None and data.version == names.known.screening.version
        labels = {option.id: option.label for option in known.options} if known and same else {}
        several = isinstance(data.answer, tuple)
        item: Json = {"linkId": data.question}
        extension = [names.envelope(entry)]
        if several:
            extension.append({"url": names.url("several"), "valueBoolean": True})
        item["extension"] = extension
        if known and same:
            item["text"] = known.text
        answers: list[Json] = []
        for one in data.answer if isinstance(data.answer, tuple) else (data.answer,):
            if isinstance(one, float):
                answers.append({"valueDecimal": one})
                continue
            code = {"system": names.code_system("screen"), "code": f"{data.question}.{one}"}
            label = labels.get(one)
            answers.append({"valueCoding": code | ({"display": label} if label else {})})
        if answers:
            item["answer"] = answers
        return item

    def _pain(self, entry: Entry, data: Pain) -> None:
        names, shape = self.names, self.names.shape("pain")
        fields = fields_of(data)
        side = data.side or self._side
        panel = self._observation(entry, "pain", names.concept("pain", shape.text))
        members = []
        for name, value in fields.items():
            if (site := shape.fields[name].site) is None:
                continue
            member = self._observation(entry, "pain", names.field_code("pain", name), name)
            member |= self._single("pain", name, value)
            member["bodySite"] = names.site(site, side)
            members.append({"reference": self.add("section.pain", member)})
        rest = {name: value for name, value in fields.items() if shape.fields[name].site is None}
        panel["component"] = names.components("pain", rest)
        if members:
            panel["hasMember"] = members
        self.add("section.pain", panel)

    def _selftest(self, entry: Entry, data: SelfTestDone) -> None:
        names = self.names
        fields = fields_of(data)
        test = names.known.selftests.get(data.test)
        seen = self._observation(entry, "selftest", names.coded("selftest", fields.pop("test")))
        value = fields.pop("value", None)
        if value is not None:
            unit = names.fhir.selftest_units[test.unit] if test else None
            seen["valueQuantity"] = {"value": value} if unit is None else names.quantity(value, unit)
            seen["text"] = div(names.word("told", what=seen["code"]["text"], value=_said(value, seen)))
        elif data.not_possible:
            seen["dataAbsentReason"] = names.public("absent", "not-performed")
        if data.side is not None:
            seen["bodySite"] = names.site("half", data.side)
        if components := names.components("selftest", fields):
            seen["component"] = components
        self.add("section.selftest", seen)

    def _questionnaire(self, entry: Entry, data: Questionnaire) -> None:
        names = self.names
        known = names.known.questionnaires.get(data.instrument)
        texts = {item.id: item.text for item in known.items} if known else {}
        response = self._response(entry, data.instrument)
        items = []
        for name in [*data.answers, *(label for label in data.labels if label not in data.answers)]:
            item: Json = {"linkId": name} | ({"text": texts[name]} if name in texts else {})
            answer = None
            if name in data.answers:
                points = data.answers[name]
                tick = known is not None and known.kind == "tick" and points in (0, 1)
                answer = {"valueBoolean": bool(points)} if tick else {"valueInteger": points}
            if name in data.labels:
                label = clean(data.labels[name])
                inside: list[Json] = [{"linkId": f"{name}/label"}]
                if label is not None:
                    inside[0]["answer"] = [{"valueString": label}]
                if answer:
                    inside.append({"linkId": f"{name}/points", "answer": [answer]})
                item["item"] = inside
            elif answer:
                item["answer"] = [answer]
            items.append(item)
        if items:
            response["item"] = items
        self.sheets.add(data.instrument)
        reference = self.add("section.questionnaire", response)
        if known and data.answers:
            self.add("section.questionnaire", self._score(entry, data, reference, names.known))

    def _score(self, entry: Entry, data: Questionnaire, response: str, knowledge: Knowledge) -> Json:
        kind = knowledge.questionnaires[data.instrument].kind
        total = sum(data.answers.values())
        value = total if kind == "tick" else total / len(data.answers)
        seen = self._observation(
            entry, "questionnaire", self.names.named(f"score.{data.instrument}"), "score"
        )
        seen["valueQuantity"] = self.names.quantity(round(value, 2), "score")
        seen["derivedFrom"] = [{"reference": response}]
        seen["text"] = div(
            self.names.word("told", what=seen["code"]["text"], value=_said(round(value, 2), seen))
        )
        return seen

    def _session(self, entry: Entry, data: SessionEvent) -> None:
        """Tell the session by its last event, and each event as a piece of its history."""
        names = self.names
        key = f"session|{data.session}"
        session = self.resources.get(names.uid(key))
        if session is None:
            session = {
                "resourceType": "Procedure",
                "id": names.uid(key),
                "identifier": [names.identifier("session", data.session)],
                "status": "unknown",
                "code": names.concept("session", names.shape("session").text),
                "subject": self.subject,
            }
            self.add("section.exercise", session)
        session["status"] = _STATUS[data.event]
        times = self._times.setdefault(key, {})
        times["start" if data.event == "started" else "end"] = entry.at
        if times.get("start", entry.at) > times.get("end", entry.at):  # two clocks, or begun again
            del times["end" if data.event == "started" else "start"]
        session["performedPeriod"] = {name: moment(at) for name, at in times.items()}
        if reason := clean(data.reason or ""):
            session["statusReason"] = {"text": reason}
        session["text"] = div(names.shape("session").fields["event"].values[data.event])
        fields = fields_of(data)
        told = names.part("session", names.url("session"), fields)
        history = self._history(entry, "session", {"reference": f"urn:uuid:{session['id']}"})
        history["extension"].append(told)
        history["activity"] = _concept(names.value("session", "event", data.event))
        self.add("section.exercise", history)

    def _exercise(self, entry: Entry, data: ExerciseDone) -> None:
        names = self.names
        fields = fields_of(data)
        bout: Json = {name: fields.pop(name) for name in _OF_BOUT if name in fields}
        code = names.coded("exercise", fields.pop("exercise"))
        response = fields.pop("response", None)
        done: Json = {
            "resourceType": "Procedure",
            "id": names.uid(entry.id),
            "extension": [self._envelope(entry), names.part("exercise", names.url("bout"), bout)],
            "identifier": [names.identifier("entry", entry.id)],
            "status": "not-done" if data.skipped else "stopped" if data.stopped else "completed",
            "code": code,
            "subject": self.subject,
            "performedDateTime": moment(entry.at),
            "performer": [{"actor": self.subject}],
        }
        said = names.shape("exercise").fields["response"].values.get(data.response or "", "")
        done["text"] = div(names.word("told", what=code["text"], value=said) if said else code["text"])
        if data.session is not None and names.uid(f"session|{data.session}") in self.resources:
            done["partOf"] = [{"reference": f"urn:uuid:{names.uid(f'session|{data.session}')}"}]
        sides = dict.fromkeys(one.side for one in data.sets if one.side is not None)
        if sides:
            done["bodySite"] = [names.site("half", side) for side in sides]
        if response is not None:
            done["outcome"] = _concept(names.value("exercise", "response", response))
        if fields:
            felt = self._observation(
                entry, "exercise", names.concept("felt", names.shape("exercise").text), "felt"
            )
            felt["component"] = names.components("exercise", fields)
            felt["partOf"] = [{"reference": f"urn:uuid:{done['id']}"}]
            self.add("section.exercise", done)
            self.add("section.exercise", felt)
        else:
            self.add("section.exercise", done)

    def _preference(self, entry: Entry, data: Preference) -> None:
        names = self.names
        wish = {
            "resourceType": "Basic",
            "id": names.uid(entry.id),
            "text": div(names.shape("preference").text),
            "extension": [
                self._envelope(entry),
                names.part("preference", names.url("preference"), fields_of(data)),
            ],
            "identifier": [names.identifier("entry", entry.id)],
            "code": names.concept("preference", names.shape("preference").text),
            "subject": self.subject,
            "created": entry.day.isoformat(),
            "author": self.subject,
        }
        self.add("section.person", wish)

    def _note(self, entry: Entry, data: Data) -> None:
        names = self.names
        note = self._observation(entry, "note", names.concept("note", names.shape("note").text))
        note |= names.value("note", "text", fields_of(data)["text"])
        self.add("section.person", note)

    def _retraction(self, entry: Entry, data: Retraction) -> None:
        names = self.names
        history = self._history(entry, "retraction", {"identifier": names.identifier("entry", data.entry)})
        history["activity"] = names.concept("retraction", names.shape("retraction").text)
        told = {"entry": data.entry} | ({"reason": data.reason} if data.reason is not None else {})
        history["extension"].append(names.part("retraction", names.url("retraction"), told))
        self.add("section.person", history)

    # --- what they share --------------------------------------------------------------------------

    def _envelope(self, entry: Entry) -> Json:
        return self.names.envelope(entry)

    def _observation(self, entry: Entry, shape: str, code: Json, part: str = "") -> Json:
        """Return an observation without its value; a part of an entry has no envelope of its own."""
        names = self.names
        name = f"{entry.id}#{part}" if part else entry.id
        category = names.shape(shape).category
        seen: Json = {"resourceType": "Observation", "id": names.uid(name), "text": div(code["text"])}
        if not part:
            seen["extension"] = [self._envelope(entry)]
        seen["identifier"] = [names.identifier("part" if part else "entry", name)]
        seen["status"] = "final"
        if category:
            seen["category"] = [names.public("category", category)]
        seen |= {"code": code, "subject": self.subject, "effectiveDateTime": moment(entry.at)}
        return seen | {"issued": moment(entry.recorded), "performer": [self.subject]}

    def _single(self, shape: str, name: str, value: Any) -> Json:
        """Return the value of an observation that tells one field, with its sentence."""
        names = self.names
        component = names.components(shape, {name: value})[0]
        told = {key: part for key, part in component.items() if key != "code"}
        field = names.shape(shape).fields[name]
        said = field.values.get(str(value)) or str(value)
        return {**told, "text": div(names.word("told", what=field.text, value=said))}

    def _response(self, entry: Entry, sheet: str) -> Json:
        names = self.names
        known = names.known.questionnaires.get(sheet)
        return {
            "resourceType": "QuestionnaireResponse",
            "id": names.uid(entry.id),
            "text": div(
                known.name
                if known
                else names.shape("profile" if sheet == "profile" else "questionnaire").text
            ),
            "extension": [self._envelope(entry)],
            "identifier": names.identifier("entry", entry.id),
            "questionnaire": names.questionnaire(sheet),
            "status": "completed",
            "subject": self.subject,
            "authored": moment(entry.at),
            "author": self.subject,
            "source": self.subject,
        }

    def _history(self, entry: Entry, shape: str, target: Json) -> Json:
        return {
            "resourceType": "Provenance",
            "id": self.names.uid(entry.id),
            "text": div(self.names.shape(shape).text),
            "extension": [self._envelope(entry)],
            "target": [target],
            "occurredDateTime": moment(entry.at),
            "recorded": moment(entry.recorded),
            "agent": [{"type": self.names.public("agent", "author"), "who": self.subject}],
        }


def fields_of(data: Data) -> Json:
    """Return what an entry says as plain JSON, what was not answered left out."""
    plain = msgspec.json.decode(msgspec.json.encode(data))
    return {name: value for name, value in plain.items() if value is not None}


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _concept(told: Json) -> Json:
    coding = told["valueCoding"]
    return {"coding": [coding], "text": coding["display"]}


def _said(value: float, seen: Json) -> str:
    unit = seen["valueQuantity"].get("unit", "")
    return f"{value:g} {unit}".strip()
