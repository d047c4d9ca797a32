"""The player's state machine and its diary, driven by a clock that the test turns."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from playwright.sync_api import Page

from tests.web.serving import served
from tests.web.session_world import decided, four, somebody, stop, ticking
from unpinch.care.decision import Plan
from unpinch.knowledge import load
from unpinch.session import build

Drive = Callable[[str, Plan], Any]

# A clock that stands still until it is turned; timers may come late, as on a busy machine.
HARNESS = """
async ([script, timing]) => {
  const { Player } = await import("/static/session/player.js");
  const { Diary, setDone } = await import("/static/session/diary.js");
  const clock = {
    t: 0, speed: 1, timers: new Set(), late: 0,
    now() { return this.t; },
    after(seconds, what) {
      const timer = { due: this.t + Math.max(0, seconds), what };
      this.timers.add(timer);
      return () => this.timers.delete(timer);
    },
    turn(seconds) {
      const end = this.t + seconds;
      for (;;) {
        const next = [...this.timers].sort((a, b) => a.due - b.due)[0];
        if (!next || next.due + this.late > end) break;
        this.timers.delete(next);
        this.t = Math.max(this.t, next.due + this.late);
        next.what();
      }
      this.t = end;
    },
  };
  const log = { steps: [], said: [], tones: [], phases: [], times: [], asks: 0, finished: 0 };
  const diary = new Diary(script, {});
  const player = new Player(script, clock, timing, {
    step: (step, began, between) => log.steps.push({ no: between ? `+${step.kind}` : step.no, began }),
    cue: (say) => log.said.push(say),
    tone: (name) => log.tones.push(name),
    phase: (phase) => log.phases.push(phase),
    time: ({ left, rep }) => log.times.push([left, rep]),
    ask: () => { log.asks += 1; },
    finish: () => { log.finished += 1; },
    left: (step, elapsed, whole) => diary.left(step, elapsed, whole),
  });
  const run = () => { SOURCE };
  return run();
}
"""


@pytest.fixture
def drive(page: Page) -> Any:
    """Return a function that runs a piece of JavaScript over a player of a plan."""
    timing = load().timing
    between = {"rest": "And rest.", "rest_word": "Rest", "get_ready_word": "Ready"}
    words = between | {"numbers": {"3": "Three", "2": "Two", "1": "One"}}
    plain = msgspec.to_builtins(timing) | {"words": words}
    with served(somebody(), ticking(), decided(four())) as (url, _):
        page.goto(f"{url}/static/mark.svg")

        def drive(source: str, plan: Plan) -> Any:
            script = msgspec.to_builtins(build(plan, load()), str_keys=True)
            return page.evaluate(HARNESS.replace("SOURCE", source), [script, plain])

        yield drive


BRIDGE = Plan(exercises=(stop("EX09", "EX09b", sets=2, reps=4, rung=1),), minutes=3, kind="full")


def test_it_goes_through_every_step_and_says_every_line(drive: Drive) -> None:
    log = drive(
        "player.start(); for (let i = 0; i < 4; i += 1) { clock.turn(600); player.answered(); } return log;",
        four(),
    )
    script = build(four(), load())
    assert [step["no"] for step in log["steps"]] == [step.no for step in script.steps]
    assert log["said"] == [cue.say for step in script.steps for cue in step.cues]
    assert log["asks"] == 4
    assert log["finished"] == 1


def test_timers_that_come_late_do_not_add_up(drive: Drive) -> None:
    log = drive("clock.late = 0.21; player.start(); clock.turn(600); return log;", four())
    script = build(four(), load())
    expected, began = [], 0.0
    for step in script.steps[: script.exercises[0].ask_step + 1]:
        expected.append(began)
        began += step.seconds
    assert [step["began"] for step in log["steps"]] == pytest.approx(expected)
    assert log["said"] == [
        cue.say for step in script.steps[: script.exercises[0].ask_step + 1] for cue in step.cues
    ]


def test_a_machine_that_slept_stops_where_it_was(drive: Drive) -> None:
    source = """
      player.start(); clock.turn(3.5);
      clock.timers.forEach((timer) => { timer.due += 3600; });  // the lid is shut
      clock.turn(3700);
      return [player.phase, player.no, Math.round(player.watch.elapsed())];
    """
    assert drive(source, BRIDGE) == ["paused", 0, 4]


def test_a_pause_holds_the_time_and_a_set_is_counted_in_again(drive: Drive) -> None:
    source = """
      player.start(2); clock.turn(8);
      player.pause(); const at = player.watch.elapsed(); clock.turn(500);
      const still = player.watch.elapsed();
      player.resume(); clock.turn(2.9);
      const before = player.watch.elapsed();
      clock.turn(1.1);
      return { at, still, before, after: player.watch.elapsed(), log };
    """
    seen = drive(source, BRIDGE)
    assert seen["at"] == seen["still"] == seen["before"] == pytest.approx(8)
    assert seen["after"] == pytest.approx(9)
    assert [step["no"] for step in seen["log"]["steps"]] == [2, "+get_ready", "+count"]
    assert seen["log"]["said"] == ["Go.", "One", "Three", "Two", "One", "Two"]


def test_a_pause_before_a_set_goes_on_without_counting(drive: Drive) -> None:
    source = "player.start(); clock.turn(4); player.pause(); player.resume(); clock.turn(1); return log;"
    assert [step["no"] for step in drive(source, BRIDGE)["steps"]] == [0]


def test_skipping_keeps_what_was_done(drive: Drive) -> None:
    source = """
      player.start(2); clock.turn(16);  // two repetitions of seven seconds
      player.pause(); player.skip();
      return [player.no, player.phase, diary.sets[2]];
    """
    assert drive(source, BRIDGE) == [3, "running", {"reps": 2}]


def test_leaving_an_exercise_out_leads_to_its_question(drive: Drive) -> None:
    source = "player.start(1); clock.turn(1); player.leaveOut(); return [player.phase, player.step.kind];"
    assert drive(source, BRIDGE) == ["asking", "ask"]


def test_repeat_begins_the_step_again_and_back_goes_to_the_one_before(drive: Drive) -> None:
    source = """
      player.start(2); clock.turn(9); player.pause(); player.repeat();
      const again = [player.no, player.watch.elapsed()];
      clock.turn(1); player.back(); const before = player.no;
      clock.turn(3); player.back();
      return [again, before, player.no];
    """
    assert drive(source, BRIDGE) == [[2, 0], 1, 1]


def test_back_passes_over_a_question_that_has_nothing_to_ask(drive: Drive) -> None:
    source = """
      const next = script.exercises[1].first_step;
      player.start(next); player.back((step) => step.kind === "ask");
      const passed = player.step.kind;
      player.start(next); player.back();
      return [passed, player.step.kind];
    """
    assert drive(source, four()) == ["go", "ask"]


def test_slower_stretches_repetitions_and_no_hold(drive: Drive) -> None:
    source = """
      player.start(2); clock.turn(7);
      player.slower(); clock.turn(7 * 1.25);
      const reps = player.state().rep;
      const elapsed = player.watch.elapsed();
      for (let i = 0; i < 9; i += 1) player.slower();
      return [reps, elapsed, player.slow];
    """
    assert drive(source, BRIDGE) == [3, pytest.approx(14), 2.5]
    hold = Plan(exercises=(stop("EX16", "EX16b", ("left",), hold_s=20.0),), minutes=2, kind="full")
    source = "player.start(2); clock.turn(4); player.slower(); clock.turn(4); return player.watch.elapsed();"
    assert drive(source, hold) == pytest.approx(8)


def test_more_rest_is_put_in_and_the_set_goes_on_where_it_was(drive: Drive) -> None:
    source = """
      player.start(2); clock.turn(9); player.pause(); player.rest();
      const resting = [player.phase, player.shown.kind, player.state().left];
      clock.turn(19); const during = player.watch.elapsed();
      clock.turn(3);
      return [resting, during, player.shown.kind, player.watch.elapsed()];
    """
    rest = load().timing.more_rest_s
    assert drive(source, BRIDGE) == [["running", "rest", rest], 9, "count", pytest.approx(9 + 22 - rest)]


def test_each_moment_has_its_tone(drive: Drive) -> None:
    one = Plan(exercises=(stop("EX16", "EX16b", ("left", "right"), hold_s=10.0),), minutes=2, kind="full")
    tones = drive("player.start(1); clock.turn(200); return log.tones;", one)
    ticks = ["tick"] * load().timing.count_in
    assert tones == [*ticks, "go", "end", "switch", *ticks, "go", "end"]


def test_stopping_keeps_the_set_that_was_broken_off(drive: Drive) -> None:
    source = (
        "player.start(2); clock.turn(15); player.stop(); clock.turn(99); return [player.phase, diary.sets];"
    )
    assert drive(source, BRIDGE) == ["over", {"2": {"reps": 2}}]


def test_sets_are_written_down_by_side_and_kind(drive: Drive) -> None:
    source = """
      return [
        setDone({ kind: "count", side: "left", reps: 8, rep_s: 6 }, 48, true),
        setDone({ kind: "count", side: null, reps: 8, rep_s: 6 }, 17, false),
        setDone({ kind: "count", side: null, reps: 8, rep_s: 6 }, 5, false),
        setDone({ kind: "hold", side: "right", seconds: 20 }, 12.7, false),
        setDone({ kind: "hold", side: "right", seconds: 20 }, 0.4, false),
        setDone({ kind: "go", side: null, seconds: 300 }, 300, true),
      ];
    """
    assert drive(source, BRIDGE) == [
        {"side": "left", "reps": 8},
        {"reps": 2},
        None,
        {"side": "right", "hold_s": 12},
        None,
        {"hold_s": 300},
    ]
