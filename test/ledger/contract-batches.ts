import { textReason } from "../support/reasons.ts";
import { spawnSync } from "node:child_process";
import { expect, test } from "vitest";
import type { KnownShipment, LineBucket } from "../../src/ledger/contract/staging.ts";
import type { LedgerBooks } from "../../src/ledger/ledger.ts";
import {
  acceptAll,
  batchEnd,
  claimOptions,
  collected,
  declarationSummary,
  finding,
  leaseHolder,
  lineDraft,
  minutesAfterNoon,
  NOON,
  queueFile,
  refusal,
  sourceFile,
  startRun,
} from "../support/ledger-drafts.ts";
import type { ContractSubject } from "./ledger-contract.ts";

const openBatch = (books: LedgerBooks, batchId: string, runId = "run-1"): Promise<void> =>
  books.openBatch({ batchId, runId, file: sourceFile(`${batchId}.xlsx`), openedAt: NOON });

const bucketsOfRun = async (books: LedgerBooks, runId: string): Promise<LineBucket[]> =>
  (await collected(books.lines({ runId }))).map((line) => line.bucket);

/** Stages one line whose content is known already. */
const stageUnchanged = (
  books: LedgerBooks,
  batchId: string,
  reference: string,
): Promise<readonly LineBucket[]> =>
  books.addLines(batchId, [lineDraft(1, reference)], (_draft, known) => {
    const versionId = known?.versions[0]?.versionId;
    return versionId === undefined ? { kind: "queue" } : { kind: "unchanged", versionId };
  });

