// The visitor's own page: what is known and why, a group left for good, a fact put right, the end of everything.

import assert from "node:assert/strict";

import { callsOutside, requestsOutside } from "../support/closed.mjs";
import { accept, heroIs, likeWinter, notes, ownHero, visit, winter } from "../support/person.mjs";
import { preferenceRows, visitorRows } from "../support/rows.mjs";
import { until } from "../support/until.mjs";

const CENTRE = "vitrine-preferences";
const part = key => `${CENTRE} >>> [data-key="${key}"]`;
const words = tab => tab.evaluate(tag => document.querySelector(tag)?.shadowRoot?.textContent ?? "", CENTRE);
const says = (tab, text) => tab.waitFor((tag, text) => document.querySelector(tag)?.shadowRoot?.textContent.includes(text), [CENTRE, text], { what: `the preference centre to say "${text}"` });

async function open(tab, shop, path = "") {
  await tab.goto(`${shop.origin}/preferences/${path}`);
  await tab.waitFor(tag => document.querySelector(tag)?.shadowRoot?.querySelector("h2"), [CENTRE], { what: "the preference centre" });
}

/** Chooses in a list, as a person's choice arrives at the page. */
const pick = (tab, key, value) => tab.evaluate((tag, key, value) => {
  const list = document.querySelector(tag).shadowRoot.querySelector(`[data-key="${key}"]`);
  list.value = value;
  list.dispatchEvent(new Event("change", { bubbles: true }));
}, CENTRE, key, value);

/** Types into a field and sends its form. */
const type = (tab, key, text) => tab.evaluate((tag, key, text) => {
  const field = document.querySelector(tag).shadowRoot.querySelector(`[data-key="${key}"]`);
  field.value = text;
  field.dispatchEvent(new Event("input"));
  field.form.requestSubmit();
}, CENTRE, key, text);

/** Claims the messages that the site's own server has to send. */
async function outbox(shop) {
  const answer = await fetch(`${shop.server.origin ?? shop.origin}/v1/sites/${shop.keys.site}/outbox`, {
    method: "POST",
    headers: { authorization: `Basic ${btoa(`${shop.keys.secret}:`)}` },
  });
  assert.equal(answer.status, 200);
  return (await answer.json()).messages;
}

