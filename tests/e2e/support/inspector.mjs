// The inspector as a developer uses it: how it is opened, pressed, typed into and read.

export const PANEL = "vitrine-inspector";
const part = key => `${PANEL} >>> [data-key="${key}"]`;

/** Opens it as a developer does, from the console. */
export const open = tab => tab.evaluate(async () => typeof (window.inspector = await window.vitrine.inspect())?.close);

/** Waits until a part of the panel says something, or (`false`) no longer does. */
export const says = (tab, selector, text, wanted = true) => tab.waitFor((tag, selector, text, wanted) =>
  [...document.querySelector(tag).shadowRoot.querySelectorAll(selector)].some(of => of.textContent.replace(/\s+/g, " ").includes(text)) === wanted,
[PANEL, selector, text, wanted], { what: `the inspector's ${selector} ${wanted ? "to say" : "to stop saying"} "${text}"` });

/** Clicks a part of the panel; again where it was drawn anew between being found and being hit. */
export async function press(tab, key, left = 3) {
  try {
    await tab.click(part(key));
  } catch (error) {
    if (left === 0 || !/stale/i.test(`${error.name} ${error.message}`)) throw error;
    await press(tab, key, left - 1);
  }
}

/** Opens a section. */
export async function section(tab, name) {
  await press(tab, `tab:${name}`);
  await tab.waitFor((tag, name) => document.querySelector(tag).shadowRoot.getElementById(`tab-${name}`).getAttribute("aria-selected") === "true", [PANEL, name], { what: `the section ${name}` });
}

/** Types into a field of the panel, and sends its form. */
export const type = (tab, key, text) => tab.evaluate((tag, key, text) => {
  const field = document.querySelector(tag).shadowRoot.querySelector(`[data-key="${key}"]`);
  field.value = text;
  field.dispatchEvent(new Event("input"));
  field.form.requestSubmit();
}, PANEL, key, text);

export const pick = (tab, key, value) => tab.evaluate((tag, key, value) => {
  const list = document.querySelector(tag).shadowRoot.querySelector(`[data-key="${key}"]`);
  list.value = value;
  list.dispatchEvent(new Event("change"));
}, PANEL, key, value);

export const dump = tab => tab.evaluate(() => window.inspector.dump());

/** What the panel could leave behind in the page. */
export const traces = tab => tab.evaluate(tag => ({ panels: document.querySelectorAll(tag).length, sheets: document.adoptedStyleSheets.length, style: document.documentElement.getAttribute("style"), focus: document.activeElement?.tagName }), PANEL);
