"""Prints all that is known of a tree, one JSON line an entry: the oracle of the tests.

It shares no code with blit and walks by working directory, so that a path may be of any length. Content is a
SHA-256 over the blocks that are not all zero and their offsets, read by data extent: a file of one terabyte of
holes costs nothing, and two files have one digest exactly if they read the same and are of one size.
"""

import hashlib
import json
import os
import stat
import sys

BLOCK = 4096
CHUNK = 1 << 20
ZEROS = bytes(BLOCK)
# A longer path is shown by its end and a digest of the whole, so that depth does not cost memory squared.
LONGEST_PATH = 8192

KINDS = {
    stat.S_IFREG: "file",
    stat.S_IFDIR: "dir",
    stat.S_IFLNK: "symlink",
    stat.S_IFIFO: "fifo",
    stat.S_IFSOCK: "socket",
    stat.S_IFCHR: "char",
    stat.S_IFBLK: "block",
}


def text(data):
    return data.decode("latin-1")


def shown(path):
    if len(path) <= LONGEST_PATH:
        return text(path)
    return "#" + hashlib.sha1(path).hexdigest() + "/" + text(path[-200:])


def extents(handle, size):
    """The (start, end) of data, merged over no hole."""
    at = 0
    while at < size:
        try:
            start = os.lseek(handle, at, os.SEEK_DATA)
        except OSError:
            return
        at = min(os.lseek(handle, start, os.SEEK_HOLE), size)
        yield start, at


def content(name):
    """(digest, bytes in data extents)"""
    handle = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_NOATIME)
    try:
        size = os.fstat(handle).st_size
        digest = hashlib.sha256(str(size).encode())
        data_bytes = 0
        for start, end in extents(handle, size):
            data_bytes += end - start
            at = start - start % BLOCK
            while at < end:
                chunk = os.pread(handle, CHUNK, at)
                if not chunk:
                    break
                for offset in range(0, len(chunk), BLOCK):
                    block = chunk[offset : offset + BLOCK]
                    if block != ZEROS[: len(block)]:
                        digest.update(b"%d:" % (at + offset))
                        digest.update(block)
                at += len(chunk)
        return digest.hexdigest(), data_bytes
    finally:
        os.close(handle)


def is_xfs():
    device = os.stat(b".").st_dev
    device = b"%d:%d" % (os.major(device), os.minor(device))
    with open("/proc/self/mountinfo", "rb") as mounts:
        return any(
            line.split()[2] == device and line.split(b" - ")[1].startswith(b"xfs ")
            for line in mounts
        )


def xattrs(name):
    try:
        names = os.listxattr(name, follow_symlinks=False)
    except OSError:
        return {}
    return {
        text(os.fsencode(each)): os.getxattr(name, each, follow_symlinks=False).hex()
        for each in sorted(names)
        # xfs shows a POSIX ACL a second time under a name of its own.
        if not (ON_XFS and each.startswith("trusted.SGI_ACL_"))
    }


def describe(name, path):
    found = os.lstat(name)
    kind = KINDS[stat.S_IFMT(found.st_mode)]
    entry = {
        "path": shown(path),
        "kind": kind,
        "uid": found.st_uid,
        "gid": found.st_gid,
        "mtimeNs": str(found.st_mtime_ns),
        "ctimeNs": str(found.st_ctime_ns),
        "inode": f"{found.st_dev}:{found.st_ino}",
        "nlink": found.st_nlink,
        "xattrs": xattrs(name),
    }
    if kind != "symlink":
        entry["mode"] = stat.S_IMODE(found.st_mode)
    if kind == "file":
        entry["sizeBytes"] = found.st_size
        entry["digest"], entry["dataBytes"] = content(name)
    elif kind == "symlink":
        entry["target"] = text(os.readlink(os.fsencode(name)))
    elif kind in ("char", "block"):
        entry["device"] = f"{os.major(found.st_rdev)}:{os.minor(found.st_rdev)}"
    print(json.dumps(entry))
    return kind


def walk():
    describe(b".", b"")
    trail = []  # (path of a directory, its subdirectories still to visit)
    path = b""
    while True:
        subdirectories = []
        for name in sorted(os.listdir(b".")):
            below = path + b"/" + name if path else name
            if describe(name, below) == "dir":
                subdirectories.append(name)
        trail.append((path, iter(subdirectories)))
        while trail:
            path, rest = trail[-1]
            name = next(rest, None)
            if name is not None:
                os.chdir(name)
                path = path + b"/" + name if path else name
                break
            trail.pop()
            if trail:
                os.chdir(b"..")
        if not trail:
            return


os.chdir(sys.argv[1])
ON_XFS = is_xfs()
walk()
