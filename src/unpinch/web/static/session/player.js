// The session as a state machine over the steps of its script; it knows no page and makes no sound.
//
// phases: "ready" (not begun), "running", "paused", "asking", "over"
// listeners (all optional): step(step), cue(text), tone(name), time(state), phase(phase), ask(exercise),
//   finish(), left(step, elapsed, whole)
import { Stopwatch } from "./clock.js";

const WORK = new Set(["count", "hold", "go"]);
const LATE_S = 3; // a page that slept longer than this stops instead of catching up
const SLACK_S = 0.002; // timers may come this much early
const BACK_S = 2; // "back" within this time of a start goes to the step before

export const isWork = (step) => WORK.has(step.kind);

export class Player {
  /**
   * @param {object} script     see unpinch.session.Script
   * @param {import("./clock.js").Clock} clock
   * @param {object} timing     seconds of unpinch.knowledge.timing.Timing
   * @param {object} on         listeners
   */
  constructor(script, clock, timing, on = {}) {
    this.script = script;
    this.clock = clock;
    this.timing = timing;
    this.on = on;
    this.phase = "ready";
    this.no = 0;
    this.slow = 1; // how much longer everything but holds and minutes takes
    this.watch = new Stopwatch(clock);
    this.between = null; // a rest or a count-in that is not in the script: {step, watch}
    this.said = 0; // how many cues of the step were said
    this.wake = null;
    this.due = 0;
  }

  /** The step of the script where the session is. */
  get step() {
    return this.script.steps[this.no];
  }

  /** What is shown: the step, or what was put in between. */
  get shown() {
    return this.between?.step ?? this.step;
  }

  get exercise() {
    return this.script.exercises[(this.step.stop_no || this.script.exercises.length) - 1];
  }

  /** Begin, or take up again at a step and a moment of it. */
  start(no = 0, elapsed = 0) {
    if (elapsed > 0 && isWork(this.script.steps[no])) {
      this.arrive(no, elapsed, this.clock.now(), { quiet: true });
      this.countIn();
    } else {
      this.arrive(no, 0);
    }
  }

  toggle() {
    if (this.phase === "running") this.pause();
    else if (this.phase === "paused") this.resume();
  }

  pause(at = this.current.elapsed()) {
    if (this.phase !== "running") return;
    this.current.stop(at);
    this.wake?.();
    this.turn("paused");
    this.tone("pause");
  }

  resume() {
    if (this.phase !== "paused") return;
    this.turn("running");
    if (this.between || !isWork(this.step) || this.watch.elapsed() === 0) {
      this.current.start();
      this.tick();
    } else {
      this.countIn();
    }
  }

  /** Go on with what follows; what was done of a set so far is kept. */
  skip() {
    if (this.between) this.endBetween();
    else this.leave(false);
  }

  /** Begin this step again. */
  repeat() {
    this.dropBetween();
    this.arrive(this.no, 0);
  }

  /** Go to the start of this step, or to the one before when it has only just begun; `passes` are skipped. */
  back(passes = () => false) {
    const again = this.between || this.watch.elapsed() > BACK_S;
    this.dropBetween();
    let no = again ? this.no : this.no - 1;
    while (no > 0 && passes(this.script.steps[no])) no -= 1;
    this.arrive(Math.max(0, no), 0);
  }

  /** Leave the rest of this exercise out: go to the question after it. */
  leaveOut() {
    this.left(this.watch.elapsed(), false);
    this.dropBetween();
    this.arrive(this.exercise.ask_step, 0);
  }

  /** Take more time for everything but holds and minutes. */
  slower() {
    this.pace(Math.min(this.slow * this.timing.slower_factor, this.timing.slower_max));
  }

  pace(slow) {
    this.slow = slow;
    this.watch.pace(this.rate(this.step));
    if (this.phase === "running") this.tick();
  }

  /** Rest here before going on. */
  rest() {
    if (this.between) this.between.watch.stop(0);
    else {
      this.watch.stop();
      this.putBetween("rest", this.timing.more_rest_s);
    }
    this.turn("running");
    this.current.start();
    this.tick();
  }

  /** The answer to a question was given, or left out: go on. */
  answered() {
    if (this.phase === "asking") this.leave(true);
  }

  /** End here, wherever it is. */
  stop() {
    if (this.phase !== "asking") this.left(this.watch.elapsed(), false);
    this.wake?.();
    this.current.stop();
    this.turn("over");
  }

  // --- inside -----------------------------------------------------------------------------------

  get current() {
    return this.between?.watch ?? this.watch;
  }

  rate(step) {
    return step.kind === "hold" || step.kind === "go" ? 1 : 1 / this.slow;
  }

