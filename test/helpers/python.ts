// The interpreter for the helpers that need system calls node has not. The system's own where there is one:
// python3-fusepy is a package of the system.

import { existsSync } from "node:fs";

export const PYTHON = existsSync("/usr/bin/python3") ? "/usr/bin/python3" : "python3";
