// What was done, as entries for the journal: sets by step, and one entry an exercise.
import { isWork } from "./player.js";

/** What one set came to: repetitions, or seconds held or gone; null when it is not worth a line. */
export function setDone(step, elapsed, whole) {
  const done = step.side ? { side: step.side } : {};
  if (step.kind === "count") {
    const reps = whole ? step.reps : Math.floor(elapsed / step.rep_s);
    return reps >= 1 ? { ...done, reps } : null;
  }
  const held = whole ? step.seconds : Math.floor(elapsed);
  return held >= 1 ? { ...done, hold_s: held } : null;
}

export class Diary {
  /**
   * @param {object} script
   * @param {object} before   what is known of the pain now: {leg_nprs, back_nprs, distal}, each may be missing
   * @param {object} kept     an earlier `this.state()`, when a session is taken up again
   */
  constructor(script, before, kept = null) {
    this.script = script;
    this.before = before;
    this.sets = kept?.sets ?? {}; // by step
    this.easier = kept?.easier ?? {}; // by place in the plan: true once the easier version was taken
    this.sent = kept?.sent ?? {}; // by place in the plan: id of its entry
    this.places = kept?.places ?? {}; // by place in the plan: how far down the pain was felt after it
  }

  state() {
    const { sets, easier, sent, places } = this;
    return { sets, easier, sent, places };
  }

  /** Write down a step that was left; a set that is done again replaces what it was. */
  left(step, elapsed, whole) {
    if (!isWork(step)) return;
    const done = setDone(step, elapsed, whole);
    if (done) this.sets[step.no] = done;
  }

  number(exercise) {
    return this.script.exercises.indexOf(exercise) + 1;
  }

  setsOf(exercise) {
    const steps = this.script.steps.slice(exercise.first_step, exercise.ask_step);
    return steps.filter((step) => this.sets[step.no]).map((step) => this.sets[step.no]);
  }

  /** How far down the pain was felt before an exercise: after the last one, or when it was asked. */
  placeBefore(exercise) {
    for (let number = this.number(exercise) - 1; number > 0; number -= 1) {
      if (this.places[number] !== undefined) return this.places[number];
    }
    return this.before.distal ?? null;
  }

  /** The entry of one exercise. What was not answered is left out. */
  entry(exercise, session, answers = {}, { stopped = false } = {}) {
    const number = this.number(exercise);
    const version = this.easier[number] ? exercise.easier_version : exercise;
    const sets = this.setsOf(exercise);
    const place = this.placeBefore(exercise);
    if (answers.distal_post !== undefined) this.places[number] = answers.distal_post;
    const { leg_nprs: leg, back_nprs: back } = this.before;
    return {
      exercise: exercise.exercise,
      variant: version.variant,
      rung: version.rung,
      session,
      sets,
      ...(sets.length ? {} : { skipped: true }),
      ...(stopped ? { stopped } : {}),
      ...(sets.length && leg != null ? { leg_pre: leg } : {}),
      ...(sets.length && back != null ? { back_pre: back } : {}),
      ...(answers.distal_post !== undefined && place !== null ? { distal_pre: place } : {}),
      ...answers,
    };
  }
}
