// The page of a session: puts clock, player, view, voice, tones, diary and outbox together.
import { askAfter, askEffort, askWorse } from "./after.js";
import { Clock } from "./clock.js";
import { Diary } from "./diary.js";
import { keep, recall } from "./keep.js";
import { Outbox } from "./outbox.js";
import { Player } from "./player.js";
import { Tones } from "./tones.js";
import { fill } from "./text.js";
import { View } from "./view.js";
import { Voice } from "./voice.js";
import { Wake } from "./wake.js";
import { uuid7 } from "./uuid7.js";

const KEPT = "unpinch-session";
const LEAVE_MS = 1500; // how long a delivery may hold up the way to "new symptoms"
const PASSED_OVER = new Set(["Tab", "Shift", "Control", "Alt", "Meta", "CapsLock", "ArrowUp", "ArrowDown", "ArrowLeft", "ArrowRight", "PageUp", "PageDown", "Home", "End", "ContextMenu"]);
const $ = (id) => document.getElementById(id);

const data = JSON.parse($("session-data").textContent);
const { script, words, timing, prefs, before } = data;
const motion = document.documentElement.dataset.motion === "less" || matchMedia("(prefers-reduced-motion: reduce)").matches;

const view = new View({ script, words, timing, movements: data.movements, still: motion });
const outbox = new Outbox({ changed: (...how) => view.keeping(...how) });
const voice = new Voice({ on: prefs.voice, rate: prefs.voice_rate });
const tones = new Tones({ on: prefs.tones, buzz: prefs.vibration });
const wake = new Wake();
const plan = JSON.stringify(script.plan);
let kept = taken(recall(KEPT));
let diary = new Diary(script, before, kept?.diary);
let session = kept?.session ?? null;
let ending = null; // why the session is to end after the question that is open

const player = new Player(script, new Clock({ speed: data.speed }), { ...timing, words: words.between }, {
  step(step, began, between) {
    if (step.kind !== "ask" && step.kind !== "finish") view.step(step, player.exercise, diary.easier[step.stop_no]);
    if (player.phase === "running") view.run(player);
    if (!between) {
      remember();
      tell("step", { no: step.no, began, now: player.clock.now() });
    }
  },
  cue(text, cue, step) {
    view.cue(cue);
    voice.say(text);
    tell("cue", { no: step.no, say: text });
  },
  time: (state) => { if (motion) view.time(state); tell("time", state); },
  tone: (name) => tones.play(name),
  left: (step, elapsed, whole) => diary.left(step, elapsed, whole),
  phase,
  ask,
  finish,
});

/** Let tests and other scripts hear what happens. */
function tell(what, detail) {
  document.dispatchEvent(new CustomEvent(`unpinch:${what}`, { detail }));
}

// --- keeping the place ----------------------------------------------------------------------------

/** What was kept of a session that broke off, if it is this one and not too old. */
function taken(old) {
  if (old?.ended) {
    // The last answer of a stopped session never came: what was done is written down without it.
    outbox.add("exercise", old.ended);
    keep(KEPT, null);
    return null;
  }
  const fresh = old && Date.now() - old.at < timing.resume_h * 3600 * 1000;
  return fresh && old.plan === plan && !data.ended.includes(old.session) ? old : null;
}

function remember() {
  if (!session || player.phase === "over" || player.phase === "ready") return;
  keep(KEPT, {
    session, plan, at: Date.now(), no: player.no, elapsed: player.watch.elapsed(), slow: player.slow, diary: diary.state(),
  });
}

// --- beginning ------------------------------------------------------------------------------------

function begin() {
  voice.prime();
  tones.prime();
  wake.hold();
  if (kept) {
    player.slow = kept.slow ?? 1;
    player.start(kept.no, kept.elapsed);
  } else if (data.resume) {
    session = data.resume.session;
    player.start(data.resume.no);
  } else {
    session = uuid7();
    outbox.add("session", { session, event: "started", plan: script.plan, decision: script.decision });
    player.start();
  }
  $("stop").focus({ preventScroll: true });
}

/** Begin the same session from its start. */
function beginAfresh() {
  const old = kept?.session ?? data.resume.session;
  outbox.add("session", { session: old, event: "stopped", reason: "started again" });
  kept = null;
  data.resume = null;
  diary = new Diary(script, before);
  begin();
}

// --- pause ----------------------------------------------------------------------------------------

function phase(now) {
  view.phase(now);
  if (now === "running") view.run(player);
  else voice.hush();
  remember();
  if (now === "paused") {
    const easier = $("easier");
    easier.hidden = !player.exercise.easier_version || Boolean(diary.easier[player.step.stop_no]);
    $("go-on").focus({ preventScroll: true });
  } else if (now === "running" && !$("sheet").open) {
    $("stop").focus({ preventScroll: true });
  }
}

const deeds = {
  repeat: () => player.repeat(),
  back: () => player.back((step) => step.kind === "ask" && !done(player.script.exercises[step.stop_no - 1])),
  skip: () => player.skip(),
  rest: () => player.rest(),
  slower() {
    player.slower();
    player.resume();
  },
  easier() {
    const { easier_version: version } = player.exercise;
    diary.easier[player.step.stop_no] = true;
    view.step(player.shown, player.exercise, true);
    view.phase("paused");
    $("easier").hidden = true;
    $("caption").textContent = fill(words.easier_taken, { name: version.name });
    voice.say($("caption").textContent);
    $("go-on").focus({ preventScroll: true });
    remember();
  },
  leaveOut: () => player.leaveOut(),
  voice: () => wish("voice", voice),
};

