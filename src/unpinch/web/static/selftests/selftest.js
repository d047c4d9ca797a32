// One self-test: how it is done, practice, tries on each side, the pain, and what was managed.
import { announce } from "/static/js/page.js";
import { Outbox } from "/static/session/outbox.js";
import { Tones } from "/static/session/tones.js";
import { fill } from "/static/session/text.js";
import { Count, Countdown, Stopwatch } from "./measure.js";
import { best, isLow, tooMuch, turnsOf } from "./turns.js";

const $ = (id) => document.getElementById(id);
const PARTS = ["how", "run", "pain", "result"];
const { test, sides, how, words, unit, limit, leg_before: legBefore, asks } = JSON.parse($("test-data").textContent);
const tones = new Tones();
const turns = turnsOf(test, sides);
const outbox = new Outbox({ changed: saved });
const managed = { left: [], right: [], both: [] }; // what the result page shows, by side
let at = 0; // which turn
let measure = null;
let last = null; // the last try of a side: it waits for the pain
let result = null;
let low = false;

const turn = () => turns[at];
const here = (side) => side ?? "both";

function only(part) {
  for (const one of PARTS) $(one).hidden = one !== part;
  document.body.dataset.part = part;
  scrollTo(0, 0);
  $(`${part}-title`).focus({ preventScroll: true });
}

function saved(waiting, refused, late) {
  const told = refused ? words.refused : waiting && late ? words.waiting : "";
  document.querySelector("#result .saved").textContent = told;
}

// --- how ------------------------------------------------------------------------------------------

function showHow() {
  const { side, practice } = turn();
  $("how-turn").hidden = !side;
  $("how-turn").textContent = side ? words[side] : "";
  $("how-turn").dataset.side = side ?? "";
  $("how-steps").replaceChildren(
    ...how[here(side)].map((line) => Object.assign(document.createElement("li"), { textContent: line })),
  );
  $("try").textContent = practice ? words.practise : words.begin;
  $("straight").hidden = !practice;
  for (const id of ["try", "impossible"]) $(id).hidden = false;
  only("how");
}

// --- one try --------------------------------------------------------------------------------------

const SHOWS = { stopwatch: "measure", countdown: "measure", count: "measure", degrees: "number", yes_no: "yes-no" };
const shown = test.unit === "cm" ? "number" : SHOWS[test.timing];

function run() {
  tones.prime();
  const { side } = turn();
  $("run-title").textContent = title(turn());
  $("leg").hidden = !side;
  $("leg").dataset.side = side ?? "";
  $("leg").querySelector(".letter").textContent = side === "left" ? "L" : "R";
  $("leg").querySelector(".name").textContent = side ? words[side] : "";
  $("unit").textContent = unit;
  result = null;
  for (const id of ["keep", "again", "fewer"]) $(id).hidden = true;
  for (const id of ["measure", "number", "yes-no"]) $(id).hidden = id !== shown;
  $("measure").disabled = false;
  only("run");
  if (shown === "measure") {
    const Way = { stopwatch: Stopwatch, count: Count, countdown: Countdown }[test.timing];
    measure = new Way(test, { show, counted, remain, result: finished, tone: (name) => tones.play(name) });
    $("measure").focus();
  } else if (shown === "number") {
    $("typed").value = "";
    $("typed").focus();
  }
}

/** What stands over a try: the question itself where it is answered with yes or no. */
function title({ side, practice, attempt }) {
  if (test.timing === "yes_no") return how[here(side)].at(-1);
  if (practice) return words.practice;
  return test.attempts > 1 ? fill(words.try_of, { attempt, attempts: test.attempts }) : words.counts;
}

function show(value, act) {
  $("value").textContent = value;
  $("act").textContent = words[`act_${act}`];
}

/** Something can be kept once there is a count; while a clock runs down, only when it has ended. */
function counted(value) {
  result = value;
  const done = test.timing !== "countdown" || Boolean(measure?.over);
  $("keep").hidden = !done;
  $("fewer").hidden = value === 0;
}

