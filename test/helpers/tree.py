"""Makes a tree from JSON lines on standard input, below the folder given as the only argument.

Python, because node:fs has neither extended attributes nor mknod nor directory handles, and because test
helpers must share no code with what they test. Every step is relative to the working directory, which moves
down and up, so that a path may be of any length. Names are bytes, written as latin1.

Each line is one entry; {"up": true} leaves a directory and only then sets its attributes.
"""

import json
import os
import random
import socket
import stat
import sys


def raw(text):
    return text.encode("latin-1")


def pieces(segment):
    """The data of a segment: a generator makes at most 256 MB at once."""
    if "text" in segment:
        yield raw(segment["text"])
        return
    source = random.Random(segment["seed"])
    left = segment["random"]
    while left > 0:
        yield source.randbytes(min(left, 1 << 24))
        left -= 1 << 24


def make_file(name, node):
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
    handle = os.open(name, flags, 0o644)
    try:
        for segment in node["segments"]:
            offset = segment["at"]
            for data in pieces(segment):
                while data:
                    written = os.pwrite(handle, data, offset)
                    data, offset = data[written:], offset + written
        if "size" in node:
            os.ftruncate(handle, node["size"])
    finally:
        os.close(handle)


def make_socket(name):
    # bind(2) takes at most 108 bytes: bind to a short name and rename.
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(b".s")
    os.rename(b".s", name)


def make(root, name, node):
    kind = node["kind"]
    if kind == "file":
        make_file(name, node)
    elif kind == "symlink":
        os.symlink(raw(node["target"]), name)
    elif kind == "link":
        os.link(raw(node["to"]), name, src_dir_fd=root, follow_symlinks=False)
    elif kind == "fifo":
        os.mkfifo(name)
    elif kind == "socket":
        make_socket(name)
    elif kind in ("char", "block"):
        type_bits = stat.S_IFCHR if kind == "char" else stat.S_IFBLK
        os.mknod(name, type_bits | 0o600, os.makedev(node["major"], node["minor"]))
    else:
        raise ValueError(kind)


def dress(name, node):
    """Owner before mode, because chown clears set-id bits, and capabilities after both."""
    if node["kind"] == "link":
        return
    if "uid" in node or "gid" in node:
        os.chown(name, node.get("uid", -1), node.get("gid", -1), follow_symlinks=False)
    if "mode" in node and node["kind"] != "symlink":
        os.chmod(name, node["mode"])
    for xattr, value in node.get("xattrs", {}).items():
        os.setxattr(name, raw(xattr), raw(value), follow_symlinks=False)
    if "mtimeNs" in node:
        ns = int(node["mtimeNs"])
        os.utime(name, ns=(ns, ns), follow_symlinks=False)


def main():
    os.umask(0)
    os.chdir(sys.argv[1])
    root = os.open(b".", os.O_RDONLY | os.O_DIRECTORY)
    entered = []
    for line in sys.stdin:
        node = json.loads(line)
        if "up" in node:
            os.chdir(b"..")
            name, directory = entered.pop()
            dress(name, directory)
        elif node["kind"] == "dir":
            name = raw(node["name"])
            os.mkdir(name, 0o777)
            os.chdir(name)
            entered.append((name, node))
        elif node["kind"] == "root":
            dress(b".", node)
        else:
            name = raw(node["name"])
            make(root, name, node)
            dress(name, node)


main()
