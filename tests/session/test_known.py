"""Every exercise that ships can be guided, on every rung, on either side first."""

import re

import pytest

from tests.session.small import plan
from unpinch.care.decision import PlannedDose, PlannedExercise
from unpinch.care.duration import lines_seconds, place_of, spoken_seconds
from unpinch.knowledge import Knowledge, load
from unpinch.knowledge.kinds import Side
from unpinch.knowledge.models import Exercise, Step
from unpinch.knowledge.words import Words
from unpinch.session import WORK, build

ORDERS: tuple[tuple[Side, ...], ...] = (("left", "right"), ("right", "left"), ("right",))


@pytest.fixture(scope="module")
def knowledge() -> Knowledge:
    return load()


def at_rung(exercise: Exercise, number: int, step: Step, sides: tuple[Side, ...]) -> PlannedExercise:
    dose = step.dose
    return PlannedExercise(
        exercise=exercise.id,
        variant=step.variant,
        rung=number,
        position=place_of(exercise, step.variant).position,
        sides=sides,
        dose=PlannedDose(
            sets=dose.sets,
            reps=dose.reps,
            hold_s=dose.hold_s,
            minutes=dose.minutes,
            rest_s=dose.rest_s,
            effort_cr10=dose.effort_cr10,
        ),
        minutes=1,
        light=None,
        new=number == 0,
        on_trial=False,
        why=Words(key="why", text="It is due."),
    )


def test_every_rung_of_every_exercise_can_be_guided(knowledge: Knowledge) -> None:
    seen = 0
    for exercise in knowledge.exercises.values():
        for sides in ORDERS if exercise.sided else ((),):
            stops = [at_rung(exercise, number, step, sides) for number, step in enumerate(exercise.ladder)]
            today = plan(*stops, knowledge=knowledge)
            script = build(today, knowledge)
            answering = knowledge.timing.ask_s * len(stops)
            assert script.seconds + answering == pytest.approx(today.minutes * 60)
            assert sum(step.kind in WORK for step in script.steps) == sum(
                stop.dose.sets * max(1, len(sides)) for stop in stops
            )
            shown = " ".join(
                [step.caption for step in script.steps]
                + [cue.say for step in script.steps for cue in step.cues]
                + [line for facts in script.exercises for line in (*facts.how, *facts.cues, *facts.mistakes)]
            )
            assert not re.search(r"[{}]", shown), exercise.id
            for step in script.steps:
                assert step.caption
                last = step.cues[-1]
                assert (
                    step.kind != "next"
                    or last.at_s + spoken_seconds(last.say, knowledge.timing) <= step.seconds
                )
            seen += len(stops)
    assert seen >= 200


def test_a_thing_is_explained_in_the_time_that_is_given_for_it(knowledge: Knowledge) -> None:
    timing = knowledge.timing
    for thing in knowledge.equipment.values():
        needed = spoken_seconds(f"You need {thing.name}", timing) + lines_seconds(thing.safety, timing)
        assert needed <= timing.prop_new_s, thing.id
        assert spoken_seconds(f"You need {thing.name}", timing) <= timing.prop_s, thing.id


def test_the_timing_names_only_things_that_are_known(knowledge: Knowledge) -> None:
    assert set(knowledge.timing.switch_prop_s) <= set(knowledge.equipment)
    assert set(knowledge.timing.place_s) == set(knowledge.positions)


def test_words_to_be_read_from_afar_are_short(knowledge: Knowledge) -> None:
    words = {key: text for key, text in knowledge.words.items() if key.startswith("session.word.")}
    assert len(words) == 9
    assert all(len(text) <= 6 and text.isalpha() for text in words.values())
