// Everything was deleted: what this browser keeps of ours goes too, in every open page.
import { GONE, pages } from "/static/js/gone_told.js";

async function clear() {
  const jobs = [() => localStorage.clear(), () => sessionStorage.clear()];
  jobs.push(async () => { for (const name of await caches.keys()) await caches.delete(name); });
  jobs.push(async () => { for (const { name } of await indexedDB.databases()) indexedDB.deleteDatabase(name); });
  for (const job of jobs) {
    try { await job(); } catch { /* a browser without this keeps nothing in it */ }
  }
}

pages?.postMessage(GONE); // other pages first, or they would put back what they hold
await clear();
document.documentElement.dataset.cleared = "yes";
