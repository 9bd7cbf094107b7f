// The recorder's word is not taken on trust: a few loads are filmed, and the picture of the hero is looked for in each frame.

import { colours } from "./content.mjs";

/** Films a tab. `end(context, visit)` answers what was seen, what the recorder said, and whether they agree. */
export async function screencast(devtools) {
  const shots = [];
  const take = ({ data, sessionId }) => {
    shots.push(data);
    devtools.send("Page.screencastFrameAck", { sessionId }).catch(() => {});
  };
  devtools.on("Page.screencastFrame", take);
  await devtools.send("Page.startScreencast", { format: "png", maxWidth: 640, maxHeight: 400, everyNthFrame: 1 });
  return {
    async end(context, { figures }) {
      await devtools.send("Page.stopScreencast");
      devtools.off("Page.screencastFrame", take);
      const kinds = await sort(context, shots);
      const film = { shots: shots.length, own: kinds.filter(kind => kind == "own").length, right: kinds.filter(kind => kind == "right").length };
      const recorder = { own: figures["frames of the page's own content"], hidden: figures["frames hidden"] };
      // The film may miss a single frame; it never shows what was not painted.
      const agrees = recorder.own == undefined || film.right > 0 && (film.own == 0 || recorder.own > 0) && (recorder.own <= 2 || film.own > 0);
      return { film, recorder, agrees };
    },
  };
}

/** Which picture each shot shows; a browser reads PNG best. */
async function sort(context, shots) {
  const page = await context.newPage();
  try {
    return await page.evaluate(async ({ shots, colours }) => {
      const kinds = [];
      for (const shot of shots) {
        const image = await createImageBitmap(await (await fetch(`data:image/png;base64,${shot}`)).blob());
        const drawing = new OffscreenCanvas(image.width, image.height).getContext("2d");
        drawing.drawImage(image, 0, 0);
        const { data } = drawing.getImageData(0, 0, image.width, image.height);
        const found = Object.fromEntries(Object.keys(colours).map(name => [name, 0]));
        for (let at = 0; at < data.length; at += 4)
          for (const [name, colour] of Object.entries(colours))
            if (colour.every((value, channel) => Math.abs(data[at + channel] - value) < 12)) found[name]++;
        const [name, most] = Object.entries(found).sort((a, b) => b[1] - a[1])[0];
        kinds.push(most > 500 ? name : "neither");
      }
      return kinds;
    }, { shots, colours });
  } finally {
    await page.close();
  }
}
