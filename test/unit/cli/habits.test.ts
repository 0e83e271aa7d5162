import { describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { answerHabit } from "#cli/habits/answer.ts";
import type { RawPath } from "#model/name.ts";
import { args, bytes } from "./raw.ts";

/** The words of a line, "'- *.o'" being one. */
function words(line: string): RawPath[] {
  return [...line.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain]) => {
    return (quoted ?? plain) as RawPath;
  });
}

function hints(line: string): readonly string[] {
  return answerHabit(words(line))?.hints ?? [];
}

/** The first command that is advised, without "type: blit ". */
function advised(line: string): string | undefined {
  return hints(line)[0]?.replace(/^type: blit /, "");
}

describe("rsync's habits", () => {
  test.each([
    ["-av src/ dst/", "copy -v src/ dst/"],
    ["-avzP --delete src/ dst/", "mirror -v src/ dst/"],
    ["copy -a src/ dst/", "copy src/ dst/"],
    ["copy --delete src/ dst/", "mirror src/ dst/"],
    ["mirror --delete-after --info=progress2 src/ dst/", "mirror src/ dst/"],
    ["-rltn --exclude *.o --delete src/ dst/", "mirror -n --exclude '*.o' src/ dst/"],
    ["-a --exclude=*.o src/ dst/", "copy --exclude '*.o' src/ dst/"],
    ["-a --remove-source-files src/ dst/", "move src/ dst/"],
    ["-a --max-delete=5 --delete src/ dst/", "mirror --max-delete 5 src/ dst/"],
    ["-a --max-delete=5 src/ dst/", "copy src/ dst/"],
    ["-a --delete-excluded src/ dst/", "mirror src/ dst/"],
    ["-a --partial-dir .part --fsync src/ dst/", "copy --durable src/ dst/"],
    ["rsync -av --delete src/ dst/", "mirror -v src/ dst/"],
    ["rsync src/ dst/", "copy src/ dst/"],
    ["-a46 src/ dst/", "copy src/ dst/"],
    ["-aT /tmp src/ dst/", "copy src/ dst/"],
    ["-a -B 1000 src/ dst/", "copy src/ dst/"],
    ["-aB1000 src/ dst/", "copy src/ dst/"],
  ])("%s", (line, command) => {
    expect(advised(line)).toBe(command);
  });

  test.each([
    ["copy -a --no-owner src/ dst/", "copy --no-owner src/ dst/"],
    ["copy -a --no-xattrs src/ dst/", "copy --no-xattrs src/ dst/"],
    ["-rlpt --no-o --no-g src/ dst/", "copy --no-owner src/ dst/"],
    ["-aX --no-A --no-X src/ dst/", "copy --no-xattrs src/ dst/"],
    ["-a --no-inc-recursive --no-i-r --no-compress --no-W src/ dst/", "copy src/ dst/"],
  ])("what is negated: %s", (line, command) => {
    expect(hints(line)).toEqual([`type: blit ${command}`]);
  });

  test("blit cannot leave the group alone and keep the owner", () => {
    expect(hints("-a --no-g src/ dst/")).toContain(
      "--no-owner leaves both alone, the owner and the group",
    );
  });

  test("a source without a slash: where rsync would put it", () => {
    const all = hints("-a --delete photos /backup/");
    expect(all[0]).toBe("type: blit mirror photos /backup/");
    expect(all.at(-1)?.trim()).toBe("blit mirror photos /backup/photos");
  });

  test("a source without a slash and a list: rsync puts what is listed into DST itself", () => {
    expect(hints("-a --files-from=list photos /backup/")).toEqual([
      "type: blit copy --files-from list photos /backup/",
    ]);
  });

  test("several sources: one command where each goes by its name", () => {
    expect(hints("-aHAX a b c dst/")).toEqual(["type: blit copy a b c dst/"]);
  });

  test("several sources: a command for each where contents are merged, the first source last", () => {
    expect(hints("-aHAX a/ b dst/")).toEqual([
      "type: blit copy b dst/b",
      "      blit copy a/ dst/",
    ]);
  });

  test("several sources, with what only the destination has deleted", () => {
    expect(hints("-a --delete a b dst")).toEqual([
      "type: blit mirror a dst/a",
      "      blit mirror b dst/b",
    ]);
    expect(hints("-a --delete a/ b/ dst")[0]).not.toStartWith("type:");
  });

  test.each([
    ["-av src", "copy -v src DST"],
    ["--delete", "mirror SRC DST"],
  ])("paths that were not typed: %s", (line, command) => {
    expect(hints(line)).toEqual([`type: blit ${command}`]);
  });

  test.each([
    ["-aHAXnic --delete SRC/ DST/", "verify SRC/ DST/"],
    ["-avnic --delete --exclude x a/ b/", "verify --exclude x a/ b/"],
    ["-anc --delete a/ b/", "mirror -n -c a/ b/"],
    ["-anic --delete --max-delete=3 a/ b/", "mirror -n -v -c --max-delete 3 a/ b/"],
  ])("a comparison is verify: %s", (line, command) => {
    expect(advised(line)).toBe(command);
  });

  test("the first rule that matches decides, to blit the last", () => {
    expect(advised("-a --include *.txt --exclude * a/ b/")).toBe(
      "copy --exclude '*' --include '*.txt' a/ b/",
    );
    expect(advised("-a --exclude * --include *.txt a/ b/")).toBe(
      "copy --exclude '*' --include '*.txt' a/ b/",
    );
  });

  test("after -- nothing is translated", () => {
    expect(hints("-a -- -x/ --delete")).toEqual(["type: blit copy -- -x/ --delete"]);
  });

  test.each(["copy -e ssh src host:dst", "-avP src user@host:/x", "rsync -a host::module/x dst"])(
    "a place on another machine: %s",
    (line) => {
      expect(hints(line).join()).toContain("which blit cannot reach yet");
      expect(hints(line).join()).not.toContain("type: ");
    },
  );

  test.each([
    ["-aL a/ b/", "-L"],
    ["-aU --inplace a/ b/", "-U and --inplace"],
    ["-a --link-dest ../old a/ b/", "--link-dest"],
    ["-a --bwlimit=100 a/ b/", "--bwlimit"],
    ["-a --no-perms a/ b/", "--no-perms"],
    ["-ae ssh a/ b/", "-e"],
    ["-af '- *.o' a/ b/", "-f"],
    ["-a -f 'merge rules' a/ b/", "-f"],
  ])("what blit does not do is not passed over: %s", (line, missing) => {
    expect(advised(line)).toBe("copy a/ b/");
    expect(hints(line)).toContain(`there is nothing like ${missing} in blit`);
  });

  test("blit's own -y is kept, rsync's is another", () => {
    expect(advised("copy -ay a/ b/")).toBe("copy -y a/ b/");
    expect(hints("-ay a/ b/")).toContain("there is nothing like -y in blit");
  });

  test("a word that may have a value is not guessed at", () => {
    expect(hints("copy -a --exlude x a b")).toEqual([
      "there is no option --exlude; did you mean --exclude?",
    ]);
  });
});

