"""What must hold of every script, and what a few of them say."""

import re
from itertools import pairwise

import msgspec
import pytest
from hypothesis import given

from tests.session.small import EXERCISES, TIMING, known, lock, plan, planned, plans
from unpinch.care.decision import Plan
from unpinch.care.duration import spoken_seconds
from unpinch.knowledge import Knowledge
from unpinch.knowledge.kinds import Side
from unpinch.session import WORK, Script, ScriptStep, build
from unpinch.session.lines import OTHER, SideMissingError

# Every text of the small world that names the opposite side names the working one as well.
NAMES_BOTH = re.compile(r"\b(ankle on the|Lie on your)\b")


def swap(text: str) -> str:
    """Exchange left and right in a text."""
    pairs = {"left": "right", "right": "left", "Left": "Right", "Right": "Left"}
    return re.sub(r"\b(left|right|Left|Right)\b", lambda found: pairs[found[0]], text)


def mirrored(of: Plan) -> Plan:
    """Return the plan of the same person seen in a mirror."""
    stops = tuple(
        msgspec.structs.replace(stop, sides=tuple(OTHER[side] for side in stop.sides))
        for stop in of.exercises
    )
    return msgspec.structs.replace(of, exercises=stops)


def texts(step: ScriptStep) -> list[str]:
    """Return all that a step shows and says."""
    return [step.word, step.caption, *(cue.say for cue in step.cues)]


@given(plans())
def test_the_seconds_add_up_to_the_minutes_of_the_plan(drawn: tuple[Plan, Knowledge]) -> None:
    script = build(*drawn)
    assert script.seconds == pytest.approx(sum(step.seconds for step in script.steps))
    answering = TIMING.ask_s * len(script.exercises)
    assert script.seconds + answering == pytest.approx(drawn[0].minutes * 60)


@given(plans())
def test_every_set_of_every_side_comes_once(drawn: tuple[Plan, Knowledge]) -> None:
    script = build(*drawn)
    for number, stop in enumerate(drawn[0].exercises, start=1):
        done = [(s.side, s.set_no) for s in script.steps if s.stop_no == number and s.kind in WORK]
        wanted = [(side, set_no) for side in stop.sides or (None,) for set_no in range(1, stop.dose.sets + 1)]
        assert done == wanted


@given(plans())
def test_a_work_step_lasts_as_long_as_its_dose(drawn: tuple[Plan, Knowledge]) -> None:
    script = build(*drawn)
    for step in script.steps:
        if step.kind not in WORK:
            continue
        dose = drawn[0].exercises[step.stop_no - 1].dose
        if step.kind == "count":
            assert step.reps == dose.reps
            assert step.rep_s is not None
            assert dose.reps is not None
            assert step.seconds == pytest.approx(dose.reps * step.rep_s)
            parts = (step.out_s, step.hold_s, step.back_s, step.rest_s)
            assert step.rep_s == pytest.approx(sum(part for part in parts if part is not None))
            assert dose.hold_s is None or step.hold_s == dose.hold_s
        elif step.kind == "hold":
            assert step.seconds == dose.hold_s
        else:
            assert dose.minutes is not None
            assert step.seconds == dose.minutes * 60


@given(plans())
def test_no_step_names_a_side_that_is_not_its_own(drawn: tuple[Plan, Knowledge]) -> None:
    for step in build(*drawn).steps:
        for text in texts(step):
            named = set(re.findall(r"left|right", text.lower()))
            if step.kind in ("ask", "finish"):
                assert not named
            elif step.side is None:
                assert not named, (step.kind, text)
            elif not NAMES_BOTH.search(text):
                assert named <= {step.side}, (step.kind, text)


@given(plans())
def test_the_mirrored_plan_gives_the_mirrored_script(drawn: tuple[Plan, Knowledge]) -> None:
    script, other = build(*drawn), build(mirrored(drawn[0]), drawn[1])
    assert swap(msgspec.json.encode(script).decode()) == msgspec.json.encode(other).decode()


@given(plans())
def test_a_switch_stands_exactly_between_two_sides(drawn: tuple[Plan, Knowledge]) -> None:
    steps = build(*drawn).steps
    for number in range(1, len(drawn[0].exercises) + 1):
        work: list[ScriptStep] = []
        switched = False
        for step in steps:
            if step.stop_no != number:
                continue
            if step.kind == "switch":
                assert not switched
                switched = True
            elif step.kind in WORK:
                changes = bool(work) and work[-1].side != step.side
                assert changes == switched
                work.append(step)
                switched = False
        assert not switched


