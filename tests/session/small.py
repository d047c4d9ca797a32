"""A small known world for the tests of the session: few exercises, every shape of dose."""

from importlib.resources import files
from types import SimpleNamespace
from typing import Any, cast

import msgspec
import yaml
from hypothesis import strategies as st

from unpinch.care.decision import Lock, Plan, PlannedDose, PlannedExercise
from unpinch.care.duration import Place, exercise_seconds, place_of
from unpinch.knowledge import Knowledge
from unpinch.knowledge.kinds import Side
from unpinch.knowledge.models import Equipment, Exercise, StopSign
from unpinch.knowledge.timing import Timing
from unpinch.knowledge.words import Words

DATA = files("unpinch.knowledge") / "data"
TIMING = msgspec.convert(yaml.safe_load((DATA / "timing.yaml").read_text("utf-8")), Timing)
WORDS: dict[str, str] = yaml.safe_load((DATA / "words" / "session.yaml").read_text("utf-8"))


def exercise(**fields: Any) -> Exercise:
    """Return an exercise; what is not named is unimportant to a session."""
    plain: dict[str, Any] = {
        "id": "clam",
        "origin": "article",
        "name": "Clam",
        "synonyms": [],
        "family": "hips",
        "position": "side_lying",
        "kind": "strengthen",
        "sided": True,
        "targets": [],
        "purpose": "Works the side of the hip.",
        "variants": [
            {
                "id": "small",
                "name": "Small clam",
                "movement": "clam_small",
                "how": ["Lie with the {side} leg on top."],
            },
            {
                "id": "plain",
                "name": "Clam",
                "movement": "clam",
                "how": [
                    "Lie on your {other} side with your {side} leg on top, knees bent, and your head down.",
                    "Keep your feet together.",
                    "Lift the {side} knee, then let it down.",
                ],
            },
            {
                "id": "band",
                "name": "Clam with a band",
                "movement": "clam",
                "how": ["Lie on your {other} side.", "Lift the {side} knee against the band."],
                "equipment": ["band"],
            },
        ],
        "ladder": [
            {"variant": "small", "dose": {"reps": 6}},
            {"variant": "plain", "dose": {"reps": 8}},
            {"variant": "band", "dose": {"reps": 8}},
        ],
        "start": 0,
        "tempo": {"out_s": 2, "hold_s": 1, "back_s": 2, "rest_s": 1},
        "per_week_max": 3,
        "cues": ["{Side} knee up.", "Hips stay still."],
        "mistakes": ["Rolling back."],
    }
    return msgspec.convert(plain | fields, Exercise)


def plain(name: str, position: str, *how: str, **fields: Any) -> Exercise:
    """Return an exercise with one variant and no sides."""
    variant = {"id": "plain", "name": name.title(), "movement": name, "how": how}
    base: dict[str, Any] = {"id": name, "name": name.title(), "position": position, "sided": False}
    rungs = [{"variant": "plain", "dose": {"reps": 8}}] * 2
    rest: dict[str, Any] = {"variants": [variant], "ladder": rungs, "cues": [], "mistakes": []}
    return exercise(**{**base, **rest, **fields})


EXERCISES: dict[str, Exercise] = {
    each.id: each
    for each in (
        exercise(),
        exercise(
            id="figure4",
            name="Figure-4 stretch",
            position="supine",
            kind="stretch",
            variants=[
                {
                    "id": "plain",
                    "name": "Figure-4 stretch",
                    "movement": "figure4",
                    "how": ["Lie on your back.", "{Side} ankle on the {other} knee."],
                    "equipment": ["mat"],
                }
            ],
            ladder=[{"variant": "plain", "dose": {"hold_s": 20}}],
            cues=["Let the {side} knee fall away."],
        ),
        plain("bridge", "supine", "Lie on your back, knees bent.", "Press your heels, and lift."),
        plain("walk", "standing", "Walk at a pace that feels easy.", kind="aerobic"),
        plain("rest", "supine", "Put your lower legs on a chair.", kind="relief"),
    )
}
EQUIPMENT = {
    each.id: each
    for each in (
        Equipment(
            id="band", name="a stretch band", usual=False, safety="Check it for tears before each use."
        ),
        Equipment(id="mat", name="a mat", usual=True, safety="Lay it flat where nothing is in the way."),
    )
}
STOPS = {
    "universal": StopSign(
        id="universal", text="Stop when it runs further down the leg.", then="stop_exercise"
    )
}


