"""What the 31 exercises promise: who may do what, how much, in words that cannot be misread."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib.resources import files
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.knowledge.reading import grade
from unpinch.knowledge import load
from unpinch.knowledge.kinds import SHOWN_TAGS
from unpinch.knowledge.models import Dose, Exercise, Variant

KNOWN = load()
EXERCISES = KNOWN.exercises
ALL = list(EXERCISES.values())
UNUSUAL = {thing.id for thing in KNOWN.equipment.values() if not thing.usual}
FAMILIES = {
    "sliders": "EX20",
    "back_bend": "EX21 EX22",
    "forward_bend": "EX23",
    "side_glide": "EX24",
    "hip_strength": "EX09 EX10 EX11 EX13 EX26 EX27",
    "leg_strength": "EX01 EX02 EX03 EX06 EX07 EX08 EX12 EX15 EX28 EX31",
    "buttock_stretch": "EX14 EX16 EX17 EX18",
    "hamstring_stretch": "EX04 EX05",
    "spine_mobility": "EX19 EX30",
    "walking": "EX25",
    "relief": "EX29",
}

each_exercise = pytest.mark.parametrize("exercise", ALL, ids=lambda exercise: exercise.id)


def open_under(exercise: Exercise, *codes: str) -> set[str]:
    """Return the variants that no lock of these codes closes."""
    limits = [lock.limit_to for lock in exercise.locks if lock.code in codes]
    return {v.id for v in exercise.variants if all(v.id in limit for limit in limits)}


def closed_by(code: str) -> set[str]:
    return {exercise.id for exercise in ALL if not open_under(exercise, code)}


def limited_by(code: str) -> set[str]:
    return {e.id for e in ALL if any(lock.code == code and lock.limit_to for lock in e.locks)}


def position(exercise: Exercise, variant: Variant) -> str:
    return variant.position or exercise.position


def open_variants(*codes: str) -> Iterator[tuple[Exercise, Variant]]:
    for exercise in ALL:
        for name in open_under(exercise, *codes):
            yield exercise, exercise.variant(name)


def said(text: str, side: str) -> str:
    """Return a text for one side, as a person reads it."""
    other = {"left": "right", "right": "left"}[side]
    marks = {"side": side, "other": other, "Side": side.capitalize(), "Other": other.capitalize()}
    return text.format(**marks)


def steps(name: str, variant: str, side: str) -> str:
    return " ".join(said(step, side) for step in EXERCISES[name].variant(variant).how)


# --- what there is ------------------------------------------------------------------------------


def test_there_are_thirty_one_each_in_the_file_of_its_name() -> None:
    names = [file.name for file in (files("unpinch.knowledge") / "data" / "exercises").iterdir()]
    assert sorted(EXERCISES) == [f"EX{number:02}" for number in range(1, 32)]
    assert sorted(names) == [f"{name}.yaml" for name in sorted(EXERCISES)]
    for file in (files("unpinch.knowledge") / "data" / "exercises").iterdir():
        assert file.read_text("utf-8").startswith(f"id: {file.name[:4]}\n")


def test_origins() -> None:
    origins = {origin: {e.id for e in ALL if e.origin == origin} for origin in {e.origin for e in ALL}}
    assert origins["article_corrected"] == {"EX15"}
    assert origins["fills_heading"] == {"EX09", "EX10", "EX11", "EX12"}
    assert len(origins["article"]) == 14
    assert origins["guideline"] == {f"EX{number}" for number in range(20, 32)}


def test_families() -> None:
    assert {e.id: e.family for e in ALL} == {
        name: family for family, names in FAMILIES.items() for name in names.split()
    }
    assert {family.id for family in KNOWN.families.values() if not family.on_trial} == {"walking", "relief"}


def test_the_article_leads_to_fifteen_exercises_and_one_empty_heading() -> None:
    items = list(KNOWN.article.values())
    assert [item.id for item in items] == [f"A{number:02}" for number in range(1, 17)]
    empty = [item for item in items if "no exercise" in item.says]
    assert [item.heading for item in empty] == ["Strengthen your gluteus maximus"]
    rest = [item for item in items if item not in empty]
    assert [item.exercises for item in rest] == [
        (name,) for name in sorted(EXERCISES) if EXERCISES[name].origin.startswith("article")
    ]


def test_all_muscle_groups_of_the_article_are_worked_or_lengthened() -> None:
    reached = {
        KNOWN.muscles[target.muscle].group for e in ALL if e.origin != "guideline" for target in e.targets
    }
    groups = {
        "quadriceps",
        "hamstrings",
        "gluteus_maximus",
        "gluteus_medius",
        "front_of_leg",
        "piriformis",
        "spine",
    }
    assert groups <= reached
    assert {muscle.group for muscle in KNOWN.muscles.values()} == groups | {"other"}


def test_what_is_no_muscle_says_so() -> None:
    assert "no muscle" in KNOWN.muscles["sciatic_nerve"].does
    assert "no single muscle" in KNOWN.muscles["whole_body"].does


# --- who may do what: hazards H4, H5 and H6 ------------------------------------------------------


def test_a_new_hip_closes_and_limits() -> None:
    assert closed_by("THR") >= {"EX14", "EX16", "EX17", "EX18", "EX19", "EX23", "EX26"}
    assert limited_by("THR") >= {"EX04", "EX07", "EX08"}
    for exercise in ALL:
        for lock in exercise.locks:
            if lock.code == "THR" and lock.limit_to:
                assert lock.note


def test_a_hip_operated_through_the_side_is_not_lifted_sideways() -> None:
    assert closed_by("HIP_LATERAL") >= {"EX13"}
    assert not any("loop_band" in v.equipment for e, v in open_variants("HIP_LATERAL") if e.id == "EX27")


def test_thin_bones_close_loaded_bending_and_twists() -> None:
    assert closed_by("OST") >= {"EX05", "EX18", "EX19", "EX23", "EX31"}
    assert open_under(EXERCISES["EX30"], "OST") == {"EX30a"}


def test_pregnancy() -> None:
    for exercise, variant in open_variants("PREG"):
        assert position(exercise, variant) != "prone", variant.id
    for exercise, variant in open_variants("PREG_LATE"):
        assert position(exercise, variant) not in {"prone", "supine"}, variant.id
    for code in ("PREG", "PREG_LATE"):
        assert closed_by(code) >= {"EX05", "EX10", "EX18", "EX19", "EX21"}
    assert closed_by("PREG_LATE") >= {"EX03", "EX09", "EX10", "EX14", "EX16"}
    # The rest position stays, on the side.
    assert open_under(EXERCISES["EX29"], "PREG_LATE") == {"EX29a"}


def test_a_sore_knee() -> None:
    assert closed_by("KNEE") >= {"EX12", "EX16", "EX17", "EX18"}
    assert limited_by("KNEE") >= {"EX01", "EX06", "EX08"}
    assert not any(position(e, v) == "hands_knees" for e, v in open_variants("KNEE"))


def test_who_may_fall_has_something_to_hold() -> None:
    for exercise, variant in open_variants("BAL"):
        if position(exercise, variant) == "standing" and exercise.kind != "aerobic":
            assert {"counter", "wall", "chair"} & set(variant.equipment), variant.id
    assert closed_by("BAL") | limited_by("BAL") >= {"EX02", "EX04", "EX12", "EX22", "EX27", "EX28"}
    assert open_under(EXERCISES["EX28"], "BAL") == {"EX28a"}


def test_a_nerve_that_is_stirred_up_is_not_pulled() -> None:
    assert closed_by("NEU") >= {"EX04", "EX05", "EX16", "EX17", "EX19", "EX31"}
    assert limited_by("NEU") >= {"EX01", "EX06", "EX07", "EX15"}
    assert "EX07c" not in open_under(EXERCISES["EX07"], "NEU")
    assert "EX20c" not in open_under(EXERCISES["EX20"], "NEU")


def test_directions() -> None:
    assert closed_by("FLEX") >= {"EX04", "EX05", "EX14", "EX17", "EX19", "EX23", "EX31"}
    assert limited_by("FLEX") >= {"EX08", "EX16"}
    assert closed_by("EXT") >= {"EX11", "EX18", "EX21", "EX22"}
    assert limited_by("EXT") >= {"EX03", "EX09", "EX25"}


@pytest.mark.parametrize(
    ("code", "names"),
    [
        ("GROIN", {"EX07"}),
        ("SIJ", {"EX18"}),
        ("SIT", {"EX17"}),
        ("DEEP_GLUTEAL", {"EX26", "EX16", "EX17", "EX18"}),
        ("NEW_WEAKNESS", {"EX15", "EX20", "EX28"}),
        ("FIRST_2_WEEKS", {"EX04"}),
        ("FIRST_6_WEEKS", {"EX19"}),
        ("STRONG_LEG", {"EX20"}),
        ("DIZZY", {"EX05", "EX12", "EX22", "EX31"}),
    ],
)
def test_other_states_close(code: str, names: set[str]) -> None:
    assert closed_by(code) >= names


def test_sore_wrists_carry_no_weight() -> None:
    for exercise, variant in open_variants("WRIST"):
        assert position(exercise, variant) != "hands_knees"
        assert "on your hands" not in variant.name


@given(st.sets(st.sampled_from(sorted(KNOWN.locks))))
def test_whatever_is_locked_a_way_to_rest_and_to_walk_stays(codes: set[str]) -> None:
    for name in ("EX25", "EX29"):
        start = EXERCISES[name].start
        reachable = {step.variant for step in EXERCISES[name].ladder[: start + 1]}
        assert reachable & open_under(EXERCISES[name], *codes)


@given(st.sets(st.sampled_from(sorted(KNOWN.locks))), st.sampled_from(sorted(KNOWN.locks)))
def test_one_more_lock_never_opens_anything(codes: set[str], more: str) -> None:
    for exercise in ALL:
        assert open_under(exercise, *codes, more) <= open_under(exercise, *codes)


def test_what_must_be_earned() -> None:
    toes = EXERCISES["EX05"].unlock
    assert toes is not None
    assert (toes.green_of, toes.green_days, toes.leg_nprs_max, toes.after_rising_min) == (("EX23",), 3, 3, 60)
    swan = EXERCISES["EX18"].unlock
    assert swan is not None
    assert (swan.green_of, swan.green_times, swan.leg_nprs_max) == (("EX16", "EX17"), 3, 3)
    one_leg = EXERCISES["EX10"].unlock
    assert one_leg is not None
    assert one_leg.leg_nprs_max == 3
    back = EXERCISES["EX22"].unlock
    assert back is not None
    assert back.helps == "EX21"
    side = EXERCISES["EX24"].unlock
    assert side is not None
    assert side.clinician
    tensioner = EXERCISES["EX20"].variant("EX20c").unlock
    assert tensioner is not None
    assert (tensioner.green_of, tensioner.green_days, tensioner.leg_nprs_max) == (("EX20",), 7, 2)
    assert [e.id for e in ALL if e.unlock] == ["EX05", "EX10", "EX18", "EX22", "EX24"]


def test_every_exercise_but_the_unlike_has_a_stand_in() -> None:
    # Nothing else trains the shin or the calf, slides the nerve, walks or rests.
    assert {e.id for e in ALL if not e.stand_ins} == {"EX15", "EX20", "EX25", "EX28", "EX29"}


# --- how much -----------------------------------------------------------------------------------


@each_exercise
def test_a_ladder_starts_low_and_can_be_stepped_down(exercise: Exercise) -> None:
    assert 1 <= exercise.start < len(exercise.ladder)
    assert len(exercise.ladder) >= 4
    assert len(exercise.ladder) <= 8 or exercise.id == "EX25"


def work(dose: Dose) -> float:
    each = dose.reps or dose.hold_s or (dose.minutes or 0) * 60
    return dose.sets * each


@each_exercise
def test_within_a_variant_the_dose_never_falls(exercise: Exercise) -> None:
    for below, above in pairwise(exercise.ladder):
        if below.variant == above.variant:
            assert work(above.dose) >= work(below.dose)
            assert (above.dose.effort_cr10 or 0) >= (below.dose.effort_cr10 or 0)
            assert above.dose != below.dose


@pytest.mark.parametrize("exercise", [e for e in ALL if e.kind == "strengthen"], ids=lambda e: e.id)
def test_strengthening(exercise: Exercise) -> None:
    assert (exercise.per_week_max, exercise.min_gap_h, exercise.per_day_max) == (3, 48, 1)
    start = exercise.ladder[exercise.start].dose
    assert start.sets <= 2
    assert 3 <= (start.effort_cr10 or 0) <= 5
    for step in exercise.ladder:
        assert step.dose.sets <= 3
        assert (step.dose.reps or 0) <= (20 if exercise.id == "EX13" else 15)
        assert 3 <= (step.dose.effort_cr10 or 0) <= 7
    assert exercise.tempo.back_s >= 1.5


@pytest.mark.parametrize("exercise", [e for e in ALL if e.kind == "stretch"], ids=lambda e: e.id)
def test_stretches(exercise: Exercise) -> None:
    assert exercise.per_week_max == 7
    for step in exercise.ladder:
        if step.dose.hold_s is not None:
            assert 10 <= step.dose.hold_s <= 30
            assert work(step.dose) <= 100
    if exercise.id != "EX05":  # counted, not held
        assert work(exercise.ladder[-1].dose) >= 60


def test_sliders_flow() -> None:
    slider = EXERCISES["EX20"]
    assert slider.tempo.hold_s == 0
    assert 1 <= slider.tempo.out_s <= 2
    assert slider.per_day_max == 3
    assert all(
        step.dose.reps is not None and step.dose.reps <= 10 and step.dose.sets <= 3 for step in slider.ladder
    )
    assert slider.ladder[slider.start].dose.reps == 10
    assert all("Do not hold." in " ".join(variant.how) for variant in slider.variants)


def test_what_changes_legs_each_time_has_even_counts() -> None:
    for exercise in ALL:
        for step in exercise.ladder:
            if any("each time" in line for line in exercise.variant(step.variant).how):
                assert step.dose.reps is not None
                assert step.dose.reps % 2 == 0


def test_walking_grows_by_a_minute_or_about_a_tenth() -> None:
    walk = EXERCISES["EX25"]
    minutes = [step.dose.minutes or 0 for step in walk.ladder]
    for below, above in pairwise(minutes):
        assert above - below <= max(1, 0.13 * below)
    assert minutes[-1] == 30


@pytest.mark.parametrize(
    ("name", "sets", "reps", "hold_s", "minutes"),
    [
        ("EX01", 2, 10, None, None),
        ("EX02", 2, 10, None, None),
        ("EX03", 2, 8, None, None),
        ("EX04", 3, None, 20, None),
        ("EX05", 1, 5, None, None),
        ("EX06", 2, 10, None, None),
        ("EX07", 2, 10, None, None),
        ("EX08", 2, 8, None, None),
        ("EX09", 2, 10, None, None),
        ("EX10", 2, 6, None, None),
        ("EX11", 2, 8, None, None),
        ("EX12", 2, 8, None, None),
        ("EX13", 2, 8, None, None),
        ("EX14", 5, None, 10, None),
        ("EX15", 2, 12, None, None),
        ("EX16", 3, None, 20, None),
        ("EX17", 3, None, 20, None),
        ("EX18", 2, None, 20, None),
        ("EX19", 2, None, 15, None),
        ("EX20", 1, 10, None, None),
        ("EX21", 1, None, None, 2),
        ("EX22", 1, 10, None, None),
        ("EX23", 2, 10, None, None),
        ("EX24", 1, 10, None, None),
        ("EX26", 2, 12, None, None),
        ("EX27", 2, 8, None, None),
        ("EX28", 2, 10, None, None),
        ("EX29", 1, None, None, 5),
        ("EX30", 1, 10, None, None),
        ("EX31", 2, 8, None, None),
    ],
)
def test_the_starting_dose(
    name: str, sets: int, reps: int | None, hold_s: float | None, minutes: float | None
) -> None:
    dose = EXERCISES[name].ladder[EXERCISES[name].start].dose
    assert (dose.sets, dose.reps, dose.hold_s, dose.minutes) == (sets, reps, hold_s, minutes)


# --- with what ------------------------------------------------------------------------------------


def test_who_owns_no_band_can_do_something_at_or_below_the_start() -> None:
    for exercise in ALL:
        reachable = [exercise.variant(step.variant) for step in exercise.ladder[: exercise.start + 1]]
        if any({"band", "loop_band"} & set(variant.equipment) for variant in exercise.variants):
            assert any(not UNUSUAL & set(variant.equipment) for variant in reachable), exercise.id
    # Only the step-up cannot do without a thing that many do not own.
    assert {e.id for e in ALL if all(UNUSUAL & set(v.equipment) for v in e.variants)} == {"EX12"}


def test_things_say_how_they_are_placed() -> None:
    assert "wall" in KNOWN.equipment["chair"].safety
    for band in ("band", "loop_band"):
        assert "face" in KNOWN.equipment[band].safety
        assert "cracks" in KNOWN.equipment[band].safety
    assert {"band", "loop_band", "step", "stick", "ankle_weight"} == UNUSUAL


# --- words ----------------------------------------------------------------------------------------


def texts(exercise: Exercise) -> Iterator[str]:
    """Return every text of an exercise that a person may read, said for one side."""
    yield from (exercise.name, exercise.purpose, exercise.note or "Nothing.")
    yield from (*exercise.synonyms, *exercise.cues, *exercise.mistakes)
    for lock in exercise.locks:
        yield lock.note or "Nothing."
    for figure in exercise.emg:
        if figure.tag in SHOWN_TAGS:
            yield figure.condition or "Nothing."
    for variant in exercise.variants:
        yield variant.name
        yield said(variant.ready or "Nothing.", "left")
        yield from (said(line, "left") for line in (*variant.how, *variant.cues))


FORBIDDEN = re.compile(
    r"\b(diagnos\w*|treat\w*|cure[sd]?|heal(?:s|ed|ing)?|prescri\w*|therap\w*|patients?|all clear|"
    r"fix(?:es)? (?:the|your)|releas\w*|imbalance|correct\w*|clinically proven|"
    r"your piriformis is|always works|pain[- ]free)\b",
    re.IGNORECASE,
)


@each_exercise
def test_words_promise_nothing(exercise: Exercise) -> None:
    for text in texts(exercise):
        assert not FORBIDDEN.search(text), text


def test_the_tables_promise_nothing_and_are_easy_to_read() -> None:
    told = {f"locks {code.id}": code.words for code in KNOWN.locks.values()}
    told |= {f"stops {sign.id}": sign.text for sign in KNOWN.stops.values()}
    told |= {f"equipment {thing.id}": thing.safety for thing in KNOWN.equipment.values()}
    told |= {f"families {family.id}": family.about for family in KNOWN.families.values()}
    told |= {f"muscles {muscle.id}": muscle.does for muscle in KNOWN.muscles.values()}
    told |= {f"article {item.id}": item.difference or item.says for item in KNOWN.article.values()}
    for place, text in told.items():
        assert not FORBIDDEN.search(text), place
        assert grade(text) <= 9, place
    assert sum(map(grade, told.values())) / len(told) <= 5


@each_exercise
def test_words_are_easy_to_read(exercise: Exercise) -> None:
    assert grade(exercise.purpose) <= 9
    assert grade(exercise.note or "") <= 9
    for variant in exercise.variants:
        how = [said(step, "left") for step in variant.how]
        assert grade(" ".join(how)) <= 5, variant.id
        assert 3 <= len(how) <= 6, variant.id
        assert max(len(step.split()) for step in how) <= 22, variant.id


@each_exercise
def test_what_is_said_is_short(exercise: Exercise) -> None:
    for variant in exercise.variants:
        assert variant.ready is not None
        assert len(variant.ready.split()) <= 12, variant.id
        cues = exercise.cues_of(variant.id)
        assert all(len(cue.split()) <= 8 for cue in cues), variant.id
        assert all(cue.endswith(".") for cue in cues), variant.id
        assert len(set(cues)) == len(cues), variant.id


@each_exercise
def test_left_is_said_as_left(exercise: Exercise) -> None:
    """Swapping the sides swaps the words, and no other step names a side of its own."""
    swap = {"left": "right", "right": "left", "Left": "Right", "Right": "Left"}
    for variant in exercise.variants:
        for line in (*variant.how, *variant.cues, variant.ready or ""):
            if "to the left and to the right" in line:
                continue  # both ways
            mirrored = re.sub(r"\b[lL]eft\b|\b[rR]ight\b", lambda m: swap[m.group()], said(line, "left"))
            assert mirrored == said(line, "right")
            assert not re.search(r"\b(left|right)\b", line, re.IGNORECASE), line


def test_the_sides_of_the_article() -> None:
    """The article's own words, side for side."""
    lying = steps("EX16", "EX16b", "right")
    assert "Put your right ankle on your left knee" in lying
    twist = steps("EX19", "EX19b", "left")
    assert "your right leg long" in twist
    assert "Bend your left knee and put that foot on the floor across your right leg" in twist
    assert "your left hand on the floor behind you and your right hand on your left knee" in twist
    assert "turn your chest to the left and look over your left shoulder" in twist


