// The page of the bench: each load in a frame of its own, as cold as on a visitor's page.

/** Loads once in a fresh frame: `{ ready, answered }` in milliseconds. */
export const once = subject => framed(subject, bench => bench.load());

/** Loads in a fresh frame, then says who the visitor is: the ids of the segments that hold. */
export const check = subject => framed(subject, async bench => {
  await bench.load();
  return bench.check();
});

async function framed(subject, act) {
  const frame = document.body.appendChild(document.createElement("iframe"));
  try {
    const loaded = new Promise(done => frame.addEventListener("load", done, { once: true }));
    frame.src = `/${subject}.html`;
    await loaded;
    if (!frame.contentWindow.crossOriginIsolated) throw new Error("the page is not cross-origin isolated: its clock is too coarse");
    const bench = await frame.contentWindow.bench;
    await bench.prepare();
    return await act(bench);
  } finally {
    frame.remove();
  }
}
