// Loaded before every test file (bunfig.toml).

import { afterAll } from "bun:test";
import { unmountAll } from "./helpers/filesystems.ts";

afterAll(unmountAll);
process.on("exit", unmountAll);
