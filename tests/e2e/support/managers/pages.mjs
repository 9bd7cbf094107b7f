// What pages around a consent manager look like; and, for the two IAB packages, which have no face of their own, three
// buttons that say to them what a person chose.

/** A page of the same site where this SDK does not run. */
export const bare = head => `<!doctype html><html lang="en"><head><meta charset="utf-8">${head}</head><body><h1>Elsewhere</h1>
  <button id="reopen" style="position:fixed;top:0;left:0;z-index:2147483647">Cookies</button><script src="/npm/setup.js"></script></body></html>`;

const buttons = `
  const box = document.createElement("div");
  box.style.cssText = "position:fixed;bottom:0;left:0;right:0;background:#fff;z-index:2147483646";
  const show = () => document.body.append(box);
  const kept = name => document.cookie.split("; ").find(pair => pair.startsWith(name + "="))?.slice(name.length + 1);
  const keep = (name, value) => { document.cookie = name + "=" + value + "; path=/; max-age=31536000"; };
  for (const act of ["all", "some", "none"]) {
    const button = document.createElement("button");
    button.id = "cmp-" + act;
    button.textContent = act;
    button.onclick = () => { box.remove(); choose(act); };
    box.append(button);
  }`;

/** A new revision is a new policy version: what was said to an older one is asked again. */
export const tcfPage = ({ revision }) => `${buttons}
  const before = kept("euconsent-v2"), [made, text] = before ? before.split("!") : [];
  const asked = !before || Number(made) !== ${revision};
  tcfCmp.update(asked ? "" : text, asked);
  if (asked) show();
  function choose(act) {
    const text = tcfCmp.encode({ all: [1, 5, 6, 8, 9], some: [1, 8, 9], none: [] }[act]);
    keep("euconsent-v2", "${revision}!" + text);
    tcfCmp.update(text, false);
  }
  reopen = () => { tcfCmp.update(kept("euconsent-v2")?.split("!")[1] ?? "", true); show(); };`;

export const gppPage = () => `${buttons}
  const before = kept("gpp");
  if (before) gppCmp.restore(before); else { gppCmp.waits(); show(); }
  function choose(act) { keep("gpp", gppCmp.choose(act === "all" ? 2 : 1)); }
  reopen = show;`;
