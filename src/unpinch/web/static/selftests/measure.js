// How a try is measured. Each way is told `show(value, act)` and, when it has one, `result(value)`.
// Times come from the events themselves, so a busy machine does not lengthen them.
const TENTHS = 10;
const tenths = (seconds) => Math.round(seconds * TENTHS) / TENTHS;

/** A stopwatch: one press starts it, the next one stops it; it ends by itself at `cap_s`. */
export class Stopwatch {
  constructor({ cap_s }, { show, result, tone }) {
    Object.assign(this, { cap: cap_s, show, result, tone, since: null, timer: 0 });
    show("0", "start");
  }

  press(at) {
    if (this.since === null) {
      this.since = at;
      this.tone("go");
      this.timer = setInterval(() => this.tick(performance.now()), 100);
      this.tick(at);
    } else {
      this.end((at - this.since) / 1000);
    }
  }

  tick(at) {
    const passed = (at - this.since) / 1000;
    if (this.cap && passed >= this.cap) this.end(this.cap);
    else this.show(String(Math.floor(passed)), "stop");
  }

  end(seconds) {
    clearInterval(this.timer);
    this.tone("end");
    this.result(tenths(Math.min(seconds, this.cap ?? Infinity)));
  }

  stop() {
    clearInterval(this.timer);
  }
}

/** Presses are counted until the person says that it is enough. */
export class Count {
  constructor(_test, { show, counted, tone }) {
    Object.assign(this, { show, counted, tone, value: 0 });
    show("0", "one");
    counted(0);
  }

  press() {
    this.set(this.value + 1);
    this.tone("tick");
  }

  set(value) {
    this.value = Math.max(0, value);
    this.show(String(this.value), "one");
    this.counted(this.value);
  }

  stop() {}
}

/** Presses are counted while a clock runs down; the first press starts the clock. */
export class Countdown extends Count {
  constructor(test, on) {
    super(test, on);
    Object.assign(this, { cap: test.cap_s, since: null, timer: 0, over: false, left: test.cap_s, remain: on.remain });
    this.show("0", "start");
    on.remain(test.cap_s);
  }

  press(at) {
    if (this.over) return;
    if (this.since === null) {
      this.since = at;
      this.tone("go");
      this.timer = setInterval(() => this.tick(performance.now()), 100);
      this.show("0", "one");
      return;
    }
    super.press();
  }

  tick(at) {
    this.left = Math.max(0, Math.ceil(this.cap - (at - this.since) / 1000));
    this.remain(this.left);
    if (this.left > 0) return;
    clearInterval(this.timer);
    this.over = true;
    this.tone("end");
    this.show(String(this.value), "over");
    this.counted(this.value);
  }

  stop() {
    clearInterval(this.timer);
  }
}
