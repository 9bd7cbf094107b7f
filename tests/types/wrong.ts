// What a page may not write: each line must be an error, or tsc says that the comment is unused.
import { createVitrine } from "vitrine";
import type { Site } from "./site.gen.js";

// @ts-expect-error no key
createVitrine<Site>({ site: "shop" });
// @ts-expect-error an option of nobody's
createVitrine<Site>({ site: "shop", key: "pk", colour: "red" });
// @ts-expect-error a deadline is a number
createVitrine<Site>({ site: "shop", key: "pk", deadline: "400" });
// @ts-expect-error a site has slots
createVitrine<{ events: {}; segments: string }>({ site: "shop", key: "pk" });

const vitrine = createVitrine<Site>({ site: "shop", key: "pk" });

// @ts-expect-error an unknown event
vitrine.track("Product Seen");
// @ts-expect-error an unknown property
vitrine.track("Product Viewed", { colour: "red" });
// @ts-expect-error a property of another type
vitrine.track("Product Viewed", { price: "49" });
// @ts-expect-error an unknown option
vitrine.track("Product Viewed", {}, { when: 1 });
// @ts-expect-error a function is not JSON
vitrine.page("Home", { run: () => {} });
// @ts-expect-error an id is text
vitrine.identify(17);
// @ts-expect-error a proof has a time
vitrine.identify("u", {}, { proof: { mac: "x" } });
// @ts-expect-error an unknown slot
vitrine.decide("heros");
// @ts-expect-error an unknown member of the content
vitrine.decide("hero").content?.headline;
// @ts-expect-error an unknown slot
vitrine.onSlot("heros", () => {});
// @ts-expect-error an unknown segment
vitrine.inSegment("vip");
// @ts-expect-error an unknown segment
vitrine.onSegment("vip", () => {});
// @ts-expect-error an unknown event of the SDK
vitrine.on("exposures", () => {});
// @ts-expect-error not a member of a diagnostic
vitrine.on("diagnostic", ({ stack }) => stack);
// @ts-expect-error an unknown purpose
vitrine.consent.set({ profiling: "granted" });
// @ts-expect-error no such consent source
createVitrine({ site: "shop", key: "pk_demo", consent: "klaros" });
// @ts-expect-error no such purpose
createVitrine({ site: "shop", key: "pk_demo", consent: { map: { ads: "sales" } } });
// @ts-expect-error a visitor grants or denies
vitrine.consent.set({ marketing: "expired" });
// @ts-expect-error when it was decided
vitrine.consent.restore({ purposes: {} });
// @ts-expect-error an unknown purpose
vitrine.consent.withdraw("all");
// @ts-expect-error neither a slot nor a segment
vitrine.explain("vip");
// @ts-expect-error frozen
vitrine.version = "2";
// @ts-expect-error frozen, all the way
vitrine.decide("hero").reason = "matched";