@given(plans())
def test_every_exercise_comes_with_one_way_there_and_one_question(drawn: tuple[Plan, Knowledge]) -> None:
    script = build(*drawn)
    for number, facts in enumerate(script.exercises, start=1):
        kinds = [step.kind for step in script.steps if step.stop_no == number]
        assert kinds[:2] == ["next", "get_ready"]
        assert kinds[-1] == "ask"
        assert kinds.count("ask") == kinds.count("next") == kinds.count("get_ready") == 1
        assert script.steps[facts.first_step].kind == "next"
        assert script.steps[facts.ask_step].kind == "ask"
        assert script.steps[facts.first_step].stop_no == script.steps[facts.ask_step].stop_no == number
    assert [step.kind for step in script.steps].index("finish") == len(script.steps) - 1
    assert [step.no for step in script.steps] == list(range(len(script.steps)))


@given(plans())
def test_before_every_set_somebody_counts_in(drawn: tuple[Plan, Knowledge]) -> None:
    for before, step in pairwise(build(*drawn).steps):
        if step.kind in WORK:
            assert [cue.say for cue in before.cues[-3:]] == ["Three", "Two", "One"]
            assert before.cues[-1].at_s == pytest.approx(before.seconds - TIMING.count_in_step_s)
            assert before.count_in == TIMING.count_in


@given(plans())
def test_lines_are_short_and_end_before_the_next_begins(drawn: tuple[Plan, Knowledge]) -> None:
    for step in build(*drawn).steps:
        assert len(step.word) <= 6
        for cue in step.cues:
            assert 1 <= len(cue.say.split()) <= TIMING.say_words_max
            assert cue.at_s >= 0
            assert step.seconds == 0 or cue.at_s < step.seconds
        lines = [cue for cue in step.cues if len(cue.say.split()) > 1]
        for cue, following in pairwise(lines):
            assert cue.at_s < following.at_s
        if step.kind in ("next", "switch"):
            for cue, following in pairwise(lines):
                assert cue.at_s + spoken_seconds(cue.say, TIMING) <= following.at_s + 0.02
            if lines and step.kind == "next":
                assert lines[-1].at_s + spoken_seconds(lines[-1].say, TIMING) <= step.seconds


@given(plans())
def test_it_is_deterministic_and_survives_json(drawn: tuple[Plan, Knowledge]) -> None:
    script = build(*drawn, decision="d")
    assert script == build(*drawn, decision="d")
    assert msgspec.json.decode(msgspec.json.encode(script), type=Script) == script


@given(plans())
def test_the_entry_of_the_start_says_what_was_planned(drawn: tuple[Plan, Knowledge]) -> None:
    for entry, stop in zip(build(*drawn).plan, drawn[0].exercises, strict=True):
        assert (entry.exercise, entry.variant, entry.rung) == (stop.exercise, stop.variant, stop.rung)
        assert (entry.sets, entry.reps, entry.sides) == (stop.dose.sets, stop.dose.reps, stop.sides)
        assert (entry.hold_s, entry.minutes) == (stop.dose.hold_s, stop.dose.minutes)


def test_a_hold_on_both_sides_reads_like_this() -> None:
    both: tuple[Side, ...] = ("right", "left")
    script = build(plan(planned("figure4", sides=both, sets=1, hold_s=30, new=True)), known())
    told = [
        (step.kind, step.word, step.side, step.seconds, [c.say for c in step.cues]) for step in script.steps
    ]
    assert told == [
        (
            "next", "Next", "right", 40,
            [
                "First: Figure-4 stretch.", "You need a mat.", "Lay it flat where nothing",
                "is in the way.", "Lie on your back.", "Right ankle on the left knee.",
            ],
        ),
        ("get_ready", "Ready", "right", 5, ["Right leg. Ready.", "Three", "Two", "One"]),
        (
            "hold", "Hold", "right", 30,
            [
                "Hold. Breathe out.", "Let the right knee fall away.",
                "Halfway. Runs down the leg? Ease off.", "Three", "Two", "One",
            ],
        ),
        (
            "switch", "Switch", "left", 8,
            ["Switch. Now the left leg.", "Three", "Two", "One"],
        ),
        (
            "hold", "Hold", "left", 30,
            [
                "Hold. Breathe out.", "Let the left knee fall away.",
                "Halfway. Runs down the leg? Ease off.", "Three", "Two", "One",
            ],
        ),
        ("ask", "Answer", None, 0, ["How is it now: easier, same, worse?"]),
        ("finish", "Done", None, 0, ["Done. Rest as long as you like."]),
    ]  # fmt: skip