function remain(left) {
  $("unit").textContent = left ? fill(words.left_of, { left }) : words.time_up;
}

function finished(value) {
  result = value;
  show(String(value), "over");
  $("measure").disabled = true;
  for (const id of ["keep", "again"]) $(id).hidden = false;
  $("keep").focus();
  announce(`${value} ${unit}`);
}

function keepIt() {
  if (shown === "number") {
    const typed = $("typed").valueAsNumber;
    if (!(typed >= 0)) {
      $("typed").focus();
      return;
    }
    result = typed;
  }
  done({ value: result });
}

/** A try is over: a practice run is forgotten, the others are written down. */
function done(outcome) {
  measure?.stop();
  measure = null;
  const { side, practice, attempt } = turn();
  if (!practice) {
    note(side, outcome);
    const entry = {
      test: test.id, ...(side && { side }), attempt, ...outcome, ...(legBefore !== null && { leg_before: legBefore }),
    };
    const ends = outcome.not_possible || turns[at + 1]?.side !== side;
    if (ends) {
      last = entry;
      while (at + 1 < turns.length && turns[at + 1].side === side) at += 1; // nothing more on this side
      askPain();
      return;
    }
    outbox.add("selftest", entry);
  }
  at += 1;
  run();
}

function note(side, outcome) {
  managed[here(side)].push(outcome);
  low ||= asks && isLow(test, outcome);
}

// --- the pain, and the other side -----------------------------------------------------------------

function askPain() {
  for (const input of document.querySelectorAll('input[name="leg_max"]')) input.checked = false;
  only("pain");
}

function painTold() {
  const chosen = document.querySelector('input[name="leg_max"]:checked');
  const leg = chosen ? Number(chosen.value) : null;
  deliver(leg);
  at += 1;
  if (tooMuch(leg, limit)) showResult(true);
  else if (at >= turns.length) showResult(false);
  else showHow();
}

function deliver(leg = null) {
  if (!last) return;
  outbox.add("selftest", { ...last, ...(leg !== null && { leg_max: leg }) });
  last = null;
}

// --- what was managed -----------------------------------------------------------------------------

function told(side) {
  const tries = managed[side];
  if (!tries.length) return "–";
  if (tries.some((one) => one.not_possible)) return words.not_possible;
  if (test.timing === "yes_no") return tries.at(-1).passed ? words.yes_answer : words.no_answer;
  const values = tries.map((one) => one.value);
  const most = best(values, test.better);
  return values.length > 1 ? `${most} (${values.join(", ")})` : String(most);
}

function showResult(stirred) {
  for (const cell of document.querySelectorAll("td[data-side]")) cell.textContent = told(cell.dataset.side);
  $("enough").hidden = !stirred;
  $("ask-more").hidden = $("question").hidden = !low;
  if ($("following")) $("following").hidden = stirred || low;
  only("result");
}

$("try").addEventListener("click", run);
$("straight").addEventListener("click", () => {
  while (turn().practice) at += 1;
  run();
});
$("impossible").addEventListener("click", () => {
  while (turn().practice) at += 1;
  done({ not_possible: true });
});
$("measure").addEventListener("click", (event) => measure?.press(event.timeStamp));
$("yes").addEventListener("click", () => done({ passed: true }));
$("no").addEventListener("click", () => done({ passed: false }));
$("fewer").addEventListener("click", () => measure.set(measure.value - 1));
$("less").addEventListener("click", () => { $("typed").value = Math.max(0, ($("typed").valueAsNumber || 0) - 1); typed(); });
$("plus").addEventListener("click", () => { $("typed").value = ($("typed").valueAsNumber || 0) + 1; typed(); });
$("typed").addEventListener("input", typed);
$("keep").addEventListener("click", keepIt);
$("again").addEventListener("click", run);
$("break").addEventListener("click", () => {
  measure?.stop();
  measure = null;
  showHow();
});
$("pain-next").addEventListener("click", painTold);
addEventListener("pagehide", () => deliver()); // the last try is kept even when the pain was not told
showHow();

function typed() {
  $("keep").hidden = !($("typed").valueAsNumber >= 0);
}
