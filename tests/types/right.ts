// What a page may write. The declarations are those that ship, from pkg/dist.
import { createVitrine } from "vitrine";
import type { Choices, Code, Decision, Receipt, Vitrine } from "vitrine";
import type { Site } from "./site.gen.js";

export const vitrine = createVitrine<Site>({
  site: "shop",
  key: "pk_demo",
  verify: { 1: "BASE64URL" },
  endpoint: "/vitrine",
  deadline: 400,
  consent: "auto",
  autotrack: true,
  debug: false,
  wasmUrl: new URL("https://shop.example/core.wasm"),
});
export const same: Vitrine<Site> = vitrine;
createVitrine({ site: "shop", key: "pk_demo", consent: "tcf:755" });
createVitrine({ site: "shop", key: "pk_demo", consent: { authority: "klaro", map: { analytics: ["measurement", "experiments"], tailored: "personalization" } } });

export async function calls(): Promise<void> {
  const { mode, reason } = await vitrine.start();
  const modes: "full" | "memory" | "contextual" | "off" = mode;
  const why: string | null = reason;

  const receipt: Receipt = await vitrine.track("Product Viewed", { sku: "42", price: 49 }, { timestamp: new Date(), messageId: "m1" });
  if (receipt.status == "dropped") {
    const code: Code = receipt.reason;
    void code;
  }
  await vitrine.track("Order Completed");
  await vitrine.page("Category", { type: "category" });
  await vitrine.page();
  await vitrine.identify("u-17", { plan: "gold", since: new Date() }, { proof: { iat: 1, mac: "x" } });
  await vitrine.identify("u-17", {}, { proof: { jwt: "x" } });
  await vitrine.group("acme");
  await vitrine.alias("new-id");
  await vitrine.reset();
  await vitrine.flush();
  vitrine.context({ page: { type: "category" }, data: { tags: ["a", "b"] } });

  const hero: Decision<Site, "hero"> = vitrine.decide("hero");
  const title: string | undefined = hero.content?.title;
  const off: () => void = vitrine.onSlot("hero", (decision) => decision.content?.title.toUpperCase());
  vitrine.onSegment("winter-fans", (inside: boolean) => void inside)();
  const inside: boolean = vitrine.inSegment("big-customer");
  const segments: readonly ("winter-fans" | "big-customer")[] = vitrine.segments();

  const choices: Choices = vitrine.consent.get();
  const until: number | null | undefined = choices.personalization?.expiresAt;
  await vitrine.consent.set({ personalization: "granted", experiments: "denied" });
  await vitrine.consent.restore({ purposes: { measurement: "granted" }, decidedAt: "2026-01-01", noticeVersion: "n1" });
  await vitrine.consent.withdraw("personalization");
  await vitrine.consent.withdraw();
  await vitrine.consent.open();

  const id: string | null = vitrine.visitor.id();
  await vitrine.visitor.profile();
  await vitrine.visitor.correct({ city: "Lyon" });
  await vitrine.visitor.export();
  await vitrine.visitor.erase();
  await vitrine.visitor.receipts();
  const wanted = await vitrine.visitor.preferences();
  const pending: boolean | undefined = wanted?.channels["email"]?.pending;
  const now = await vitrine.visitor.prefer({ channels: { email: "weekly" }, topics: { email: { sales: "off" } }, preferred: "" });
  if (now) console.log(now.stopped, pending);

  vitrine.on("ready", ({ mode }) => mode == "full");
  vitrine.on("decision", (decision) => decision.slot == "hero");
  vitrine.on("segment", ({ id, inside }) => id == "winter-fans" && inside);
  vitrine.on("consent", ({ purpose, state }) => purpose == "marketing" && state == "withdrawn");
  vitrine.on("sync", ({ unsent }) => unsent > 0);
  vitrine.on("diagnostic", ({ code, message, where, help }) => [code, message, where, help].join(" "));
  vitrine.explain("hero");
  vitrine.explain("winter-fans");
  vitrine.diagnostics().map(({ code }) => code);
  const inspector = await vitrine.inspect();
  const dump = await inspector?.dump();
  const shown: string | null | undefined = (dump?.then ?? dump?.now)?.decisions["hero"]?.experience;
  if (dump?.facts.some(({ path }) => path == "profile.plan") && dump.differs.length == 0) inspector?.close();
  vitrine.off("incident");
  void [modes, shown, why, title, off, inside, segments, until, id, vitrine.version, vitrine.ready];
}

// Without a generated site every name is accepted.
const any = createVitrine({ site: "shop", key: "pk_demo" });
void any.track("Whatever", { deep: { list: [1, "a", null, { b: true }] } });
any.decide("anything").content;
any.onSegment("whoever", () => {});
