/** Waits until `test()`, which may be asynchronous, answers something truthy; returns that. */
export async function until(test, what, timeout = 10_000) {
  const end = Date.now() + timeout;
  for (;;) {
    const answer = await test();
    if (answer) return answer;
    if (Date.now() > end) throw new Error(`waited ${timeout} ms for ${what}`);
    await new Promise(again => setTimeout(again, 10));
  }
}
