// Loads this project's own TypeScript and looks at no other file: a hook that reads all of node_modules, as tsx's does,
// takes longer than the program itself. Each file is compiled once and kept under its content.
const { createHash } = require("node:crypto");
const { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } = require("node:fs");
const Module = require("node:module");
const { dirname, join, resolve } = require("node:path");

const cache = join(__dirname, "..", "node_modules", ".cache", "platform-program");
const compiler = /** @type {{ version: string }} */ (require("esbuild/package.json")).version;

/**
 * @param {string} source
 * @param {string} file
 * @returns {string} CommonJS
 */
function compile(source, file) {
  const key = createHash("sha256").update(`${compiler}\n${file}\n${source}`).digest("hex");
  const kept = join(cache, `${key}.cjs`);
  if (existsSync(kept)) return readFileSync(kept, "utf8");
  const { transformSync } = /** @type {typeof import("esbuild")} */ (require("esbuild"));
  const { code } = transformSync(source, { loader: "ts", format: "cjs", target: "node20", sourcefile: file });
  // Two programs may compile at once: each finds a whole file or none.
  const partial = `${kept}.${String(process.pid)}`;
  mkdirSync(cache, { recursive: true });
  writeFileSync(partial, code);
  renameSync(partial, kept);
  return code;
}

Module._extensions[".ts"] = (module, file) => {
  module._compile(compile(readFileSync(file, "utf8"), file), file);
};

// TypeScript imports "./x.js" and means ./x.ts.
const resolveFilename = Module._resolveFilename;
Module._resolveFilename = function (request, parent, ...rest) {
  if (/^\.{1,2}\/.*\.js$/.test(request) && parent?.filename?.endsWith(".ts")) {
    const file = resolve(dirname(parent.filename), `${request.slice(0, -3)}.ts`);
    if (existsSync(file)) return file;
  }
  return resolveFilename.call(this, request, parent, ...rest);
};

// Pulumi's runtime needs a TypeScript compiler and npm's resolver only for functions that become resources. Both are
// there as soon as something asks for them; loading them for nothing takes longer than all else that the program loads.
const load = Module._load;
Module._load = function (request, parent, isMain) {
  const real = () => load.call(this, request, parent, isMain);
  const isOptional = request === "typescript" || request === "@npmcli/arborist";
  if (!isOptional || !/[\\/]@pulumi[\\/]pulumi[\\/]/.test(parent?.filename ?? "")) return real();
  // With __esModule, TypeScript's import helper takes the object as it is and copies nothing.
  return new Proxy({}, { get: (_, key) => (key === "__esModule" ? true : real()[key]) });
};

// Pulumi takes a stack trace for every output of every resource. source-map-support, which its runtime installs, works
// on each, and finds no map: V8's own text names the file as well.
Error.prepareStackTrace = undefined;
