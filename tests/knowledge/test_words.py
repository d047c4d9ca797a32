"""The words for the person: all there, fillable, kind and easy to read."""

from __future__ import annotations

import re
import string
from typing import get_args, get_type_hints

import pytest

from tests.knowledge.reading import grade, syllables
from tests.knowledge.test_clinical import BANNED, SCREEN, typical
from unpinch.care.decision import Ask, RefusalName
from unpinch.knowledge import load, say
from unpinch.knowledge.words import UnknownWordsError

KNOWN = load()
WORDS = KNOWN.words
OURS = {
    key: text
    for key, text in WORDS.items()
    if key.split(".")[0]
    in {"refusal", "ask", "caution", "screen", "safety", "measure"}
    | {"delete", "backup", "restore", "passphrase", "calendar"}
}


def places(text: str) -> set[str]:
    """Return the names of the values that a template wants."""
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


@pytest.mark.parametrize("name", get_args(RefusalName))
def test_every_refusal_has_words(name: str) -> None:
    assert say(WORDS, f"refusal.{name}").text.endswith((".", "?"))


@pytest.mark.parametrize("name", get_args(get_type_hints(Ask)["name"]))
def test_every_ask_has_words(name: str) -> None:
    values = {"name": "Five stands"} if name in {"selftest", "questionnaire"} else {}
    words = say(WORDS, f"ask.{name}", **values)
    assert ("Five stands" in words.text) == bool(values)


def test_every_caution_has_words() -> None:
    used = {word for q in SCREEN.questions for option in q.options for word in option.caution}
    assert used == {"falls", "crisis", "see_clinician_soon", "recheck"}
    for word in used:
        assert say(WORDS, f"caution.{word}").text


def test_templates_want_nothing_that_nobody_has() -> None:
    allowed = {"name", "emergency", "emergency_place", "crisis", "score", "change", "label", "error", "unit"}
    allowed |= {"entries", "copies", "daily", "weekly", "monthly", "why", "least", "weeks", "most"}
    for key, text in OURS.items():
        assert places(text) <= allowed, key
        filled = say(WORDS, key, **dict.fromkeys(places(text), "x")).text
        assert "{" not in filled, key


def test_a_missing_value_is_told() -> None:
    with pytest.raises(UnknownWordsError, match="name"):
        say(WORDS, "ask.selftest")


def test_numbers_in_the_words_are_those_of_the_screen() -> None:
    weekly = sum("weekly" in question.sets for question in SCREEN.questions)
    assert weekly == 8
    assert "eight" in WORDS["ask.weekly_screen"]
    assert "Eight" in WORDS["screen.weekly_intro"]
    asked = len(typical({"AG1": 45.0, "SV1": 4.0, "DU1": "wk_2_4"}))
    assert abs(asked - 30) <= 2
    assert "About thirty" in WORDS["screen.intro"]


def test_the_safety_net_is_the_same_everywhere() -> None:
    assert WORDS["safety.net"] == SCREEN.safety_net.strip()
    for sign in ("numb between the legs", "back passage", "peeing", "bowels", "sex", "both legs"):
        assert sign in WORDS["safety.net"]


def test_body_levels_are_all_named() -> None:
    names = [WORDS[f"measure.distal.{level}"] for level in range(7)]
    assert names == ["Nowhere", "Back", "Buttock", "Thigh", "Knee", "Calf", "Foot"]


def test_no_words_promise_or_name_what_they_must_not() -> None:
    assert [(key, text) for key, text in WORDS.items() if BANNED.search(text)] == []


def test_no_words_blame_or_count_streaks() -> None:
    harsh = re.compile(r"\b(?:streak|failed?|lazy|should have|you must|bad job|missed)\b", re.IGNORECASE)
    assert [(key, text) for key, text in OURS.items() if harsh.search(text)] == []


def test_words_are_easy_to_read() -> None:
    grades = {key: grade(text) for key, text in OURS.items() if len(text.split()) > 4}
    assert max(grades.values()) <= 9, max(grades, key=lambda key: grades[key])
    assert sum(grades.values()) / len(grades) <= 5


@pytest.mark.parametrize(
    ("word", "count"),
    [
        ("leg", 1),
        ("more", 1),
        ("muscle", 2),
        ("easier", 3),
        ("exercise", 3),
        ("clinician", 3),
        ("called", 1),
        ("wanted", 2),
        ("people", 2),
        ("physiotherapist", 6),
        ("don't", 1),
        ("didn't", 2),
        ("12", 2),
        ("7", 2),
        ("re-open", 3),
    ],
)
def test_syllables_are_counted(word: str, count: int) -> None:
    assert syllables(word) == count


def test_grade_rises_with_long_words_and_long_sentences() -> None:
    easy = grade("Sit tall. Lift the leg. Hold it.")
    longer = grade("Sit tall and lift the leg and hold it and then lower it again and do it once more.")
    hard = grade("Maintain an upright posture while elevating the symptomatic extremity isometrically.")
    assert easy < longer < hard
    assert easy < 2
    assert hard > 12
    assert grade("") == 0.0
