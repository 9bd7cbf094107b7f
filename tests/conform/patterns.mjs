// Random regular expressions and what JavaScript itself answers: `node tests/conform/patterns.mjs FROM COUNT` prints a
// line for each number, {"args": [condition, attributes], "ok": whether it matches}. A pattern that JavaScript refuses never
// matches. Numbers alone decide what is printed, so a difference can be asked again.

const [from, count] = process.argv.slice(2).map(Number);

// What our patterns leave out, and so nothing to compare: look-around, flags of a group, back-references. One name in two
// alternatives is valid since ECMAScript 2025, which not every Node knows.
const LEFT_OUT = /\(\?<n>(.|\n)*\(\?<n>|\(\?(<?[=!]|[ims-])|\((.|\n)*\\[1-9k]|\\[1-9k](.|\n)*\(/;

// Letters that have a case, of one UTF-16 unit.
const LETTERS = [];
for (let unit = 0x80; unit < 0xffff; unit++) {
  const letter = String.fromCharCode(unit);
  if (letter.toUpperCase() !== letter || letter.toLowerCase() !== letter) LETTERS.push(letter);
}

const PARTS = ["a", "b", "A", "k", "s", "1", "_", " ", "-", "ß", "ſ", "σ", "ς", "K", "😀", ".", "\\d", "\\D", "\\w", "\\W", "\\s", "\\S",
  "\\b", "\\B", "^", "$", "[ab]", "[^a]", "[a-c]", "[\\w-x]", "[]", "[^]", "[à-þ]", "[A-z]", "[^σ]", "[-a]", "[a-]", "[\\b]", "\\x41",
  "\\xg", "\\u00e9", "\\ud83d", "\\u{2}", "\\cA", "\\c1", "[\\c1]", "[\\c]", "\\0", "\\141", "\\8", "\\-", "]", "}", "{", "x{,2}", "a{2}",
  "b{1,3}", "\\n", "|", "(?<n>a)"];
const COUNTS = ["*", "+", "?", "{2}", "{0,2}", "{1,}", "*?", "+?", "??", "{0}", "{1,2}?"];
const SOUP = [..."()[]{}|*+?^$\\-,:<>.01289abcdkuxwsbBDcé"];
const UNITS = [..."abcABCkKsS1_ -éÉßẞſσςΣ😀\n\b\0{}[],8x\u{1}\u2028\ufeff\u212a"];

let state = 0;
function below(limit) {
  // mulberry32: small, and the same everywhere.
  state = (state + 0x6d2b79f5) | 0;
  let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
  mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
  return ((mixed ^ (mixed >>> 14)) >>> 0) % limit;
}
const pick = (list) => list[below(list.length)];
const several = (most, make) => Array.from({ length: 1 + below(most) }, make);

function part() {
  if (below(6)) return pick(PARTS);
  const [low, high] = [pick(LETTERS), pick(LETTERS)].sort();
  return pick([low, `[${low}${high}]`, `[^${low}${high}]`, `[${low}-${high}]`]);
}

function pattern(depth) {
  const inner = () => (depth ? pattern(depth - 1) : part());
  switch (below(6)) {
    case 0: return several(3, inner).join("|");
    case 1: return `(${inner()})`;
    case 2: return `(?:${inner()})${pick(COUNTS)}`;
    default: return several(3, inner).join("");
  }
}

function subject(letters) {
  const unit = () => {
    const letter = below(3) || !letters.length ? pick(UNITS) : pick(letters);
    return pick([letter, letter.toUpperCase(), letter.toLowerCase()]);
  };
  return below(20) ? several(10, unit).join("") : "";
}

for (let number = from; number < from + count; number++) {
  state = number;
  let text;
  do text = below(4) ? pattern(3) : several(12, () => pick(SOUP)).join("");
  while (LEFT_OUT.test(text) || text.length > 300);
  const ignores = below(2) === 1;
  const value = subject([...text].filter((letter) => letter > "\x7f"));
  let ok = false;
  try {
    ok = new RegExp(text, ignores ? "i" : "").test(value);
  } catch {
    // Refused: never matches.
  }
  process.stdout.write(`${JSON.stringify({ args: [{ a: { [ignores ? "$regexi" : "$regex"]: text } }, { a: value }], ok })}\n`);
}
