// The page of banner.test.ts: consent that only notes what it is told.
import { define, open } from "../ts/elements/banner.js";

const sets: unknown[] = ((window as any).sets = []);
// `window.event` says nothing inside a shadow tree.
let clicking = false;
addEventListener("click", () => { clicking = true; }, true);
addEventListener("click", () => { clicking = false; });
const consent = {
  get: () => Object.fromEntries(Object.entries((window as any).states ?? {}).map(([id, state]) => [id, { state: String(state) }])),
  set: (purposes: object) => sets.push({ purposes, gesture: clicking && navigator.userActivation.isActive }),
};
define(consent);
document.getElementById("b")!.addEventListener("click", () => void open(consent));
