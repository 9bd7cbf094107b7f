/** As much of a window as the consent sources touch, in Node; each test has its own. */

export interface World {
  page: any;
  /** What happens once the source listens, in order. */
  acts: (() => void)[];
  /** Puts a global there, until the next world. */
  set(name: string, value: unknown): void;
  /** Sets a cookie; none where the value is empty. */
  cookie(name: string, value: string): void;
  act(run: () => void): void;
  /** An event of the window and the document, with these members. */
  fire(name: string, members?: object): void;
}

const page: any = globalThis;
let globals: string[] = [];
let cookies = new Map<string, string>();
let target = new EventTarget();

const on = (...args: Parameters<EventTarget["addEventListener"]>) => target.addEventListener(...args);
page.window = page;
page.addEventListener = on;
page.document = {
  readyState: "complete",
  addEventListener: on,
  querySelector: () => null,
  get cookie() { return [...cookies].map(([name, value]) => `${name}=${value}`).join("; "); },
};
Object.defineProperty(page, "navigator", { value: {}, configurable: true, writable: true });

export function world(): World {
  for (const name of globals) delete page[name];
  globals = [];
  cookies = new Map();
  target = new EventTarget();
  page.parent = page;
  page.navigator = {};
  const acts: (() => void)[] = [];
  return {
    page,
    acts,
    set(name, value) {
      globals.push(name);
      page[name] = value;
    },
    cookie: (name, value) => void (value ? cookies.set(name, value) : cookies.delete(name)),
    act: (run) => void acts.push(run),
    fire: (name, members = {}) => void target.dispatchEvent(Object.assign(new Event(name), members)),
  };
}
