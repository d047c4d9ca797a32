"""What changed since last time, each with a reason that is true."""

from __future__ import annotations

import datetime as dt
from typing import Any

import msgspec
import pytest

from tests.care.bouts import KNOWN, bout
from tests.care.story import Story, ready
from tests.care.test_planning import _scene, limits, trying
from unpinch.care.changes import changes, seen, spoken_dose
from unpinch.care.decision import Change, Plan, PlannedDose, PlannedExercise
from unpinch.care.dosing import Event
from unpinch.journal.kinds import Pain, Planned, SessionEvent
from unpinch.knowledge import say
from unpinch.learning import Choice


def changed(story: Story) -> dict[str, Change]:
    decision = story.decide()
    assert decision.session is not None, decision.refusal
    return {change.exercise: change for change in decision.changes}


RULES = msgspec.structs.replace(
    KNOWN.rules, learning=msgspec.structs.replace(KNOWN.rules.learning, baseline_days=1000)
)
EVERY_DAY = msgspec.structs.replace(KNOWN, rules=RULES)
"""Nothing is compared yet: no days off for the sake of comparing."""


def only(story: Story, *names: str) -> Story:
    story.known = EVERY_DAY
    for name in KNOWN.exercises:
        if name not in names:
            story.wish("exercise_off", True, name)
    return story


def dose(**fields: Any) -> PlannedDose:
    usual: dict[str, Any] = {
        "sets": 2, "reps": None, "hold_s": None, "minutes": None, "rest_s": 30.0, "effort_cr10": None,
    }  # fmt: skip
    return PlannedDose(**(usual | fields))


@pytest.mark.parametrize(
    ("amount", "sides", "text"),
    [
        (dose(reps=10), (), "2 times 10"),
        (dose(reps=10), ("left", "right"), "2 times 10, each side"),
        (dose(reps=10), ("left",), "2 times 10"),
        (dose(sets=1, reps=8), (), "1 time 8"),
        (dose(hold_s=20.0), (), "2 times 20 seconds"),
        (dose(sets=1, hold_s=7.5), (), "1 time 7.5 seconds"),
        (dose(sets=1, minutes=4.0), (), "4 minutes"),
        (dose(minutes=2.5), (), "2 times 2.5 minutes"),
        (dose(reps=10, hold_s=3.0), (), "2 times 10"),
        (dose(), (), "2 times 0 seconds"),
    ],
)
def test_an_amount_in_words(amount: PlannedDose, sides: tuple[str, ...], text: str) -> None:
    assert spoken_dose(amount, sides, KNOWN) == text


def test_the_first_session_has_nothing_to_compare_with() -> None:
    assert changed(ready(Story(), 2)) == {}


def test_only_sessions_that_were_begun_count() -> None:
    story = ready(Story(), 2)
    story.write(SessionEvent(session="s", event="finished"))
    assert changed(story) == {}


def test_the_same_session_again_has_no_changes() -> None:
    story = only(ready(Story(), 2), "EX16")
    story.session()
    story.on(1).screen().morning(2)
    assert changed(story) == {}


def test_a_red_day_says_when_and_how_much_less() -> None:
    story = only(ready(Story(), 3), "EX16", "EX25")
    story.session({"EX16": {"leg_pre": 3, "leg_max": 7}})
    story.on(1).screen().morning(3)
    waits = changed(story)["EX16"]
    assert (waits.what, waits.rule, waits.after) == ("waits", "R7", None)
    assert waits.words.key == "lock.off"
    story.session()
    story.on(3).screen().morning(3)
    lighter = changed(story)["EX16"]
    assert (lighter.what, lighter.rule) == ("easier", "R7")
    assert (lighter.before, lighter.after) == (
        "3 times 20 seconds, each side",
        "1 time 20 seconds, each side",
    )
    assert lighter.words.text == (
        "On Monday the leg went up to 7. Our rule then is 2 days off, and half as much."
    )
    story.session()
    story.on(4).screen().morning(3)
    assert "EX16" not in changed(story) or changed(story)["EX16"].rule is None


