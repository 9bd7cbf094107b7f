// An order made elsewhere (a till, the telephone), sent by the real Segment client for Node with the site's secret key.
// stdin: {"endpoint", "key", "user", "orderId", "revenue", "currency"?, "products"?, "timestamp"?} as JSON.
// stdout: {"success": true, "orderId", "messageId"} or {"success": false, "message"}. Exit code 0 once the server acknowledged, 1 otherwise.
import { text } from "node:stream/consumers";
import { Analytics } from "@segment/analytics-node";

/** How long one request may take, and how often it is tried again, before the order is reported as not sent. */
const POLICY = { httpRequestTimeout: 5_000, maxRetries: 2 };

const REQUIRED = { endpoint: "string", key: "string", user: "string", orderId: "string", revenue: "number" };

const input = async () => {
  const given = JSON.parse(await text(process.stdin));
  for (const [name, type] of Object.entries(REQUIRED)) {
    if (typeof given[name] !== type) throw new Error(`"${name}" must be a ${type}`);
  }
  return given;
};

const send = ({ endpoint, key, user, orderId, revenue, currency = "EUR", products, timestamp }) =>
  new Promise((resolve, reject) => {
    const client = new Analytics({ writeKey: key, host: endpoint, flushAt: 1, ...POLICY });
    client.on("error", ({ reason, code }) => reject(new Error(`the server refused the order: ${reason?.message ?? reason ?? code}`)));
    client.track(
      {
        userId: user,
        event: "Order Completed",
        properties: { order_id: orderId, revenue, currency, ...(products && { products }) },
        ...(timestamp && { timestamp: new Date(timestamp) }),
      },
      (error, context) => (error ? reject(error) : resolve({ success: true, orderId, messageId: context.event.messageId })),
    );
    client.closeAndFlush().catch(reject);
  });

try {
  console.log(JSON.stringify(await send(await input())));
} catch (error) {
  console.log(JSON.stringify({ success: false, message: error instanceof Error ? error.message : String(error) }));
  process.exitCode = 1;
}
