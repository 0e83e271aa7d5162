// The look that most entries of most runs get: by one name in two directories, and compared by the words that statx(2) wrote.
// A loop in one function, for the compilers' sake: every thread compiles each function for itself.

import { Kind, type Moment, NEVER } from "#model/entry.ts";
import { compileOnce } from "../compiler.ts";
import type { Alike, Dir, EntryCalls, EntryName } from "../platform.ts";
import { AT_SYMLINK_NOFOLLOW, PATH_MAX, S_IFMT } from "./abi.ts";
import type { Calls } from "./calls.ts";
import { nativeBytes } from "./native_memory.ts";
import { STATX_MASK, StatxSlot, TWO_TO_32, Word } from "./statx.ts";

export function alikeCalls(calls: Calls): Pick<EntryCalls, "newAlike" | "passAlike"> {
  const { libc, name: nameBuffer, failure } = calls;
  const flags = AT_SYMLINK_NOFOLLOW;
  const leadsSameWay = symlinkComparison(calls);

  const passAlike: EntryCalls["passAlike"] = (source, target, names, start, end, alike) => {
    const original = alike.original as StatxSlot;
    const copy = alike.copy as StatxSlot;
    const { words, address } = original;
    const { words: copyWords, address: copyAddress } = copy;
    const { begun } = alike;
    let files = 0;
    let bytes = 0;
    alike.isSeen = false;
    let index = start;
    for (; index < end; index++) {
      const kind = names.kinds[index] as number;
      if (kind !== Kind.file && kind !== Kind.symlink) break;
      const listed = names.names[index] as EntryName;
      const name = typeof listed === "number" ? listed : nameBuffer.hold(listed);
      if (
        libc.statx(source, name, flags, STATX_MASK, address) < 0 ||
        libc.statx(target, name, flags, STATX_MASK, copyAddress) < 0
      )
        break;
      if (
        !isLike(words, copyWords) ||
        ((copyWords[Word.ctimeSec] as number) >= begun.sec && isChanged(copyWords, begun)) ||
        kind !== ((words[Word.mode] as number) & S_IFMT) >> 12 ||
        (kind === Kind.symlink && !leadsSameWay(source, target, name))
      ) {
        original.fill();
        copy.fill();
        alike.isSeen = true;
        break;
      }
      if (kind === Kind.file) {
        files++;
        bytes += (words[Word.size] as number) + (words[Word.size + 1] as number) * TWO_TO_32;
      }
    }
    alike.files = files;
    alike.bytes = bytes;
    return index;
  };

  compileOnce(passAlike);
  return {
    newAlike: () => newAlike(new StatxSlot(libc, failure), new StatxSlot(libc, failure)),
    passAlike,
  };
}

function newAlike(original: StatxSlot, copy: StatxSlot): Alike {
  return { original, copy, isSeen: false, begun: NEVER, files: 0, bytes: 0 };
}

function symlinkComparison({ libc }: Calls) {
  const first = nativeBytes(PATH_MAX);
  const second = nativeBytes(PATH_MAX);

  function leadsSameWay(source: Dir, target: Dir, name: number): boolean {
    const length = libc.readlinkat(source, name, first.address, PATH_MAX);
    return (
      length >= 0 &&
      length === libc.readlinkat(target, name, second.address, PATH_MAX) &&
      first.bytes.compare(second.bytes, 0, length, 0, length) === 0
    );
  }

  compileOnce(leadsSameWay);
  return leadsSameWay;
}

/** areAlike() without decoding what nobody asks for: of all that runs once an entry this was the most. */
function isLike(original: Uint32Array, copy: Uint32Array): boolean {
  // The signed half of the seconds of the last change of status.
  const high = (original[Word.ctimeSec + 1] as number) | 0;
  const copyHigh = (copy[Word.ctimeSec + 1] as number) | 0;
  return (
    original[Word.mtimeNsec] === copy[Word.mtimeNsec] &&
    original[Word.mtimeSec] === copy[Word.mtimeSec] &&
    original[Word.mtimeSec + 1] === copy[Word.mtimeSec + 1] &&
    original[Word.mode] === copy[Word.mode] &&
    original[Word.uid] === copy[Word.uid] &&
    original[Word.gid] === copy[Word.gid] &&
    original[Word.size] === copy[Word.size] &&
    original[Word.size + 1] === copy[Word.size + 1] &&
    original[Word.nlink] === 1 &&
    copy[Word.nlink] === 1 &&
    (copyHigh > high ||
      (copyHigh === high &&
        ((copy[Word.ctimeSec] as number) > (original[Word.ctimeSec] as number) ||
          (copy[Word.ctimeSec] === original[Word.ctimeSec] &&
            (copy[Word.ctimeNsec] as number) > (original[Word.ctimeNsec] as number)))))
  );
}

/** isChangedSince() without decoding, from that second on. */
function isChanged(copy: Uint32Array, since: Moment): boolean {
  return copy[Word.ctimeSec] !== since.sec || (copy[Word.ctimeNsec] as number) >= since.nsec;
}

compileOnce(isLike);
