// Cuts the power of a loop-mounted file system (FS_IOC_SHUTDOWN): what is not in its journal, and what was only in memory,
// is gone when it is mounted again.

import { dirname, join } from "node:path";
import { ownMount, run, unmount } from "./filesystems.ts";
import { PYTHON } from "./python.ts";

/** ioctl 0x8004587d with flag 2: without writing out the journal first. An fsync before commits the journal alone. */
const CUT = `
import fcntl, os, struct, sys
top = sys.argv[1]
if sys.argv[2] == "commit":
    mark = os.open(os.path.join(top, ".mark"), os.O_CREAT | os.O_WRONLY)
    os.write(mark, b"x"); os.fsync(mark); os.close(mark)
if sys.argv[2] == "proof":
    mark = os.open(os.path.join(top, "unsynced"), os.O_CREAT | os.O_WRONLY)
    os.write(mark, b"x" * 1000000); os.close(mark)
handle = os.open(top, os.O_RDONLY)
fcntl.ioctl(handle, 0x8004587D, struct.pack("I", 2))
`;

/**
 * "commit": the metadata so far is committed and the data is not, the worst that can happen; "proof": a file is written
 * whose data cannot survive.
 */
export function cutPower(mountPoint: string, first: "at once" | "commit" | "proof"): void {
  run(PYTHON, "-c", CUT, mountPoint, first);
}

/** Mounts it again: the journal is replayed. `mountPoint` is one of mountNew(). */
export function powerOn(mountPoint: string): void {
  unmount(mountPoint);
  run("mount", "-o", "loop", join(dirname(mountPoint), "image"), mountPoint);
  ownMount(mountPoint);
}