export default [
  {
    title: "preferences: before a choice the page says so, in both languages, and nothing but the closed list happens",
    async run(t) {
      const shop = await t.shop();
      const tab = await (await t.browser()).newTab();
      for (const [path, text] of [["", "This site keeps no profile of you"], ["fr/", "Ce site ne conserve aucun profil"]]) {
        await open(tab, shop, path);
        await says(tab, text);
        const { calls, faults, violations } = await notes(tab);
        assert.deepEqual(callsOutside(calls, { site: shop.keys.site, origin: shop.origin, acts: 0 }), []);
        assert.deepEqual({ faults, violations }, { faults: [], violations: [] });
      }
      assert.deepEqual(requestsOutside(shop.proxy.requests, { site: shop.keys.site, acts: 0 }), []);
    },
  },
  {
    title: "preferences: why, leave a group for good, correct a fact, erase everything",
    async run(t) {
      const shop = await t.shop();
      const tab = await (await t.browser()).newTab();
      await likeWinter(tab, shop);
      const stored = await tab.evaluate(() => window.vitrine.identify("c-1001", { city: "Paris" }));
      assert.equal(stored.status, "stored");

      await open(tab, shop);
      await says(tab, "Winter fans");
      await tab.click(`${part("why:winter-fans")} summary`);
      assert.match(await words(tab), /“Product Viewed”: 3 times in the last 7 days \(asked: at least 3\)/);
      await tab.click(part("group:winter-fans"));
      await says(tab, "You have left the group");

      await tab.click(part("correct:city"));
      await tab.evaluate((tag, key) => {
        const field = document.querySelector(tag).shadowRoot.querySelector(`[data-key="${key}"]`);
        field.value = "Lyon";
        field.dispatchEvent(new Event("input"));
        field.form.requestSubmit();
      }, CENTRE, "edit:city");
      await says(tab, "corrected by you");

      await visit(tab, `${shop.origin}/`);
      await heroIs(tab, ownHero);
      await tab.waitFor(() => !window.vitrine.inSegment("winter-fans"));
      assert.equal(await tab.evaluate(async () => (await window.vitrine.visitor.profile()).traits.city.value), "Lyon");
      await tab.evaluate(() => window.vitrine.flush());
      const visitor = await tab.evaluate(() => window.vitrine.visitor.id());
      await until(async () => (await visitorRows(shop.server, visitor)).traits > 0, "the server to know the correction");

      await open(tab, shop, "fr/");
      await says(tab, "Les groupes que vous avez quittés");
      await tab.click(part("erase"));
      await tab.click(part("erase-yes"));
      await says(tab, "Tout ce qui vous concernait a été effacé");
      const rows = await visitorRows(shop.server, visitor);
      assert.deepEqual([rows.events, rows.traits, rows.orders], [0, 0, 0]);
      const { faults, violations } = await notes(tab);
      assert.deepEqual({ faults, violations }, { faults: [], violations: [] });
    },
  },
  {
    title: "preferences: an address is given and confirmed, a topic comes weekly, and everything is stopped",
    async run(t) {
      const shop = await t.shop();
      const tab = await (await t.browser()).newTab();
      await visit(tab, `${shop.origin}/`);
      await accept(tab);
      await open(tab, shop);
      await tab.waitFor((tag, key) => document.querySelector(tag)?.shadowRoot?.querySelector(`[data-key="${key}"]`), [CENTRE, "channel:email"], { what: "the channels" });
      const state = () => tab.evaluate(tag => [...document.querySelector(tag).shadowRoot.querySelectorAll("[data-section=messages] :is([role=switch],select)")].map(of => [of.dataset.key, of.checked ?? of.value]), CENTRE);
      assert.deepEqual(await state(), [
        ["channel:email", false], ["topic:email:arrivals", "off"], ["topic:email:sales", "off"],
        ["channel:post", true], ["often:post", "each"], ["topic:post:arrivals", "each"], ["topic:post:sales", "each"],
        ["channel:sms", false], ["topic:sms:arrivals", "off"], ["topic:sms:sales", "off"],
      ], "silence allows only what the law allows without asking");

      await pick(tab, "topic:email:sales", "weekly");
      await says(tab, "E-mail, Sales: Once a week at most");
      await type(tab, "address:email", "marie.durand@example.org");
      await says(tab, "It is used once you follow the link");
      await says(tab, "Waiting for confirmation");
      const messages = await outbox(shop);
      assert.deepEqual(messages.map(({ kind, channel, address, locale }) => [kind, channel, address, locale]), [["confirm-address", "email", "marie.durand@example.org", "en"]]);
      assert.deepEqual(await outbox(shop), [], "each message is given out once");
      const confirmed = await fetch(`${shop.origin}/v1/preferences/confirm`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ site: shop.keys.site, token: messages[0].token }),
      });
      assert.equal(confirmed.status, 200);

      await open(tab, shop, "fr/");
      await says(tab, "m…@example.org");
      assert.doesNotMatch(await words(tab), /En attente de confirmation/);
      const visitor = await tab.evaluate(() => window.vitrine.visitor.id());
      assert.deepEqual(await preferenceRows(shop.server, visitor), { chosen: ["email sales weekly"], addresses: ["email confirmed"], suppressed: 0 });

      await tab.click(part("stop"));
      await says(tab, "Vous avez tout arrêté");
      assert.deepEqual(await preferenceRows(shop.server, visitor), { chosen: ["* stop off", "email  off", "post  off", "sms  off"], addresses: [], suppressed: 1 });
      assert.ok((await state()).every(([, now]) => now === false || now === "off"));
      assert.match(await words(tab), /Toujours envoyés/);

      // Undone by allowing a channel again, for that channel alone.
      await tab.click(part("channel:post"));
      await says(tab, "messages commerciaux activés.");
      const { stopped, channels } = await tab.evaluate(() => window.vitrine.visitor.preferences());
      assert.deepEqual([stopped, channels.post.frequency, channels.email.frequency, channels.email.topics.sales.frequency], [false, "each", "off", "off"]);
      assert.equal(await tab.evaluate(() => window.vitrine.visitor.prefer({ addresses: { email: "nobody" } })), false);
      const { faults, violations } = await notes(tab);
      assert.deepEqual({ faults, violations }, { faults: [], violations: [] });
    },
  },
];
