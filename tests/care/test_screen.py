"""The screen: which tier, what stays, what a clinician's agreement changes, and what is due when."""

from __future__ import annotations

import datetime as dt
from typing import Any

import msgspec
import pytest

from tests.care.story import Story, clean_answer
from tests.factories import at
from unpinch.care.meaning import meaning
from unpinch.care.reopen import reopened
from unpinch.care.screen import Screened, screen
from unpinch.journal.entry import Entry
from unpinch.journal.fold import fold
from unpinch.journal.kinds import SelfTestDone
from unpinch.knowledge import load
from unpinch.knowledge.clinical import Combination, When

KNOWN = load()
SCREENING = KNOWN.screening
QUESTIONS = {question.id: question for question in SCREENING.questions}
WEEKLY = ("CE1", "CE2", "CE3", "CE4", "CE5", "CE6", "MO1", "MO2")
NERVES = ("CE1", "CE2", "CE3", "CE4", "CE5", "CE6", "MO1", "MO2", "MO3", "UM1", "IN1")


def judged(story: Story, **when: Any) -> Screened:
    """Judge the answers of a story at its present time."""
    person = fold(story.journal, story.now)
    return screen(person, story.now, SCREENING, **({"reopened": reopened(person, KNOWN)} | when))


def told(**answers: Any) -> Story:
    """Answer the whole screen with nothing wrong but what is named."""
    story = Story()
    for _ in range(5):
        for name in judged(story).missing:
            story.answer(name, answers.get(name, clean_answer(QUESTIONS[name])))
    return story


# --- what an answer means -----------------------------------------------------------------------


@pytest.mark.parametrize("question", [q for q in SCREENING.questions if q.options], ids=lambda q: q.id)
@pytest.mark.parametrize("strange", ["no_such_option", 7.0, (), ("none", "no_such_option"), (7.0,)])
def test_an_answer_that_nobody_knows_is_the_gravest(question: Any, strange: Any) -> None:
    found = meaning(question, strange)
    for option in question.options:
        assert _grave(found.tier) >= _grave(option.tier)
        assert found.flags >= set(option.flags)
        assert found.locks >= set(option.locks)


def _grave(tier: str) -> int:
    return "GARUE".index(tier)


@pytest.mark.parametrize("strange", ["forty", (), ("4",)])
def test_a_number_that_is_none_is_the_gravest(strange: Any) -> None:
    assert meaning(QUESTIONS["AG1"], strange).final
    assert meaning(QUESTIONS["AG1"], strange).tier == "R"
    assert meaning(QUESTIONS["SV1"], strange).flags == {"leg_7", "leg_8"}


@pytest.mark.parametrize(
    ("age", "tier", "final", "flags"),
    [
        (0, "R", True, {"age_under_16"}),
        (15, "R", True, {"age_under_16"}),
        (15.5, "R", True, {"age_under_16"}),
        (16, "R", False, {"age_16_17"}),
        (17, "R", False, {"age_16_17"}),
        (18, "G", False, set()),
        (49, "G", False, set()),
        (50, "G", False, {"age_50"}),
        (64, "G", False, {"age_50"}),
        (65, "G", False, {"age_50", "age_65"}),
        (69, "G", False, {"age_50", "age_65"}),
        (70, "G", False, {"age_50", "age_65", "age_70"}),
        (200, "G", False, {"age_50", "age_65", "age_70"}),
    ],
)
def test_age(age: float, tier: str, final: bool, flags: set[str]) -> None:
    found = meaning(QUESTIONS["AG1"], age)
    assert (found.tier, found.final, set(found.flags)) == (tier, final, flags)


@pytest.mark.parametrize(
    ("leg", "locks", "flags"),
    [
        (0, set(), set()),
        (6, set(), set()),
        (7, {"STRONG_LEG"}, {"leg_7"}),
        (8, {"STRONG_LEG"}, {"leg_7", "leg_8"}),
        (10, {"STRONG_LEG"}, {"leg_7", "leg_8"}),
    ],
)
def test_leg_pain_in_the_screen(leg: float, locks: set[str], flags: set[str]) -> None:
    found = meaning(QUESTIONS["SV1"], leg)
    assert (set(found.locks), set(found.flags)) == (locks, flags)
    assert found.recheck_days == (1 if flags else None)


