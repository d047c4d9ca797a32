"""What is asked next, the most pressing first."""

from __future__ import annotations

from typing import Any

import pytest

from tests.care.story import Story, ready
from unpinch.journal.kinds import Questionnaire, SelfTestDone


def names(story: Story) -> list[str]:
    return [ask.name for ask in story.decide().asks]


def targets(story: Story, name: str) -> list[str | None]:
    return [ask.target for ask in story.decide().asks if ask.name == name]


def test_the_first_thing_is_the_screen_and_nothing_else() -> None:
    asks = Story().decide().asks
    assert [(ask.name, ask.target) for ask in asks] == [("screen", "CE1")]


@pytest.mark.parametrize(("question", "answer"), [("CE1", "yes_new"), ("MO1", "yes_new")])
def test_with_a_warning_sign_only_whether_it_was_checked(question: str, answer: str) -> None:
    story = Story()
    story.answer(question, answer)
    assert [(ask.name, ask.target) for ask in story.decide().asks] == [("seen", "SEEN")]


def test_a_new_person_is_asked_the_rest_in_order() -> None:
    story = Story().screen()
    found = names(story)
    assert found[:5] == ["profile"] * 5
    assert targets(story, "profile") == ["side", "since", "equipment", "minutes_a_day", "country"]
    assert found[5:7] == ["morning", "pain_now"]
    assert set(found[7:]) == {"questionnaire"}
    story.profile().morning(3)
    assert names(story)[0] == "selftest"
    assert targets(story, "selftest") == ["T1", "T6", "T7", "T7B", "T8"]


def test_what_was_told_is_not_asked() -> None:
    story = Story().screen().profile(country=None).pain(3)
    assert targets(story, "profile") == ["country"]
    assert "pain_now" not in names(story)
    assert "morning" in names(story)


@pytest.mark.parametrize(("leg", "asked"), [(6, True), (7, False)])
def test_no_tests_while_the_leg_is_at_7(leg: int, asked: bool) -> None:
    assert bool(targets(ready(Story(), leg), "selftest")) == (asked and leg < 7)


def test_no_tests_before_the_pain_is_known_or_on_a_poor_day() -> None:
    assert targets(Story().screen().profile(), "selftest") == []
    assert targets(ready(Story(), 3).wish("worse_today"), "selftest") == []
    assert targets(ready(Story(), 3).wish("minimum_day"), "selftest") == []


def test_no_test_that_the_answers_forbid_and_none_twice() -> None:
    story = ready(Story(), 3, MV2=("falls",))
    assert targets(story, "selftest") == ["T1"]
    story.write(SelfTestDone(test="T1", value=9))
    assert targets(story, "selftest") == []


def test_the_weekly_questions_are_called_so() -> None:
    story = ready(Story()).on(7, 9)
    assert [(ask.name, ask.target) for ask in story.decide().asks] == [("weekly_screen", "CE1")]
    story = ready(Story(), SV1=7.0).on(1, 9)
    assert [(ask.name, ask.target) for ask in story.decide().asks] == [("screen", "SV1")]


def test_the_line_is_asked_when_the_answers_are_not_fresh() -> None:
    story = ready(Story()).on(1)
    assert names(story)[0] == "session_line"


def test_agreement_is_asked_where_it_can_help() -> None:
    assert "clinician_ok" in names(ready(Story(), CE1="yes_checked"))
    assert "clinician_ok" not in names(ready(Story(), AG1=15.0))
    assert "clinician_ok" not in names(ready(Story()))


def test_a_paused_programme_asks_for_a_clinician() -> None:
    story = ready(Story())
    for day, exercise in enumerate(["EX09", "EX16", "EX09"]):
        story.on(day).do(exercise, leg_pre=3, leg_max=9)
    story.screen()
    decision = story.decide()
    assert decision.refusal is not None
    assert decision.refusal.name == "ProgrammePaused"
    assert decision.asks[0].name == "clinician_ok"
    story.answer("OKD", "yes")
    assert "pause" not in {fired.outcome for fired in story.decide().rules}


def test_severe_pain_asks_whether_it_was_checked() -> None:
    story = ready(Story(), 8, SV1=8.0, SV2="no").on(2, 9).screen(SV1=8.0, SV2="no").pain(8)
    decision = story.decide()
    assert decision.refusal is not None
    assert decision.refusal.name == "UrgentSigns"
    assert decision.asks[0].name == "seen"
    story.answer("SEEN", "yes")
    assert story.decide().refusal is not None
    story.screen(SV1=8.0, SV2="yes_checked").answer("OKD", "yes")
    assert story.decide().session is not None


def done(story: Story, instrument: str, **fields: Any) -> None:
    story.write(Questionnaire(instrument=instrument, answers={}, **fields))


def test_a_questionnaire_is_asked_when_it_is_due() -> None:
    story = ready(Story())
    due = {name: one for name, one in story.known.questionnaires.items() if one.due_days}
    (name, one) = next(iter(due.items()))
    assert one.due_days[0] == 0
    second = one.due_days[1]
    assert name in targets(story, "questionnaire")
    done(story, name)
    assert name not in targets(story, "questionnaire")
    for day in range(1, second + 1):
        story.on(day).morning(4)
        story.screen()
        assert (name in targets(story, "questionnaire")) == (day == second)
    done(story, name)
    assert name not in targets(story, "questionnaire")


def test_a_questionnaire_of_every_so_many_days() -> None:
    import msgspec

    story = ready(Story())
    one = next(iter(story.known.questionnaires.values()))
    weekly = msgspec.structs.replace(one, every_days=7, due_days=())
    late = msgspec.structs.replace(one, id="LATE", due_days=(3,))
    story.known = msgspec.structs.replace(story.known, questionnaires={one.id: weekly, "LATE": late})
    assert targets(story, "questionnaire") == [one.id]
    done(story, one.id)
    assert targets(story, "questionnaire") == []
    story.on(6).screen()
    assert targets(story, "questionnaire") == ["LATE"]
    story.on(7).screen()
    assert targets(story, "questionnaire") == [one.id, "LATE"]
