/**
 * `vitrine.inspect()`: why this visitor sees this here, and what would change it. A chunk of its own: a page that never
 * opens it loads nothing of it.
 */

import { languageOf } from "../elements/make.js";
import type { Facade } from "../facade.js";
import type { Inspector } from "../types.js";
import { Model } from "./model.js";
import { Panel } from "./panel.js";

/** What the inspector listens to: after any of it the page is looked at again. */
const NEWS = ["ready", "decision", "exposure", "emit", "segment", "consent", "sync", "diagnostic"];

/** How long news are gathered, in ms: a look copies the whole state. */
const PAUSE = 50;

const opened = new WeakMap<Facade, [Inspector, Panel]>();

/** Opens the inspector of a page, or comes back to the one that is open. */
export async function inspect(facade: Facade): Promise<Inspector> {
  const known = opened.get(facade);
  if (known) return known[1].front(), known[0];
  const model = new Model(facade);
  const panel = new Panel(model, languageOf(document.documentElement), close);
  let due = false;
  // Many things happen at once: the page is looked at once.
  const news = () => {
    if (due) return;
    due = true;
    setTimeout(() => ((due = false), void look()), PAUSE);
  };
  const ends = NEWS.map((name) => facade.emitter.add(name, news));
  const handle: Inspector = Object.freeze({ close, dump: async () => (await model.look(), dump(model)) });
  opened.set(facade, [handle, panel]);
  panel.open();
  await look();
  return handle;

  async function look(): Promise<void> {
    const newest = await model.look();
    if (newest && opened.has(facade)) panel.news();
  }

  function close(): void {
    if (!opened.delete(facade)) return;
    ends.forEach((end) => end());
    // What was forced goes with who forced it.
    if (model.forced) model.force(undefined);
    panel.remove();
  }
}

/** What the inspector shows, as data. */
function dump(model: Model): Awaited<ReturnType<Inspector["dump"]>> {
  const { now, then, facts, consent, differs, problem, scenario, forced } = model;
  const what = { now: now ?? null, then: then ?? null, facts, consent, differs, problem: problem || null, supposed: scenario, forced: forced ?? null, happened: model.happened() };
  return structuredClone(what) as any;
}
