import {
  existsSync,
  mkdirSync,
  readdirSync,
  readlinkSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { startEvidenceFolder, type EvidenceFolder } from "../../src/evidence/evidence-folder.ts";
import { emptyFolder } from "../support/run-cli.ts";

/** More than any process id of Linux, macOS and Windows is. */
const NO_PROCESS = "999999999";
const ABOUT: Parameters<EvidenceFolder["complete"]>[0] = {
  schemaVersion: 1,
  evidence: "cas-batch",
  environment: "simulator",
  tenant: "T",
  runId: null,
  asOf: "2026-11-29T10:00:00.000Z",
  completeUpTo: null,
  simulated: true,
  programVersion: "0.1.0",
  ledgerId: "1",
  redaction: null,
  missing: [],
};

describe("startEvidenceFolder()", () => {
  test("clears away what a killed command left, and no folder of somebody else", async () => {
    const folder = emptyFolder();
    const written = (path: string): string => {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), "");
      return path;
    };
    const left = [
      written(`audit.part-${NO_PROCESS}/records/run.jsonl`),
      written(`audit.part-${NO_PROCESS}1/manifest.json`),
    ];
    const others = [
      written("audit.part-/letter.docx"),
      written("audit.part-two/letter.docx"),
      written(`audit.part-${NO_PROCESS}2/letter.docx`),
      written(`audit.part-${NO_PROCESS}3`),
    ];
    // Somebody's evidence of last year, whole.
    const named = await startEvidenceFolder(join(folder, `audit.part-${NO_PROCESS}4`));
    await named.complete(ABOUT);

    const writing = await startEvidenceFolder(join(folder, "audit"));
    await writing.complete(ABOUT);

    expect(left.filter((path) => existsSync(join(folder, path)))).toEqual([]);
    expect(others.filter((path) => !existsSync(join(folder, path)))).toEqual([]);
    expect(existsSync(join(folder, `audit.part-${NO_PROCESS}4/manifest.json`))).toBe(true);
  });

  test("fills the folder that a link leads to", async () => {
    const folder = emptyFolder();
    mkdirSync(join(folder, "archive"));
    symlinkSync(join(folder, "archive"), join(folder, "audit"));

    const writing = await startEvidenceFolder(join(folder, "audit"));
    await writing.complete(ABOUT);

    expect(readlinkSync(join(folder, "audit"))).toBe(join(folder, "archive"));
    expect(readdirSync(join(folder, "archive"))).toContain("manifest.json");
  });

  test("refuses a file and a link that leads nowhere", async () => {
    const folder = emptyFolder();
    writeFileSync(join(folder, "file"), "");
    symlinkSync(join(folder, "gone"), join(folder, "link"));

    await expect(startEvidenceFolder(join(folder, "file"))).rejects.toThrow(/it is a file$/);
    await expect(startEvidenceFolder(join(folder, "link"))).rejects.toThrow(
      /it is a link that leads nowhere$/,
    );
    expect(readlinkSync(join(folder, "link"))).toBe(join(folder, "gone"));
  });
});
