/** Everything as a file, also without a network; and the end of everything, asked for twice. */

import { make } from "../make.js";
import type { View } from "./view.js";

export function data(view: View): Node[] {
  const { texts, shown, sdk } = view;
  const button = (key: string, text: string, kind: string, run: () => void) => {
    const made = make("button", { type: "button", "data-key": key, class: kind }, text);
    made.addEventListener("click", run);
    return made;
  };
  const parts: Node[] = [
    make("p", {}, texts.dataText),
    make("div", { class: "acts" },
      button("download", texts.download, "quiet", () => void view.act(() => download(view), (whole) => texts.said[whole ? "downloaded" : "downloadedHere"])),
      button("erase", texts.erase, "danger", () => ((shown.erasing = true), view.draw("erase-sure")))),
  ];
  if (shown.erasing) {
    const stop = () => ((shown.erasing = false), view.draw("erase"));
    const sure = make("div", { class: "sure", role: "alertdialog", "aria-labelledby": "sure", "aria-describedby": "sure-text", tabindex: "-1", "data-key": "erase-sure" },
      make("h3", { id: "sure" }, texts.eraseSure),
      make("p", { id: "sure-text" }, texts.eraseText),
      make("div", { class: "acts" },
        button("erase-no", texts.cancel, "quiet", stop),
        button("erase-yes", texts.eraseYes, "danger", () => {
          shown.erasing = false;
          void view.act(() => sdk.call("visitor.erase", []), (there) => texts.said[there === false ? "erasedHere" : "erased"]);
        })));
    sure.addEventListener("keydown", (event) => event.key == "Escape" && stop());
    parts.push(sure);
  }
  return parts;
}

/** Saves what device and backend know; answers whether the backend could be asked. */
async function download({ sdk, shown }: View): Promise<boolean> {
  const [profile, server, receipts] = await Promise.all(["visitor.profile", "visitor.export", "visitor.receipts"].map((name) => sdk.call(name, [])));
  const reached = server != null || sdk.call("visitor.id", []) == null;
  const day = new Date().toISOString();
  save({ madeAt: day, site: location.host, visitor: sdk.call("visitor.id", []), consent: shown.choices, device: profile, server: server ?? null, receipts: receipts ?? null }, `my-data-${day.slice(0, 10)}.json`);
  return reached;
}

/** Gives the visitor a file. */
export function save(of: unknown, name: string): void {
  const url = URL.createObjectURL(new Blob([JSON.stringify(of, null, 2)], { type: "application/json" }));
  const link = make("a", { href: url, download: name });
  link.click();
  // The browser has begun to save by then.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
