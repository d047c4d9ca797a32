// Entries on their way to the journal. Each is sent at once; while the program does not answer they
// wait in this browser and are sent again. An entry has its own id, so that sending twice keeps one.
import { csrfToken } from "/static/js/page.js";
import { gone, keep, recallAll } from "./keep.js";
import { uuid7 } from "./uuid7.js";

const BOX = "unpinch-out:"; // one name an entry, so that two open pages do not overwrite each other
const WAITS_S = [1, 2, 5, 10, 20, 30];
const LATE_MS = 2000; // an answer that takes longer is worth a word

export class Outbox {
  /**
   * `changed(waiting, refused, late)` is called whenever the number of waiting entries may have changed;
   * `late` while one of them waits because the program did not answer, or is slow to.
   */
  constructor({ url = "/api/entries", changed = () => {} } = {}) {
    this.url = url;
    this.changed = changed;
    this.waiting = recallAll(BOX); // ids begin with the time, so this is the order of making
    this.refused = 0;
    this.tries = 0;
    this.sending = null;
    this.timer = 0;
    addEventListener("online", () => this.flush());
    this.flush();
  }

  /** Put an entry in and send it; returns its id. */
  add(kind, data) {
    const entry = { id: uuid7(), kind, data, made: Date.now() };
    keep(BOX + entry.id, entry);
    this.waiting.push(entry);
    this.flush();
    return entry.id;
  }

  /** Send all that waits. Resolves to whether nothing waits any more. */
  flush() {
    return (this.sending ??= this.send());
  }

  async send() {
    await null; // `sending` is set before it can be cleared below
    clearTimeout(this.timer);
    let most = Infinity;
    while (this.waiting.length) {
      this.tell(this.tries > 0);
      const batch = this.waiting.slice(0, most);
      const slow = setTimeout(() => this.tell(true), LATE_MS);
      const status = await this.post(batch);
      clearTimeout(slow);
      const unfit = [400, 409, 413, 422].includes(status);
      if (unfit && batch.length > 1) {
        most = 1; // one entry that the journal does not take must not hold up the others
      } else if (unfit || (status >= 200 && status < 300)) {
        if (unfit) this.refused += 1;
        this.drop(batch);
        this.tries = 0;
      } else {
        this.timer = setTimeout(() => this.flush(), WAITS_S[Math.min(this.tries, WAITS_S.length - 1)] * 1000);
        this.tries += 1;
        break;
      }
    }
    this.sending = null;
    this.tell(this.waiting.length > 0);
    return this.waiting.length === 0;
  }

  tell(late) {
    this.changed(this.waiting.length, this.refused, late);
  }

  async post(batch) {
    if (gone) return 0;
    try {
      const answer = await fetch(this.url, {
        method: "POST",
        keepalive: true,
        headers: { "Content-Type": "application/json", "X-CSRF-Token": csrfToken() },
        body: JSON.stringify({ entries: batch.map(parcel) }),
      });
      return answer.status;
    } catch {
      return 0; // nobody answers
    }
  }

  drop(batch) {
    for (const entry of batch) keep(BOX + entry.id, null);
    this.waiting = this.waiting.filter((entry) => !batch.includes(entry));
  }
}

function parcel({ id, kind, data, made }) {
  return { id, kind, data, ago_s: Math.max(0, (Date.now() - made) / 1000) };
}