def test_several_choices_mean_all_of_them() -> None:
    found = meaning(QUESTIONS["MV1"], ("bending", "sitting"))
    assert found.locks == {"FLEX", "SIT"}
    assert meaning(QUESTIONS["MV2"], ("falls", "dizzy")).caution == ("falls", "falls")
    assert meaning(QUESTIONS["DU1"], "under_2wk").recheck_days == 14


# --- what stays ---------------------------------------------------------------------------------


def test_a_clean_screen_is_green() -> None:
    found = judged(told())
    assert (found.tier, found.because, found.missing, found.stale) == ("G", (), (), ())
    assert found.locks == frozenset()


def test_nothing_answered_is_everything_missing() -> None:
    story = Story()
    found = judged(story)
    wanted = [q.id for q in SCREENING.questions if "full" in q.sets and not q.only_if]
    assert list(found.missing) == wanted
    assert (found.screened_at, found.next_full, found.next_weekly) == (None, None, None)
    assert found.line_due


@pytest.mark.parametrize(
    ("question", "answer", "tier"),
    [("CE1", "yes_new", "E"), ("MO1", "yes_new", "U"), ("CE2", "not_sure", "E")],
)
def test_a_later_no_does_not_undo_a_warning_sign(question: str, answer: str, tier: str) -> None:
    story = told()
    story.answer(question, answer)
    story.on(1).answer(question, "no")
    found = judged(story)
    assert found.tier == tier
    assert [(one.source, one.answer) for one in found.because] == [(question, answer)]


def test_taking_the_answer_back_does() -> None:
    story = told()
    slip = story.answer("CE1", "yes_new")
    story.take_back(slip)
    assert judged(story).tier == "G"


def test_a_graver_answer_adds_to_a_sign_that_stays() -> None:
    story = told(CE1="yes_old")
    assert judged(story).tier == "U"
    story.answer("CE1", "yes_new")
    assert [(one.tier, one.answer) for one in judged(story).because] == [("E", "yes_new"), ("U", "yes_old")]
    story.answer("CE1", "yes_new")
    assert len(judged(story).because) == 2


def test_a_sign_that_stays_joins_one_that_comes_later() -> None:
    story = told()
    story.answer("CE6", "yes_new")
    story.answer("CE6", "no")
    assert judged(story).tier == "U"
    story.on(1).answer("MO1", "yes_new")
    found = judged(story)
    assert found.tier == "E"
    assert "both_legs_with_weakness" in {one.source for one in found.because}


def test_two_old_signs_together_are_an_emergency() -> None:
    story = told(CE1="yes_old", CE3="yes_old")
    first = judged(story).because[0]
    assert (first.source, first.tier, first.answer) == ("two_old_saddle_signs", "E", None)


def test_once_it_was_checked_everything_is_asked_anew() -> None:
    story = told(CE1="yes_new")
    story.on(1).answer("SEEN", "no")
    assert judged(story).tier == "E"
    story.on(2).answer("SEEN", "yes")
    found = judged(story)
    assert found.tier == "G"
    assert "CE1" in found.missing
    assert len(found.missing) > 25
    story.answer("CE1", "yes_new")
    assert judged(story).tier == "E"


def test_a_sign_of_the_same_moment_as_the_check_stays() -> None:
    story = told()
    check = story.answer("SEEN", "yes")
    story.now = check.at - dt.timedelta(seconds=1)
    story.answer("CE1", "yes_new")
    assert judged(story).tier == "E"


def test_only_a_plain_yes_is_a_check() -> None:
    story = told(CE1="yes_new")
    story.answer("SEEN", ("yes",))
    story.answer("SEEN", "maybe")
    assert judged(story).tier == "E"


# --- a clinician agrees -------------------------------------------------------------------------


