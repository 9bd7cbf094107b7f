/** The site's catalogue and its cards: loaded once an experience shows a list. */

/** Larger ones are not read: whoever shows them has a search of their own. */
const CHARACTERS = 4 * 1024 * 1024;
const ITEMS = 10_000;
/** ms: the page shows its own content meanwhile. */
const WAIT = 20_000;
/** Deeper values are nothing (crates/wire/src/limits.rs). */
const DEPTH = 16;

/** The items as the engine's stored bytes, and what is wrong with the file. */
export async function load(from: string): Promise<{ bytes?: Uint8Array; wrong?: string }> {
  try {
    const response = await fetch(from, { credentials: "omit", referrerPolicy: "no-referrer", ...(AbortSignal.timeout && { signal: AbortSignal.timeout(WAIT) }) });
    if (!response.ok) return { wrong: `${from}: ${response.status}` };
    const text = await response.text();
    if (text.length > CHARACTERS) return { wrong: `${from}: over 4 MiB` };
    const items: object[] = [];
    let wrong: string | undefined;
    text.split("\n").forEach((line, at) => {
      if (!line.trim()) return;
      try {
        const item = JSON.parse(line);
        if (Object(item) !== item || Array.isArray(item)) throw 0;
        items.push(item);
      } catch {
        wrong ??= `${from}: line ${at + 1} is no JSON object`;
      }
    });
    if (items.length > ITEMS) wrong = `${from}: ${items.length} items, the first ${ITEMS} are used`;
    return { bytes: encode(items.slice(0, ITEMS), text.length), ...(wrong && { wrong }) };
  } catch {
    return { wrong: `${from}: no answer` };
  }
}

/** A list as crates/wire/src/codec writes it. */
function encode(items: object[], length: number): Uint8Array {
  // What takes most for its text is a digit and a comma: nine bytes and its kind.
  const out = new Uint8Array(length * 5 + 64);
  const view = new DataView(out.buffer);
  const utf8 = new TextEncoder();
  let end = 0;
  const count = (n: number) => {
    for (; n > 127; n >>>= 7) out[end++] = (n & 127) | 128;
    out[end++] = n;
  };
  const say = (text: string) => {
    const bytes = utf8.encode(text);
    count(bytes.length);
    out.set(bytes, end);
    end += bytes.length;
  };
  const members = (map: object, depth: number) => {
    const all = Object.entries(map);
    count(all.length);
    for (const [name, value] of all) {
      say(name);
      put(value, depth);
    }
  };
  const put = (value: any, depth: number) => {
    const kind = ["boolean", "number", "string"].indexOf(typeof value) + 1 || (depth < DEPTH && value ? (Array.isArray(value) ? 4 : 5) : 0);
    out[end++] = kind;
    if (kind == 1) out[end++] = +value;
    if (kind == 2) view.setFloat64((end += 8) - 8, value, true);
    if (kind == 3) say(value);
    if (kind == 4) {
      count(value.length);
      for (const item of value) put(item, depth + 1);
    }
    if (kind == 5) members(value, depth + 1);
  };
  put(items, 0);
  return out.slice(0, end);
}

/** `{{item.title | "otherwise"}}` in a template. */
const TAG = /\{\{\s*item\.([^\s|}]+)\s*(?:\|\s*"([^"]*)"\s*)?\}\}/g;

const filled = (text: string, item: object): string =>
  text.replace(TAG, (_, path: string, otherwise = "") => {
    const own = (at: any, name: string) => (Object(at) === at && Object.prototype.hasOwnProperty.call(at, name) ? at[name] : undefined);
    const value = path.split(".").reduce(own, item);
    return value == null || typeof value == "object" ? otherwise : String(value);
  });

const ADDRESS = /^(action|background|cite|data|formaction|(xlink:)?href|(image)?srcset|ping|poster|src)$/i;
const CODE = /^(on|(srcdoc|style|is)$)/i;

/** An address that may be followed: a path, or of the web, mail or telephone, however its letters are spaced. */
const safe = (address: string): boolean => {
  const scheme = /^[a-z][a-z\d+.-]*:/i.exec(address.replace(/[\0- ]/g, ""));
  return !scheme || /^(https?|mailto|tel|sms):$/i.test(scheme[0]);
};

function attribute(element: Element, { name, value }: Attr, item: object) {
  const text = filled(value, item);
  if (text == value) return;
  if (CODE.test(name) || (ADDRESS.test(name) && !text.split(",").every(safe))) element.removeAttribute(name);
  else element.setAttribute(name, text);
}

/** Each item as a copy of the page's template; undefined where there is no such template. */
export function cards(element: Element, each: string, items: object[]): Node[] | undefined {
  const root = element.getRootNode() as ParentNode;
  const template = element.querySelector(each) ?? root.querySelector(each) ?? document.querySelector(each);
  if (!(template instanceof HTMLTemplateElement)) return undefined;
  return items.flatMap((item) => {
    // In the template's own document until it is filled: nothing in it loads or runs there.
    const copy = template.content.cloneNode(true) as DocumentFragment;
    for (const inside of copy.querySelectorAll("*")) for (const one of [...inside.attributes]) attribute(inside, one, item);
    const texts = document.createTreeWalker(copy, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) {
      const node = texts.currentNode as Text;
      if (!/^(script|style)$/i.test(node.parentElement?.localName ?? "")) node.data = filled(node.data, item);
    }
    return [...copy.childNodes];
  });
}
