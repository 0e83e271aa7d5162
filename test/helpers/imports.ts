// Reads the import lines of source text and says which of them break the layering. Text and not a transpiler's
// scan, because that leaves out type imports, and a type that points upwards is a dependency too.

import { dirname, join, normalize } from "node:path";
import packageJson from "../../package.json";

/** Path from the repository's top → source text. */
export type Sources = ReadonlyMap<string, string>;

/** Imports point to a lower rank, or stay in the same folder. */
const RANKS: Readonly<Record<string, number>> = {
  main: 8,
  cli: 7,
  bench: 6,
  orchestrator: 5,
  history: 4,
  engine: 4,
  planner: 3,
  platform: 2,
  model: 1,
};
/** No I/O: these import only one another and the errno numbers. */
const PURE = /^src\/(model|planner)\/|^src\/history\/predictor/;
const PURE_EXTRA = new Set(["src/platform/errno.ts"]);
const TERMINAL_WRITERS = /^src\/(main\.ts$|cli\/render\/)/;
const TERMINAL_WRITE =
  /\bprocess\.(stdout|stderr)\.write\b|\bconsole\.\w+\(|\bBun\.(stdout|stderr)\b|\bwriteSync\(\s*[12]\b/;

const ALIASES = Object.entries(packageJson.imports).map(
  ([alias, target]) => [alias.replace("*", ""), normalize(target.replace("*", ""))] as const,
);

export async function readSources(pattern: string, top: string): Promise<Sources> {
  const sources = new Map<string, string>();
  for await (const path of new Bun.Glob(pattern).scan(top)) {
    sources.set(path, await Bun.file(join(top, path)).text());
  }
  return sources;
}

/** The specifiers that a text imports, statically, dynamically, for types, or as a worker's URL. */
function specifiers(text: string): string[] {
  const pattern =
    /\bfrom\s*["']([^"']+)["']|\b(?:import|require)\s*\(?\s*["']([^"']+)["']|\bnew URL\(\s*["']([^"']+)["']/g;
  return [...text.matchAll(pattern)].map((match) => match[1] ?? match[2] ?? match[3] ?? "");
}

/** The file a specifier names, relative to the top; undefined for packages and built-in modules. */
function resolve(importer: string, specifier: string): string | undefined {
  if (specifier.startsWith(".")) return normalize(join(dirname(importer), specifier));
  const alias = ALIASES.find(([prefix]) => specifier.startsWith(prefix));
  return alias === undefined ? undefined : alias[1] + specifier.slice(alias[0].length);
}

function layerOf(path: string): string {
  return path === "src/main.ts" ? "main" : (/^src\/([^/]+)\//.exec(path)?.[1] ?? "");
}

export function layerViolations(sources: Sources): string[] {
  const found: string[] = [];
  for (const [path, text] of sources) {
    const layer = layerOf(path);
    if (RANKS[layer] === undefined) found.push(`${path}: belongs to no layer`);
    if (TERMINAL_WRITE.test(text) && !TERMINAL_WRITERS.test(path)) {
      found.push(`${path}: writes to the terminal`);
    }
    for (const specifier of specifiers(text)) {
      const reason = forbidden(path, layer, specifier);
      if (reason !== undefined) found.push(`${path}: imports ${specifier}, ${reason}`);
    }
  }
  return found;
}

function forbidden(path: string, layer: string, specifier: string): string | undefined {
  const target = resolve(path, specifier);
  if (target === undefined) {
    if (specifier === "bun:ffi" && layer !== "platform") return "which only src/platform may";
    if (PURE.test(path) && /^(node:|bun)/.test(specifier)) return "but is pure";
    return undefined;
  }
  if (PURE.test(path) && !PURE.test(target) && !PURE_EXTRA.has(target)) return "but is pure";
  const targetLayer = layerOf(target);
  if (targetLayer === layer) return undefined;
  const rank = RANKS[targetLayer];
  if (rank === undefined) return "which belongs to no layer";
  return rank < (RANKS[layer] ?? 0) ? undefined : "which is not below it";
}

/** Each import cycle once, as "a → b → a". */
export function importCycles(sources: Sources): string[] {
  const cycles: string[] = [];
  const finished = new Set<string>();
  const visit = (path: string, trail: readonly string[]): void => {
    const start = trail.indexOf(path);
    if (start >= 0) cycles.push([...trail.slice(start), path].join(" → "));
    if (start >= 0 || finished.has(path)) return;
    for (const specifier of specifiers(sources.get(path) ?? "")) {
      const target = resolve(path, specifier);
      if (target !== undefined && sources.has(target)) visit(target, [...trail, path]);
    }
    finished.add(path);
  };
  for (const path of sources.keys()) visit(path, []);
  return cycles;
}
