// The moving figure: paints a solved movement (/figure/{id}.json) into SVG.
//
// A plain ES module without dependencies; safe under a strict Content-Security-Policy (attributes only).
// The same few functions exist in Python (unpinch.body: posed, hull, picture); a test holds them together.
// Another painter (WebGL) can import `poseAt` and use the turns of the segments for a skinned mesh.

const SVG = "http://www.w3.org/2000/svg";
const CASE_MM = 20;
const TARGET_EDGE_MM = 9;
const TURN = 2 * Math.PI;
const DIRECTIONS = Array.from({ length: 48 }, (_, k) => [Math.cos((TURN * k) / 48), Math.sin((TURN * k) / 48)]);

// ---- pose -------------------------------------------------------------------------------------------

function rotate(q, i, x, y, z) {
  const w = q[i], a = q[i + 1], b = q[i + 2], c = q[i + 3];
  const tx = 2 * (b * z - c * y), ty = 2 * (c * x - a * z), tz = 2 * (a * y - b * x);
  return [x + w * tx + b * tz - c * ty, y + w * ty + c * tx - a * tz, z + w * tz + a * ty - b * tx];
}

/** Joint centres (mm) and unit quaternions (w, x, y, z; flat) of all segments at `at` in 0..1. */
export function poseAt(movement, at) {
  const { times, turns, roots, segments } = movement;
  at = Math.min(Math.max(at, times[0]), times[times.length - 1]);
  let k = times.length - 2;
  while (k > 0 && times[k] > at) k -= 1;
  const s = (at - times[k]) / (times[k + 1] - times[k]);
  const before = turns[k], after = turns[k + 1];
  const quats = new Float64Array(segments.length * 4);
  const places = new Array(segments.length);
  for (let i = 0; i < segments.length; i += 1) {
    let dot = 0;
    for (let j = 4 * i; j < 4 * i + 4; j += 1) dot += before[j] * after[j];
    const sign = dot >= 0 ? 1 : -1;
    let size = 0;
    for (let j = 4 * i; j < 4 * i + 4; j += 1) {
      quats[j] = (1 - s) * before[j] + s * sign * after[j];
      size += quats[j] * quats[j];
    }
    size = Math.sqrt(size) || 1;
    for (let j = 4 * i; j < 4 * i + 4; j += 1) quats[j] /= size;
    const [parent, x, y, z] = segments[i];
    if (parent < 0) {
      places[i] = [0, 1, 2].map((j) => (1 - s) * roots[k][j] + s * roots[k + 1][j]);
    } else {
      const d = rotate(quats, 4 * parent, x, y, z), p = places[parent];
      places[i] = [p[0] + d[0], p[1] + d[1], p[2] + d[2]];
    }
  }
  return { places, quats };
}

/** Every ball as a circle on the picture: [x, y, r] in mm, y down. Left is the exact mirror of right. */
export function circlesAt(movement, at, side = "right") {
  const { places, quats } = poseAt(movement, at);
  const { right, up } = movement.camera;
  const flip = side === "left" && movement.sided ? -1 : 1;
  return movement.balls.map(([segment, x, y, z, r]) => {
    let p = [x, y, z];
    if (segment >= 0) {
      const d = rotate(quats, 4 * segment, x, y, z), o = places[segment];
      p = [o[0] + d[0], o[1] + d[1], o[2] + d[2]];
    }
    return [flip * (right[0] * p[0] + right[1] * p[1] + right[2] * p[2]), -(up[0] * p[0] + up[1] * p[1] + up[2] * p[2]), r];
  });
}

function nearestSample(times, at) {
  let best = 0;
  for (let k = 1; k < times.length; k += 1) if (Math.abs(times[k] - at) < Math.abs(times[best] - at)) best = k;
  return best;
}

// ---- outlines ---------------------------------------------------------------------------------------

const fix = (value) => value.toFixed(1);