export function batchContract(subject: () => ContractSubject): void {
  test("an unsealed batch is neither shown nor sent", async () => {
    const { books } = subject();
    await startRun(books);
    await openBatch(books, "batch-1");
    expect(
      await books.addLines("batch-1", [lineDraft(1, "S-1")], () => ({ kind: "queue" })),
    ).toEqual(["unsent"]);
    await books.addFindings("batch-1", [finding("Odd")]);

    expect(await books.claim(claimOptions())).toEqual([]);
    expect(await books.outboxCounts()).toEqual({ queued: 0, sending: 0, unknown: 0 });
    for (const filter of [{ runId: "run-1" }, { latest: true }] as const) {
      expect(await books.batches(filter)).toEqual([]);
      expect(await collected(books.lines(filter))).toEqual([]);
      expect(await collected(books.findings(filter))).toEqual([]);
    }

    await books.sealBatch("batch-1", batchEnd({ rowsRead: 1 }));
    expect(await books.outboxCounts()).toEqual({ queued: 1, sending: 0, unknown: 0 });
    expect(await books.claim(claimOptions())).toHaveLength(1);
  });

  test("a sealed batch takes nothing more in", async () => {
    const { books } = subject();
    await startRun(books);
    await queueFile(books, []);
    await expect(books.addFindings("batch-1", [finding("Late")])).rejects.toThrow("batch-1");
    await expect(books.sealBatch("batch-1", batchEnd())).rejects.toThrow("batch-1");
  });

  test("addLines() tells decide what is known of the key", async () => {
    const { books } = subject();
    await startRun(books);
    await queueFile(books, [lineDraft(1, "S-1", "first")]);
    await acceptAll(books);
    await queueFile(books, [lineDraft(1, "S-1", "second")], { batchId: "batch-2" });
    const [shipment] = await books.findShipments(["S-1"]);
    await books.recordDeclarations([
      {
        summary: declarationSummary("D-1", "Accepted"),
        shipmentId: shipment?.shipmentId ?? null,
        observedAt: NOON,
        source: "search",
      },
    ]);

    const seen: (KnownShipment | null)[] = [];
    await openBatch(books, "batch-3");
    await books.addLines("batch-3", [lineDraft(1, "S-1"), lineDraft(2, "S-2")], (_draft, known) => {
      seen.push(known);
      return { kind: "held", reason: textReason("For the test") };
    });
    expect(seen).toMatchObject([
      {
        shipmentId: shipment?.shipmentId,
        versions: [
          {
            versionNumber: 2,
            state: "queued",
            contentHash: lineDraft(1, "S-1", "second").message?.contentHash,
          },
          {
            versionNumber: 1,
            state: "accepted",
            contentHash: lineDraft(1, "S-1").message?.contentHash,
          },
        ],
        declarationStatuses: ["Accepted"],
      },
      null,
    ]);
  });

  test("addLines() gives every line its bucket", async () => {
    const { books } = subject();
    await startRun(books);
    await queueFile(books, [lineDraft(1, "S-1"), lineDraft(2, "S-2")]);
    const [first, second] = await books.claim(claimOptions());
    await books.recordOutcomes([
      { attemptId: first?.attemptId ?? "", at: NOON, kind: "accepted", referenceId: "R-1" },
      { attemptId: second?.attemptId ?? "", at: NOON, kind: "rejected", problem: refusal },
    ]);

    await openBatch(books, "batch-2");
    const buckets = await books.addLines(
      "batch-2",
      [
        lineDraft(1, "S-1"),
        lineDraft(2, "S-2"),
        lineDraft(3, "S-3"),
        lineDraft(4, "S-4"),
        { ...lineDraft(5, "S-5"), message: null },
      ],
      (_draft, known) => {
        const version = known?.versions[0];
        if (version === undefined) return { kind: "queue" };
        const kind = version.state === "accepted" ? "unchanged" : "refused-before";
        return { kind, versionId: version.versionId };
      },
    );
    expect(buckets).toEqual(["unchanged", "rejected", "unsent", "unsent", "invalid"]);
    await books.sealBatch("batch-2", batchEnd({ rowsRead: 5 }));

    const shown = (await collected(books.lines({ runId: "run-1" }))).slice(2);
    expect(shown.map((line) => line.bucket)).toEqual(buckets);
    expect(shown[0]).toMatchObject({ referenceId: "R-1", versionNumber: 1 });
    expect(shown[1]).toMatchObject({
      problem: refusal,
      reason: { code: "refused", title: "Bad Request", detail: "declType is missing" },
    });
  });

  test("addLines() takes in nothing when decide throws", async () => {
    const { books } = subject();
    await startRun(books);
    await openBatch(books, "batch-1");
    const lines = [lineDraft(1, "S-1"), lineDraft(2, "S-2")];
    const adding = books.addLines("batch-1", lines, (draft) => {
      if (draft.payload.includes("S-2")) throw new Error("cannot decide");
      return { kind: "queue" };
    });
    await expect(adding).rejects.toThrow("cannot decide");
    await books.sealBatch("batch-1", batchEnd());
    expect(await books.outboxCounts()).toMatchObject({ queued: 0 });
    expect(await books.findShipments(["S-1"])).toEqual([]);
  });

  test("a line with the content of a message that still waits shares its fate, once per run", async () => {
    const { books } = subject();
    await startRun(books);
    await queueFile(books, [lineDraft(1, "S-1")]);
    await startRun(books, "run-2");
    await openBatch(books, "again", "run-2");
    expect(await stageUnchanged(books, "again", "S-1")).toEqual(["unsent"]);
    await books.sealBatch("again", batchEnd({ rowsRead: 1 }));
    await openBatch(books, "copy", "run-2");
    expect(await stageUnchanged(books, "copy", "S-1")).toEqual(["unchanged"]);
    await books.sealBatch("copy", batchEnd({ rowsRead: 1 }));

    await acceptAll(books, "run-2");
    expect(await bucketsOfRun(books, "run-1")).toEqual(["accepted"]);
    expect(await bucketsOfRun(books, "run-2")).toEqual(["accepted", "unchanged"]);
  });

  test("sealBatch() with rejected sends nothing of the file and forgets its messages", async () => {
    const { books } = subject();
    await startRun(books);
    await openBatch(books, "batch-1");
    const lines = [lineDraft(1, "S-1"), { ...lineDraft(2, "S-2"), message: null }];
    await books.addLines("batch-1", lines, () => ({ kind: "queue" }));
    await books.sealBatch("batch-1", batchEnd({ rejected: true, rowsRead: 2 }));

    expect(await bucketsOfRun(books, "run-1")).toEqual(["aborted", "invalid"]);
    expect(await books.claim(claimOptions())).toEqual([]);
    const [batch] = await books.batches({ runId: "run-1" });
    expect(batch).toMatchObject({
      rejected: true,
      counts: { buckets: { aborted: 1, invalid: 1 } },
    });
    await openBatch(books, "batch-2");
    await books.addLines("batch-2", [lineDraft(1, "S-1")], (_draft, known) => {
      expect(known).toBeNull();
      return { kind: "queue" };
    });
  });

  test("dropUnsealedBatches() takes back all that an interrupted run had staged", async () => {
    const { books } = subject();
    await startRun(books);
    await queueFile(books, [lineDraft(1, "S-1")]);
    await openBatch(books, "batch-2");
    await books.addRows("batch-2", [{ sheet: "Shipments", row: 9, bucket: "invalid" }]);
    await books.addFindings("batch-2", [finding("Odd")]);
    const lines = [lineDraft(1, "S-1", "second"), lineDraft(2, "S-2")];
    await books.addLines("batch-2", lines, () => ({ kind: "queue" }));

    expect(await books.dropUnsealedBatches()).toBe(1);
    expect(await books.dropUnsealedBatches()).toBe(0);
    expect(await books.outboxCounts()).toMatchObject({ queued: 1 });
    expect(await books.findShipments(["S-2"])).toEqual([]);
    await expect(books.sealBatch("batch-2", batchEnd())).rejects.toThrow("batch-2");
    await acceptAll(books);
    await queueFile(books, lines, { batchId: "batch-2" });
    expect((await books.claim(claimOptions())).map((message) => message.versionNumber)).toEqual([
      2, 1,
    ]);
  });

  test("a message that another file relies on outlives the file that brought it", async () => {
    const { books } = subject();
    await startRun(books);
    const lease = await startRun(books, "run-2");
    await openBatch(books, "batch-1", "run-1");
    await stageUnchanged(books, "batch-1", "S-1");
    await openBatch(books, "batch-2", "run-2");
    expect(await stageUnchanged(books, "batch-2", "S-1")).toEqual(["unsent"]);
    await books.sealBatch("batch-2", batchEnd({ rowsRead: 1 }));
    expect(await books.claim(claimOptions({ lease }))).toEqual([]);

    await books.sealBatch("batch-1", batchEnd({ rejected: true, rowsRead: 1 }));
    await acceptAll(books, "run-2");
    expect(await bucketsOfRun(books, "run-1")).toEqual(["aborted"]);
    expect(await bucketsOfRun(books, "run-2")).toEqual(["accepted"]);
  });

  test("recoverInterrupted() turns what a dead holder was sending into unknown", async () => {
    const { books } = subject();
    const dead = leaseHolder("dead", spawnSync(process.execPath, ["--version"]).pid);
    const lease = await startRun(books, "run-1", dead);
    await queueFile(books, [lineDraft(1, "S-1"), lineDraft(2, "S-2")]);
    await books.claim(claimOptions({ lease, limit: 1 }));
    const mineNow = await startRun(books, "run-2");
    const [mine] = await books.claim(claimOptions({ runId: "run-2", lease: mineNow }));

    expect(await books.recoverInterrupted(minutesAfterNoon(1))).toBe(1);
    expect(await books.recoverInterrupted(minutesAfterNoon(1))).toBe(0);
    expect(await books.outboxCounts()).toEqual({ queued: 0, sending: 1, unknown: 1 });
    expect(await books.unknownMessages(10)).toMatchObject([{ key: { externalReference: "S-1" } }]);
    expect(mine?.key.externalReference).toBe("S-2");
  });
}
