// The voice. Only voices of this machine are used: others would send the words to a server.
export class Voice {
  constructor({ on = true, rate = 1 } = {}) {
    this.synth = globalThis.speechSynthesis ?? null;
    this.on = on;
    this.rate = rate;
    this.chosen = null;
    this.choose();
    // Some browsers learn of their voices late.
    this.synth?.addEventListener?.("voiceschanged", () => this.choose());
  }

  /** Whether there is a voice to speak with. */
  get able() {
    return this.chosen !== null;
  }

  choose() {
    const lang = document.documentElement.lang || "en";
    const near = (this.synth?.getVoices() ?? []).filter(
      (voice) => voice.localService && voice.lang.toLowerCase().replace("_", "-").startsWith(lang),
    );
    this.chosen = near.find((voice) => voice.default) ?? near[0] ?? null;
  }

  /** Browsers let a page speak only after a tap: call this from the first one. */
  prime() {
    if (this.able) this.synth.speak(this.line(" "));
  }

  /** Say a line. What still waits to be said is dropped: the words must keep up with the body. */
  say(text) {
    if (!this.on || !this.able) return;
    if (this.synth.pending) this.synth.cancel();
    this.synth.speak(this.line(text));
  }

  hush() {
    this.synth?.cancel();
  }

  line(text) {
    const line = new SpeechSynthesisUtterance(text);
    line.voice = this.chosen;
    line.lang = this.chosen.lang;
    line.rate = this.rate;
    return line;
  }
}
