// The page of the bench: each load in a frame of its own, as cold as on a visitor's page.

/** Loads once in a fresh frame: `{ ready, answered, on }`. */
export async function once(subject) {
  const frame = document.body.appendChild(document.createElement("iframe"));
  try {
    const loaded = new Promise(done => frame.addEventListener("load", done, { once: true }));
    frame.src = `/${subject}.html`;
    await loaded;
    if (!frame.contentWindow.crossOriginIsolated) throw new Error("the page is not cross-origin isolated: its clock is too coarse");
    const bench = await frame.contentWindow.bench;
    await bench.prepare();
    return await bench.load();
  } finally {
    frame.remove();
  }
}