def test_agreement_turns_r_into_a() -> None:
    story = told(CE1="yes_checked")
    assert judged(story).tier == "R"
    assert judged(story).agreeable
    story.answer("OKD", "not_sure")
    assert judged(story).tier == "R"
    story.answer("OKD", "yes")
    found = judged(story)
    assert found.tier == "A"
    assert found.because[0].tier == "A"
    story.answer("OKD", "no")
    assert judged(story).tier == "R"


def test_agreement_comes_after_what_is_agreed_to() -> None:
    story = told()
    story.answer("OKD", "yes")
    story.on(1).answer("CE1", "yes_checked")
    assert judged(story).tier == "R"


def test_an_agreement_of_the_same_moment_is_none() -> None:
    story = told()
    agreed = story.answer("OKD", "yes")
    story.now = agreed.at - dt.timedelta(seconds=1)
    story.answer("CE1", "yes_checked")
    assert judged(story).tier == "R"


def test_being_asked_the_same_again_does_not_end_an_agreement() -> None:
    story = told(CE1="yes_checked")
    story.answer("OKD", "yes")
    story.on(7).answer("CE1", "yes_checked", "weekly")
    assert judged(story).tier == "A"
    story.on(8).answer("CE1", "no")
    story.on(9).answer("CE1", "yes_checked")
    assert judged(story).tier == "R"


def test_something_else_needs_an_agreement_of_its_own() -> None:
    story = told(BG1=("pregnancy",), PR1="under_20wk")
    story.answer("OKD", "yes")
    assert judged(story).tier == "A"
    story.on(1).answer("PR1", "over_20wk")
    assert judged(story).tier == "R"
    assert judged(story).locks == {"PREG", "PREG_LATE"}


def test_agreement_never_lowers_a_warning_sign_or_a_childs_age() -> None:
    story = told(CE1="yes_new")
    story.answer("OKD", "yes")
    assert judged(story).tier == "E"
    young = told(AG1=15.0)
    young.answer("OKD", "yes")
    assert judged(young).tier == "R"
    assert not judged(young).agreeable
    older = told(AG1=16.0)
    older.answer("OKD", "yes")
    assert judged(older).tier == "A"


def test_an_agreement_from_before_new_signs_is_over() -> None:
    story = told(CE1="yes_checked")
    story.answer("OKD", "yes")
    story.on(1).answer("SEEN", "yes")
    assert judged(story).agreed_at is None


def test_agreement_covers_a_combination_too() -> None:
    answers = {
        "AG1": 66.0, "DU1": "under_2wk", "DU2": "yes", "AG2": "no",
    }  # fmt: skip
    story = told(**answers)
    found = judged(story)
    assert (found.tier, found.because[0].source) == ("R", "first_time_at_65")
    story.answer("OKD", "yes")
    assert judged(story).tier == "A"
    story.answer("AG1", 71.0)
    assert judged(story).tier == "R"


def test_a_combination_that_is_no_warning_and_no_r_stays_what_it_is() -> None:
    mild = Combination(id="mild", when=When(all=("leg_7",)), tier="A", source="ours", tag="X")
    screening = msgspec.structs.replace(SCREENING, combinations=(mild,))
    story = told(SV1=7.0)
    story.answer("OKD", "yes")
    found = screen(fold(story.journal, story.now), story.now, screening)
    assert {(one.source, one.tier) for one in found.because} == {("SV1", "A"), ("mild", "A")}


# --- what is due, and when ----------------------------------------------------------------------


def due_at(story: Story, hours: float, **when: Any) -> set[str]:
    """Return what is stale so many hours after the first answer of all, with a visit a day."""
    first = story.diary.entries[0].at
    day = 1
    while day * 24 < hours:
        story.now = first + dt.timedelta(days=day)
        story.wish("voice")
        day += 1
    story.now = first + dt.timedelta(hours=hours)
    return set(judged(story, **when).stale)


