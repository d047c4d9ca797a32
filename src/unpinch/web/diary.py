"""Entries in a person's words, for the list in which each can be taken back."""

from __future__ import annotations

from unpinch.journal import Entry
from unpinch.journal.kinds import (
    ExerciseDone,
    Note,
    Pain,
    Preference,
    Profile,
    Programme,
    Questionnaire,
    Screen,
    SelfTestDone,
    SessionEvent,
)
from unpinch.knowledge import Knowledge
from unpinch.web import speech

ZONES = ("nowhere", "low back", "buttock", "back of thigh", "knee", "calf", "foot or toes")
WISHES = {
    "exercise_off": "leave out",
    "ask_back": "asked for back",
    "minimum_day": "only a few minutes",
    "worse_today": "a worse day",
    "voice": "voice",
    "voice_rate": "speed of the voice",
    "tones": "tones",
    "vibration": "vibration",
    "theme": "light or dark",
    "contrast": "contrast",
    "motion": "motion",
}


def in_words(entry: Entry, knowledge: Knowledge) -> tuple[str, str]:
    """Return what kind of entry it is, and what it says."""
    data = entry.data
    if isinstance(data, Pain):
        return _pain(data)
    if isinstance(data, Screen):
        return "Health question", _screen(data, knowledge)
    if isinstance(data, SessionEvent):
        return "Session", {"started": "begun", "finished": "finished", "stopped": "stopped"}[data.event]
    if isinstance(data, ExerciseDone):
        return _name(knowledge, data.exercise), _exercise(data)
    if isinstance(data, SelfTestDone):
        return _test(data, knowledge)
    if isinstance(data, Questionnaire):
        known = knowledge.questionnaires.get(data.instrument)
        return known.name if known else "Questions", f"{len(data.answers)} answered"
    if isinstance(data, Profile):
        return "About you", "told or changed"
    if isinstance(data, Preference):
        target = f" {_name(knowledge, data.target)}" if data.target else ""
        said = (
            {True: "yes", False: "no"}.get(data.value, data.value)
            if isinstance(data.value, bool)
            else data.value
        )
        return "Your wish", f"{WISHES[data.name]}{target}: {said}"
    if isinstance(data, Note):
        return "Note", data.text
    if isinstance(data, Programme):
        return "Set by a clinician", "; ".join(line.words for line in data.advised) or "nothing"
    return "Entry", entry.kind


def _pain(data: Pain) -> tuple[str, str]:
    kind = {
        "morning": "Morning",
        "evening": "Evening",
        "now": "How it was",
        "after_session": "After the session",
    }[data.when]
    said = []
    if data.leg_nprs is not None:
        said.append(f"leg {data.leg_nprs}")
    if data.back_nprs is not None:
        said.append(f"back {data.back_nprs}")
    if data.distal is not None:
        said.append(f"lowest place: {ZONES[data.distal]}")
    if data.side is not None:
        said.append(data.side)
    if data.new_numbness:
        said.append("new numbness")
    if data.new_weakness:
        said.append("new weakness")
    return kind, ", ".join(said) or "nothing told"


def _screen(data: Screen, knowledge: Knowledge) -> str:
    for question in knowledge.screening.questions:
        if question.id == data.question:
            labels = {option.id: option.label for option in question.options}
            chosen = data.answer if isinstance(data.answer, tuple) else (data.answer,)
            shown = ", ".join(
                labels.get(str(part), f"{part:g}" if isinstance(part, float | int) else part)
                for part in chosen
            )
            return f"{question.text} {shown}"
    return data.question


def _exercise(data: ExerciseDone) -> str:
    if data.skipped:
        return "left out"
    said = [speech.plural(len(data.sets), "set")] if data.sets else []
    if data.response:
        said.append(data.response)
    if data.distal_post is not None:
        said.append(f"lowest place after it: {ZONES[data.distal_post]}")
    if data.stopped:
        said.append("stopped")
    return ", ".join(said) or "done"


def _test(data: SelfTestDone, knowledge: Knowledge) -> tuple[str, str]:
    known = knowledge.selftests.get(data.test)
    name = known.name if known else "Test"
    side = f"{data.side}, " if data.side else ""
    if data.not_possible:
        return name, f"{side}not possible"
    if data.passed is not None:
        return name, f"{side}{'yes' if data.passed else 'no'}"
    unit = knowledge.words.get(f"unit.{known.unit}", "") if known else ""
    return (
        name,
        f"{side}{speech.number(data.value)} {unit}".strip() if data.value is not None else f"{side}tried",
    )


def _name(knowledge: Knowledge, target: str) -> str:
    if target in knowledge.exercises:
        return knowledge.exercises[target].name
    return knowledge.families[target].name if target in knowledge.families else target
