// Short tones: each moment has its own shape, so that it is known without looking.
const TONES = {
  tick: [[660, 0, 0.07]],
  go: [[880, 0, 0.22]],
  end: [[660, 0, 0.14], [440, 0.16, 0.26]],
  switch: [[440, 0, 0.12], [660, 0.14, 0.12], [880, 0.28, 0.24]],
  pause: [[330, 0, 0.16]],
};
const BUZZES = { go: 80, end: [60, 60, 60], switch: [120, 80, 120], pause: 40 };
const LOUD = 0.25;

export class Tones {
  constructor({ on = true, buzz = true } = {}) {
    this.on = on;
    this.buzz = buzz;
    this.context = null;
  }

  /** Browsers let a page sound only after a tap: call this from the first one. */
  prime() {
    const Context = globalThis.AudioContext ?? globalThis.webkitAudioContext;
    if (!Context) return;
    this.context ??= new Context();
    this.context.resume?.();
  }

  play(name) {
    if (this.buzz && BUZZES[name]) navigator.vibrate?.(BUZZES[name]);
    if (!this.on || this.context?.state !== "running") return;
    const start = this.context.currentTime;
    for (const [pitch, after, lasts] of TONES[name]) this.note(pitch, start + after, lasts);
  }

  note(pitch, at, lasts) {
    const source = this.context.createOscillator();
    const loudness = this.context.createGain();
    source.frequency.value = pitch;
    // Soft edges, or every tone would begin and end with a click.
    loudness.gain.setValueAtTime(0, at);
    loudness.gain.linearRampToValueAtTime(LOUD, at + 0.01);
    loudness.gain.setValueAtTime(LOUD, at + lasts - 0.03);
    loudness.gain.linearRampToValueAtTime(0, at + lasts);
    source.connect(loudness).connect(this.context.destination);
    source.start(at);
    source.stop(at + lasts);
  }

  close() {
    this.context?.close?.();
    this.context = null;
  }
}
