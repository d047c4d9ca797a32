// The order of tries in a test: for each side a practice run, then the tries that count.

/** Return [{side, practice, attempt}]; `sides` is empty for a test without sides. */
export function turnsOf({ practice, attempts }, sides) {
  return (sides.length ? sides : [null]).flatMap((side) => [
    ...Array.from({ length: practice }, () => ({ side, practice: true, attempt: 0 })),
    ...Array.from({ length: attempts }, (_, done) => ({ side, practice: false, attempt: done + 1 })),
  ]);
}

/** The best of some values; null when there is none. */
export function best(values, better) {
  if (!values.length) return null;
  return better === "more" ? Math.max(...values) : Math.min(...values);
}

/** Whether the leg pain asks to end the tests for the day. */
export const tooMuch = (legMax, limit) => legMax !== null && limit !== null && legMax >= limit;

/** Whether a result makes a question due; "not possible" is the least that can be managed. */
export function isLow({ low }, { value = null, passed = null, not_possible = false }) {
  if (low === null) return false;
  const told = value ?? (passed === null ? null : Number(passed));
  return not_possible || (told !== null && told < low);
}