@pytest.mark.parametrize(
    ("fields", "key"),
    [
        ({"leg_pre": 1, "leg_max": 4}, "change.red.leg_rise"),
        ({"distal_pre": 3, "distal_post": 4}, "change.red.lower"),
        ({"settle_min": 90}, "change.red"),
    ],
)
def test_the_reason_is_the_one_that_decided(fields: dict[str, Any], key: str) -> None:
    story = only(ready(Story(), 3), "EX16", "EX25")
    story.session({"EX16": fields})
    story.on(3).screen().morning(3)
    assert changed(story)["EX16"].words.key == key


def test_a_red_morning_is_named_by_its_day() -> None:
    story = only(ready(Story(), 3), "EX16", "EX25")
    for day in range(4):
        story.on(day, 8, day).screen().morning(3)
    story.session()
    story.on(4).morning(6)
    story.screen()
    story.on(7).screen().morning(3)
    text = changed(story)["EX16"].words.text
    assert text.startswith(
        "The morning after Thursday was worse than usual, by 3. Our rule then is 2 days off"
    )


@pytest.mark.parametrize(("lower", "key"), [(True, "change.R4.lock"), (False, "change.lock")])
def test_after_a_week_of_waiting_it_says_why_it_is_less(lower: bool, key: str) -> None:
    fields = {"distal_pre": 3, "distal_post": 4} if lower else {"leg_pre": 3, "leg_max": 7}
    story = only(ready(Story(), 3), "EX16", "EX25")
    story.session()
    for day in (1, 2):
        story.on(day).do("EX16", rung=3, **fields)
    story.screen()
    story.on(3).screen().morning(3)
    assert changed(story)["EX16"].words.key == ("lock.R4" if lower else "lock.R7")
    story.on(10).screen().morning(3)
    back = changed(story)["EX16"]
    assert (back.what, back.words.key) == ("easier", key)
    assert back.rule == ("R4" if lower else "R7")


def test_a_step_up_says_so() -> None:
    # Three mornings are needed before a morning can be compared: the third day is the second to count.
    story = ready(Story(), 3)
    only(story, "EX20")
    for day in range(5):
        story.on(day, 8, day).screen().morning(3)
        if day >= 2 and (change := changed(story).get("EX20")) is not None:
            break
        story.session({"EX20": {"two_more": True, "leg_max": 3}})
    else:
        raise AssertionError("never a step up")
    assert day == 4
    assert (change.what, change.rule, change.words.key) == ("more", "R6", "change.step_up")
    assert (change.before, change.after) == ("1 time 10, each side", "2 times 10, each side")


def test_coming_back_up_says_so() -> None:
    story = only(ready(Story(), 3), "EX20", "EX25")
    for day in range(3):
        story.on(day, 8, day).screen().morning(3)
    story.session({"EX20": {"leg_pre": 3, "leg_max": 6}})
    for day in range(5, 9):
        story.on(day, 8, day).screen().morning(3)
        change = changed(story).get("EX20")
        story.session({"EX20": {"leg_max": 3}})
        if day == 5:
            assert change is not None
            assert change.rule == "R7"
    assert change is not None
    assert (change.what, change.rule, change.words.key) == ("harder", "R7", "change.back_up")


@pytest.mark.parametrize(
    ("wish", "leg", "key"),
    [("minimum_day", 2, "change.minimum"), ("worse_today", 2, "change.easy"), (None, 8, "lock.strong_leg")],
)
def test_what_a_day_leaves_out(wish: str | None, leg: int, key: str) -> None:
    story = only(ready(Story(), 2), "EX16", "EX25", "EX20")
    story.session()
    story.on(1, 9).screen().morning(leg)
    if wish:
        story.wish(wish)
    found = changed(story)
    assert {found[name].words.key for name in ("EX16", "EX20") if name in found} == {key}


def test_what_is_easily_stirred_up_says_so() -> None:
    story = only(ready(Story(), 2), "EX16", "EX25", "EX20")
    story.session()
    story.on(1, 9).screen().morning(2)
    story.pain(2, settle_min=90, provoke_min=2)
    assert "change.irritable" in {change.words.key for change in changed(story).values()}


