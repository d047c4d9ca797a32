// What every page gains with JavaScript; each works without it.
export const csrfToken = () => document.querySelector('meta[name="csrf-token"]')?.content ?? "";

/** Say something to screen readers without moving the focus. */
export function announce(words) {
  const live = document.getElementById("live");
  if (live) { live.textContent = ""; requestAnimationFrame(() => { live.textContent = words; }); }
}

// Read aloud: shown only where the browser can speak.
const voice = globalThis.speechSynthesis;
if (voice) {
  for (const button of document.querySelectorAll("[data-aloud]")) {
    button.hidden = false;
    button.addEventListener("click", () => {
      if (voice.speaking) { voice.cancel(); return; }
      const target = document.getElementById(button.dataset.aloud);
      const words = new SpeechSynthesisUtterance(target?.innerText ?? "");
      words.lang = document.documentElement.lang;
      words.rate = 0.92;
      voice.speak(words);
    });
  }
  addEventListener("pagehide", () => voice.cancel());
}

// Print buttons need a script, so they appear with it.
for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => print());
}

// A second tap on a form that is on its way would send it twice.
for (const form of document.querySelectorAll("form:not([data-again])")) {
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = "yes";
  });
}
addEventListener("pageshow", () => { for (const form of document.forms) delete form.dataset.sent; });
