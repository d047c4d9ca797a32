// Sets the still figures of a page in motion; without a script, or on any fault, the stills stay.
import { mountFigure } from "../figure/figure.js";

const less = document.documentElement.dataset.motion === "less";
const pause = document.querySelector("[data-pause]");

for (const place of document.querySelectorAll("[data-moving]")) {
  const answer = await fetch(`/figure/${encodeURIComponent(place.dataset.moving)}.json`);
  if (!answer.ok) continue;
  const figure = mountFigure(place, await answer.json(), { side: place.dataset.side, ...(less ? { reducedMotion: true } : {}) });
  if (place.dataset.figure === "stills") continue;
  figure.play();
  let moving = true;
  if (pause) {
    pause.hidden = false;
    pause.addEventListener("click", () => {
      moving = !moving;
      if (moving) figure.play(); else figure.pause();
      pause.querySelector("span").textContent = moving ? "Pause" : "Move";
    });
  }
  document.addEventListener("visibilitychange", () => { if (document.hidden) figure.pause(); else if (moving) figure.play(); });
}
