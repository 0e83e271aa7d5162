"""A FUSE passthrough that fails as it is told: faulty_fs.py FOLDER MOUNTPOINT RULES

RULES is a file of lines "OPERATION PATH-REGEX ERRNO [FROM-OFFSET [DELAY-MS]]", read anew for every operation, so
that a test can change it while the file system is mounted. ERRNO "OK" only delays. The operations "read-byte" and
"write-byte" make reads and writes bring one byte at a time.
"""

import errno
import os
import re
import sys
import time

try:
    import fusepy as fuse
except ImportError:
    import fuse


class FaultyFs(fuse.Operations):
    use_ns = True

    def __init__(self, folder, rules):
        self.folder = os.fsencode(folder)
        self.rules = rules

    def real(self, path):
        return self.folder + os.fsencode(path)

    def fail(self, operation, path, offset=0):
        """Fails or delays as a rule says; True where one did and let it go on."""
        delayed = False
        with open(self.rules, encoding="utf-8") as lines:
            for line in lines:
                name, pattern, code, *rest = line.split()
                start = int(rest[0]) if rest else 0
                if name != operation or offset < start or not re.search(pattern, path):
                    continue
                if len(rest) > 1:
                    time.sleep(int(rest[1]) / 1000)
                if code != "OK":
                    raise fuse.FuseOSError(getattr(errno, code))
                delayed = True
        return delayed

    def getattr(self, path, fh=None):
        self.fail("getattr", path)
        found = os.lstat(self.real(path))
        return {
            "st_mode": found.st_mode,
            "st_nlink": found.st_nlink,
            "st_size": found.st_size,
            "st_uid": found.st_uid,
            "st_gid": found.st_gid,
            "st_rdev": found.st_rdev,
            "st_blocks": found.st_blocks,
            "st_atime": found.st_atime_ns,
            "st_mtime": found.st_mtime_ns,
            "st_ctime": found.st_ctime_ns,
        }

    def readdir(self, path, fh):
        self.fail("readdir", path)
        return [".", ".."] + os.listdir(os.fsdecode(self.real(path)))

    def readlink(self, path):
        self.fail("readlink", path)
        return os.fsdecode(os.readlink(self.real(path)))

    def mknod(self, path, mode, dev):
        self.fail("mknod", path)
        os.mknod(self.real(path), mode, dev)

    def mkdir(self, path, mode):
        self.fail("mkdir", path)
        os.mkdir(self.real(path), mode)

    def rmdir(self, path):
        self.fail("rmdir", path)
        os.rmdir(self.real(path))

    def unlink(self, path):
        self.fail("unlink", path)
        os.unlink(self.real(path))

    def symlink(self, path, target):
        self.fail("symlink", path)
        os.symlink(os.fsencode(target), self.real(path))

    def rename(self, old, new):
        self.fail("rename", new)
        os.rename(self.real(old), self.real(new))

    def link(self, path, target):
        self.fail("link", path)
        os.link(self.real(target), self.real(path), follow_symlinks=False)

    def chmod(self, path, mode):
        self.fail("chmod", path)
        os.chmod(self.real(path), mode)

    def chown(self, path, uid, gid):
        self.fail("chown", path)
        keep = 0xFFFFFFFF
        uid, gid = (-1 if each in (-1, keep) else each for each in (uid, gid))
        os.chown(self.real(path), uid, gid, follow_symlinks=False)

    def utimens(self, path, times=None):
        self.fail("utimens", path)
        if times is None:
            os.utime(self.real(path), follow_symlinks=False)
        else:
            os.utime(self.real(path), ns=(int(times[0]), int(times[1])), follow_symlinks=False)

    def open(self, path, flags):
        self.fail("open", path)
        return os.open(self.real(path), flags)

    def create(self, path, mode, fi=None):
        self.fail("create", path)
        return os.open(self.real(path), os.O_RDWR | os.O_CREAT | os.O_EXCL, mode)

    def read(self, path, size, offset, fh):
        self.fail("read", path, offset + size - 1)
        if self.fail("read-byte", path):
            size = 1
        return os.pread(fh, size, offset)

    def write(self, path, data, offset, fh):
        self.fail("write", path, offset + len(data) - 1)
        if self.fail("write-byte", path):
            data = data[:1]
        return os.pwrite(fh, data, offset)

    def truncate(self, path, length, fh=None):
        self.fail("truncate", path)
        os.truncate(self.real(path), length)

    def flush(self, path, fh):
        self.fail("flush", path)

    def fsync(self, path, datasync, fh):
        self.fail("fsync", path)
        os.fsync(fh)

    def release(self, path, fh):
        os.close(fh)

    def statfs(self, path):
        found = os.statvfs(self.real(path))
        keys = ("bsize", "frsize", "blocks", "bfree", "bavail", "files", "ffree", "favail", "namemax")
        return {f"f_{key}": getattr(found, f"f_{key}") for key in keys}


folder, mount_point, rules = sys.argv[1:]
fuse.FUSE(
    FaultyFs(folder, rules),
    mount_point,
    foreground=True,
    allow_other=True,
    default_permissions=True,
    # Nothing may be answered from a cache: a rule holds from the moment it is written.
    attr_timeout=0,
    entry_timeout=0,
    direct_io=True,
)
