// Shows events as blit would, on the terminal it is started on: the test posts them to a socket, and each post is
// answered when its events have been written. Started as: bun replay.ts SOCKET [VERBOSITY].

import { openConsole } from "#cli/render/console.ts";
import { PeopleReport } from "#cli/render/people.ts";
import type { RunEvent } from "#model/event.ts";

const [socket = "", verbosity = "normal"] = process.argv.slice(2);
const console = await openConsole(process.env);
const report = new PeopleReport(console, {
  verbosity: verbosity === "verbose" ? "verbose" : "normal",
  dryRun: false,
  hasLog: false,
});

Bun.serve({
  unix: socket,
  async fetch(request) {
    for (const event of (await request.json()) as RunEvent[]) report.emit(event);
    return new Response();
  },
});
