// Words with gaps.
/** Fill "{name}" in a text. */
export const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
