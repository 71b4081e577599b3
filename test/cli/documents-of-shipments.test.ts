// `run` and `reconcile` with --attachments, against the simulator.
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { documentOf, emptyFolder, root, runCli, type Finished } from "../support/run-cli.ts";

const TIMEOUT_MS = 180_000;

interface Attachment {
  readonly declarationId: string;
  readonly type: string;
  readonly path: string;
  readonly sha256: string;
  readonly bytes: number;
}

interface Document {
  readonly attachments: readonly Attachment[];
  readonly attachmentCounts: Readonly<Record<string, number>>;
  readonly shipments: readonly { readonly attachments: readonly Attachment[] }[];
}

const read = (run: Finished): Document => documentOf(run) as unknown as Document;

test(
  "run fetches the documents of its declarations, reconcile only those that are new, explain shows them",
  async () => {
    const cwd = emptyFolder();
    const cas = (args: readonly string[]): Promise<Finished> =>
      runCli([...args, "--env", "simulator", "--json"], { cwd });
    const run = await cas(["run", join(root, "samples/first-night"), "--attachments", "docs"]);
    // Some shipments of the samples need a person; that is not about documents.
    expect(run.code).toBe(4);
    const { attachments, attachmentCounts } = read(run);
    expect(attachments.length).toBeGreaterThan(0);
    expect(attachmentCounts).toMatchObject({ fetched: attachments.length, failed: 0 });
    for (const { path, sha256, bytes } of attachments) {
      const content = readFileSync(path);
      expect(content.subarray(0, 5).toString()).toBe("%PDF-");
      expect(content).toHaveLength(bytes);
      expect(createHash("sha256").update(content).digest("hex")).toBe(sha256);
    }
    expect(readdirSync(join(cwd, "docs"))).toHaveLength(attachments.length);

    const reconcile = ["reconcile", "--attachments", "docs"];
    const second = read(await cas([...reconcile, "--attachment-type", "EAD"]));
    expect(second.attachments).toEqual([]);
    expect(second.attachmentCounts["skipped"]).toBe(
      attachments.filter(({ type }) => type === "EAD").length,
    );
    // Another folder is no reason to fetch again what is there.
    const elsewhere = read(await cas(["reconcile", "--attachments", "tonight"]));
    expect(elsewhere.attachmentCounts).toMatchObject({ fetched: 0, skipped: attachments.length });

    const [first] = attachments;
    const shipment = read(await cas(["explain", "ERP-88001"])).shipments[0];
    expect(attachments.map(({ path }) => path)).toContain(shipment?.attachments[0]?.path);
    const one = ["declarations", "attachments", first?.declarationId ?? "", "--out", "one"];
    expect(read(await cas(one)).attachments[0]?.path).toMatch(/\/one\/[^/]+\.pdf$/);

    const useless = await cas(["reconcile", "--attachment-type", "EAD"]);
    expect(documentOf(useless).error?.code).toBe("usage");
  },
  TIMEOUT_MS,
);
