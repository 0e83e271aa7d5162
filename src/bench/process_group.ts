// Ends a process with everything that it has started. It must have been spawned detached, into a group of its own.

/** Does nothing where all of them are gone. */
export function killGroup(pid: number): void {
  try {
    process.kill(process.platform === "win32" ? pid : -pid, "SIGKILL");
  } catch {
    // Gone already.
  }
}