  /** Come to a step; `began` is the moment at which it was `elapsed` seconds old. */
  arrive(no, elapsed, began = this.clock.now(), { quiet = false } = {}) {
    this.wake?.();
    this.no = no;
    this.said = this.step.cues.filter((cue) => cue.at_s < elapsed).length;
    this.watch = new Stopwatch(this.clock);
    this.watch.rate = this.rate(this.step);
    this.watch.passed = elapsed;
    if (quiet) return;
    if (this.step.kind === "finish") {
      this.on.step?.(this.step, began);
      this.say(Infinity);
      this.turn("over");
      this.on.finish?.();
      return;
    }
    this.on.step?.(this.step, began);
    if (this.step.kind === "ask") {
      this.turn("asking");
      this.say(Infinity);
      this.on.ask?.(this.exercise);
      return;
    }
    this.watch.start(elapsed, began);
    this.turn("running");
    this.tone(this.step.kind === "switch" ? "switch" : isWork(this.step) ? "go" : null);
    this.due = 0;
    this.tick();
  }

  /** Say what is due, show the time, go on when the step is over, and set the next alarm. */
  tick() {
    this.wake?.();
    if (this.phase !== "running") return;
    const watch = this.current;
    const elapsed = watch.elapsed();
    if (this.due && (elapsed - this.due) / watch.rate / this.clock.speed > LATE_S) {
      this.pause(this.due);
      return;
    }
    this.say(elapsed + SLACK_S);
    const { seconds } = this.shown;
    if (elapsed + SLACK_S >= seconds) {
      if (this.between) this.endBetween();
      else this.leave(true);
      return;
    }
    this.on.time?.(this.state());
    const cue = (this.between?.cues ?? this.step.cues)[this.between?.said ?? this.said];
    this.due = Math.min(seconds, cue?.at_s ?? seconds, nextSecond(elapsed, seconds));
    this.wake = this.clock.after((this.due - elapsed) / watch.rate, () => this.tick());
  }

  /** What is shown of the time right now. */
  state() {
    const step = this.shown;
    const elapsed = Math.min(this.current.elapsed(), step.seconds);
    return {
      step,
      elapsed,
      left: Math.max(0, Math.ceil(step.seconds - elapsed - SLACK_S)),
      part: step.seconds ? elapsed / step.seconds : 0,
      rep: step.reps ? Math.min(step.reps, Math.floor((elapsed + SLACK_S) / step.rep_s) + 1) : 0,
      into: step.reps ? elapsed % step.rep_s : elapsed,
    };
  }

  say(until) {
    const of = this.between ?? this;
    const cues = this.between?.cues ?? this.step.cues;
    const end = this.shown.seconds;
    const counts = this.shown.count_in;
    for (; of.said < cues.length && cues[of.said].at_s <= until; of.said += 1) {
      const cue = cues[of.said];
      if (counts && cue.at_s > end - counts * this.timing.count_in_step_s - SLACK_S) this.tone("tick");
      this.on.cue?.(cue.say, cue, this.shown);
    }
  }

  tone(name) {
    if (name) this.on.tone?.(name);
  }

  turn(phase) {
    if (this.phase === phase) return;
    this.phase = phase;
    this.on.phase?.(phase);
  }

  /** Leave the step for the next one, which begins at the very moment at which this one was over. */
  leave(whole) {
    const timed = whole && this.watch.running;
    this.left(whole ? this.step.seconds : this.watch.elapsed(), whole);
    if (whole && isWork(this.step)) this.tone("end");
    this.arrive(this.no + 1, 0, timed ? this.watch.moment(this.step.seconds) : this.clock.now());
  }

  left(elapsed, whole) {
    this.on.left?.(this.step, elapsed, whole);
  }

  countIn() {
    this.putBetween("get_ready", this.timing.count_in * this.timing.count_in_step_s);
    this.turn("running");
    this.current.start();
    this.tick();
  }

  putBetween(kind, seconds) {
    const { count_in: numbers, count_in_step_s: apart } = this.timing;
    const words = this.timing.words;
    const cues = kind === "rest" ? [{ at_s: 0, say: words.rest }] : [];
    for (let left = numbers; left > 0; left -= 1) {
      cues.push({ at_s: seconds - left * apart, say: words.numbers[left] });
    }
    const step = { ...this.step, kind, seconds, word: words[`${kind}_word`], reps: null, rep_s: null, count_in: numbers };
    this.between = { step, cues, said: 0, watch: new Stopwatch(this.clock) };
    this.due = 0;
    this.on.step?.(step, this.clock.now(), true);
  }

  endBetween() {
    const { step, watch } = this.between;
    const over = watch.running && watch.elapsed() + SLACK_S >= step.seconds;
    const began = over ? watch.moment(step.seconds) : this.clock.now();
    this.between = null;
    this.due = 0;
    this.on.step?.(this.step, this.clock.now(), true);
    this.turn("running");
    this.watch.start(this.watch.passed, began);
    if (isWork(this.step)) this.tone("go");
    this.tick();
  }

  dropBetween() {
    this.between = null;
    this.due = 0;
  }
}

/** The next moment at which the number of seconds left changes. */
function nextSecond(elapsed, seconds) {
  const left = Math.ceil(seconds - elapsed - SLACK_S);
  return seconds - left + 1;
}