def test_side_lying_works_the_upper_leg() -> None:
    for name in ("EX13", "EX26"):
        for variant in EXERCISES[name].variants:
            how = " ".join(said(step, "left") for step in variant.how)
            assert "Lie on your right side" in how, variant.id
            assert re.search(r"(Lift|Open)( the| your) left (leg|knee)|Lift the left leg", how), variant.id


def test_the_slider_lets_go_at_one_end_and_the_tensioner_does_not() -> None:
    slider, tensioner = steps("EX20", "EX20b", "left"), steps("EX20", "EX20c", "left")
    assert "Straighten your left knee and look up at the same time" in slider
    assert "Bend the knee and let your chin sink" in slider
    assert "Straighten your left knee and let your chin sink at the same time" in tensioner
    assert EXERCISES["EX20"].variant("EX20b").cues[0] == "Knee straight, look up."
    assert EXERCISES["EX20"].variant("EX20c").cues[0] == "Knee straight, chin down."


def test_the_foot_is_pulled_up_against_a_band_in_front() -> None:
    shin = EXERCISES["EX15"]
    assert "round the leg of a heavy table in front of you" in steps("EX15", "EX15b", "left")
    assert not any("in your hands" in step for variant in shin.variants for step in variant.how)
    assert "calf" in (shin.note or "")
    assert shin.claims == ("C25",)


