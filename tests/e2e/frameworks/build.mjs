// Bundles the applications from their npm packages, each into one script.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import { compile } from "svelte/compiler";
import { compileScript, parse } from "vue/compiler-sfc";

const here = new URL(".", import.meta.url).pathname;
const entries = { react: "react.jsx", vue: "vue.js", svelte: "svelte.js", jquery: "jquery.js" };

export const names = Object.keys(entries);

const svelte = { name: "svelte", setup({ onLoad }) {
  onLoad({ filter: /\.svelte$/ }, ({ path }) => ({ contents: compile(readFileSync(path, "utf8"), { filename: path, generate: "client", css: "injected" }).js.code }));
} };
const vue = { name: "vue", setup({ onLoad }) {
  onLoad({ filter: /\.vue$/ }, ({ path }) => ({ contents: compileScript(parse(readFileSync(path, "utf8"), { filename: path }).descriptor, { id: path, inlineTemplate: true }).content }));
} };
const options = { bundle: true, minify: true, jsx: "automatic", logLevel: "error", plugins: [svelte, vue], conditions: ["svelte", "browser"],
  define: { "process.env.NODE_ENV": '"production"', __VUE_OPTIONS_API__: "false", __VUE_PROD_DEVTOOLS__: "false", __VUE_PROD_HYDRATION_MISMATCH_DETAILS__: "false" } };

/** Writes `<name>.js` into a folder. */
export const bundle = (name, folder) => build({ ...options, entryPoints: [join(here, entries[name])], outfile: join(folder, `${name}.js`) });

/** The React application as a server renders it. `folder` holds what is built for that. */
export async function rendered(folder) {
  const stdin = { contents: `export { renderToString } from "react-dom/server"; export { createElement } from "react"; export { App } from "./react.jsx";`, resolveDir: here };
  const outfile = join(folder, "server.cjs");
  await build({ ...options, stdin, platform: "node", format: "cjs", conditions: [], outfile });
  const { renderToString, createElement, App } = (await import(outfile)).default;
  return renderToString(createElement(App));
}
