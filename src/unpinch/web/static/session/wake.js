// Keeps the screen on while a session runs; a browser that cannot is no error.
export class Wake {
  constructor() {
    this.wanted = false;
    this.lock = null;
    // The lock is lost whenever the page is hidden.
    document.addEventListener("visibilitychange", () => {
      if (this.wanted && document.visibilityState === "visible") this.ask();
    });
  }

  hold() {
    this.wanted = true;
    this.ask();
  }

  async ask() {
    try {
      this.lock = (await navigator.wakeLock?.request("screen")) ?? null;
      if (!this.wanted) this.free();
    } catch {
      this.lock = null; // a low battery may refuse it
    }
  }

  free() {
    this.wanted = false;
    this.lock?.release().catch(() => {});
    this.lock = null;
  }
}
