// How JavaScriptCore compiles what runs once an entry or once a directory. A run of blit is short, and every thread
// compiles for itself, in threads that compete with the workers for the cores:
//
// - FTL, the last and slowest compiler, took 15% of all processor time of a copy of 50,000 files, for code in which system
//   calls dominate.
// - A function that is inlined is compiled again in each of its callers, and theirs: that was another 6%.
//
// So what is listed here is compiled by the compiler before (DFG), and once.

import { noFTL, noInline } from "bun:jsc";

declare module "bun:jsc" {
  /** Exported by Bun, and missing in its types. */
  export function noInline(of: (...args: unknown[]) => unknown): void;
}

type AnyFunction = (...args: never[]) => unknown;

export function compileOnce(...functions: readonly AnyFunction[]): void {
  for (const one of functions as readonly ((...args: unknown[]) => unknown)[]) {
    noFTL(one);
    noInline(one);
  }
}

/** The same for all methods and accessors of a class. Those named with # are out of reach: here they are `private`. */
export function compileMethodsOnce(of: { readonly prototype: object }): void {
  for (const { value, get } of Object.values(Object.getOwnPropertyDescriptors(of.prototype))) {
    for (const method of [value, get]) if (typeof method === "function") compileOnce(method);
  }
}