@pytest.mark.parametrize(("hours", "due"), [(7 * 24 - 0.1, False), (7 * 24, True), (7 * 24 + 0.1, True)])
def test_the_weekly_questions(hours: float, due: bool) -> None:
    stale = due_at(told(), hours)
    assert ("CE1" in stale) == due
    assert stale <= set(WEEKLY)
    assert (stale == set(WEEKLY)) == (hours > 7 * 24)


def test_the_whole_screen_every_28_days() -> None:
    story = told()
    everything = set(fold(story.journal, story.now).answers)
    said = fold(story.journal, story.now).answers["AG1"][0].at
    assert due_at(story, 28 * 24 - 0.1) == set(WEEKLY)
    story.now = said + dt.timedelta(days=28, seconds=-1)
    assert "AG1" not in judged(story).stale
    story.now = said + dt.timedelta(days=28)
    assert "AG1" in judged(story).stale
    assert due_at(story, 28 * 24 + 0.1) == everything


def test_the_dates_of_the_next_screens() -> None:
    found = judged(told())
    assert (found.next_weekly, found.next_full) == (at(7).date(), at(28).date())
    story = told()
    story.on(3)
    for name in WEEKLY:
        story.answer(name, "no", "weekly")
    found = judged(story)
    assert (found.next_weekly, found.next_full) == (at(10).date(), at(28).date())
    assert found.screened_at == story.now


@pytest.mark.parametrize(("days", "due"), [(13.99, False), (14, True), (14.01, True)])
def test_everything_after_a_gap_of_14_days(days: float, due: bool) -> None:
    story = told()
    story.now = story.diary.entries[-1].at + dt.timedelta(days=days)
    stale = set(judged(story).stale)
    assert ("AG1" in stale) == due
    story.pain(3)  # coming back does not close the gap
    assert ("AG1" in judged(story).stale) == due
    story.on(20).pain(3)
    assert ("AG1" in judged(story).stale) == due


def test_answers_after_a_gap_close_it() -> None:
    story = told().on(16)
    story.screen()
    assert judged(story).stale == ()


def test_the_whole_screen_after_a_red_day() -> None:
    story = told()
    later = story.now + dt.timedelta(seconds=1)
    assert "AG1" in judged(story, red_at=later).stale
    assert judged(story, red_at=story.diary.entries[0].at).stale == ()


@pytest.mark.parametrize(
    ("answers", "question", "days"),
    [
        ({"CA3": "yes"}, "CA3", 14),
        ({"DU1": "under_2wk"}, "DU1", 14),
        ({"SV1": 7.0}, "SV1", 1),
        ({"SV1": 8.0, "SV2": "no"}, "SV1", 1),
    ],
)
def test_what_is_asked_again_sooner(answers: dict[str, Any], question: str, days: int) -> None:
    story = told(**answers)
    said = next(one.at for one in story.diary.entries if getattr(one.data, "question", "") == question)
    for day in range(1, days):
        story.on(day).wish("voice")
    story.now = said + dt.timedelta(days=days, seconds=-1)
    assert question not in judged(story).stale
    story.now = said + dt.timedelta(days=days)
    assert question in judged(story).stale


@pytest.mark.parametrize(("hours", "due"), [(11.99, False), (12, True), (12.01, True)])
def test_the_line_before_a_session(hours: float, due: bool) -> None:
    story = told().on(1)
    assert judged(story).line_due
    line = story.answer("SL1", "no", "session")
    story.now = line.at + dt.timedelta(hours=hours)
    assert judged(story).line_due == due


def test_fresh_answers_are_as_good_as_the_line() -> None:
    story = told()
    assert not judged(story).line_due
    story.now = story.diary.entries[0].at + dt.timedelta(hours=12)
    assert judged(story).line_due


@pytest.mark.parametrize("answer", ["yes", "not_sure", "anything", ("no",)])
def test_a_yes_to_the_line_asks_the_nerve_questions(answer: Any) -> None:
    story = told().on(1)
    story.answer("SL1", answer, "session")
    assert judged(story).stale == NERVES
    story.answer("SL1", "no", "session")  # another tap does not undo it
    assert judged(story).stale == NERVES
    for name in NERVES:
        story.answer(name, "no", "session")
    assert judged(story).stale == ()


