// JavaScriptCore compiles a hot function three times, the last time with FTL: milliseconds of processor time each, in
// threads that compete with the workers. In a copy of 50,000 files that was 15% of all processor time, and system calls
// dominate the code it makes: what is listed here stays with the compiler before (DFG).

import { noFTL } from "bun:jsc";

type AnyFunction = (...args: never[]) => unknown;

/** For the functions that run once an entry. */
export function keepFromSlowCompiler(...functions: readonly AnyFunction[]): void {
  for (const one of functions) noFTL(one as (...args: unknown[]) => unknown);
}

/** The same for all methods and accessors of a class. */
export function keepClassFromSlowCompiler(of: { readonly prototype: object }): void {
  for (const { value, get } of Object.values(Object.getOwnPropertyDescriptors(of.prototype))) {
    for (const method of [value, get])
      if (typeof method === "function") keepFromSlowCompiler(method);
  }
}
