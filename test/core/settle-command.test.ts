// A command that is pasted holds references and file names of others: a shell must take them as they stand.
import { spawnSync } from "node:child_process";
import { tmpdir } from "node:os";
import { describe, expect, it } from "vitest";
import { amendFlag, shellWord } from "../../src/core/settle-command.ts";

describe("shellWord()", () => {
  it
    .skipIf(process.platform === "win32")
    .each(["PO 1", "/in/a (2).csv", "$(touch planted)", "`id`", '$HOME "two" it\'s'])(
    "a shell takes %s as it stands",
    (text) => {
      const { stdout } = spawnSync("/bin/sh", ["-c", `printf %s ${shellWord(text)}`], {
        cwd: tmpdir(),
        encoding: "utf8",
      });
      expect(stdout).toBe(text);
    },
  );

  it("keeps the quotes that every system has where it can", () => {
    expect(shellWord("C:\\in\\a b.csv")).toBe('"C:\\in\\a b.csv"');
    expect(amendFlag({ direction: "IN", externalReference: "PO 1" })).toBe('--allow-amend "PO 1"');
  });
});