def test_a_flare_says_so() -> None:
    story = Story().screen().profile()
    for day in range(10):
        story.on(day, 9, day).morning(2 if day < 7 else 6).screen()
    before(story, was("EX16", "EX16b", 3, hold_s=20.0))
    assert changed(story)["EX16"].words.key == "change.flare"


def before(story: Story, *planned: Planned) -> Story:
    story.write(SessionEvent(session="old", event="started", plan=planned))
    return story


def was(name: str, variant: str, rung: int, **fields: Any) -> Planned:
    return Planned(exercise=name, variant=variant, rung=rung, **({"sets": 1} | fields))


def test_less_without_a_rule_names_what_today_is_like() -> None:
    for leg, because in ((5, "leg"), (2, "usual")):
        story = before(only(ready(Story(), leg), "EX16"), was("EX16", "EX16b", 4, sets=9, hold_s=30.0))
        assert changed(story)["EX16"].words.key == f"change.less.{because}"
        story = before(only(ready(Story(), leg), "EX16"), was("EX16", "EX16c", 5, hold_s=30.0))
        assert changed(story)["EX16"].words.key == f"change.easier.{because}"
    story = only(ready(Story(), 2), "EX16")
    story.session()
    story.on(1).screen().morning(2)
    before(story, was("EX16", "EX16b", 4, sets=9, hold_s=30.0)).wish("minimum_day")
    assert changed(story)["EX16"].words.key == "change.less.minimum"


def test_more_without_a_rule_goes_back_up() -> None:
    story = before(only(ready(Story(), 2), "EX16"), was("EX16", "EX16b", 2, hold_s=5.0))
    assert (changed(story)["EX16"].what, changed(story)["EX16"].words.key) == ("more", "change.more")
    story = before(only(ready(Story(), 2), "EX16"), was("EX16", "EX16a", 0, hold_s=5.0))
    assert (changed(story)["EX16"].what, changed(story)["EX16"].words.key) == ("harder", "change.harder")


def test_a_lock_of_one_version_is_the_reason_for_another() -> None:
    story = before(only(ready(Story(), 2, MV1=("bending",)), "EX30"), was("EX30", "EX30b", 3, reps=10))
    change = changed(story)["EX30"]
    assert (change.what, change.words.key, change.rule) == ("easier", "lock.limited", None)


def test_a_step_up_is_told_once() -> None:
    story = only(ready(Story(), 3), "EX20")
    told = []
    for day in range(8):
        story.on(day, 8, day).screen().morning(3)
        told += [day for change in changed(story).values() if change.words.key == "change.step_up"]
        story.session({"EX20": {"leg_max": 3}})
    assert told == [4]


def test_what_is_back_after_a_rest_day_as_it_was_is_no_change() -> None:
    story = only(ready(Story(), 2), "EX09", "EX16")
    story.do("EX09")
    story.do("EX16")
    for day in (2, 3):
        story.on(day, 9, day).screen().morning(2)
        story.session()
    story.on(4, 9, 4).screen().morning(2)
    assert "EX09" in {stop.exercise for stop in _stops(story)}
    assert "EX09" not in changed(story)


def test_a_step_up_that_had_to_wait_is_told_when_it_comes() -> None:
    story = only(ready(Story(), 3), "EX09", "EX16")
    for day in range(0, 9):
        story.on(day, 9, day).screen().morning(3)
        story.pain(4)  # the effort is held back
        story.session({"EX09": {"two_more": True, "effort_cr10": 3.0, "leg_pre": 4, "leg_max": 4}})
    decision = story.decide()
    assert ("R6", "step_up", "EX09") in {(one.rule, one.outcome, one.subject) for one in decision.rules}
    for day in range(9, 12):
        story.on(day, 9, day).screen().morning(3)
        if "EX09" in {stop.exercise for stop in _stops(story)}:
            break
        story.session()
    change = changed(story)["EX09"]
    assert (change.what, change.words.key, change.rule) == ("more", "change.step_up", "R6")


def _stops(story: Story) -> Any:
    session = story.decide().session
    assert session is not None
    return session.exercises


