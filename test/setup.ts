// Loaded before every test file (bunfig.toml).

import { afterAll, setDefaultTimeout } from "bun:test";
import { unmountAll } from "./helpers/filesystems.ts";

// A bound against hanging for ever, not an expectation of speed: machines differ.
setDefaultTimeout(120_000);

afterAll(unmountAll);
process.on("exit", unmountAll);
