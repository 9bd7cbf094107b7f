/** The module that wasm-bindgen writes; `cargo xtask build` says where it is. */
declare module "#glue" {
  export default function init(options: { module_or_path: unknown }): Promise<unknown>;
  export function initSync(options: { module: BufferSource | WebAssembly.Module }): unknown;
  /** Answers one conformance request. */
  export function door(request: Uint8Array): Uint8Array;
  /** The build id that the wasm was made with. */
  export function build(): string;
  export const Core: import("./surface.js").CoreClass;
}
