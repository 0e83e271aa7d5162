// A real terminal for the tests: a window of tmux, which keeps the screen as a terminal would show it.

import { $ } from "bun";
import { join } from "node:path";

const ENOUGH_LOOKS = 400;

export class TmuxScreen {
  readonly #socket: string;

  private constructor(socket: string) {
    this.#socket = socket;
  }

  /** Starts a command in a window of this size; the folder holds tmux's socket. */
  static async open(
    folder: string,
    size: { readonly columns: number; readonly rows: number },
    command: readonly string[],
    environment: Readonly<Record<string, string>> = {},
  ): Promise<TmuxScreen> {
    const socket = join(folder, "tmux.socket");
    // tmux sets TERM itself, after its own -e.
    const variables = Object.entries(environment).map(([name, value]) => `${name}=${value}`);
    const line = ["env", ...variables, ...command].map((word) => $.escape(word)).join(" ");
    await $`tmux -f /dev/null -S ${socket} new-session -d -x ${size.columns} -y ${size.rows} ${line} \; set remain-on-exit on`.quiet();
    return new TmuxScreen(socket);
  }

  async close(): Promise<void> {
    await $`tmux -S ${this.#socket} kill-server`.nothrow().quiet();
  }

  /** Until the program in the window can see it: tmux tells the terminal device a little after its own screen. */
  async resize(columns: number): Promise<void> {
    await $`tmux -S ${this.#socket} resize-window -x ${columns}`.quiet();
    const device = await $`tmux -S ${this.#socket} display-message -p ${"#{pane_tty}"}`.text();
    for (let look = 0; look < ENOUGH_LOOKS; look++) {
      const size = await $`stty -F ${device.trim()} size`.text();
      if (size.trim().endsWith(` ${columns}`)) return;
    }
    throw new Error(`the terminal never had ${columns} columns`);
  }

  async type(...keys: readonly string[]): Promise<void> {
    await $`tmux -S ${this.#socket} send-keys ${keys}`.quiet();
  }

  /** The lines of the screen without trailing blanks, as they are now. */
  async lines(): Promise<string[]> {
    const text = await $`tmux -S ${this.#socket} capture-pane -p`.text();
    return text
      .trimEnd()
      .split("\n")
      .map((line) => line.trimEnd());
  }

  /** The screen with the escapes that colour it. */
  async coloured(): Promise<string> {
    return $`tmux -S ${this.#socket} capture-pane -p -e`.text();
  }

  /** Looks until the screen is as expected; what it showed last where it never was. */
  async until(isExpected: (lines: readonly string[]) => boolean): Promise<string[]> {
    let lines: string[] = [];
    for (let look = 0; look < ENOUGH_LOOKS; look++) {
      lines = await this.lines();
      if (isExpected(lines)) return lines;
    }
    throw new Error(`the screen never was as expected; it shows:\n${lines.join("\n")}`);
  }
}