def test_a_no_to_the_line_asks_nothing() -> None:
    story = told().on(1)
    story.answer("SL1", "no", "session")
    assert judged(story).stale == ()


# --- answers that led to others -----------------------------------------------------------------


def test_what_depends_on_an_answer_is_asked_only_then() -> None:
    assert "PR1" not in [answer for answer in fold(told().journal, at(1)).answers]
    story = told(BG1=("pregnancy",))
    assert "PR1" in fold(story.journal, at(1)).answers


def test_nobody_stays_pregnant_for_ever() -> None:
    story = told(BG1=("pregnancy",), PR1="over_20wk")
    story.on(1).answer("BG1", ("none",))
    found = judged(story)
    assert found.stale == ("PR1",)
    assert found.locks >= {"PREG"}
    story.answer("PR1", "none")
    assert (judged(story).stale, judged(story).tier, judged(story).locks) == ((), "G", frozenset())


def test_a_new_hip_is_not_forgotten_with_a_box() -> None:
    story = told(BG1=("hip_replacement",), OP2="older")
    story.on(1).answer("BG1", ("none",))
    assert judged(story).locks >= {"THR"}
    story.answer("OP2", "older")
    found = judged(story)
    assert (found.stale, found.tier) == ((), "A")
    assert found.locks >= {"THR"}
    assert "OP2" in due_at(story, 30 * 24)


def test_what_closes_nothing_is_not_asked_about_again() -> None:
    story = told(AG1=55.0, DU2="no")
    story.on(1).answer("AG1", 45.0)
    assert judged(story).stale == ()
    assert "DU2" not in due_at(story, 30 * 24)


# --- what reopens questions from outside ----------------------------------------------------------


@pytest.mark.parametrize("sign", ["new_numbness", "new_weakness"])
def test_new_signs_outside_the_screen(sign: str) -> None:
    story = told().on(1)
    story.pain(3, **{sign: False})
    assert judged(story).stale == ()
    story.pain(3, **{sign: True})
    assert judged(story).stale == NERVES
    other = told().on(1)
    other.do("EX09", **{sign: True, "skipped": True})
    assert judged(other).stale == NERVES


def test_pain_that_is_now_in_both_legs() -> None:
    story = told().profile(side="left").on(1)
    story.pain(3, side="left")
    assert judged(story).stale == ()
    story.pain(3, side="both")
    assert judged(story).stale == NERVES
    for name in NERVES:
        story.answer(name, "no")
    story.pain(3, side="both")  # it is known by now
    assert judged(story).stale == ()
    assert judged(told().profile(side="both")).stale == NERVES


def low(story: Story, test: str, **fields: Any) -> Entry:
    return story.write(SelfTestDone(test=test, side="left", **fields))


@pytest.mark.parametrize(
    ("test", "fields", "asked"),
    [
        ("T7", {"passed": False}, ("MO1",)),
        ("T7", {"passed": True}, ()),
        ("T7", {"not_possible": True}, ("MO1",)),
        ("T7", {}, ()),
        ("T7B", {"passed": False}, ("MO2",)),
        ("T8", {"value": 4.0}, ("MO1", "MO2")),
        ("T8", {"value": 5.0}, ()),
        ("T8", {"value": 30.0}, ()),
        ("T6", {"value": 0.0}, ()),
        ("no_such_test", {"value": 0.0}, ()),
    ],
)
def test_a_weak_self_test_asks_about_the_nerves(
    test: str, fields: dict[str, Any], asked: tuple[str, ...]
) -> None:
    story = told().on(1)
    low(story, test, **fields)
    assert judged(story).stale == asked


def test_the_latest_of_all_reasons_counts() -> None:
    story = told().on(1)
    story.pain(3, new_weakness=True)
    for name in NERVES:
        story.answer(name, "no")
    low(story, "T7", passed=False)
    assert judged(story).stale == ("MO1",)
    story.on(2).answer("SL1", "yes")
    assert judged(story).stale == NERVES
