// A few values kept in this browser; a browser that keeps nothing is no error.
import { GONE, pages } from "/static/js/gone_told.js";

/** Whether everything was deleted in another page: then nothing is kept or sent any more. */
export let gone = false;
pages?.addEventListener("message", ({ data }) => {
  if (data !== GONE) return;
  gone = true;
  location.replace("/welcome");
});

export function recall(name) {
  try {
    return JSON.parse(localStorage.getItem(name));
  } catch {
    return null;
  }
}

/** Keep a value, or forget it when it is null. Tells whether it was kept. */
export function keep(name, value) {
  try {
    if (gone) return false;
    if (value === null) localStorage.removeItem(name);
    else localStorage.setItem(name, JSON.stringify(value));
    return true;
  } catch {
    return false;
  }
}

/** All kept values whose name begins so, in the order of their names. */
export function recallAll(prefix) {
  try {
    return Object.keys(localStorage).filter((name) => name.startsWith(prefix)).sort().map(recall).filter(Boolean);
  } catch {
    return [];
  }
}
