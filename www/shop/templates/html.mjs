/** Markup that needs no further escaping. */
class Markup {
  constructor(text) {
    this.text = text;
  }
  toString() {
    return this.text;
  }
}

const ENTITIES = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

/** Escapes a value for element content and quoted attributes. */
export const escape = (value) => String(value).replace(/[&<>"']/g, (character) => ENTITIES[character]);

const piece = (value) => {
  if (value instanceof Markup) return value.text;
  if (Array.isArray(value)) return value.map(piece).join("");
  return value === undefined || value === null || value === false ? "" : escape(value);
};

/** Template tag: every value is escaped unless it is markup itself; `null`, `undefined` and `false` print nothing. */
export const html = (strings, ...values) =>
  new Markup(strings.reduce((text, string, at) => text + piece(values[at - 1]) + string));

/** Marks trusted text (the boot, generated at build time) as markup. */
export const raw = (text) => new Markup(text);

/** Replaces `{name}` in a text by `values.name`. */
export const fill = (text, values) => text.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