/** The convex hull of circles [x, y, r] as SVG path data: exact arcs and lines. */
export function hullPath(circles) {
  const ring = [];
  for (const [x, y] of DIRECTIONS) {
    let best = 0, far = -Infinity;
    for (let i = 0; i < circles.length; i += 1) {
      const reach = circles[i][0] * x + circles[i][1] * y + circles[i][2];
      if (reach > far + 1e-9) { best = i; far = reach; }
    }
    if (ring[ring.length - 1] !== best) ring.push(best);
  }
  if (ring.length > 1 && ring[0] === ring[ring.length - 1]) ring.pop();
  if (ring.length === 1) {
    const [x, y, r] = circles[ring[0]];
    const arc = `A${fix(r)} ${fix(r)} 0 1 1 `;
    return `M${fix(x + r)} ${fix(y)}${arc}${fix(x - r)} ${fix(y)}${arc}${fix(x + r)} ${fix(y)}Z`;
  }
  const leave = ring.map((index, k) => {
    const a = circles[index], b = circles[ring[(k + 1) % ring.length]];
    const apart = Math.max(Math.hypot(a[0] - b[0], a[1] - b[1]), 1e-9);
    return Math.atan2(a[1] - b[1], a[0] - b[0]) + Math.acos(Math.max(-1, Math.min(1, (b[2] - a[2]) / apart)));
  });
  let out = "";
  ring.forEach((index, k) => {
    const [x, y, r] = circles[index];
    const enter = leave[(k + ring.length - 1) % ring.length], exit = leave[k];
    const span = (((exit - enter) % TURN) + TURN) % TURN;
    out += `${out ? "L" : "M"}${fix(x + r * Math.cos(enter))} ${fix(y + r * Math.sin(enter))}`;
    if (span < TURN - 1e-6 && r > 0.05) {
      out += `A${fix(r)} ${fix(r)} 0 ${span > Math.PI + 1e-6 ? 1 : 0} 1 ${fix(x + r * Math.cos(exit))} ${fix(y + r * Math.sin(exit))}`;
    }
  });
  return `${out}Z`;
}

const hulls = (links, circles) => links.map((link) => hullPath(link.map((i) => circles[i]))).join("");

/** Where the light falls on every ball. */
const shone = (circles) => circles.map(([x, y, r]) => [x - 0.2 * r, y - 0.26 * r, 0.52 * r]);

/** Path data of every item at a moment, by item index, and the painter's order (far to near). */
export function framePaths(movement, at, side = "right") {
  const circles = circlesAt(movement, at, side), lit = shone(circles);
  const paths = movement.items.map((item) => hulls(item.links, circles));
  const shines = movement.items.map((item) => (item.lit ? hulls(item.lit, lit) : ""));
  return { paths, shines, order: movement.orders[movement.order_at[nearestSample(movement.times, at)]] };
}

// ---- painting ---------------------------------------------------------------------------------------

function element(name, attributes) {
  const node = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  return node;
}

class Painter {
  constructor(movement, side) {
    this.movement = movement;
    this.svg = element("svg", { class: "fig", "aria-hidden": "true", focusable: "false" });
    this.layer = element("g", {});
    this.svg.append(this.layer);
    this.nodes = movement.items.map((item) => {
      const node = element("path", { class: `fig-${item.tone}`, fill: movement.paints[item.tone] });
      const target = item.tone === "target";
      if (target || item.cased !== false) {
        node.setAttribute("stroke", movement.paints[target ? "target_edge" : "case"]);
        node.setAttribute("stroke-width", target ? TARGET_EDGE_MM : CASE_MM);
        node.setAttribute("stroke-linejoin", "round");
        node.setAttribute("paint-order", "stroke");
      }
      return node;
    });
    this.lights = movement.items.map((item) => (item.lit
      ? element("path", { class: `fig-${item.tone}-light`, fill: movement.paints[`${item.tone}_light`] }) : null));
    this.fixed = movement.items.map((item) => item.links.every((link) => link.every((i) => movement.balls[i][0] < 0)));
    this.order = null;
    this.setSide(side);
  }

