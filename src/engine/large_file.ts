// From which size a file is handled apart from the others of its directory.

/** Larger files are tasks of their own, so that the rest of a directory does not wait for them. */
export const LARGE_FILE_BYTES = 4 * 1024 * 1024;
