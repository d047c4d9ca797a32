"""Typed shape of the seconds of a guided session: all our own rule."""

from __future__ import annotations

from unpinch.knowledge.kinds import Position, Tag
from unpinch.knowledge.models import Record


class Timing(Record, frozen=True, kw_only=True):
    """How long the parts of a session take that are no exercise, and how fast the voice speaks.

    All values are seconds unless the name says otherwise. An exercise's own seconds come from its
    dose and tempo.
    """

    version: str
    get_ready_s: float  # before the first set
    count_in: int  # numbers said before the start: 3 is "three, two, one"
    count_in_step_s: float
    stay_s: float  # next exercise, same place
    place_s: dict[Position, float]  # next exercise, getting into this position
    prop_s: float  # to fetch one thing
    prop_new_s: float  # ...and to hear how to place it, before an exercise that is new
    switch_s: float
    switch_place_s: dict[Position, float]  # where turning round takes longer than `switch_s`
    switch_prop_s: dict[str, float]  # added for equipment that is moved to the other leg
    rest_min_s: float
    ask_s: float  # usual time to answer; only an estimate, the question waits
    say_words_per_s: float
    say_pause_s: float  # between two spoken lines
    say_words_max: int  # words of one spoken line
    count_gap_s: float  # repetitions faster than this are not all counted aloud
    hold_words_from_s: float  # shorter holds in a repetition are not announced
    halfway_from_s: float  # shorter steps have no word halfway
    last_minute_from_s: float  # longer steps say when one minute is left
    end_count_from_s: float  # shorter steps are not counted down aloud
    more_rest_s: float  # what "more rest" adds
    slower_factor: float  # what "slower" multiplies the tempo with
    slower_max: float
    resume_h: float  # a session that broke off is taken up again within this time
    test_read_s: float  # to read how a self-test is done
    test_try_s: float  # one try at it, with the way back
    tag: Tag
    source: str