/** Turn the voice or the tones on or off, and keep the wish. */
function wish(name, of) {
  of.on = !of.on;
  if (!of.on && of === voice) voice.hush();
  outbox.add("preference", { name, value: of.on });
  labels();
}

function labels() {
  const spoken = voice.on ? words.voice_on : words.voice_off;
  for (const id of ["voice", "voice-again"]) {
    $(id).querySelector("span").textContent = spoken;
    $(id).setAttribute("aria-pressed", String(voice.on));
    $(id).hidden = !voice.able;
  }
  $("tones").querySelector("span").textContent = tones.on ? words.tones_on : words.tones_off;
  $("tones").setAttribute("aria-pressed", String(tones.on));
}

// --- the question after an exercise ---------------------------------------------------------------

const done = (exercise) => diary.setsOf(exercise).length > 0;

async function ask(exercise) {
  if (!done(exercise)) {
    write(exercise); // left out
    player.answered();
    return;
  }
  const place = diary.placeBefore(exercise);
  const answers = await askAfter(view, { done: fill(words.done_of, exercise), before: place, words });
  const down = answers.distal_post !== undefined && place !== null && answers.distal_post > place;
  if (answers.response === "worse" || down) Object.assign(answers, await askWorse(view));
  const worrying = answers.new_numbness || answers.new_weakness;
  if (!worrying && !ending && exercise.ask_effort && answers.response) {
    Object.assign(answers, await askEffort(view, { twoMore: exercise.ask_two_more }));
  }
  write(exercise, answers, { stopped: ending?.stopped });
  if (worrying) {
    if (!ending) player.stop();
    ended("new symptoms");
    leave("/new-symptoms");
  } else if (ending) over(ending.reason);
  else player.answered();
}

function write(exercise, answers = {}, how = {}) {
  // What is answered again takes the place of what was said before.
  const before = diary.sent[diary.number(exercise)];
  if (before) outbox.add("retraction", { entry: before, reason: "answered again" });
  diary.sent[diary.number(exercise)] = outbox.add("exercise", diary.entry(exercise, session, answers, how));
}

// --- stopping -------------------------------------------------------------------------------------

function openSheet() {
  if (player.phase === "running") player.pause();
  voice.hush();
  $("sheet").showModal();
  $("new-symptoms").focus();
}

/** Stop for good. What was done is written down at once, with the answer or without it. */
function stopHere(reason, { asks, stopped }) {
  const asking = player.phase === "asking";
  const { exercise } = player;
  player.stop();
  $("sheet").close();
  if (!done(exercise)) return asks ? over(reason) : ended(reason);
  if (!asks) {
    write(exercise, {}, { stopped });
    return ended(reason);
  }
  ending = { reason, stopped };
  // Should the page be closed before the answer comes, the next visit sends what was done.
  keep(KEPT, { ended: diary.entry(exercise, session, {}, { stopped }) });
  return asking ? undefined : ask(exercise);
}

function ended(reason) {
  outbox.add("session", { session, event: "stopped", at_step: player.no, reason });
  keep(KEPT, null);
  wake.free();
}

/** Go to another page; a delivery may hold it up for a moment, not for long. */
async function leave(where) {
  await Promise.race([outbox.flush(), new Promise((resolve) => setTimeout(resolve, LEAVE_MS))]);
  location.assign(where);
}

function over(reason) {
  ended(reason);
  farewell(reason === "too sore" ? words.over_sore : words.over_enough);
}

function finish() {
  outbox.add("session", { session, event: "finished", at_step: player.no });
  keep(KEPT, null);
  wake.free();
  farewell(script.steps.at(-1).caption);
}

function farewell(title) {
  $("over-word").textContent = script.steps.at(-1).word;
  $("over-title").textContent = title;
  view.only("over");
  $("over-title").focus();
}

// --- keys and taps --------------------------------------------------------------------------------

function press(event) {
  if ($("sheet").open || event.repeat || event.ctrlKey || event.altKey || event.metaKey) return;
  if (PASSED_OVER.has(event.key)) return;
  const onButton = event.target.closest?.("button, a, input");
  if (onButton && (event.key === "Enter" || event.key === " ")) return;
  if (player.phase !== "running" && player.phase !== "paused") return;
  event.preventDefault();
  player.toggle();
}

function tap(event) {
  if (event.target.closest("button, a, input, label, dialog")) return;
  player.toggle();
}

addEventListener("keydown", press);
$("stage").addEventListener("click", tap);
$("stop").addEventListener("click", openSheet);
$("after-stop").addEventListener("click", openSheet);
$("go-on").addEventListener("click", () => player.resume());
$("pause").addEventListener("click", (event) => deeds[event.target.closest("[data-do]")?.dataset.do]?.());
$("carry-on").addEventListener("click", () => {
  $("sheet").close();
  player.resume();
});
$("too-sore").addEventListener("click", () => stopHere("too sore", { asks: true, stopped: true }));
$("enough").addEventListener("click", () => stopHere("enough", { asks: true, stopped: false }));
$("new-symptoms").addEventListener("click", () => {
  stopHere("new symptoms", { asks: false, stopped: true });
  leave("/new-symptoms");
});
$("voice").addEventListener("click", () => wish("voice", voice));
$("tones").addEventListener("click", () => wish("tones", tones));
$("begin").addEventListener("click", begin);
$("afresh")?.addEventListener("click", beginAfresh);
addEventListener("pagehide", remember);
document.addEventListener("visibilitychange", remember);

for (const id of ["begin", "afresh", "tones"]) if ($(id)) $(id).hidden = false;
labels();
voice.synth?.addEventListener?.("voiceschanged", labels);
view.only("start");
$("begin").focus({ preventScroll: true });
