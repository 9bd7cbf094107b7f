// In the page, before the SDK: remembers what the slots are, to the last empty text, and says what is different.

window.violations = [];
window.diagnostics = [];
document.addEventListener("securitypolicyviolation", ({ violatedDirective, target }) =>
  violations.push([violatedDirective, target.closest?.("[data-vitrine-slot]")?.dataset.vitrineSlot ?? "", target.outerHTML]));
document.addEventListener("vitrine:diagnostic", ({ detail }) => diagnostics.push([detail.code, detail.where]));

document.addEventListener("DOMContentLoaded", () => {
  const tell = node => node.nodeType === 1
    ? [node.localName, [...node.attributes].map(({ name, value }) => [name, value]), [...node.childNodes].map(tell)]
    : [node.nodeType, node.nodeValue];
  const used = [...document.querySelectorAll("input,textarea,select,details")];
  // What a visitor did, which no attribute says but a box's `open`.
  used.forEach((one, at) => {
    if (one.localName === "details") one.open = at % 2 === 1;
    else if (one.type === "checkbox") one.checked = true;
    else if (one.localName === "select") one.selectedIndex = 2;
    else one.value = one.localName === "input" ? "typed" : "typed\n".repeat(40);
    one.scrollTop = 30;
  });
  // Where they are: in a field, or with some of the text marked.
  const fields = used.filter(one => one.localName === "textarea" || one.localName === "input" && one.type !== "checkbox");
  const number = Number(location.pathname.match(/\d+/)[0]) / 50;
  const field = fields[number % Math.max(1, fields.length)];
  if (number % 3 < 2 && field) {
    field.focus({ preventScroll: true });
    field.setSelectionRange(1, 3, "backward");
  } else {
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT, node => (node.data.trim() && !node.parentElement.closest("template,textarea,select") ? NodeFilter.FILTER_ACCEPT : NodeFilter.FILTER_REJECT));
    const all = [];
    while (texts.nextNode()) all.push(texts.currentNode);
    const [from, to] = [all[number % all.length], all[(number + 4) % all.length]];
    if (from && to) getSelection().setBaseAndExtent(from, 0, to, 1);
  }
  const usage = () => used.map(one => [one.localName, one.value, one.checked, one.selectedIndex, one.open, one.scrollTop]);
  const attention = () => {
    const { anchorNode, anchorOffset, focusNode, focusOffset } = getSelection();
    const { activeElement } = document;
    return [activeElement, activeElement.selectionStart, activeElement.selectionEnd, activeElement.selectionDirection, ...activeElement === document.body ? [anchorNode, anchorOffset, focusNode, focusOffset] : []];
  };
  const before = [usage(), attention()];
  const slots = [...document.querySelectorAll("[data-vitrine-slot]")].map(section => ({
    name: section.dataset.vitrineSlot, section, html: section.outerHTML, shape: JSON.stringify(tell(section)), nodes: [...section.querySelectorAll("*")],
    prices: [...section.querySelectorAll("[data-vitrine-price]")].map(price => [price, price.outerHTML]),
  }));
  const whole = document.documentElement.outerHTML;

  window.shown = () => slots.map(({ name, section, html, prices }) => {
    const price = prices.find(([price, own]) => !price.isConnected || price.outerHTML !== own);
    return [name, section.outerHTML, price ? price[1] : "", section.outerHTML !== html];
  });
  window.differences = () => {
    const wrong = [];
    for (const { name, section, html, shape, nodes } of slots) {
      const now = [...section.querySelectorAll("*")];
      if (section.outerHTML !== html) wrong.push([name, `not undone: ${section.outerHTML}`]);
      else if (JSON.stringify(tell(section)) !== shape) wrong.push([name, `nodes are left, or gone: ${JSON.stringify(tell(section))}`]);
      else if (now.length !== nodes.length || now.some((node, index) => node !== nodes[index])) wrong.push([name, "its nodes are not its own"]);
    }
    const owner = one => one?.closest?.("[data-vitrine-slot]")?.dataset.vitrineSlot ?? one?.parentElement?.closest("[data-vitrine-slot]")?.dataset.vitrineSlot ?? "";
    const now = usage();
    used.forEach((one, at) => {
      if (JSON.stringify(now[at]) !== JSON.stringify(before[0][at])) wrong.push([owner(one), `what was done in it is lost: ${JSON.stringify(now[at])}, before ${JSON.stringify(before[0][at])}`]);
    });
    const where = attention();
    const told = what => what?.outerHTML ?? what?.data ?? what;
    if (where.length !== before[1].length || where.some((one, at) => one !== before[1][at])) wrong.push([owner(before[1][0] === document.body ? before[1][4] : before[1][0]), `they were at ${JSON.stringify(before[1].map(told))}, and are at ${JSON.stringify(where.map(told)).slice(0, 300)}`]);
    if (wrong.length === 0 && document.documentElement.outerHTML !== whole) wrong.push(["", "something is different beside the slots"]);
    return wrong;
  };
});
