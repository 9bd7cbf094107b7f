/** The module that wasm-bindgen writes; `cargo xtask build` says where it is. */
declare module "#glue" {
  /** What the wasm imports. */
  export function imports(): WebAssembly.Imports;
  /** Takes the instance over; the rest of the module works from here on. */
  export function finish(instance: WebAssembly.Instance, module: WebAssembly.Module): unknown;
  /** The build id that the wasm was made with. */
  export function build(): string;
  export const Core: import("./surface.js").CoreClass;
}