@each_exercise
def test_a_figure_that_nobody_read_is_in_no_text(exercise: Exercise) -> None:
    hidden = [figure for figure in exercise.emg if figure.tag not in SHOWN_TAGS]
    shown = {figure.mvic_pct for figure in exercise.emg if figure.tag in SHOWN_TAGS}
    everything = " ".join(texts(exercise))
    for figure in hidden:
        for number in (figure.mvic_pct, figure.sd):
            if number is not None and number not in shown:
                assert not re.search(rf"\b{number:g}\b", everything), number


@pytest.mark.parametrize(
    ("name", "muscle", "value", "sd", "tag"),
    [
        ("EX13", "gluteus_medius", 81, 42, "V"),
        ("EX26", "gluteus_medius", 40, 38, "V"),
        ("EX26", "gluteus_medius", 38, 29, "V"),
        ("EX12", "gluteus_medius", 63, None, "V"),
        ("EX12", "gluteus_maximus", 29, None, "V"),
        ("EX03", "hamstrings", 75, None, "V2"),
        ("EX10", "hamstrings", 24, None, "V2"),
        ("EX09", "gluteus_maximus", 25, 14, "M"),
        ("EX11", "gluteus_maximus", 56, 22, "M"),
        ("EX27", "gluteus_medius", 61, 34, "M"),
    ],
)
def test_measured_activity(name: str, muscle: str, value: float, sd: float | None, tag: str) -> None:
    found = [(one.muscle, one.mvic_pct, one.sd, one.tag) for one in EXERCISES[name].emg]
    assert (muscle, value, sd, tag) in found


def test_the_stop_sign_names_the_limit_of_the_traffic_light() -> None:
    text = KNOWN.stops["leg_pain"].text
    light = KNOWN.rules.light
    assert f"above {light.cap_floor} out of 10" in text
    assert f"{light.cap_floor} or more at the start" in text
    assert f"more than {light.cap_over_pre}." in text


def test_the_gravest_stop_signs_lead_to_the_screen() -> None:
    assert {sign.id for sign in KNOWN.stops.values() if sign.then == "screen"} == {
        "numb_weak",
        "saddle",
        "chest_pain",
    }
    assert all(set(exercise.stops) == set(KNOWN.stops) for exercise in ALL)


def test_an_unknown_variant_is_named() -> None:
    with pytest.raises(KeyError, match="EX01 has no variant 'EX01z'"):
        EXERCISES["EX01"].variant("EX01z")


def test_a_variant_says_its_own_cues_first() -> None:
    straight = EXERCISES["EX20"].cues_of("EX20b")
    assert straight[0] == "Knee straight, look up."
    assert straight[-1] == "Stop before it pulls."
