import { describe, expect, it } from "vitest";
import { judgeEntry, judgeLink, type EntryKind } from "../../../src/runs/inbox/judge-entry.ts";
import { destinationOf } from "../../../src/runs/inbox/destination.ts";
import { numberedNames } from "../../../src/core/files/move-file.ts";

describe("judgeEntry()", () => {
  it.each<[string, EntryKind, string | null]>([
    ["march.xlsx", "file", null],
    ["MARCH.CSV", "file", null],
    ["~$march.xlsx", "file", "lock-file"],
    [".~lock.march.xlsx#", "file", "lock-file"],
    [".march.csv", "file", "hidden"],
    ["march.csv", "folder", "folder"],
    ["march.csv.part", "file", "unfinished-name"],
    ["march.CRDOWNLOAD", "file", "unfinished-name"],
    ["march.tmp", "file", "unfinished-name"],
    ["photo.jpg", "file", "no-spreadsheet"],
    ["march.csv", "other", "not-a-file"],
    ["march.csv", "link", null],
  ])("says of %s, a %s: %s", (name, kind, code) => {
    expect(judgeEntry({ name, kind })).toBe(code);
  });
});

describe("judgeLink()", () => {
  const folderOf = (path: string): string => path.slice(0, path.lastIndexOf("/"));
  const judge = (target: string | null, targetKind: EntryKind | null, moves = false) =>
    judgeLink(
      { target, targetKind, inbox: "/in", moves },
      (path, folder) => path.startsWith(`${folder}/`),
      folderOf,
    );

  it("takes a link to a file below the inbox, unless files are moved", () => {
    expect(judge("/in/data/a.csv", "file")).toBeNull();
    expect(judge("/in/data/a.csv", "file", true)).toBe("link-inside");
  });

  it.each([
    ["/in/a.csv", "file", "link-inside"],
    ["/inside/a.csv", "file", "link-outside"],
    ["/etc/passwd", "file", "link-outside"],
    [null, null, "link-broken"],
    ["/in/data", "folder", "folder"],
    ["/in/pipe.csv", "other", "not-a-file"],
  ] as const)("says of a link to %s, a %s: %s", (target, kind, code) => {
    expect(judge(target, kind)).toBe(code);
  });
});

describe("destinationOf()", () => {
  it("puts back what was not read, met a fault of a moment, or has changed since", () => {
    const state = { result: null, isPassing: false, isUnchanged: true };
    expect(destinationOf(state)).toBe("inbox");
  });
});

describe("numberedNames()", () => {
  it("numbers before the ending", () => {
    expect([...numberedNames("march.csv", 3)]).toEqual([
      "march.csv",
      "march (2).csv",
      "march (3).csv",
    ]);
    expect([...numberedNames("march", 2)]).toEqual(["march", "march (2)"]);
  });
});
