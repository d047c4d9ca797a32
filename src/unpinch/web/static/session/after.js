// The questions after an exercise. Nothing is chosen beforehand, and everything can be left out.
const $ = (id) => document.getElementById(id);
const SEEN_MS = 450; // a chosen answer is seen before the page goes on

function chosen(part, name) {
  return part.querySelector(`input[name="${name}"]:checked`)?.value;
}

/** Show a part with nothing chosen; the promise is kept by `done`, which also ends all listening. */
function ask(view, part, begin) {
  for (const input of part.querySelectorAll("input")) input.checked = false;
  view.only(part.id);
  part.querySelector("h1").focus();
  return new Promise((resolve) => {
    const listening = new AbortController();
    begin((event, what, on = part) => on.addEventListener(event, what, { signal: listening.signal }), (answer) => {
      if (listening.signal.aborted) return;
      listening.abort();
      resolve(answer);
    });
  });
}

/** "How is it now?" Resolves to {response, distal_post}, each only where it was answered. */
export function askAfter(view, { done, before, words }) {
  const part = $("after");
  $("done-of").textContent = done;
  for (const stop of part.querySelectorAll(".down")) {
    const was = stop.querySelector("input").value === String(before);
    stop.classList.toggle("before", was);
    stop.querySelector(".was").hidden = !was;
  }
  const both = () => Boolean(chosen(part, "response") && chosen(part, "distal_post"));
  const label = () => { $("after-skip").querySelector("span").textContent = both() ? words.next : words.skip; };
  return ask(view, part, (on, end) => {
    label(); // only now, when nothing of the last time is chosen any more
    const answer = () => {
      const [response, place] = [chosen(part, "response"), chosen(part, "distal_post")];
      end({ ...(response && { response }), ...(place && { distal_post: Number(place) }) });
    };
    // After two taps it goes on by itself, as the page says; with keys a choice may be on the way to another.
    let tapped = false;
    on("pointerdown", () => { tapped = true; });
    on("keydown", () => { tapped = false; });
    on("change", () => {
      label();
      if (tapped && both()) setTimeout(answer, SEEN_MS);
    });
    on("click", answer, $("after-skip"));
  });
}

/** After "worse", or when it moved down: how strong, and is anything new? */
export function askWorse(view) {
  const part = $("worse");
  let warned = false;
  $("worse-fault").hidden = true;
  return ask(view, part, (on, end) => {
    on("click", () => {
      const [leg, news] = [chosen(part, "leg_max"), chosen(part, "news")];
      if (!news && !warned) {
        // It matters too much to be passed over by accident, and not enough to hold a person up twice.
        warned = true;
        $("worse-fault").hidden = false;
        part.querySelector('input[name="news"]').focus();
        return;
      }
      end({
        ...(leg && { leg_max: Number(leg) }),
        ...(news === "no" && { new_numbness: false, new_weakness: false }),
        ...(news === "numb" && { new_numbness: true }),
        ...(news === "weak" && { new_weakness: true }),
      });
    }, $("worse-next"));
  });
}

/** After strengthening: how hard was it, and were two more possible? */
export function askEffort(view, { twoMore }) {
  const part = $("effort");
  $("two-more").hidden = !twoMore;
  return ask(view, part, (on, end) => {
    on("click", () => {
      const [effort, more] = [chosen(part, "effort_cr10"), chosen(part, "two_more")];
      end({ ...(effort && { effort_cr10: Number(effort) }), ...(more && { two_more: more === "yes" }) });
    }, $("effort-next"));
  });
}
