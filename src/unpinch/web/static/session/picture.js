// The figure beside the word: it moves with the tempo of the step, or is a still where it cannot.
const figures = import("/static/figure/figure.js").catch(() => null);

export class Picture {
  /**
   * @param {Element} box        where it is painted
   * @param {object} movements   solved movements by id, as at /figure/{id}.json
   * @param {boolean} still      two stills instead of motion
   */
  constructor(box, movements, still) {
    this.box = box;
    this.movements = movements;
    this.still = still;
    this.shown = "";
    this.figure = null;
    this.movement = null;
    this.phaseAfter = null;
  }

  /** Show the movement of a step on its side; `movement` may be that of an easier version. */
  async show(id, side) {
    const wanted = `${id} ${side}`;
    if (this.shown === wanted) return;
    const same = this.shown.split(" ")[0] === id && this.figure;
    this.shown = wanted;
    if (same) {
      this.figure.setSide(side ?? "right");
      return;
    }
    const module = await figures;
    if (this.shown !== wanted) return; // another step came meanwhile
    this.figure?.destroy();
    this.figure = null;
    this.movement = this.movements[id] ?? null;
    try {
      if (module && this.movement) {
        this.figure = module.mountFigure(this.box, this.movement, { side: side ?? "right", reducedMotion: this.still });
        this.phaseAfter = module.phaseAfter;
        return;
      }
    } catch (error) {
      console.warn("figure:", error);
    }
    this.fallBack(id, side);
  }

  fallBack(id, side) {
    const near = [...document.querySelectorAll("template[data-movement]")].filter((one) => one.dataset.movement === id);
    // A still of the other side would show left as right: better none.
    const found = near.find((one) => one.dataset.side === (side ?? "right"));
    this.box.replaceChildren(...(found ? [found.content.cloneNode(true)] : []));
  }

  /** Bring it to the moment of a step. */
  at({ step, elapsed, into }) {
    if (!this.figure) return;
    if (step.kind === "count") this.figure.setPhase(this.phaseAfter(this.movement, into, tempoOf(step)));
    else if (step.kind === "go" || step.kind === "next") this.figure.setPhase(this.phaseAfter(this.movement, elapsed));
    else if (step.kind === "hold") this.figure.setPhase(arriving(elapsed / this.movement.tempo.out_s));
    else this.figure.setPhase(0);
  }
}

function tempoOf({ out_s, hold_s, back_s, rest_s }) {
  return { out_s, hold_s, back_s, rest_s };
}

/** From the start of a held posture into it, softly. */
function arriving(share) {
  const at = Math.min(1, share);
  return at * at * (3 - 2 * at);
}