def known(**changes: Any) -> Knowledge:
    """Return what a session needs to know."""
    parts: dict[str, Any] = {
        "exercises": EXERCISES,
        "equipment": EQUIPMENT,
        "stops": STOPS,
        "timing": TIMING,
        "words": WORDS,
    }
    return cast(Knowledge, SimpleNamespace(**{**parts, **changes}))


def planned(
    name: str = "clam",
    variant: str = "plain",
    sides: tuple[Side, ...] = (),
    *,
    new: bool = False,
    rung: int = 0,
    knowledge: Knowledge | None = None,
    **dose: Any,
) -> PlannedExercise:
    """Return one stop of a plan."""
    shape = {"sets": 1, "reps": None, "hold_s": None, "minutes": None, "rest_s": 30.0, "effort_cr10": None}
    known_exercise = (knowledge or known()).exercises[name]
    return PlannedExercise(
        exercise=name,
        variant=variant,
        rung=rung,
        position=place_of(known_exercise, variant).position,
        sides=sides,
        dose=msgspec.convert(shape | dose, PlannedDose),
        minutes=1,
        light=None,
        new=new,
        on_trial=False,
        why=Words(key="why", text="It is due."),
    )


def plan(*stops: PlannedExercise, knowledge: Knowledge | None = None) -> Plan:
    """Return a plan with the minutes that a planner gives it."""
    everything = knowledge or known()
    seconds = 0.0
    before: Place | None = None
    for stop in stops:
        it = everything.exercises[stop.exercise]
        seconds += exercise_seconds(
            it, stop.dose, stop.sides, everything.timing, variant=stop.variant, before=before, new=stop.new
        )
        before = place_of(it, stop.variant)
    return Plan(exercises=stops, minutes=seconds / 60, kind="full")


def lock(name: str, *limit_to: str) -> Lock:
    """Return a lock of an exercise."""
    return Lock(exercise=name, code="R4", words=Words(key="why", text="It waits."), limit_to=limit_to)


def halves(low: float, high: float) -> st.SearchStrategy[float]:
    """Return seconds in halves: what a dose is written in."""
    return st.integers(int(low * 2), int(high * 2)).map(lambda half: half / 2)


@st.composite
def plans(draw: st.DrawFn) -> tuple[Plan, Knowledge]:
    """Draw a plan, with tempos of all kinds."""
    tempos = st.fixed_dictionaries(
        {"out_s": halves(0.5, 5), "hold_s": halves(0, 8), "back_s": halves(0.5, 5), "rest_s": halves(0, 3)}
    )
    exercises = {
        name: msgspec.convert(msgspec.to_builtins(it) | {"tempo": draw(tempos)}, Exercise)
        for name, it in EXERCISES.items()
    }
    knowledge = known(exercises=exercises)
    doses = st.one_of(
        st.fixed_dictionaries({"reps": st.integers(1, 25)}, optional={"hold_s": halves(0.5, 10)}),
        st.fixed_dictionaries({"hold_s": halves(2, 60)}),
        st.fixed_dictionaries({"minutes": halves(0.5, 15)}),
    )
    stops = []
    for _ in range(draw(st.integers(1, 4))):
        name = draw(st.sampled_from(sorted(exercises)))
        variant = draw(st.sampled_from(exercises[name].variants)).id
        sides: tuple[Side, ...] = ()
        if exercises[name].sided:
            sides = draw(st.sampled_from([("left",), ("right",), ("left", "right"), ("right", "left")]))
        dose = draw(doses) | {"sets": draw(st.integers(1, 4)), "rest_s": draw(halves(0, 60))}
        stops.append(planned(name, variant, sides, new=draw(st.booleans()), knowledge=knowledge, **dose))
    return plan(*stops, knowledge=knowledge), knowledge
