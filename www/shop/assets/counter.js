// "Behind the counter": shows what the SDK knows and plays the parts of the server and of the till. Demonstration only.
import { fill, part } from "./dom.js";
import { vitrine } from "./track.js";

/** Fills the panel when the SDK is ready and keeps it true. */
export const startCounter = async () => {
  part("sign-in").addEventListener("submit", (event) => act(event, signIn));
  part("till").addEventListener("submit", (event) => act(event, orderAtTill));
  part("sign-out").addEventListener("click", (event) => act(event, signOut));
  const state = await vitrine()?.ready;
  part("demo-mode").textContent = state ? [state.mode, state.reason].filter(Boolean).join(", ") : "off";
  if (!state) return;
  for (const name of ["segment", "consent", "decision"]) vitrine().on?.(name, draw);
  draw();
};

const draw = () => {
  const segments = vitrine().segments?.() ?? [];
  const list = part("demo-segments");
  list.replaceChildren(
    ...(segments.length > 0 ? segments.map((id) => chip(id, { segment: id })) : [chip(list.dataset.none, {}, "chips__none")]),
  );
  const purposes = Object.entries(vitrine().consent?.get?.() ?? {});
  part("demo-consent").replaceChildren(
    ...purposes.map(([purpose, { state }]) => chip(`${purpose}: ${String(state).toLowerCase()}`, { purpose, state: String(state).toLowerCase() })),
  );
};

const chip = (text, data, name = "") => {
  const item = document.createElement("li");
  item.textContent = text;
  item.className = name;
  Object.assign(item.dataset, data);
  return item;
};

const act = async (event, action) => {
  event.preventDefault();
  const status = part("demo-status");
  const answer = await action().catch((error) => ["failed", { reason: error.message }]);
  status.textContent = fill(status.dataset[answer[0]], answer[1] ?? {});
};

const customer = () => part("sign-in").elements.customer.value.trim();

const signIn = async () => {
  const visitorId = vitrine()?.visitor?.id?.();
  if (!visitorId) return ["needsConsent"];
  const user = customer();
  const proof = await post("/demo/login", { user, visitorId });
  await vitrine().identify(user, {}, { proof });
  return ["signedIn", { user }];
};

const signOut = async () => {
  await vitrine()?.reset?.();
  return ["signedOut"];
};

const orderAtTill = async () => {
  const revenue = part("till").elements.amount.valueAsNumber;
  const orderId = `TILL-${Date.now().toString(36).toUpperCase()}`;
  await post("/demo/order", { user: customer(), orderId, revenue });
  return ["ordered", { order: orderId, amount: String(revenue) }];
};

const post = async (path, body) => {
  const response = await fetch(path, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`${path} answered ${response.status}`);
  return response.json();
};
