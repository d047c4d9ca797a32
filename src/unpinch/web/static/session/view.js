// What the glance layer shows: one word, a side, a count, a caption.
import { announce } from "/static/js/page.js";
import { Picture } from "./picture.js";
import { isWork } from "./player.js";
import { fill } from "./text.js";

const $ = (id) => document.getElementById(id);
const SHOWN_S = 1.5; // a line stays a little longer than it is said
const STARTING = new Set(["next", "get_ready"]);

export class View {
  constructor({ script, words, timing, movements, still }) {
    this.script = script;
    this.words = words;
    this.timing = timing;
    this.caption = "";
    this.saying = Infinity; // until when a spoken line stands in place of the caption
    this.still = still;
    this.picture = new Picture($("picture"), movements, still);
    this.frame = 0;
  }

  /** Show one part of the page alone. */
  only(id) {
    for (const part of ["start", "stage", "after", "worse", "effort", "over"]) $(part).hidden = part !== id;
    document.body.dataset.part = id;
    scrollTo(0, 0);
  }

  step(step, exercise, easier) {
    const { words } = this;
    const version = easier ? exercise.easier_version : exercise;
    this.only("stage");
    $("stage").dataset.kind = step.kind;
    $("word").textContent = step.word;
    const caption = easier && (isWork(step) || step.kind === "get_ready") ? this.howTo(version, step.side)[0] : step.caption;
    this.caption = caption ?? "";
    this.saying = Infinity;
    $("caption").textContent = this.caption;
    $("where").textContent = STARTING.has(step.kind) || step.sets <= 1
      ? fill(words.place, { name: version.name, stop_no: step.stop_no, stops: this.script.exercises.length })
      : fill(words.set, step);
    this.leg(step.side);
    this.how(version, step.side);
    this.picture.show(version.movement, step.side);
    announce([step.word, step.side ? words[`side_${step.side}`] : "", caption].filter(Boolean).join(" "));
  }

  /** L in a circle, R in a filled square: never by colour alone, never mirrored. */
  leg(side) {
    const leg = $("leg");
    leg.hidden = !side;
    leg.dataset.side = side ?? "";
    leg.querySelector(".letter").textContent = side === "left" ? "L" : "R";
    leg.querySelector(".name").textContent = side ? this.words[side] : "";
  }

  howTo(version, side) {
    return version.how_by_side[side] ?? version.how;
  }

  how(version, side) {
    $("how").querySelector("h2").textContent = version.name;
    $("how").querySelector("ol").replaceChildren(
      ...this.howTo(version, side).map((line) => Object.assign(document.createElement("li"), { textContent: line })),
    );
  }

  /** A spoken line is shown for as long as it is said, where it says more than the word and the count. */
  cue({ at_s, say }) {
    const words = say.split(/\s+/).length;
    if (words < 2) return;
    set($("caption"), say);
    this.saying = at_s + words / this.timing.say_words_per_s + SHOWN_S;
  }

  time(state) {
    const { step, left, rep, part } = state;
    const [count, unit] = step.reps
      ? [rep, fill(this.words.of_reps, step)]
      : step.kind === "go"
        ? left > 60 ? [Math.ceil(left / 60), this.words.minutes] : [left, this.words.seconds]
        : [left, ""];
    set($("count"), String(count));
    set($("unit"), unit);
    $("ring").classList.toggle("wide", String(count).length > 2);
    $("run").setAttribute("stroke-dasharray", `${((1 - part) * 100).toFixed(2)} 100`);
    if (state.elapsed > this.saying) {
      this.saying = Infinity;
      set($("caption"), this.caption);
    }
    this.picture.at(state);
  }

  /** Draw every frame while the session runs; with less motion only when the seconds change. */
  run(player) {
    cancelAnimationFrame(this.frame);
    if (this.still) return;
    const draw = () => {
      if (player.phase !== "running") return;
      this.time(player.state());
      this.frame = requestAnimationFrame(draw);
    };
    this.frame = requestAnimationFrame(draw);
  }

  phase(phase) {
    const paused = phase === "paused";
    $("stage").dataset.phase = phase;
    $("pause").hidden = !paused;
    $("how").hidden = !paused;
    $("hint").textContent = paused ? this.words.resume_hint : this.words.pause_hint;
    if (paused) {
      $("word").textContent = this.words.pause_word;
      announce(this.words.paused);
    }
  }

  /** Say whether everything is kept; silent while it is. */
  keeping(waiting, refused, late) {
    const words = refused ? this.words.refused : waiting && late ? this.words.waiting : "";
    set($("keeping"), words);
    $("keeping").hidden = !words;
    // What is on its way is not yet called saved, nor is anybody alarmed by it.
    set(document.querySelector("#over .saved"), words || (waiting ? "" : this.words.saved));
  }
}

function set(element, text) {
  if (element.textContent !== text) element.textContent = text;
}
