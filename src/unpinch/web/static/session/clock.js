// Time that does not drift: every moment is worked out from one monotonic clock, and nothing is
// ever added up from timers, which come late whenever the machine is busy.

/** Seconds since the page began. `speed` above 1 is for tests alone. */
export class Clock {
  constructor({ speed = 1, now = () => performance.now() } = {}) {
    this.speed = speed;
    this.read = now;
    this.origin = now();
  }

  /** Seconds since the clock was made. */
  now() {
    return ((this.read() - this.origin) / 1000) * this.speed;
  }

  /** Run `what` once `seconds` from now; returns a function that calls it off. */
  after(seconds, what) {
    const timer = setTimeout(what, Math.max(0, (seconds / this.speed) * 1000));
    return () => clearTimeout(timer);
  }
}

/** How much of a step has passed; it can be stopped, set, and run slower than the clock. */
export class Stopwatch {
  constructor(clock) {
    this.clock = clock;
    this.passed = 0;
    this.since = null;
    this.rate = 1;
  }

  get running() {
    return this.since !== null;
  }

  elapsed() {
    return this.passed + (this.running ? (this.clock.now() - this.since) * this.rate : 0);
  }

  /** The moment of the clock at which `elapsed` seconds will have passed, or had. */
  moment(elapsed) {
    return this.since + (elapsed - this.passed) / this.rate;
  }

  /** Start at `passed` seconds; `began` is the moment of the clock at which that was so. */
  start(passed = this.passed, began = this.clock.now()) {
    this.passed = passed;
    this.since = began;
  }

  stop(passed = this.elapsed()) {
    this.passed = passed;
    this.since = null;
  }

  /** Run at another rate from now on: 0.5 takes twice as long. */
  pace(rate) {
    const at = this.clock.now();
    this.passed = this.elapsed();
    if (this.running) this.since = at;
    this.rate = rate;
  }
}