def test_a_rest_day_is_called_so() -> None:
    story = only(ready(Story(), 2), "EX09", "EX16", "EX25")
    story.do("EX16")
    story.on(1).screen().morning(2)
    story.session()
    story.on(2).screen().morning(2)
    found = changed(story)
    assert found["EX09"].words.text == "A rest day for these muscles. Our rule is about 48 hours between."


def test_new_ones_are_called_new() -> None:
    story = ready(Story(), 2)
    story.session()
    story.on(1).screen().morning(2)
    new = [stop.exercise for stop in _stops(story) if stop.new]
    assert len(new) == 1
    change = changed(story)[new[0]]
    assert (change.what, change.rule, change.before, change.words.key) == ("added", "R6", None, "change.new")


def test_a_longer_walk_is_no_news_unless_a_rule_says_so() -> None:
    story = before(only(ready(Story(), 2), "EX25"), was("EX25", "EX25a", 0, minutes=2.0))
    assert changed(story) == {}
    story = only(ready(Story(), 2), "EX25", "EX16")
    story.session({"EX25": {"leg_pre": 2, "leg_max": 7}})
    story.on(2, 12).screen().morning(2)
    assert changed(story)["EX25"].words.key == "change.red.leg_over_cap"


def test_what_had_to_make_room_and_what_was_never_ours() -> None:
    story = ready(Story(), 2)
    planned = [was(name, KNOWN.exercises[name].ladder[0].variant, 0) for name in ("EX29", "EX04", "EX28")]
    before(story, *planned, was("XX", "XXa", 0))
    found = changed(story)
    assert "XX" not in found
    for name in ("EX29", "EX04"):
        if name in found and found[name].what == "dropped":
            assert found[name].words.key in {"change.gentle", "change.room", "change.other_day"}


def test_what_seems_to_harm_says_so_and_what_rests_says_so() -> None:
    story = before(ready(Story(), 2), was("EX16", "EX16a", 0), was("EX20", "EX20a", 0))
    decision = story.decide()
    assert decision.session is not None
    plan = msgspec.structs.replace(decision.session, exercises=())
    choice = Choice(on_trial=("sliders",), today=(), keep=(), dropped=("buttock_stretch",), why={})
    found = {one.exercise: one.words for one in changes(plan, limits(), choice, _scene(story), ())}
    assert found["EX16"].key == "change.dropped"
    assert "buttock stretches" in found["EX16"].text
    assert found["EX20"].key == "change.other_day"


def test_pain_is_no_session() -> None:
    story = ready(Story(), 2)
    story.write(Pain(when="after_session", leg_nprs=2))
    assert changed(story) == {}


# --- which event is the reason --------------------------------------------------------------------


def today(name: str, rung: int, **fields: Any) -> Plan:
    """Return a plan of one exercise."""
    stop = PlannedExercise(
        exercise=name,
        variant=KNOWN.exercises[name].ladder[rung].variant,
        rung=rung,
        position="supine",
        sides=(),
        dose=dose(**fields),
        minutes=2.0,
        light=None,
        new=False,
        on_trial=False,
        why=say(KNOWN.words, "why.walking"),
    )
    return Plan(exercises=(stop,), minutes=2.0, kind="full")


def event(story: Story, seconds: float = 0, **fields: Any) -> Event:
    """Return a step up, so many seconds after the last session began."""
    usual: dict[str, Any] = {
        "rule": "R6", "outcome": "step_up", "exercise": "EX20", "rung_before": 2, "rung_after": 3,
    }  # fmt: skip
    when = story.now + dt.timedelta(seconds=seconds)
    return Event(at=when, judged=bout(0), **(usual | fields))


def told(story: Story, plan: Plan, *events: Event) -> Change:
    (change,) = changes(plan, limits(), trying(), _scene(story), events)
    return change


def before_today(rung: int = 2, reps: int = 8) -> Story:
    variant = KNOWN.exercises["EX20"].ladder[rung].variant
    return before(ready(Story(), 2), was("EX20", variant, rung, sets=2, reps=reps))


