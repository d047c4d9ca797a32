"""Whole sessions in a real browser, with time that runs faster."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.web.serving import served
from tests.web.session_world import decided, four, somebody, stop, ticking
from unpinch.care.decision import Plan
from unpinch.journal.kinds import Preference, SetDone
from unpinch.knowledge import load
from unpinch.session import Script, build
from unpinch.stores import Store

# Hears what the player does, and stands in for the voice of the machine.
LISTEN = """
  window.heard = { steps: [], cues: [], said: [], captions: [], primed: 0 };
  for (const what of ["step", "cue"]) {
    document.addEventListener(`unpinch:${what}`, ({ detail }) => {
      heard[what === "step" ? "steps" : "cues"].push(detail);
      if (what === "cue") heard.captions.push(document.getElementById("caption").textContent);
    });
  }
  window.SpeechSynthesisUtterance = class { constructor(text) { this.text = text; } };
  const voices = [
    { name: "Far", lang: "en-GB", localService: false, default: true },
    { name: "Near", lang: "en-GB", localService: true, default: false },
  ];
  const stub = {
    pending: false, speaking: false,
    getVoices: () => window.noLocalVoice ? voices.slice(0, 1) : voices,
    speak: (line) => {
      if (line.voice.name !== "Near") throw new Error("a voice from elsewhere spoke");
      if (line.text.trim()) heard.said.push(line.text); else heard.primed += 1;
    },
    cancel() {}, addEventListener() {},
  };
  Object.defineProperty(window, "speechSynthesis", { value: stub });
  // Presses a key at the first moment of which this is true, however busy the machine is.
  window.pauseWhen = (holds) => {
    const look = ({ detail }) => {
      if (!holds(detail)) return;
      document.removeEventListener("unpinch:time", look);
      document.body.dispatchEvent(new KeyboardEvent("keydown", { key: "p", bubbles: true }));
    };
    document.addEventListener("unpinch:time", look);
  };
  // Presses a key as soon as such a step has begun: before any time of it has passed.
  window.pauseAtStart = (holds) => {
    const { steps } = JSON.parse(document.getElementById("session-data").textContent).script;
    const key = () => new KeyboardEvent("keydown", { key: "p", bubbles: true });
    const press = () => document.body.dispatchEvent(key());
    const look = ({ detail }) => {
      if (!holds(steps[detail.no])) return;
      document.removeEventListener("unpinch:step", look);
      queueMicrotask(press);
    };
    document.addEventListener("unpinch:step", look);
  };
"""
# Loses what is sent: every other request never arrives, of the others only the answer is lost.
CUT_OFF = """
  const real = window.fetch;
  window.fetch = async (...what) => {
    if (!sessionStorage.getItem("cut-off")) return real(...what);
    const lost = Number(sessionStorage.getItem("lost") ?? 0) + 1;
    sessionStorage.setItem("lost", lost);
    if (lost % 2 === 0) await real(...what);
    throw new TypeError("nobody answers");
  };