describe("cp's habits", () => {
  test.each([
    ["cp -r src/ dst/", "copy src/ dst/"],
    ["cp -Rfv a b dst", "copy -v a b dst"],
    ["cp -n a b dst", "copy --ignore-existing a b dst"],
    ["copy --no-clobber a b dst", "copy --ignore-existing a b dst"],
    ["cp -t dst a b", "copy a b dst"],
    ["cp -rT a b", "copy a b"],
    ["copy -rT a b", "copy a b"],
    ["mv -f a b dst", "move a b dst"],
    ["copy -f src dst", "copy src dst"],
    ["copy -rf src dst", "copy src dst"],
    ["copy -fr src dst", "copy src dst"],
    ["move -f src dst", "move src dst"],
  ])("%s", (line, command) => {
    expect(advised(line)).toBe(command);
  });

  test("whose option it is", () => {
    expect(answerHabit(args("move -f src dst"))?.message).toBe("-f is an option of mv's");
    expect(answerHabit(args("cp src dst"))?.message).toBe("there is no verb cp");
  });
});

describe("robocopy's habits", () => {
  test.each([
    ["src dst /MIR", "mirror src dst"],
    ["robocopy src dst /MIR", "mirror src dst"],
    ["/src /dst /MIR", "mirror /src /dst"],
    ["copy src dst /E /R:1 /W:1 /MT:16", "copy src dst"],
    ["copy -nv src dst /E", "copy -n -v src dst"],
    ["mirror src dst /mir /L", "mirror -n src dst"],
    ["src dst /MIR /XD node_modules", "mirror --exclude node_modules/ src dst"],
    [
      "src dst /e /xd node_modules .git /xf *.o *.tmp",
      "copy --exclude node_modules/ --exclude .git/ --exclude '*.o' --exclude '*.tmp' src dst",
    ],
    ["src dst /e /xd src\\build", "copy --exclude /build/ src dst"],
    ["src dst /e /xf [a].o", "copy --exclude '\\[a\\].o' src dst"],
    ["src dst *.txt /s", "copy --exclude '*' --include '*/' --include '*.txt' src dst"],
    ["src dst *.txt /mt", "copy --exclude '*' --include '*.txt' --exclude '*/' src dst"],
    ["src dst *.* /s", "copy src dst"],
    ["src dst /E /MOVE", "move src dst"],
    ["src dst /MOVE", "move --exclude '*/' src dst"],
    [
      "src dst /E /MAXAGE:7 /MINAGE:20260131",
      "copy --newer-than 7d --older-than 2026-01-31 src dst",
    ],
    ["src dst /E /LOG+:file /XX", "copy --log file src dst"],
    ["src dst /MIR /XX", "copy src dst"],
  ])("%s", (line, command) => {
    expect(advised(line)).toBe(command);
  });

  test.each([
    ["src dst /E /XYZ /foo", "/XYZ and /foo"],
    ["src dst /E /XD /other/x", "/XD /other/x"],
    ["src dst /E /A+:R", "/A+:R"],
  ])("what blit does not do is not passed over: %s", (line, missing) => {
    expect(hints(line)).toEqual([
      "type: blit copy src dst",
      `there is nothing like ${missing} in blit`,
    ]);
  });

  test("moving and deleting at once", () => {
    expect(hints("src dst /MIR /MOVE")).toContain(
      "there is nothing like /MOVE in blit beside deleting",
    );
  });
});