@pytest.mark.parametrize(("seconds", "by_rule"), [(0, True), (1, True), (-1, False)])
def test_only_what_came_since_the_last_session_is_the_reason(seconds: float, by_rule: bool) -> None:
    story = before_today()
    change = told(story, today("EX20", 2, reps=10), event(story, seconds))
    assert change.rule == ("R6" if by_rule else None)
    assert change.words.key == ("change.step_up" if by_rule else "change.more")


def test_what_happened_to_another_exercise_is_no_reason() -> None:
    story = before_today()
    change = told(story, today("EX20", 2, reps=10), event(story, 1, exercise="EX16"))
    assert (change.rule, change.words.key) == (None, "change.more")
    assert told(story, today("EX20", 3, reps=10), event(story, -9, exercise="EX16")).rule is None


def test_a_step_up_from_before_counts_only_where_it_was_never_done_so_high() -> None:
    story = before_today()
    assert told(story, today("EX20", 3, reps=10), event(story, -9)).rule == "R6"
    assert told(story, today("EX20", 2, reps=10), event(story, -9)).rule is None


# --- what a rule saw, in its words -------------------------------------------------------------------


def saw(**values: Any) -> dict[str, Any]:
    one = bout(0)
    judged = msgspec.structs.replace(one, saw=one.saw | values)
    return seen(msgspec.structs.replace(event(ready(Story(), 2)), judged=judged), KNOWN)


def test_a_rise_is_from_before_to_the_most() -> None:
    found = saw(leg_pre=2, leg_max=6, leg_morning=5, usual_morning=3.26)
    assert (found["rise"], found["top"], found["over"]) == (4, 6, 1.7)
    assert found["day"] == "Monday"
    assert found["off_days"] * 24 == KNOWN.rules.deload.off_h


def test_what_was_not_told_is_nought() -> None:
    found = saw(leg_pre=None, leg_max=None, leg_morning=None, usual_morning=None)
    assert (found["rise"], found["top"], found["over"]) == (0, 0, 0.0)
    assert saw(leg_pre=None, leg_max=6)["rise"] == saw(leg_pre=3, leg_max=None)["rise"] == 0
    assert (
        saw(leg_morning=5, usual_morning=None)["over"]
        == saw(leg_morning=None, usual_morning=2.0)["over"]
        == 0
    )


# --- why something is gone ------------------------------------------------------------------------------

EMPTY = Plan(exercises=(), minutes=0.0, kind="full")


def gone(name: str, choice: Choice | None = None, hours: float = 60.0, **bounds: Any) -> Change:
    """Return what is told of an exercise of the last session, some hours ago, that is not planned."""
    story = before(ready(Story(), 2), was(name, KNOWN.exercises[name].ladder[0].variant, 0, reps=8))
    start = story.now
    scene = msgspec.structs.replace(_scene(story), now=start + dt.timedelta(hours=hours))
    (change,) = changes(EMPTY, limits(**bounds), choice or trying(), scene, ())
    return change


def test_a_rest_day_ends_on_the_hour() -> None:
    hours = KNOWN.exercises["EX09"].min_gap_h
    assert KNOWN.exercises["EX09"].kind == "strengthen"
    assert gone("EX09", hours=hours - 0.01).words.key == "change.rest_day"
    assert gone("EX09", hours=hours).words.key == "change.room"
    assert gone("EX16", hours=1).words.key != "change.rest_day"


def test_a_family_whose_day_it_is_not_says_so() -> None:
    family = KNOWN.exercises["EX16"].family
    for other_day in (trying(on_trial=(family,)), trying(keep=(family,))):
        assert gone("EX16", other_day).words.key == "change.other_day"
    assert gone("EX16", trying(on_trial=(family,), today=(family,))).words.key == "change.room"
    assert gone("EX16", trying(dropped=(family,))).words.key == "change.dropped"
    assert gone("EX16", trying(on_trial=("sliders",))).words.key == "change.room"


def test_rest_and_walking_make_room_in_their_own_words() -> None:
    assert gone("EX25").words.key == gone("EX29").words.key == "change.gentle"
    assert gone("EX20").words.key == "change.room"
    assert gone("EX20", gentle_only=True, because="flare").words.key == "change.flare"
    assert gone("EX20", kind="minimum", because="minimum").words.key == "change.minimum"