"""
TINY = Plan(
    exercises=(
        stop("EX09", "EX09b", reps=2, rung=1),
        stop("EX16", "EX16b", ("left", "right"), hold_s=10.0, rung=2),
    ),
    minutes=2,
    kind="full",
)


class Player:
    """Somebody who does a session."""

    def __init__(self, page: Page, url: str, store: Store, plan: Plan) -> None:
        self.page = page
        self.url = url
        self.store = store
        self.script: Script = build(plan, load())

    def open(self, speed: float = 60, begin: bool = True) -> Player:
        """Go to the session, and begin."""
        self.page.goto(f"{self.url}/session?speed={speed}")
        self.page.wait_for_selector("#begin:not([hidden])")
        if begin:
            self.begin()
        return self

    def begin(self) -> None:
        """Press the button."""
        self.page.click("#begin")

    def shows(self, part: str) -> None:
        """Wait until a part of the page is shown."""
        self.page.wait_for_selector(f"#{part}:not([hidden])", timeout=30_000)

    def at(self, kind: str) -> None:
        """Wait for a step of a kind."""
        self.page.wait_for_selector(f'#stage[data-kind="{kind}"]:not([hidden])', timeout=30_000)

    def choose(self, part: str, word: str) -> None:
        """Tap an answer."""
        self.page.click(f'#{part} label:has-text("{word}")')

    def answer(self, response: str = "Same", place: str = "Calf") -> None:
        """Answer the question after an exercise, and the one about effort where it comes."""
        self.shows("after")
        self.choose("after", response)
        self.choose("after", place)
        self.page.wait_for_selector("#after", state="hidden")
        if self.page.is_visible("#effort"):
            self.page.click("#effort-next")

    def arm(self, holds: str) -> None:
        """Make it pause at the first moment of which a condition on {step, elapsed, rep} is true."""
        self.page.evaluate(f"pauseWhen(({{ step, elapsed, rep }}) => {holds})")

    def arm_at_start(self, holds: str) -> None:
        """Make it pause in the moment in which a step begins of which a condition is true."""
        self.page.evaluate(f"pauseAtStart((step) => {holds})")

    def paused(self) -> None:
        """Wait for the pause."""
        self.page.wait_for_selector('#stage[data-phase="paused"]:not([hidden])', timeout=30_000)

    def heard(self, what: str) -> Any:
        """Return what was heard so far."""
        return self.page.evaluate(f"heard.{what}")

    def phase(self) -> str | None:
        """Return the phase that the page shows."""
        return self.page.get_attribute("#stage", "data-phase")

    def delivered(self) -> None:
        """Wait until nothing waits to be saved."""
        self.page.wait_for_function(
            "() => !Object.keys(localStorage).some((name) => name.startsWith('unpinch-out:'))", timeout=30_000
        )

    def said(self, kind: str) -> list[Any]:
        """Return what the entries of a kind say, without those of before."""
        return [
            entry.data
            for entry in self.store.journal()
            if entry.kind == kind and not entry.id.startswith("p-")
        ]


@pytest.fixture
def plan() -> Plan:
    return TINY


@pytest.fixture
def player(page: Page, plan: Plan) -> Iterator[Player]:
    """Yield somebody with a plan."""
    page.add_init_script(LISTEN)
    with served(somebody(), ticking(), decided(plan), testing=True) as (url, store):
        yield Player(page, url, store, plan)


def sets_of(plan: Plan) -> list[list[SetDone]]:
    """Return the sets that a plan asks for, by exercise."""
    return [
        [
            SetDone(
                side=side,
                reps=one.dose.reps,
                hold_s=None if one.dose.reps else one.dose.hold_s or (one.dose.minutes or 0) * 60,
            )
            for side in (one.sides or (None,))
            for _ in range(one.dose.sets)
        ]
        for one in plan.exercises
    ]


@pytest.mark.parametrize("plan", [four()])
def test_a_whole_session_shows_says_and_records_what_the_script_says(player: Player, plan: Plan) -> None:
    player.open()
    for _ in plan.exercises:
        player.answer()
    player.shows("over")
    player.delivered()

    steps = player.heard("steps")
    assert [step["no"] for step in steps] == [step.no for step in player.script.steps]
    cues = [cue.say for step in player.script.steps for cue in step.cues]
    assert [cue["say"] for cue in player.heard("cues")] == cues
    assert player.heard("said") == cues
    assert player.heard("primed") == 1
    for cue, caption in zip(player.heard("cues"), player.heard("captions"), strict=True):
        step = player.script.steps[cue["no"]]
        assert len(cue["say"].split()) < 2 or caption == cue["say"] or step.kind in ("ask", "finish")

    events = player.said("session")
    assert [event.event for event in events] == ["started", "finished"]
    assert events[0].plan == player.script.plan
    assert len(events[0].decision) == 64
    done = player.said("exercise")
    assert {event.session for event in events} == {one.session for one in done}
    assert [list(one.sets) for one in done] == sets_of(plan)
    for one, stopped in zip(done, plan.exercises, strict=True):
        assert (one.exercise, one.variant, one.rung) == (stopped.exercise, stopped.variant, stopped.rung)
        assert (one.response, one.leg_pre, one.back_pre) == ("same", 3, 2)
        assert (one.distal_pre, one.distal_post, one.leg_max) == (5, 5, None)
        assert (one.skipped, one.stopped) == (False, False)


@pytest.mark.parametrize("plan", [four()])
def test_no_step_begins_later_for_the_lateness_of_the_one_before(player: Player) -> None:
    player.open(speed=200)
    player.shows("after")
    steps = player.heard("steps")
    for before, step in pairwise(steps):
        seconds = player.script.steps[before["no"]].seconds
        assert step["began"] - before["began"] == pytest.approx(seconds, abs=1e-6)
        assert step["now"] >= step["began"]


def test_a_key_pauses_and_goes_on(player: Player) -> None:
    player.open(speed=1)
    player.at("next")
    assert player.page.evaluate("document.activeElement.id") == "stop"
    player.page.keyboard.press("p")
    assert player.phase() == "paused"
    count = player.page.text_content("#count")
    player.page.wait_for_timeout(1300)
    assert player.page.text_content("#count") == count
    assert player.page.evaluate("document.activeElement.id") == "go-on"
    player.page.keyboard.press("Tab")
    assert player.phase() == "paused"
    player.page.keyboard.press("j")
    assert player.phase() == "running"
    assert player.page.evaluate("document.activeElement.id") == "stop"


def test_a_tap_anywhere_pauses_and_goes_on(player: Player) -> None:
    player.open(speed=1)
    for place in ("#word", "#picture", "#caption", "#ring"):
        player.page.click(place)
        assert player.phase() == "paused", place
        player.page.click("#word")
        assert player.phase() == "running", place


def test_stop_is_the_first_thing_that_the_keyboard_finds(player: Player) -> None:
    found = """() => [...document.querySelectorAll("#stage button")]
      .filter((button) => button.checkVisibility()).map((button) => button.id || button.dataset.do)"""
    player.open(speed=1)
    assert player.page.evaluate(found) == ["stop"]
    player.page.keyboard.press("k")
    assert player.page.evaluate(found)[:2] == ["stop", "go-on"]


def test_stop_asks_first_whether_anything_is_new(player: Player) -> None:
    player.open(speed=1)
    player.page.keyboard.press("Enter")  # Stop has the focus
    assert player.phase() == "paused"
    buttons = player.page.locator("#sheet button").all()
    assert [button.get_attribute("id") for button in buttons] == [
        "new-symptoms",
        "too-sore",
        "enough",
        "carry-on",
    ]
    assert player.page.evaluate("document.activeElement.id") == "new-symptoms"
    player.page.click("#carry-on")
    assert player.phase() == "running"
    player.page.click("#stop")
    player.page.keyboard.press("Escape")
    assert player.phase() == "paused"
    assert player.said("session")[-1].event == "started"


def test_new_symptoms_end_the_session_and_lead_to_the_questions(player: Player) -> None:
    player.open(begin=False)
    player.arm("step.kind === 'count' && rep === 2")
    player.begin()
    player.paused()
    player.page.click("#stop")
    player.page.click("#new-symptoms")
    player.page.wait_for_url(re.compile("/new-symptoms"))
    done, event = player.said("exercise")[0], player.said("session")[-1]
    assert (done.exercise, done.stopped, done.sets, done.response) == ("EX09", True, (SetDone(reps=1),), None)
    assert (event.event, event.reason) == ("stopped", "new symptoms")


def test_too_sore_keeps_what_was_done_and_asks_once(player: Player) -> None:
    player.open()
    player.arm("step.kind === 'hold' && elapsed > 3")
    player.answer()
    player.paused()
    player.page.click("#stop")
    player.page.click("#too-sore")
    player.answer("Worse", "Foot")
    player.shows("worse")
    player.page.click('#worse .numbers label:has-text("7")')
    player.choose("worse", "No")
    player.page.click("#worse-next")
    player.shows("over")
    player.delivered()
    assert "Stopping was right" in (player.page.text_content("#over-title") or "")
    done = player.said("exercise")[-1]
    assert (done.exercise, done.stopped, done.response, done.leg_max) == ("EX16", True, "worse", 7)
    assert (done.distal_pre, done.distal_post) == (5, 6)
    assert (done.new_numbness, done.new_weakness) == (False, False)
    assert [event.event for event in player.said("session")] == ["started", "stopped"]
    assert player.said("session")[-1].reason == "too sore"


def test_a_page_that_is_closed_before_the_answer_loses_no_set(player: Player) -> None:
    player.open(begin=False)
    player.arm("step.kind === 'count' && rep === 2")
    player.begin()
    player.paused()
    player.page.click("#stop")
    player.page.click("#enough")
    player.shows("after")
    player.open(begin=False)
    player.delivered()
    [done] = player.said("exercise")
    assert (done.sets, done.response) == ((SetDone(reps=1),), None)


def test_stopping_before_anything_was_done_asks_nothing(player: Player) -> None:
    player.open(speed=1)
    player.page.click("#stop")
    player.page.click("#enough")
    player.shows("over")
    player.delivered()
    assert player.said("exercise") == []
    assert player.said("session")[-1].reason == "enough"


@pytest.mark.parametrize(("word", "field"), [("Newly numb", "new_numbness"), ("Newly weak", "new_weakness")])
def test_newly_numb_or_weak_leads_to_the_questions(player: Player, word: str, field: str) -> None:
    player.open()
    player.shows("after")
    player.choose("after", "Worse")
    player.choose("after", "Calf")
    player.shows("worse")
    player.choose("worse", word)
    player.page.click("#worse-next")
    player.page.wait_for_url(re.compile("/new-symptoms"))
    assert getattr(player.said("exercise")[0], field) is True
    assert player.said("session")[-1].reason == "new symptoms"


def test_whether_anything_is_new_is_not_passed_over_by_accident(player: Player) -> None:
    player.open()
    player.shows("after")
    player.choose("after", "Same")
    player.choose("after", "Foot")  # further down than the calf
    player.shows("worse")
    player.page.click("#worse-next")
    assert player.page.is_visible("#worse-fault")
    player.page.click("#worse-next")
    player.page.wait_for_selector("#worse", state="hidden")
    player.page.click("#effort-next")
    player.delivered()
    done = player.said("exercise")[0]
    assert (done.new_numbness, done.new_weakness, done.leg_max) == (None, None, None)


def test_nothing_is_chosen_beforehand_and_the_place_before_is_marked(player: Player) -> None:
    player.open()
    player.shows("after")
    assert player.page.locator("#after input:checked").count() == 0
    assert player.page.inner_text("#after .down.before").split() == ["Calf", "before"]
    player.answer("Easier", "Thigh")
    player.shows("after")
    assert player.page.locator("#after input:checked").count() == 0
    assert "thigh" in player.page.inner_text("#after .down.before")
    player.page.click("#after-skip")
    player.shows("over")
    player.delivered()
    assert [(one.distal_pre, one.distal_post, one.response) for one in player.said("exercise")] == [
        (5, 3, "easier"),
        (None, None, None),
    ]


def test_keys_can_look_through_the_answers_before_one_is_taken(player: Player) -> None:
    player.open()
    player.shows("after")
    page = player.page
    page.focus('#after input[value="easier"]')
    page.keyboard.press("Space")
    page.keyboard.press("ArrowDown")
    page.focus('#after input[name="distal_post"][value="1"]')
    page.keyboard.press("Space")
    for _ in range(3):
        page.keyboard.press("ArrowDown")
    page.wait_for_timeout(700)
    assert page.is_visible("#after")
    assert page.inner_text("#after-skip") == "Next"
    page.click("#after-skip")
    page.click("#effort-next")
    player.delivered()
    assert (player.said("exercise")[0].response, player.said("exercise")[0].distal_post) == ("same", 4)


def test_effort_and_two_more_are_asked_of_strengthening(player: Player) -> None:
    player.open()
    player.shows("after")
    player.choose("after", "Same")
    player.choose("after", "Calf")
    player.shows("effort")
    assert player.page.is_visible("#two-more")
    player.page.click('#effort .numbers label:has-text("4")')
    player.choose("effort", "Yes")
    player.page.click("#effort-next")
    player.answer()
    player.shows("over")
    player.delivered()
    told = [(one.effort_cr10, one.two_more) for one in player.said("exercise")]
    assert told == [(4, True), (None, None)]


def test_an_answer_can_be_given_again(player: Player) -> None:
    player.open()
    player.arm_at_start("step.kind === 'next' && step.stop_no === 2")
    player.answer("Easier", "Calf")
    player.paused()
    player.page.click('[data-do="back"]')
    player.arm_at_start("step.kind === 'next' && step.stop_no === 2")
    player.answer("Same", "Knee")
    player.paused()
    player.page.click("#stop")
    player.page.click("#enough")
    player.shows("over")
    player.delivered()
    first, second = player.said("exercise")
    assert [one.entry for one in player.said("retraction")] == [
        entry.id for entry in player.store.journal() if entry.data is first
    ]
    assert (second.response, second.distal_pre, second.distal_post) == ("same", 5, 4)


def test_the_easier_version_is_shown_and_recorded(player: Player) -> None:
    player.open(begin=False)
    player.arm("step.kind === 'count'")
    player.begin()
    player.paused()
    player.page.click('[data-do="easier"]')
    assert player.phase() == "paused"
    assert player.page.inner_text("#how h2") == "Buttock squeeze"
    assert not player.page.is_visible("#easier")
    player.page.click("#go-on")
    player.answer()
    player.delivered()
    done = player.said("exercise")[0]
    assert done.variant == "EX09a" == load().exercises["EX09"].ladder[done.rung].variant


def test_an_exercise_that_is_left_out_is_written_down_as_that(player: Player) -> None:
    player.open(begin=False)
    player.arm("step.kind === 'get_ready'")
    player.begin()
    player.paused()
    player.arm_at_start("step.kind === 'next' && step.stop_no === 2")
    player.page.click('[data-do="leaveOut"]')
    player.paused()
    player.delivered()
    [done] = player.said("exercise")
    assert (done.exercise, done.skipped, done.sets, done.response) == ("EX09", True, (), None)


def test_a_reload_goes_on_where_it_was(player: Player) -> None:
    player.open()
    player.arm("step.kind === 'hold' && elapsed > 3")
    player.answer()
    player.paused()
    at = player.heard("steps")[-1]["no"]
    player.open(speed=4, begin=False)
    assert player.page.inner_text("#start-title") == "Go on where you stopped"
    player.page.click("#begin")
    player.at("get_ready")  # counted in again
    player.answer()
    player.shows("over")
    player.delivered()
    assert player.heard("steps")[0]["no"] == at + 1
    assert [event.event for event in player.said("session")] == ["started", "finished"]
    assert [list(one.sets) for one in player.said("exercise")] == sets_of(TINY)


def test_a_page_that_was_opened_and_not_begun_keeps_the_place(player: Player) -> None:
    player.open()
    player.arm("step.kind === 'hold' && elapsed > 3")
    player.answer()
    player.paused()
    for _ in range(2):
        player.open(begin=False)
    player.page.click("#begin")
    player.answer()
    player.shows("over")
    player.delivered()
    assert [list(one.sets) for one in player.said("exercise")] == sets_of(TINY)


def test_another_browser_goes_on_with_the_first_exercise_that_is_open(
    player: Player, browser: Browser
) -> None:
    player.open()
    player.arm_at_start("step.kind === 'next' && step.stop_no === 2")
    player.answer()
    player.paused()
    player.delivered()
    other = browser.new_context()
    page = other.new_page()
    page.add_init_script(LISTEN)
    second = Player(page, player.url, player.store, TINY).open()
    second.answer()
    second.shows("over")
    second.delivered()
    other.close()
    assert [one.exercise for one in player.said("exercise")] == ["EX09", "EX16"]
    assert {one.session for one in player.said("exercise")} == {
        event.session for event in player.said("session")
    }
    assert player.said("session")[-1].event == "finished"


def test_start_again_ends_the_old_session(player: Player) -> None:
    player.open()
    player.arm_at_start("step.kind === 'next' && step.stop_no === 2")
    player.answer()
    player.paused()
    player.open(speed=1, begin=False)
    player.page.click("#afresh")
    player.at("next")
    player.delivered()
    assert [event.event for event in player.said("session")] == ["started", "stopped", "started"]
    assert len({event.session for event in player.said("session")}) == 2
    assert player.heard("steps")[0]["no"] == 0


def test_what_cannot_be_delivered_waits_and_comes_once(player: Player) -> None:
    page = player.page
    page.add_init_script(CUT_OFF)
    player.open(begin=False)
    page.evaluate("sessionStorage.setItem('cut-off', 'yes')")
    page.click("#begin")
    player.arm_at_start("step.kind === 'next' && step.stop_no === 2")
    player.answer("Easier", "Knee")
    player.paused()
    page.wait_for_selector("#keeping:not([hidden])")
    assert "Nothing is lost" in page.inner_text("#keeping")
    player.open(begin=False)  # even a reload in between loses nothing
    page.click("#begin")
    player.answer("Same", "Knee")
    player.shows("over")
    assert "Nothing is lost" in page.inner_text("#over .saved")
    page.wait_for_function("() => Number(sessionStorage.getItem('lost')) >= 4")
    page.evaluate("sessionStorage.removeItem('cut-off')")
    page.evaluate("dispatchEvent(new Event('online'))")
    player.delivered()
    page.wait_for_function("() => document.querySelector('#over .saved').textContent === 'Saved'")
    assert [event.event for event in player.said("session")] == ["started", "finished"]
    assert [(one.exercise, one.response) for one in player.said("exercise")] == [
        ("EX09", "easier"),
        ("EX16", "same"),
    ]
    assert len({entry.id for entry in player.store.journal()}) == len(player.store.journal())


def test_an_entry_that_does_not_fit_holds_nothing_up(player: Player) -> None:
    player.open(speed=1, begin=False)
    player.page.evaluate(
        """() => {
          const id = "01900000-0000-7000-8000-000000000000";
          const entry = { id, kind: "exercise", data: { nonsense: true }, made: Date.now() };
          localStorage.setItem(`unpinch-out:${id}`, JSON.stringify(entry));
        }"""
    )
    player.open(speed=1)
    player.delivered()
    assert [event.event for event in player.said("session")] == ["started"]
    assert "could not be saved" in player.page.inner_text("#keeping")


def test_saving_alarms_nobody_until_it_takes_long(player: Player) -> None:
    held: list[Any] = []
    player.page.route("**/api/entries", lambda route: held.append(route))
    player.open(speed=1, begin=False)
    player.page.evaluate(
        """() => {
          window.shown = [];
          const bar = document.getElementById("keeping");
          const note = () => shown.push(bar.hidden);
          new MutationObserver(note).observe(bar, { attributes: true });
          window.since = performance.now();
        }"""
    )
    player.begin()
    player.shows("keeping")
    assert player.page.evaluate("performance.now() - since") > 1900
    held.pop().continue_()
    player.delivered()
    player.page.wait_for_selector("#keeping", state="hidden")
    player.page.unroute("**/api/entries")
    player.page.evaluate("shown.length = 0")
    player.page.click("#stop")
    player.page.click("#enough")
    player.delivered()
    player.page.wait_for_function("() => document.querySelector('#over .saved').textContent === 'Saved'")
    assert False not in player.page.evaluate("shown")


def test_entries_carry_the_time_at_which_they_were_made(player: Player) -> None:
    page = player.page
    page.add_init_script(CUT_OFF)
    player.open(speed=1, begin=False)
    page.evaluate("sessionStorage.setItem('cut-off', 'yes'); sessionStorage.setItem('lost', '8')")
    page.click("#begin")
    page.wait_for_timeout(1500)
    page.evaluate("sessionStorage.removeItem('cut-off')")
    page.evaluate("dispatchEvent(new Event('online'))")
    player.delivered()
    [started] = [entry for entry in player.store.journal() if entry.kind == "session"]
    assert (started.recorded - started.at).total_seconds() >= 0.9


def test_a_voice_that_is_not_of_this_machine_never_speaks(player: Player) -> None:
    player.page.add_init_script("window.noLocalVoice = true;")
    player.open()
    player.shows("after")
    assert player.heard("said") == []
    assert len(player.heard("cues")) > 5
    assert not player.page.is_visible("#voice")


def test_the_voice_can_be_turned_off_and_the_wish_is_kept(player: Player) -> None:
    player.open(begin=False)
    player.page.click("#voice")
    assert player.page.inner_text("#voice") == "Voice: off"
    player.page.click("#begin")
    player.shows("after")
    player.delivered()
    assert player.heard("said") == []
    assert player.said("preference") == [Preference(name="voice", value=False)]


def test_with_less_motion_the_figure_is_two_stills(player: Player, browser: Browser) -> None:
    calm = browser.new_context(reduced_motion="reduce")
    page = calm.new_page()
    page.add_init_script(LISTEN)
    Player(page, player.url, player.store, TINY).open(speed=1)
    page.wait_for_selector('#picture[data-figure="stills"]')
    first = page.text_content("#count")
    page.wait_for_function(f"() => document.getElementById('count').textContent !== '{first}'")
    calm.close()


def test_screen_readers_hear_words_and_sides_and_no_counts(player: Player) -> None:
    player.page.add_init_script(
        """document.addEventListener("DOMContentLoaded", () => {
          window.live = [];
          new MutationObserver(() => {
            const words = document.getElementById("live").textContent;
            if (words) live.push(words);
          }).observe(document.getElementById("live"), { childList: true, subtree: true });
        });"""
    )
    player.open(speed=4)
    player.page.keyboard.press("s")
    player.page.keyboard.press("s")
    player.open(speed=30)
    player.answer()
    player.shows("after")
    said = player.page.evaluate("live")
    assert any(words.startswith("Hold Left leg.") for words in said)
    assert any(words.startswith("Switch Right leg.") for words in said)
    assert not any(re.fullmatch(r"\d+", words) for words in said)
    assert player.page.locator("#ring [aria-live], #count[aria-live], #caption[aria-live]").count() == 0


def test_the_figure_shows_the_side_that_the_letter_names(player: Player) -> None:
    """The picture is mounted for the side of the step; a mirrored one would show left as right."""
    player.page.add_init_script(
        """window.sides = [];
        document.addEventListener("unpinch:step", () => requestAnimationFrame(() => {
          const leg = document.getElementById("leg");
          const box = document.querySelector("#picture svg")?.getAttribute("viewBox");
          sides.push([leg.hidden ? null : leg.dataset.side, leg.querySelector(".letter").textContent, box]);
        }));"""
    )
    player.open(speed=30)
    player.answer()
    player.shows("after")
    sides = player.page.evaluate("sides")
    letters = {(side, letter) for side, letter, _ in sides if side}
    assert letters == {("left", "L"), ("right", "R")}
    boxes = {side: box for side, _, box in sides if side}
    assert boxes["left"] != boxes["right"]
