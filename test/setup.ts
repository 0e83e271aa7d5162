// Loaded before every test file (bunfig.toml).

import { afterAll } from "bun:test";
import { unmountAll } from "./helpers/filesystems.ts";
import { removeTestFolders, sweepAbandoned } from "./helpers/test_folder.ts";

sweepAbandoned();

afterAll(() => {
  unmountAll();
  removeTestFolders();
});