def test_repetitions_are_counted_where_they_turn() -> None:
    script = build(plan(planned("bridge", reps=3)), known())
    step = next(step for step in script.steps if step.kind == "count")
    assert [(cue.at_s, cue.say) for cue in step.cues] == [
        (0, "Go."), (2, "One"), (8, "Two"), (12, "Last one."), (14, "Three"),
    ]  # fmt: skip


def test_a_long_hold_in_a_repetition_is_announced() -> None:
    script = build(plan(planned("bridge", reps=1, hold_s=5)), known())
    step = next(step for step in script.steps if step.kind == "count")
    assert step.seconds == 10
    assert [(cue.at_s, cue.say) for cue in step.cues] == [(0, "Go."), (2, "One. Hold."), (7, "And back.")]


def test_minutes_are_told_at_the_start_halfway_and_near_the_end() -> None:
    script = build(plan(planned("walk", minutes=5)), known())
    step = next(step for step in script.steps if step.kind == "go")
    assert [(cue.at_s, cue.say) for cue in step.cues] == [
        (0, "Go. 5 minutes."), (150, "Halfway."), (240, "One more minute."),
        (297, "Three"), (298, "Two"), (299, "One"),
    ]  # fmt: skip


def test_equipment_and_place_are_named_only_when_they_change() -> None:
    bands = [planned(variant="band", sides=("left",), reps=5) for _ in range(2)]
    first, second = (step for step in build(plan(*bands), known()).steps if step.kind == "next")
    assert any("a stretch band" in cue.say for cue in first.cues)
    assert not any("a stretch band" in cue.say for cue in second.cues)
    assert second.seconds < first.seconds


def test_the_easier_version_is_the_next_one_that_is_open_and_at_hand() -> None:
    stop = planned(variant="band", sides=("right",), reps=5, rung=2)
    facts = build(plan(stop), known()).exercises[0]
    assert facts.easier == "plain"
    assert facts.easier_version is not None
    assert facts.easier_version.rung == 1
    assert facts.easier_version.how_by_side["right"][2] == "Lift the right knee, then let it down."
    assert build(plan(stop), known(), locks=[lock("clam", "small", "band")]).exercises[0].easier == "small"
    assert build(plan(stop), known(), locks=[lock("clam", "band")]).exercises[0].easier is None
    assert (
        build(plan(planned(variant="small", sides=("right",), reps=5)), known()).exercises[0].easier is None
    )


def test_effort_is_asked_of_strengthening_alone() -> None:
    stops = (
        planned("bridge", reps=5),
        planned("bridge", hold_s=9),
        planned("figure4", sides=("left",), hold_s=9),
    )
    told = [(facts.ask_effort, facts.ask_two_more) for facts in build(plan(*stops), known()).exercises]
    assert told == [(True, True), (True, False), (False, False)]


def test_an_exercise_that_needs_a_side_is_refused_without_one() -> None:
    with pytest.raises(SideMissingError, match="needs a side"):
        build(plan(planned(reps=5)), known())


def test_an_unknown_variant_is_named() -> None:
    stop = msgspec.structs.replace(planned(sides=("left",), reps=5), variant="upside_down")
    with pytest.raises(KeyError, match="upside_down"):
        build(Plan(exercises=(stop,), minutes=1, kind="full"), known())


def test_the_small_world_has_every_kind_of_text() -> None:
    assert any("{other}" in line for it in EXERCISES.values() for v in it.variants for line in v.how)


def test_the_voice_says_where_to_begin_on_the_other_side_when_there_is_time() -> None:
    script = build(plan(planned("clam", "small", ("left", "right"), reps=2)), known())
    switch = next(step for step in script.steps if step.kind == "switch")
    assert [cue.say for cue in switch.cues[:2]] == [
        "Switch. Now the right leg.",
        "Lie with the right leg on top.",
    ]
