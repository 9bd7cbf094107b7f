/** Whatever the page throws is caught: nothing may pass through the engine's own frames. */

export type Then = (value?: unknown) => any;

export function attempt<T>(run: () => T): T | undefined {
  try {
    return run();
  } catch {
    return undefined;
  }
}
