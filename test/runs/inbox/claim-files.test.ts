import { spawnSync } from "node:child_process";
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { describe, expect, it, onTestFinished } from "vitest";
import { markOfThisProcess } from "../../../src/core/files/process-mark.ts";
import { claimFiles } from "../../../src/runs/inbox/claim-files.ts";
import { livingOwner } from "../../../src/runs/inbox/claim-owner.ts";
import { listInbox } from "../../../src/runs/inbox/list-inbox.ts";

const LEFT_RUN = "20261128T220000Z-00aa";
const RUN = "20261129T220000Z-00bb";
const DAY_MS = 86_400_000;

function place() {
  const base = mkdtempSync(join(tmpdir(), "cas-batch-claim-"));
  onTestFinished(() => {
    rmSync(base, { recursive: true, force: true });
  });
  const folder = join(base, "inbox");
  const archive = {
    processing: join(folder, "processing"),
    archive: join(folder, "archive"),
    rejected: join(folder, "rejected"),
  };
  mkdirSync(archive.processing, { recursive: true });
  const elsewhere = join(base, "elsewhere.csv");
  writeFileSync(elsewhere, "of somebody else");
  return { elsewhere, settings: { folder, stableForMs: 0, doneMarker: null, archive } };
}

const named = ({ name, code }: { readonly name: string; readonly code: string }): string =>
  `${name} ${code}`;

describe("claimFiles()", () => {
  it.skipIf(process.platform === "win32")(
    "does not take a link that has come in a file's place",
    async () => {
      const { settings, elsewhere } = place();
      const path = join(settings.folder, "a.csv");
      for (const name of ["a.csv", "b.csv"]) writeFileSync(join(settings.folder, name), "x");
      const { files } = await listInbox(settings, new Date());
      rmSync(path);
      symlinkSync(elsewhere, path);
      const claim = await claimFiles(settings, files, RUN);
      expect(claim.files.map(({ fileName }) => fileName)).toEqual(["b.csv"]);
      expect(claim.notTaken.map(named)).toEqual(["a.csv link"]);
      expect(lstatSync(path).isSymbolicLink()).toBe(true);
    },
  );

  it.skipIf(process.platform === "win32")(
    "takes the files that a run left, and neither links nor folders beside them",
    async () => {
      const { settings, elsewhere } = place();
      const left = join(settings.archive.processing, LEFT_RUN);
      mkdirSync(join(left, "folder.csv"), { recursive: true });
      symlinkSync(elsewhere, join(left, "b.csv"));
      writeFileSync(join(left, "c.csv"), "x");
      const claim = await claimFiles(settings, [], RUN);
      expect(claim.files.map(({ fileName }) => fileName)).toEqual(["c.csv"]);
      expect(claim.notTaken.map(named).toSorted()).toEqual(["b.csv link", "folder.csv folder"]);
    },
  );
});

describe("livingOwner()", () => {
  const owner = (mark: object, agoMs: number): Promise<object | null> => {
    const { processing } = place().settings.archive;
    const path = join(processing, `.${LEFT_RUN}.json`);
    writeFileSync(path, JSON.stringify({ ...markOfThisProcess(), ...mark }));
    const at = new Date(Date.now() - agoMs);
    utimesSync(path, at, at);
    return livingOwner(processing, LEFT_RUN, new Date());
  };
  const ELSEWHERE = { hostName: "elsewhere", processStart: null, processSpace: null };

  it.runIf(process.platform === "linux")(
    "believes a process that is seen to live, also when a clock was set",
    async () => {
      expect(await owner({}, DAY_MS)).toMatchObject({ processId: process.pid });
    },
  );

  it("believes no sign of life of another machine that is old or still to come", async () => {
    expect(await owner(ELSEWHERE, 60_000)).toMatchObject({ hostName: "elsewhere" });
    expect(await owner(ELSEWHERE, DAY_MS)).toBeNull();
    expect(await owner(ELSEWHERE, -DAY_MS)).toBeNull();
  });
});

describe.skipIf(process.platform === "win32")("listInbox() without rights", () => {
  /** In a process that is not root, for whom nothing is closed. */
  function listed(mode: number): string {
    const { folder } = place().settings;
    writeFileSync(join(folder, "a.csv"), "x");
    chmodSync(join(folder, ".."), 0o755);
    chmodSync(folder, mode);
    onTestFinished(() => {
      chmodSync(folder, 0o755);
    });
    const list = pathToFileURL(
      join(import.meta.dirname, "../../../src/runs/inbox/list-inbox.ts"),
    ).href;
    const code = `import { listInbox } from ${JSON.stringify(list)};
      const settings = { folder: ${JSON.stringify(folder)}, stableForMs: 0, doneMarker: null, archive: null };
      const told = await listInbox(settings, new Date()).then(({ notTaken }) => notTaken.map(({ name, code, detail }) => [name, code, detail].join(" ")).join(), ({ code, message }) => code + ": " + message);
      process.stdout.write(told.replace(settings.folder, "INBOX"));`;
    const { stdout, stderr } = spawnSync(
      process.execPath,
      ["--input-type=module", "--no-warnings", "-e", code],
      { encoding: "utf8", ...(process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {}) },
    );
    expect(stderr).toBe("");
    return stdout;
  }

  it("names each entry that it cannot look at", () => {
    expect(listed(0o444)).toMatch(/(?:^|,)a\.csv not-examined EACCES/);
  });

  it("says that the folder is closed, not that there is none", () => {
    expect(listed(0o000)).toBe("file-not-found: The folder INBOX cannot be looked into: EACCES");
  });
});
