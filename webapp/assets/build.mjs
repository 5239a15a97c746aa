// Builds webapp/static/dist from webapp/assets: `make assets`.
//
// Every output is named after the hash of its content, so that it can be cached for ever; manifest.json tells the
// templates which name belongs to which source. The same sources always give the same bytes; a test rebuilds and
// compares. `node build.mjs --out FOLDER` writes elsewhere.
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { pruneCss } from "./prune-css.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const flag = process.argv.indexOf("--out");
const out = flag > 0 ? resolve(process.argv[flag + 1]) : resolve(here, "../static/dist");
const require = createRequire(import.meta.url);

const shared = {
  absWorkingDir: here,
  bundle: true,
  write: false,
  outdir: out,
  target: ["es2022", "chrome111", "firefox113", "safari16.4"],
  legalComments: "inline",
  charset: "utf8",
  logLevel: "warning",
};

/** A worker must be a file of its own: the policy of the pages forbids blob: workers. */
const workerFile = {
  name: "worker-file",
  setup(builder) {
    builder.onResolve({ filter: /^worker-file:/ }, (args) => ({
      path: require.resolve(args.path.slice("worker-file:".length)),
      namespace: "worker-file",
    }));
    builder.onLoad({ filter: /.*/, namespace: "worker-file" }, (args) => {
      // The map behind the worker is a development aid of another package; without it a browser asks for nothing.
      const code = readFileSync(args.path, "utf8").replace(/\/\/# sourceMappingURL=.*\s*$/, "");
      const name = put("maplibre-worker.mjs", code);
      return { contents: `export default ${JSON.stringify(`./${name}`)};`, loader: "js" };
    });
  },
};

/** The address of a file that was built before, relative to the module that asks for it. */
const builtFile = {
  name: "built-file",
  setup(builder) {
    builder.onResolve({ filter: /^built-file:/ }, (args) => ({
      path: args.path.slice("built-file:".length),
      namespace: "built-file",
    }));
    builder.onLoad({ filter: /.*/, namespace: "built-file" }, (args) => {
      if (!manifest[args.path]) throw new Error(`${args.path} must be built before the module that names it`);
      return { contents: `export default ${JSON.stringify(`./${manifest[args.path]}`)};`, loader: "js" };
    });
  },
};

rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });
const manifest = {};

function put(name, text) {
  const digest = createHash("sha256").update(text).digest("hex").slice(0, 10);
  const dot = name.lastIndexOf(".");
  const hashed = `${name.slice(0, dot)}.${digest}${name.slice(dot)}`;
  writeFileSync(join(out, hashed), text);
  manifest[name] = hashed;
  return hashed;
}

function only(result) {
  return result.outputFiles[0].text;
}

const css = only(await build({ ...shared, entryPoints: ["css/app.css"], loader: { ".svg": "dataurl" } }));
const pruned = pruneCss(css);
const minified = await build({
  ...shared,
  stdin: { contents: pruned, loader: "css", resolveDir: here },
  minify: true,
});
put("app.css", only(minified));

const mapCss = await build({ ...shared, entryPoints: ["css/maplibre.css"], minify: true, loader: { ".svg": "dataurl" } });
put("map.css", only(mapCss));

put("app.js", only(await build({ ...shared, entryPoints: ["js/app.js"], format: "esm", minify: true })));
for (const name of ["live-map.mjs", "map.mjs"]) {
  const built = await build({
    ...shared,
    entryPoints: [`js/${name}`],
    format: "esm",
    minify: true,
    plugins: [workerFile, builtFile],
  });
  put(name, only(built));
}

const sorted = Object.fromEntries(Object.entries(manifest).sort(([a], [b]) => (a < b ? -1 : 1)));
writeFileSync(join(out, "manifest.json"), `${JSON.stringify(sorted, null, 2)}\n`);
for (const file of readdirSync(out).sort()) {
  console.log(`${String(readFileSync(join(out, file)).length).padStart(9)}  ${basename(file)}`);
}