  setSide(side) {
    this.side = this.movement.sided ? side : "right";
    const [x, y, w, h] = this.movement.box;
    this.svg.setAttribute("viewBox", `${this.side === "left" ? -x - w : x} ${y} ${w} ${h}`);
    this.svg.setAttribute("data-side", this.side);
    this.fresh = true;
  }

  paint(at) {
    const { movement } = this;
    const circles = circlesAt(movement, at, this.side), lit = shone(circles);
    movement.items.forEach((item, index) => {
      if (this.fixed[index] && !this.fresh) return;
      this.nodes[index].setAttribute("d", hulls(item.links, circles));
      this.lights[index]?.setAttribute("d", hulls(item.lit, lit));
    });
    const order = movement.orders[movement.order_at[nearestSample(movement.times, at)]];
    if (order !== this.order) {
      this.layer.append(...order.flatMap((index) => [this.nodes[index], this.lights[index]]).filter(Boolean));
      this.order = order;
    }
    this.fresh = false;
  }
}

function arrow(movement) {
  const svg = element("svg", { class: "fig-then", viewBox: "0 0 60 60", "aria-hidden": "true", focusable: "false" });
  svg.append(element("path", {
    d: "M8 30H46M32 14L48 30L32 46", fill: "none", stroke: movement.paints.arrow,
    "stroke-width": 7, "stroke-linecap": "round", "stroke-linejoin": "round",
  }));
  return svg;
}

const ease = (s) => s * s * (3 - 2 * s);

/** Where a movement that runs by itself is after `seconds`: a phase in 0..1. */
export function phaseAfter(movement, seconds, tempo = {}) {
  const { out_s, hold_s, back_s, rest_s } = { ...movement.tempo, ...tempo };
  if (movement.loop === "cycle") return (seconds / (out_s + back_s)) % 1;
  const s = seconds % (out_s + hold_s + back_s + rest_s);
  if (s < out_s) return ease(s / out_s);
  if (s < out_s + hold_s) return 1;
  if (s < out_s + hold_s + back_s) return 1 - ease((s - out_s - hold_s) / back_s);
  return 0;
}

/**
 * Mount a figure.
 *
 * @param {Element} container  emptied and filled; give it a size in CSS
 * @param {object} movement    the document at /figure/{id}.json
 * @param {{side?: "right"|"left", reducedMotion?: boolean, tempo?: {out_s?: number, hold_s?: number, back_s?: number, rest_s?: number}, phase?: number}} options
 *   reducedMotion: two stills with an arrow in place of motion; by default what the system asks for
 * @returns {{setSide(side: string): void, setPhase(t: number): void, play(): void, pause(): void, destroy(): void}}
 */
export function mountFigure(container, movement, { side = "right", reducedMotion, tempo = {}, phase = 0 } = {}) {
  const still = reducedMotion ?? window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  const painters = still ? [new Painter(movement, side), new Painter(movement, side)] : [new Painter(movement, side)];
  let at = Math.min(Math.max(phase, 0), 1);
  let frame = 0, began = 0, ran = 0;

  container.replaceChildren(...(still ? [painters[0].svg, arrow(movement), painters[1].svg] : [painters[0].svg]));
  container.setAttribute("data-figure", still ? "stills" : "moving");

  function draw() {
    if (still) {
      painters[0].paint(0);
      painters[1].paint(movement.loop === "cycle" ? 0.5 : 1);
    } else {
      painters[0].paint(at);
    }
  }

  function tick(now) {
    ran = now - began;
    at = phaseAfter(movement, ran / 1000, tempo);
    draw();
    frame = requestAnimationFrame(tick);
  }

  function pause() {
    if (frame) cancelAnimationFrame(frame);
    frame = 0;
  }

  draw();
  return {
    setSide(next) {
      painters.forEach((painter) => painter.setSide(next));
      draw();
    },
    setPhase(t) {
      pause();
      at = Math.min(Math.max(t, 0), 1);
      if (!still) draw();
    },
    play() {
      if (still || frame) return;
      began = performance.now() - ran;
      frame = requestAnimationFrame(tick);
    },
    pause,
    destroy() {
      pause();
      container.replaceChildren();
      container.removeAttribute("data-figure");
    },
  };
}
