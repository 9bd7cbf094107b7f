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
  const fields = [...document.querySelectorAll("input")];
  const details = [...document.querySelectorAll("details")];
  // What a visitor did, which no attribute says.
  fields.forEach(field => (field.type === "checkbox" ? (field.checked = true) : (field.value = "typed")));
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
    for (const field of fields) if (field.type === "checkbox" ? !field.checked : field.value !== "typed") wrong.push(["", "a field lost what was in it"]);
    for (const box of details) if (box.open) wrong.push(["", "a box opened"]);
    if (wrong.length === 0 && document.documentElement.outerHTML !== whole) wrong.push(["", "something is different beside the slots"]);
    return wrong;
  };
});
