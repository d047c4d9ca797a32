"""How long a guided exercise takes, worked out by hand, and how long texts are cut into lines."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.session.small import EXERCISES, TIMING, known, planned
from unpinch.care.duration import (
    Place,
    arrival_seconds,
    exercise_seconds,
    lines_seconds,
    phrases,
    place_of,
    set_seconds,
    spoken_seconds,
    switch_seconds,
)
from unpinch.knowledge.models import Dose, Tempo


def test_three_held_sets_on_two_sides_by_hand() -> None:
    dose = Dose(sets=3, hold_s=20, rest_s=10)
    # to the mat 20, mat 6, "Lie on your back." 4 words / 2.4 + 0.4 = 2.07, together 28.07 -> 29;
    # ready 5; each side 3 x 20 + 2 x 10 = 80; switch 8; question 10
    seconds = exercise_seconds(EXERCISES["figure4"], dose, ("left", "right"), TIMING, variant="plain")
    assert seconds == 29 + 5 + 2 * 80 + 8 + 10


def test_without_a_variant_nothing_is_fetched_or_read() -> None:
    dose = Dose(reps=10)
    # 20 + 5 + 10 x 6 + 10
    assert exercise_seconds(EXERCISES["clam"], dose, ("left",), TIMING) == 95


def test_staying_in_place_with_the_same_things_is_quicker() -> None:
    band = place_of(EXERCISES["clam"], "band")
    assert arrival_seconds(band, TIMING) == 26
    assert arrival_seconds(band, TIMING, new=True) == 35
    assert arrival_seconds(band, TIMING, before=band) == 10
    assert arrival_seconds(band, TIMING, before=Place(position="side_lying")) == 16
    assert arrival_seconds(band, TIMING, before=Place(position="supine", equipment=("band",))) == 20


def test_turning_over_and_moving_a_band_take_longer_than_a_switch() -> None:
    assert switch_seconds(Place(position="supine"), TIMING) == 8
    assert switch_seconds(Place(position="side_lying"), TIMING) == 15
    assert switch_seconds(Place(position="sitting", equipment=("chair", "band")), TIMING) == 23


def test_where_a_switch_takes_no_time_it_takes_none() -> None:
    quick = msgspec.structs.replace(TIMING, switch_s=0.0)
    assert switch_seconds(Place(position="supine"), quick) == 0
    assert switch_seconds(Place(position="side_lying"), quick) == 15


def test_a_hold_of_the_dose_goes_before_that_of_the_tempo() -> None:
    tempo = Tempo(out_s=1, hold_s=2, back_s=1)
    assert set_seconds(tempo, Dose(reps=10)) == 40
    assert set_seconds(tempo, Dose(reps=10, hold_s=5)) == 70
    assert set_seconds(tempo, Dose(hold_s=25)) == 25
    assert set_seconds(tempo, Dose(minutes=1.5)) == 90


def test_a_dose_without_a_measure_is_refused() -> None:
    with pytest.raises(ValueError, match="repetitions, a hold or minutes"):
        set_seconds(Tempo(out_s=1, back_s=1), Dose())


def test_a_short_rest_still_leaves_time_to_count_in() -> None:
    dose = Dose(sets=2, hold_s=10, rest_s=0)
    usual = exercise_seconds(EXERCISES["bridge"], dose, (), TIMING)
    longer = exercise_seconds(EXERCISES["bridge"], msgspec.structs.replace(dose, rest_s=6), (), TIMING)
    assert longer - usual == 1


def test_the_planned_dose_takes_as_long_as_the_same_rung() -> None:
    stop = planned("bridge", reps=8, sets=2, rest_s=45, knowledge=known())
    rung = Dose(reps=8, sets=2, rest_s=45)
    it = EXERCISES["bridge"]
    assert exercise_seconds(it, stop.dose, (), TIMING) == exercise_seconds(it, rung, (), TIMING)


def test_lines_are_cut_at_sentences_then_commas_then_evenly() -> None:
    assert phrases("Ready. Go.", 8) == ["Ready. Go."]
    assert phrases("Lie on your back with both knees bent, feet flat. Breathe out, and lift.", 8) == [
        "Lie on your back with both knees bent,",
        "feet flat.",
        "Breathe out, and lift.",
    ]
    assert phrases("one two three four five six seven eight nine", 8) == [
        "one two three four five",
        "six seven eight nine",
    ]
    assert phrases("", 8) == []
    assert phrases("One two three four. Five six seven eight.", 8) == [
        "One two three four. Five six seven eight."
    ]
    assert phrases("One two three four. Five six seven eight nine.", 8) == [
        "One two three four.",
        "Five six seven eight nine.",
    ]


@given(st.text(alphabet=st.sampled_from("ab ,.!?;:\n"), max_size=200), st.integers(1, 12))
def test_cutting_loses_no_word_and_keeps_lines_short(text: str, words_max: int) -> None:
    lines = phrases(text, words_max)
    assert " ".join(lines).split() == text.split()
    assert all(1 <= len(line.split()) <= words_max for line in lines)


def test_a_line_takes_its_words_and_a_pause() -> None:
    assert spoken_seconds("Now the left leg.", TIMING) == pytest.approx(4 / 2.4 + 0.4)
    assert lines_seconds("one two three four five six seven eight nine", TIMING) == pytest.approx(
        9 / 2.4 + 0.8
    )
