"""The clinical half of the knowledge: the screen, whom to call, self-tests, measures, rules, sources.

The screen is judged here by a few lines of its own, so that a slip in `unpinch.care` cannot hide one in
the data, nor the other way round.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import itertools
import re
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.knowledge.reading import grade
from tests.knowledge.unread import FIGURES
from tools import sources as register
from unpinch.knowledge import Knowledge, load
from unpinch.knowledge.clinical import STANDS_ALONE, Band, Option, Question
from unpinch.knowledge.kinds import SHOWN_TAGS, TIERS, Tag, Tier, highest

ROOT = Path(__file__).resolve().parents[2]
KNOWN: Knowledge = load()
SCREEN = KNOWN.screening
QUESTIONS = {question.id: question for question in SCREEN.questions}
URGENT: tuple[Tier, ...] = ("U", "E")


# --- a screen of our own --------------------------------------------------------------------------


def part(question_id: str, answer: str | float) -> Option | Band:
    """Return the option or band that an answer stands for."""
    question = QUESTIONS[question_id]
    if isinstance(answer, str):
        return next(option for option in question.options if option.id == answer)
    return [band for band in question.bands if answer >= band.at_least][-1]


def by_flags(flags: frozenset[str]) -> Tier:
    """Return what the combinations say."""
    return highest(*(combo.tier for combo in SCREEN.combinations if combo.when.holds(flags)))


def judge(*answers: tuple[str, str | float]) -> Tier:
    """Return the tier of some answers, the others all calm."""
    told = [part(*answer) for answer in answers]
    flags = frozenset(flag for one in told for flag in one.flags)
    return highest(by_flags(flags), *(one.tier for one in told))


def parts(question: Question) -> list[Option | Band]:
    return [*question.options, *question.bands]


def gravest(question: Question) -> Tier:
    return highest(*(one.tier for one in parts(question)))


def urgent_questions() -> list[Question]:
    return [question for question in SCREEN.questions if gravest(question) in URGENT]


def emergencies() -> list[tuple[str, str]]:
    """Return every answer that is an emergency by itself."""
    return [(q.id, o.id) for q in SCREEN.questions for o in q.options if o.tier == "E"]


def graver(one: Tier, other: Tier) -> bool:
    return TIERS.index(one) >= TIERS.index(other)


def all_flags() -> list[str]:
    return sorted({f for q in SCREEN.questions for one in parts(q) for f in one.flags})


# --- single answers -------------------------------------------------------------------------------

SINGLE: list[tuple[str, str | float, Tier]] = [
    *((ce, "yes_new", "E") for ce in ("CE1", "CE2", "CE3", "CE4")),
    *((ce, "yes_old", "U") for ce in ("CE1", "CE2", "CE3", "CE4")),
    *((ce, "yes_checked", "R") for ce in ("CE1", "CE2", "CE3", "CE4", "CE5", "CE6")),
    ("CE5", "yes_new", "U"),
    ("CE6", "yes_new", "U"),
    ("MO1", "yes_new", "U"),
    ("MO1", "yes_checked", "R"),
    ("MO2", "yes", "U"),
    ("MO3", "yes", "U"),
    ("UM1", "yes", "U"),
    ("CA1", "yes_new", "U"),
    ("CA1", "yes_checked", "R"),
    ("CA2", "weight_loss", "R"),
    ("CA2", "night_sweats", "R"),
    ("CA2", "very_unwell", "R"),
    ("CA3", "yes", "A"),
    ("AG1", 15.0, "R"),
    ("AG1", 16.0, "R"),
    ("AG1", 17.0, "R"),
    ("AG1", 18.0, "G"),
    ("AG1", 45.0, "G"),
    ("AG1", 70.0, "G"),
    ("FR1", "yes", "U"),
    ("FR1B", "yes", "E"),
    ("FR2", "female", "G"),
    ("FR2", "steroids", "G"),
    ("IN1", "yes", "U"),
    ("IN1B", "yes", "E"),
    ("IN2", "dialysis", "R"),
    ("VA1", "yes", "E"),
    ("VA2", "yes", "U"),
    ("VA3", "cold_pale", "E"),
    ("VA3", "walking", "R"),
    ("CV1", "chest_now", "E"),
    ("CV1", "before", "R"),
    ("PR1", "under_20wk", "R"),
    ("PR1", "over_20wk", "R"),
    ("PR1", "birth_6wk", "R"),
    ("OP1", "under_12wk", "R"),
    ("OP1", "limits", "R"),
    ("OP2", "under_12wk", "R"),
    ("OP2", "older", "A"),
    ("OS1", "fracture_12wk", "R"),
    ("OS1", "untreated", "R"),
    ("OS1", "treated", "A"),
    ("KN1", "trouble", "A"),
    ("KN1", "surgery_12wk", "R"),
    ("SH1", "yes", "U"),
    ("HI1", "groin", "R"),
    ("HI1", "cannot_stand", "E"),
    ("DM1", "numb_feet", "R"),
    ("ME1", "thinners", "A"),
    ("SV1", 6.0, "G"),
    ("SV1", 7.0, "A"),
    ("SV1", 10.0, "A"),
    ("SV2", "yes", "U"),
    ("DU3", "never_seen", "A"),
    ("MH1", "yes", "A"),
]


@pytest.mark.parametrize(("question", "answer", "tier"), SINGLE)
def test_each_answer_means_what_the_evidence_says(question: str, answer: str | float, tier: Tier) -> None:
    assert judge((question, answer)) == tier


@pytest.mark.parametrize("question", urgent_questions(), ids=lambda question: question.id)
def test_not_sure_counts_like_the_gravest_yes(question: Question) -> None:
    by_id = {option.id: option for option in question.options}
    worst = [option for option in question.options if option.tier == gravest(question)]
    raised = {flag for option in worst if option.id not in STANDS_ALONE for flag in option.flags}
    locked = {lock for option in worst if option.id not in STANDS_ALONE for lock in option.locks}
    unsure = [by_id["not_sure"], *([by_id["prefer_not"]] if question.private else [])]
    for option in unsure:
        assert option.tier == gravest(question)
        assert raised <= set(option.flags)
        assert locked <= set(option.locks)


def test_private_questions_can_be_declined() -> None:
    private = [question for question in SCREEN.questions if question.private]
    assert {"CE1", "CE2", "CE3", "CE5", "MH1"} <= {question.id for question in private}
    for question in private:
        assert "prefer_not" in {option.id for option in question.options}


def test_a_sign_that_was_checked_is_no_dead_end() -> None:
    """After a check the same sign can be told without landing at E or U again."""
    lasting = [
        q for q in urgent_questions() if q.id not in {"VA1", "VA3", "IN1B", "FR1B", "HI1", "CV1", "FR2"}
    ]
    assert len(lasting) > 12
    for question in lasting:
        option = next(option for option in question.options if option.id == "yes_checked")
        assert option.tier in {"R", "A"}
        assert not set(option.flags) & set(SCREEN.urgent_flags)


def test_urgent_flags_are_those_that_not_sure_raises() -> None:
    raised = {flag for q in urgent_questions() for o in q.options if o.id == "not_sure" for flag in o.flags}
    assert set(SCREEN.urgent_flags) <= raised
    alone = {q.id: set(part(q.id, "not_sure").flags) for q in urgent_questions() if q.id != "FR2"}
    assert [name for name, flags in alone.items() if not flags & set(SCREEN.urgent_flags)] == []


def test_only_under_sixteen_is_final() -> None:
    final = [(q.id, band.at_least) for q in SCREEN.questions for band in q.bands if band.final]
    assert final == [("AG1", 0)]
    assert [part("AG1", age).flags[-1] for age in (50.0, 65.0, 70.0)] == ["age_50", "age_65", "age_70"]


# --- answers together -----------------------------------------------------------------------------

BREAK_SIGNS: tuple[tuple[str, str | float], ...] = (
    ("AG1", 70.0),
    ("FR2", "knock"),
    ("FR2", "steroids"),
    ("FR2", "female"),
)
NEUROLOGY = (("MO1", "yes_new"), ("MO2", "yes"), ("MO3", "yes"), ("CE6", "yes_new"), ("UM1", "yes"))
TOGETHER: list[tuple[tuple[tuple[str, str | float], ...], Tier]] = [
    *(((("CE5", "prefer_not"), (ce, "yes_old")), "E") for ce in ("CE1", "CE2", "CE3", "CE4")),
    *(((("CE6", "yes_new"), (ce, "yes_old")), "E") for ce in ("CE1", "CE2", "CE3", "CE4")),
    ((("CE5", "yes_new"), ("CE6", "yes_new")), "E"),
    ((("CE6", "yes_new"), ("MO1", "yes_new")), "E"),
    ((("CE6", "yes_new"), ("MO2", "yes")), "E"),
    ((("CE6", "yes_new"), ("MO3", "yes")), "U"),
    ((("UM1", "yes"), ("MO1", "yes_new")), "E"),
    ((("UM1", "yes"), ("MO2", "yes")), "E"),
    ((("UM1", "yes"), ("CE4", "yes_old")), "E"),
    ((("UM1", "yes"), ("CE1", "yes_old")), "E"),
    ((("UM1", "yes"), ("CE3", "yes_old")), "E"),
    *(((("CA1", "yes_new"), sign), "E") for sign in NEUROLOGY),
    *(((("IN1", "yes"), sign), "E") for sign in NEUROLOGY),
    ((("CA2", "weight_loss"), ("CA2", "night_sweats")), "U"),
    ((("CA2", "not_sure"), ("CA2", "night_sweats")), "U"),
    ((("CA1", "yes_checked"), ("CA2", "very_unwell")), "U"),
    ((("CA3", "yes"), ("CA1", "yes_checked")), "U"),
    ((("CA3", "yes"), ("CA2", "weight_loss")), "U"),
    ((("CA3", "yes"), ("IN1", "yes")), "U"),
    ((("IN1", "yes"), ("CA2", "very_unwell")), "E"),
    ((("IN2", "inject"), ("IN1", "yes")), "U"),
    ((("IN2", "inject"), ("DU1", "under_2wk")), "U"),
    ((("IN2", "inject"), ("DU1", "over_12wk")), "R"),
    ((("VA2", "yes"), ("CV1", "breathless")), "E"),
    ((("VA2", "yes"), ("CV1", "chest_now")), "E"),
    ((("VA2", "yes"), ("CV1", "before")), "U"),
    *((pair, "U") for pair in itertools.combinations(BREAK_SIGNS, 2)),
    ((("AG1", 69.0), ("FR2", "female")), "G"),
    ((("FR2", "knock"), ("FR2", "bones")), "U"),
    ((("FR2", "knock"), ("OS1", "treated")), "U"),
    ((("FR1", "yes"), ("HI1", "cannot_stand")), "E"),
    ((("AG1", 65.0), ("DU1", "wk_2_4"), ("DU2", "yes")), "R"),
    ((("AG1", 64.0), ("DU1", "wk_2_4"), ("DU2", "yes")), "G"),
    ((("AG1", 65.0), ("DU1", "wk_4_6"), ("DU2", "yes")), "G"),
    ((("AG1", 50.0), ("DU2", "yes"), ("AG2", "yes")), "U"),
    *(((("PR1", "birth_6wk"), (ce, "yes_old")), "E") for ce in ("CE1", "CE2", "CE3", "CE4")),
    ((("PR1", "over_20wk"), ("CE6", "yes_new")), "E"),
    ((("PR1", "over_20wk"), ("CE5", "yes_new")), "E"),
    (
        (
            ("DU1", "over_12wk"),
            ("IB1", "before_35"),
            ("IB1", "night"),
            ("IB1", "buttock"),
            ("IB1", "moving"),
        ),
        "R",
    ),
    ((("DU1", "over_12wk"), ("IB1", "before_45"), ("IB1", "night"), ("IB1", "buttock")), "G"),
    (
        (
            ("DU1", "over_12wk"),
            ("IB1", "before_45"),
            ("IB1", "joints"),
            ("IB1", "heel"),
            ("IB1", "psoriasis"),
            ("IB1", "family"),
        ),
        "R",
    ),
]


@pytest.mark.parametrize(("answers", "tier"), TOGETHER)
def test_answers_together_mean_what_the_evidence_says(
    answers: tuple[tuple[str, str | float], ...], tier: Tier
) -> None:
    assert judge(*answers) == tier


def test_every_pair_and_triple_of_emergencies_is_one() -> None:
    signs = emergencies()
    assert len({question for question, _ in signs}) >= 9
    groups = [*itertools.combinations(signs, 2), *itertools.combinations(signs, 3)]
    assert [group for group in groups if judge(*group) != "E"] == []


def test_every_answer_of_the_saddle_questions_together() -> None:
    """All 38,880 ways to answer CE1 to CE6 at once, against the words of the evidence."""
    ids = ("CE1", "CE2", "CE3", "CE4", "CE5", "CE6")
    new = {"yes_new", "not_sure", "prefer_not"}
    seen = 0
    for said in itertools.product(*([o.id for o in QUESTIONS[name].options] for name in ids)):
        answers = dict(zip(ids, said, strict=True))
        saddle = [answers[name] for name in ids[:4]]
        sex = answers["CE5"] in new
        both = answers["CE6"] in new | {"yes_old"}
        old = saddle.count("yes_old")
        emergency = bool(new & set(saddle)) or (sex and (both or old > 0)) or (both and old > 0) or old > 1
        urgent = sex or both or old > 0
        checked = "yes_checked" in said
        expected = "E" if emergency else "U" if urgent else "R" if checked else "G"
        assert judge(*answers.items()) == expected, answers
        seen += 1
    assert seen == 6**4 * 5 * 6


@given(st.sets(st.sampled_from(all_flags())), st.sets(st.sampled_from(all_flags())))
def test_more_flags_never_lower_a_tier(some: set[str], more: set[str]) -> None:
    assert graver(by_flags(frozenset(some | more)), by_flags(frozenset(some)))


ANSWERS = [(q.id, o.id) for q in SCREEN.questions for o in q.options]


@given(st.lists(st.sampled_from(ANSWERS), max_size=8), st.sampled_from(ANSWERS))
def test_one_answer_more_never_lowers_a_tier(said: list[tuple[str, str]], more: tuple[str, str]) -> None:
    assert graver(judge(*said, more), judge(*said))


# --- the shape of the screen ----------------------------------------------------------------------


def test_every_question_of_the_evidence_is_asked() -> None:
    asked = {
        *(f"CE{n}" for n in range(1, 7)),
        *("MO1", "MO2", "MO3", "UM1", "CA1", "CA2", "CA3", "AG1", "FR1", "FR2", "IN1", "IN2"),
        *("VA1", "VA2", "VA3", "CV1", "PR1", "OP1", "OP2", "OS1", "KN1", "IB1", "SH1", "HI1"),
        *("DM1", "ME1", "SV1", "SV2", "DU1", "MH1", "SL1", "SEEN", "OKD"),
    }
    assert asked <= QUESTIONS.keys()
    assert len(QUESTIONS) == len(SCREEN.questions)
    assert {SCREEN.seen, SCREEN.clinician_ok, SCREEN.session_line} == {"SEEN", "OKD", "SL1"}


def test_sets_hold_what_the_rules_of_asking_again_want() -> None:
    def names(which: str) -> set[str]:
        return {question.id for question in SCREEN.questions if which in question.sets}

    saddle = {f"CE{number}" for number in range(1, 7)}
    assert names("weekly") == saddle | {"MO1", "MO2"}
    nerves = saddle | {"MO1", "MO2", "MO3", "UM1"}
    assert names("new_symptoms") == nerves | {"IN1", "IN1B", "VA1", "VA2", "VA3", "CV1"}
    assert names("session") == {"SL1"}
    assert set(SCREEN.session_line_reopens) == nerves | {"IN1"}
    assert names("full") == QUESTIONS.keys() - {"SL1", "SEEN", "OKD"}
    assert (SCREEN.weekly_days, SCREEN.full_days, SCREEN.gap_days, SCREEN.session_hours) == (7, 28, 14, 12)


def test_follow_ups_hang_on_flags_raised_before_them() -> None:
    raised: set[str] = set()
    for question in SCREEN.questions:
        assert set(question.only_if) <= raised, question.id
        raised |= {flag for one in parts(question) for flag in one.flags}


def test_what_must_be_due_at_once_never_hangs_on_a_flag() -> None:
    """A question whose answer is waited for has to be one that is always asked."""
    due = {*SCREEN.session_line_reopens, *(q.id for q in SCREEN.questions if "weekly" in q.sets)}
    assert [name for name in sorted(due) if QUESTIONS[name].only_if] == []


def test_combinations_use_flags_that_an_answer_can_raise() -> None:
    raised = set(all_flags())
    for combo in SCREEN.combinations:
        used = {*combo.when.all, *combo.when.any, *combo.when.of}
        assert used <= raised, combo.id
        assert used, combo.id
    assert len({combo.id for combo in SCREEN.combinations}) == len(SCREEN.combinations)


def typical(calm: dict[str, str | float]) -> list[str]:
    """Walk the screen as somebody with nothing to tell but ``calm``; return what was asked."""
    flags: set[str] = set()
    asked = []
    for question in SCREEN.questions:
        if "full" not in question.sets or (question.only_if and flags.isdisjoint(question.only_if)):
            continue
        asked.append(question.id)
        default = next((o.id for o in question.options if o.tier == "G" and not o.flags), None)
        answer = calm.get(question.id, default)
        assert answer is not None, question.id
        flags |= set(part(question.id, answer).flags)
    return asked


def test_a_typical_person_meets_about_thirty_questions() -> None:
    new = typical({"AG1": 45.0, "SV1": 4.0, "DU1": "wk_2_4"})
    old = typical({"AG1": 45.0, "SV1": 4.0, "DU1": "over_12wk", "MV1": "sitting"})
    assert len(new) <= 30
    assert len(old) <= 32
    graves = [QUESTIONS[name] for name in new[:10]]
    assert all(gravest(question) in URGENT for question in graves)
    assert new[:6] == ["CE1", "CE2", "CE3", "CE4", "CE5", "CE6"]


def test_choices_have_options_and_numbers_have_bands() -> None:
    for question in SCREEN.questions:
        options = [option.id for option in question.options]
        assert len(options) == len(set(options)), question.id
        assert all(re.fullmatch(r"[a-z][a-z0-9_]*", name) for name in options), question.id
        if question.answer == "number":
            assert question.minimum is not None
            assert question.maximum is not None
            starts = [band.at_least for band in question.bands]
            assert starts == sorted(starts)
            assert starts[0] == 0
        else:
            assert len(options) >= 2
        if question.answer == "several":
            none = part(question.id, "none")
            assert (none.tier, none.flags, none.locks) == ("G", (), ())


def test_references_of_the_screen_resolve() -> None:
    locks = {lock for q in SCREEN.questions for one in parts(q) for lock in one.locks}
    assert locks <= KNOWN.locks.keys()
    cautions = {word for q in SCREEN.questions for option in q.options for word in option.caution}
    assert {f"caution.{word}" for word in cautions} <= KNOWN.words.keys()
    rests: list[tuple[str, Tag]] = [(SCREEN.source, SCREEN.tag)]
    rests += [(question.source, question.tag) for question in SCREEN.questions]
    rests += [(combo.source, combo.tag) for combo in SCREEN.combinations]
    for source, tag in rests:
        assert KNOWN.sources[source].tag in SHOWN_TAGS
        assert tag in SHOWN_TAGS


def test_conditions_of_the_body_close_what_they_should() -> None:
    closed = {
        ("OP2", "older"): {"THR"},
        ("OP2", "under_12wk"): {"THR", "HIP_LATERAL"},
        ("OS1", "treated"): {"OST"},
        ("PR1", "under_20wk"): {"PREG"},
        ("PR1", "over_20wk"): {"PREG", "PREG_LATE"},
        ("KN1", "trouble"): {"KNEE"},
        ("ME1", "sleepy"): {"BAL"},
        ("DM1", "numb_feet"): {"BAL"},
        ("MV1", "bending"): {"FLEX"},
        ("MV1", "arching"): {"EXT"},
        ("MV1", "sitting"): {"SIT"},
        ("MV1", "straight_leg"): {"NEU"},
        ("MV2", "wrist"): {"WRIST"},
        ("MV2", "dizzy"): {"DIZZY"},
        ("MO1", "yes_checked"): {"NEW_WEAKNESS", "BAL"},
    }
    for answer, locks in closed.items():
        assert set(part(*answer).locks) == locks, answer
    assert set(part("SV1", 7.0).locks) == {"STRONG_LEG"}
    assert part("SV1", 7.0).recheck_days == 1


def test_movement_questions_never_stop_a_session() -> None:
    for question in SCREEN.questions:
        if question.topic == "movement":
            assert gravest(question) == "A"
            assert (question.source, question.tag) == ("ours", "X")


# --- whom to call, what to do ---------------------------------------------------------------------


def test_numbers_to_call_are_numbers_with_an_official_page() -> None:
    european = "AT BE BG HR CY CZ DK EE FI FR DE GR HU IE IT LV LT LU MT NL PL PT RO SK SI ES SE"
    assert {"GB", "US", "ZZ", *european.split()} <= KNOWN.countries.keys()
    for country in KNOWN.countries.values():
        source = KNOWN.sources[country.source]
        assert source.tag in SHOWN_TAGS
        if country.code == "ZZ":
            assert not any(letter.isdigit() for letter in country.emergency)
        else:
            assert re.fullmatch(r"\d{3}", country.emergency), country.code
            assert source.tag == "V"
            assert source.url
        assert country.urgent
    assert all(KNOWN.countries[code].emergency == "112" for code in european.split())
    numbers = {code: KNOWN.countries[code].emergency for code in ("GB", "US", "AU", "NZ", "CH", "NO")}
    assert numbers == {"GB": "999", "US": "911", "AU": "000", "NZ": "111", "CH": "144", "NO": "113"}


def test_each_tier_says_what_to_do() -> None:
    assert set(KNOWN.actions) == set(TIERS)
    for action in KNOWN.actions.values():
        places = set(re.findall(r"\{(\w+)\}", action.title + action.text + (action.reopen or "")))
        assert places <= {"emergency", "emergency_place", "urgent"}
    assert "{emergency}" in KNOWN.actions["E"].text
    assert "{emergency_place}" in KNOWN.actions["E"].text
    assert "{urgent}" in KNOWN.actions["U"].text
    for tier in ("E", "U", "R"):
        assert KNOWN.actions[tier].say
        assert KNOWN.actions[tier].reopen


def test_every_emergency_has_its_line_for_the_phone() -> None:
    lines = KNOWN.actions["E"].lines
    for question, option in emergencies():
        flags = set(part(question, option).flags)
        assert [line for line in lines if flags & set(line.flags)], (question, option)
    spoken = {flag for action in KNOWN.actions.values() for line in action.lines for flag in line.flags}
    assert spoken <= set(all_flags())


def test_no_output_names_an_illness() -> None:
    """The cauda equina stands only among the words to say, and no action names a condition."""
    shown = " ".join(f"{a.title} {a.text} {a.reopen}" for a in KNOWN.actions.values()).lower()
    names = ("cauda", "cancer", "fracture", "infection", "stroke", "clot", "disc", "heart attack", "tumour")
    assert [name for name in names if name in shown] == []
    named = [line.say for action in KNOWN.actions.values() for line in action.lines if "cauda" in line.say]
    assert len(named) == 1
    assert "check for cauda equina" in named[0]


# --- self-tests and questionnaires ----------------------------------------------------------------


def test_self_tests_are_those_that_may_be_offered() -> None:
    tests = KNOWN.selftests
    assert {*(f"T{number}" for number in range(1, 11)), "T13"} <= tests.keys()
    assert {"T11", "T12"}.isdisjoint(tests)
    assert [test.id for test in tests.values() if test.first_battery] == ["T1", "T6", "T7", "T7B", "T8"]
    for test in tests.values():
        assert test.leg_nprs_max <= 6
        assert test.tiers == ("G", "A")
        assert set(test.needs) <= KNOWN.locks.keys()
        assert set(test.equipment) <= KNOWN.equipment.keys()
        assert set(test.low_asks) <= QUESTIONS.keys()
        assert (test.low is None) == (not test.low_asks)
        assert KNOWN.sources[test.source].tag in SHOWN_TAGS
        if test.sided:
            assert "{side}" in " ".join(test.how), test.id
        if test.after is not None:
            assert test.after in tests
            assert test.after_max is not None


def test_a_side_is_named_only_beyond_a_known_error() -> None:
    labelled = {test.id for test in KNOWN.selftests.values() if test.label_sides}
    assert labelled == {"T3", "T5", "T8"}
    for name in labelled:
        test = KNOWN.selftests[name]
        assert test.mdc is not None
        assert test.mdc_tag in SHOWN_TAGS
        assert test.mdc_source in KNOWN.sources
    assert KNOWN.selftests["T8"].groups == ()  # a weak calf goes to a clinician, not into training


def test_norms_were_read_at_their_source() -> None:
    for test in KNOWN.selftests.values():
        for norm in test.norms:
            assert norm.tag in {"V", "D"}
            assert KNOWN.sources[norm.source].tag in SHOWN_TAGS
            assert norm.low is not None or norm.high is not None
    bands = [(norm.low, norm.high) for norm in KNOWN.selftests["T1"].norms[:4]]
    assert bands == [(None, 10.4), (10.5, 15.2), (15.3, 22.0), (22.1, None)]


def test_the_statements_of_the_rmdq_stand_unchanged() -> None:
    rmdq = KNOWN.questionnaires["RMDQ24"]
    assert [item.id for item in rmdq.items] == [f"r{number:02d}" for number in range(1, 25)]
    spoken = "\n".join([rmdq.intro, *(item.text for item in rmdq.items)])
    assert hashlib.sha256(spoken.encode()).hexdigest() == RMDQ_SHA256
    assert (rmdq.minimum, rmdq.maximum, rmdq.mic, rmdq.mic_pct) == (0, 24, 5, 30)
    assert rmdq.due_days == (0, 14, 28, 42, 84)
    assert rmdq.kind == "tick"


RMDQ_SHA256 = "2052d29475ff43aac5468a7bd51d5137f168203883dd569a9ddc74bcccc8f148"


def test_questionnaires_have_their_windows_and_anchors() -> None:
    measures = KNOWN.questionnaires
    assert set(measures) == {"RMDQ24", "PSFS", "GROC", "NPRS"}
    assert len(measures["PSFS"].items) == 3
    assert measures["PSFS"].every_days == 7
    assert measures["GROC"].due_days == (28, 42, 84)
    assert (measures["GROC"].minimum, measures["GROC"].maximum) == (-5, 5)
    assert not measures["NPRS"].due_days
    assert measures["NPRS"].every_days is None
    for measure in measures.values():
        assert KNOWN.sources[measure.source].tag in SHOWN_TAGS
        assert measure.mic_tag in SHOWN_TAGS
        if measure.kind != "tick":
            assert measure.low_anchor
            assert measure.high_anchor


# --- rules and priors -----------------------------------------------------------------------------


def test_rules_carry_the_thresholds_of_the_evidence() -> None:
    rules = KNOWN.rules
    assert [info.id for info in rules.info] == [f"R{number}" for number in range(1, 12)]
    for info in rules.info:
        assert info.tag in SHOWN_TAGS
        assert info.source is not None
        assert KNOWN.sources[info.source].tag in SHOWN_TAGS
    light = rules.light
    assert (light.cap_floor, light.cap_over_pre, light.red_rise) == (5, 1, 3)
    assert light.amber_rise < light.red_rise
    assert light.amber_settle_min < light.red_settle_min
    assert light.amber_morning_over_base < light.red_morning_over_base
    assert light.amber_leg < light.cap_floor
    assert (rules.lock.times, rules.lock.within_days, rules.lock.lock_days) == (2, 3, 7)
    assert (rules.irritability.high_exercises_max, rules.irritability.moderate_exercises_max) == (2, 4)
    assert (rules.deload.off_h, rules.deload.sets_factor) == (48, 0.5)
    assert (rules.refer.review_day, rules.refer.refer_day, rules.refer.late_day) == (28, 42, 84)
    assert rules.refer.leg_no_strength == 7
    assert (rules.sides.possible_pct, rules.sides.clear_pct, rules.sides.days) == (10, 20, 2)
    assert (rules.learning.helps_p, rules.learning.leaning_p, rules.learning.dots) == (0.95, 0.75, 20)
    assert (rules.learning.block_days, rules.learning.little_odds) == (4, 3)
    assert (rules.learning.source, rules.learning.tag) == ("ours", "X")
    assert rules.learning.families_on_trial == 3
    assert rules.adherence.session_minutes_max == 15


def test_priors_are_proper_and_near_zero_where_nothing_is_known() -> None:
    priors = KNOWN.priors
    grids = (priors.tau_days, priors.noise_sd, priors.carry_over, priors.soon_noise_sd)
    for grid in grids:
        assert len(grid.values) == len(grid.weights)
        assert sum(grid.weights) == pytest.approx(1)
        assert list(grid.values) == sorted(grid.values)
        assert min(grid.weights) > 0
    effects = (priors.family_next_day, priors.exercise_next_day, priors.family_soon, priors.exercise_soon)
    for prior in effects:
        assert abs(prior.mean) <= 0.2
        assert prior.tag == "X"
    for prior in (*effects, priors.start_leg, priors.plateau, priors.slope_per_week):
        assert prior.sd > 0
        assert prior.source in KNOWN.sources


# --- claims and sources ---------------------------------------------------------------------------


def test_every_claim_of_the_article_has_its_answer() -> None:
    assert list(KNOWN.claims) == [f"C{number:02d}" for number in range(1, 28)]
    verdicts = {name: claim.verdict for name, claim in KNOWN.claims.items()}
    for name in ("C07", "C14", "C15", "C18", "C25"):
        assert verdicts[name] == "contradicted"
    assert verdicts["C24"] == "caution"
    assert verdicts["C27"] == "gap"


def test_claims_rest_on_sources_that_may_be_shown() -> None:
    for claim in KNOWN.claims.values():
        assert claim.sources, claim.id
        for name in claim.sources:
            assert KNOWN.sources[name].tag in SHOWN_TAGS, (claim.id, name)
        if any(letter.isdigit() for letter in claim.research):
            assert any(KNOWN.sources[name].tag in {"V", "D"} for name in claim.sources), claim.id
        if claim.is_quote:
            assert len(claim.quote.split()) <= 15, claim.id


def clinical_texts() -> Iterator[tuple[str, str]]:
    """Yield every sentence of the clinical files that a person may read."""
    for q in SCREEN.questions:
        yield from _of_question(q)
    yield "safety_net", SCREEN.safety_net
    yield "limit", SCREEN.limit
    for action in KNOWN.actions.values():
        said = (action.title, action.text, action.say, action.reopen, *(line.say for line in action.lines))
        yield from ((f"action {action.tier}", text or "") for text in said)
    for test in KNOWN.selftests.values():
        shown = (test.name, test.measures, test.caution, *test.how, *(norm.label for norm in test.norms))
        yield from ((test.id, text) for text in shown)
    for measure in KNOWN.questionnaires.values():
        if measure.id != "RMDQ24":  # stands word for word as published
            yield from ((measure.id, text) for text in (measure.name, measure.intro))
    for info in KNOWN.rules.info:
        yield from ((info.id, text) for text in (info.name, info.about))
    for claim in KNOWN.claims.values():
        yield from ((claim.id, text) for text in (claim.research, claim.so))
    for country in KNOWN.countries.values():
        yield from ((country.code, text) for text in (country.name, country.note or ""))


def _of_question(q: Question) -> Iterator[tuple[str, str]]:
    yield from ((f"{q.id}.text", q.text), (f"{q.id}.why", q.why), (f"{q.id}.help", q.help or ""))
    yield from ((f"{q.id}.{option.id}", option.label) for option in q.options)


@pytest.mark.parametrize("figure", FIGURES)
def test_no_text_holds_a_figure_that_was_not_read(figure: str) -> None:
    assert [place for place, text in clinical_texts() if re.search(figure, text)] == []


BANNED = re.compile(
    r"\b(?:diagnos\w*|treat(?:s|ed|ing|ment|ments)?|cure[sd]?|prescri\w*|therap(?:y|ies)|patients?|all clear"
    r"|heal(?:s|ed)?|clinically proven|fixes)\b",
    re.IGNORECASE,
)


def test_no_text_promises_or_names_what_it_must_not() -> None:
    assert [(place, text) for place, text in clinical_texts() if BANNED.search(text)] == []


def test_questions_and_actions_are_easy_to_read() -> None:
    grades = {
        (place, text): grade(text)
        for place, text in clinical_texts()
        if len(text.split()) > 4  # the formula means nothing for a label of a word or two
    }
    assert max(grades.values()) <= 9, max(grades, key=lambda key: grades[key])
    assert sum(grades.values()) / len(grades) <= 6


def test_sources_are_complete_and_dated() -> None:
    for source in KNOWN.sources.values():
        assert re.fullmatch(r"[a-z][a-z0-9_]*", source.id)
        assert source.tag in get_args(Tag)
        assert dt.date.fromisoformat(source.checked) >= dt.date(2026, 11, 22)
        assert source.doi is None or re.fullmatch(r"10\.\d{4,9}/\S+", source.doi), source.id
        assert source.url is None or source.url.startswith(("https://", "http://")), source.id
    assert {"ours", "ours_calc", "ng59", "girft2023", "ifompt2020"} <= KNOWN.sources.keys()
    assert (KNOWN.sources["ours"].tag, KNOWN.sources["ours_calc"].tag) == ("X", "D")


def test_the_published_register_is_fresh() -> None:
    page = (ROOT / "docs" / "sources.md").read_text(encoding="utf-8")
    assert page == register.text(KNOWN.sources.values()), "run `python -m tools.sources`"


def test_the_register_knows_where_a_source_stands() -> None:
    places = register.uses(KNOWN, "vancant")
    assert places == ["selftests.T5.mdc_source", "selftests.T5.source"]


def test_a_look_at_a_source_ages() -> None:
    sources = list(KNOWN.sources.values())
    looked = dt.date.fromisoformat(KNOWN.sources["ng59"].checked)
    assert register.stale(sources, looked) == []
    later = looked + dt.timedelta(days=register.GOOD_FOR_DAYS + 1)
    assert "ng59" in register.stale(sources, later)
    assert "stratford1995" not in register.stale(sources, later)  # never shown