const README = readFileSync(join(import.meta.dir, "../../../README.md"), "utf8");
const MIGRATION = /^\| `((?:rsync|robocopy|cp) [^`]*)`[^|]*\| (`blit [^|]*)/gm;

describe("the README says what is answered to", () => {
  test.each(
    [...README.matchAll(MIGRATION)].map(([, typed = "", commands = ""]) => [typed, commands]),
  )("%s", (typed, commands) => {
    const answered = hints(typed).map((hint) => withoutSlashes(hint.replace(/^type:/, "").trim()));
    for (const [, command = ""] of commands.matchAll(/`(blit [^`]*)`/g))
      expect(answered).toContain(withoutSlashes(command));
  });
});

/** A slash at the end of a directory means nothing to blit. */
function withoutSlashes(command: string): string {
  return command.replaceAll(/(?<=SRC|DST)\/(?= |$)/g, "");
}

test.each(["copy a b --nonsense", "copy a b -Z", "foo a b", "diagnostics perf -a", "help -a", ""])(
  "no habit is seen in: %s",
  (line) => {
    expect(answerHabit(args(line))).toBeUndefined();
  },
);

describe("a name is advised as a shell reads it, on one line:", () => {
  test.each([
    ["x\ny/", "$'x\\ny/'"],
    ["a'b\\c\x1b/", "$'a\\'b\\\\c\\x1b/'"],
    ["caf\xe9/", "$'caf\\xe9/'"],
    ["caf\xc3\xa9/", "'café/'"],
    ["a\xe2\x80\xaeb/", "$'a\\xe2\\x80\\xaeb/'"],
    ["~/x/", "'~/x/'"],
    ["x~/", "x~/"],
    ["a b\\/", "'a b\\/'"],
  ])("%p", (name, quoted) => {
    const raw = bytes(...Buffer.from(name, "latin1"));
    const answer = answerHabit([...args("-a"), raw, ...args("dst")]);
    expect(answer?.hints).toEqual([`type: blit copy ${quoted} dst`]);
  });
});
