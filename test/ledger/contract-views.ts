import { textReason } from "../support/reasons.ts";
import { expect, test } from "vitest";
import {
  acceptAll,
  batchEnd,
  claimOptions,
  collected,
  declarationSummary,
  finding,
  lineDraft,
  minutesAfterNoon,
  NOON,
  pagesOf,
  queueFile,
  refusal,
  sourceFile,
  startRun,
} from "../support/ledger-drafts.ts";
import type { ContractSubject } from "./ledger-contract.ts";

export function viewContract(subject: () => ContractSubject): void {
  test("documents() gives those of the declarations of a view, fetched or not", async () => {
    const { books } = subject();
    await startRun(books);
    expect(await collected(books.documents({ latest: true }))).toEqual([]);
    await queueFile(books, [lineDraft(1, "PO-1"), lineDraft(2, "PO-2")]);
    const shipments = await books.findShipments(["PO-1", "PO-2"]);
    const ids = new Map(
      shipments.map(({ key, shipmentId }) => [key.externalReference, shipmentId]),
    );
    await books.recordDeclarations(
      [
        ["D-1", "PO-1"],
        ["D-2", "PO-2"],
        ["D-3", "of somebody else"],
      ].map(([id = "", reference = ""]) => ({
        summary: declarationSummary(id, "Released"),
        ...{ shipmentId: ids.get(reference) ?? null, observedAt: NOON, source: "search" },
      })),
    );
    const ead = { id: "A-1", documentType: "EAD", fileName: "EAD.pdf" };
    const file = { path: "/srv/EAD.pdf", sha256: "0".repeat(64), bytes: 5, fetchedAt: NOON };
    for (const id of ["D-1", "D-2", "D-3"]) {
      const owner = { kind: "declaration", id } as const;
      await books.recordAttachments(owner, [ead], { at: NOON, isFinal: true });
    }
    const owner = { kind: "declaration", id: "D-2" } as const;
    await books.recordFetched({ owner, attachment: ead, file });
    const known = { attachmentId: "A-1", documentType: "EAD", fileName: "EAD.pdf" };
    const key = (externalReference: string) => ({ direction: "IN", externalReference });
    const both = [
      { declarationId: "D-1", key: key("PO-1"), ...known, firstSeenAt: NOON, file: null },
      { declarationId: "D-2", key: key("PO-2"), ...known, firstSeenAt: NOON, file },
    ];
    expect(await collected(books.documents({ latest: true }))).toEqual(both);
    expect(await collected(books.documents({ runId: "run-1" }))).toEqual(both);
    expect(await collected(books.documents({ runId: "another" }))).toEqual([]);
  });

  test("flow() counts each answer and each end of a declaration once, when it came", async () => {
    const { books, ledger } = subject();
    await startRun(books);
    await queueFile(books, [lineDraft(1, "PO-1"), lineDraft(2, "PO-2"), lineDraft(3, "PO-3")]);
    const [first, second, third] = await books.claim(claimOptions({ limit: 3 }));
    if (!first || !second || !third) throw new Error("Three messages are queued");
    await books.recordOutcomes([
      { attemptId: first.attemptId, at: NOON, kind: "accepted", referenceId: "ref-1" },
      { attemptId: second.attemptId, at: minutesAfterNoon(1), kind: "rejected", problem: refusal },
    ]);
    const [shipment] = await books.findShipments(["PO-1"]);
    const see = (id: string, status: string, minutes: number, shipmentId: string | null) =>
      books.recordDeclarations([
        {
          summary: declarationSummary(id, status),
          ...{ shipmentId, observedAt: minutesAfterNoon(minutes), source: "search" },
        },
      ]);
    const ours = shipment?.shipmentId ?? null;
    await see("D-1", "Submitted", 2, ours);
    await see("D-1", "Released", 3, ours);
    await see("D-1", "GoodsNotArrived", 4, ours);
    await see("D-1", "Released", 5, ours);
    await see("D-9", "Released", 3, null);
    expect(await books.flow(NOON)).toEqual([
      { at: NOON, accepted: 1, refused: 0, finished: 0 },
      { at: minutesAfterNoon(1), accepted: 0, refused: 1, finished: 0 },
      { at: minutesAfterNoon(3), accepted: 0, refused: 0, finished: 1 },
    ]);
    expect(await books.flow(minutesAfterNoon(2))).toHaveLength(1);
    expect(await ledger.books("acceptance", "ACME").flow(NOON)).toEqual([]);
  });

  test("batches() counts what is stored, so that a lost row shows", async () => {
    const { books } = subject();
    await startRun(books);
    await books.openBatch({
      batchId: "batch-1",
      runId: "run-1",
      file: sourceFile(),
      openedAt: NOON,
    });
    const rows = [2, 3, 7].map((row) => ({ sheet: "Shipments", row }));
    await books.addLines("batch-1", [{ ...lineDraft(1, "S-1"), rows }], () => ({
      kind: "held",
      reason: textReason("It would amend a filed declaration"),
    }));
    await books.addRows("batch-1", [
      { sheet: "Shipments", row: 4, bucket: "invalid" },
      { sheet: "Shipments", row: 5, bucket: "duplicate" },
      { sheet: "Shipments", row: 6, bucket: "duplicate" },
    ]);
    await books.sealBatch("batch-1", batchEnd({ rowsRead: 9, rowsBlank: 2 }));

    expect(await books.batches({ runId: "run-1" })).toEqual([
      {
        batchId: "batch-1",
        runId: "run-1",
        file: sourceFile(),
        openedAt: NOON,
        rejected: false,
        layout: "flat",
        detected: { encoding: "UTF-8" },
        form: null,
        counts: {
          rowsRead: 9,
          rowsBlank: 2,
          rowsInvalid: 1,
          rowsDuplicate: 2,
          rowsInShipments: 3,
          shipments: 1,
          buckets: {
            invalid: 0,
            unchanged: 0,
            held: 1,
            superseded: 0,
            accepted: 0,
            rejected: 0,
            unknown: 0,
            sending: 0,
            unsent: 0,
            aborted: 0,
          },
        },
      },
    ]);
    expect(await collected(books.lines({ runId: "run-1" }))).toMatchObject([
      {
        rows,
        reason: textReason("It would amend a filed declaration"),
        versionNumber: null,
        attempts: 0,
      },
    ]);
  });

  test("leftovers() are what a run sent of an earlier run's files, and nothing of its own", async () => {
    const { books } = subject();
    await startRun(books);
    await queueFile(books, [lineDraft(1, "OLD-1"), lineDraft(2, "OLD-2")]);
    await startRun(books, "run-2");
    await queueFile(books, [lineDraft(1, "NEW-1")], {
      batchId: "batch-2",
      fileName: "b.csv",
      runId: "run-2",
    });
    await acceptAll(books, "run-2");

    const leftovers = await collected(books.leftovers("run-2"));
    expect(leftovers.map((line) => [line.key.externalReference, line.bucket])).toEqual([
      ["OLD-1", "accepted"],
      ["OLD-2", "accepted"],
    ]);
    expect(await collected(books.leftovers("run-1"))).toEqual([]);
  });

  test("lines() of a run come in the order of files and lines, over many pages", async () => {
    const { books } = subject();
    await startRun(books);
    const lines = Array.from({ length: 1_001 }, (_, index) => lineDraft(index + 1, `S-${index}`));
    await queueFile(books, lines);
    await queueFile(books, [lineDraft(1, "T-1")], { batchId: "batch-2", fileName: "b.csv" });
    const pages = await pagesOf(books.lines({ runId: "run-1" }));
    expect(Math.max(...pages.map((page) => page.length))).toBeLessThanOrEqual(500);
    expect(pages.flat().map((line) => line.key.externalReference)).toEqual([
      ...lines.map((line) => line.key.externalReference),
      "T-1",
    ]);
  });

  test("lines() carry the declarations of their shipment, invalid lines too", async () => {
    const { books } = subject();
    await startRun(books);
    await queueFile(books, [lineDraft(1, "S-1")]);
    await acceptAll(books);
    const [shipment] = await books.findShipments(["S-1"]);
    await books.recordDeclarations(
      ["D-1", "D-2"].map((declarationId) => ({
        summary: declarationSummary(declarationId, "New"),
        shipmentId: shipment?.shipmentId ?? null,
        observedAt: NOON,
        source: "search" as const,
      })),
    );
    await queueFile(books, [{ ...lineDraft(1, "S-1"), message: null }], { batchId: "batch-2" });
    const views = await collected(books.lines({ runId: "run-1" }));
    expect(
      views.map((line) => [line.bucket, line.declarations.map((d) => d.declarationId)]),
    ).toEqual([
      ["accepted", ["D-1", "D-2"]],
      ["invalid", ["D-1", "D-2"]],
    ]);
    expect(await collected(books.declarations({ runId: "run-1" }))).toHaveLength(2);
  });

  test("lines() lead what CAS refused to the cells of the file that they show", async () => {
    const { books } = subject();
    await startRun(books);
    const draft = lineDraft(1, "S-1");
    if (draft.message === null) throw new Error("The draft has a message");
    const refused = {
      ...draft,
      rows: [{ sheet: "Orders", row: 2 }],
      message: {
        ...draft.message,
        payload: '{"externalReference":"S-1","items":[{"mass":1.50},{"mass":2}]}',
        sources: { externalReference: "A2", items: [{ mass: "C2" }, { mass: "C3" }] },
      },
    };
    await queueFile(books, [refused, lineDraft(2, "S-2")]);
    const [first, second] = await books.claim(claimOptions());
    if (first === undefined || second === undefined) throw new Error("Two messages are queued");
    const errors = [
      { path: "$.ExternalReference", message: "is taken" },
      { path: "items[0].mass", message: "is too little" },
      { path: "singleAdministrativeDocument.declType", message: "is required" },
    ];
    await books.recordOutcomes([
      { attemptId: first.attemptId, at: NOON, kind: "rejected", problem: { ...refusal, errors } },
      { attemptId: second.attemptId, at: NOON, kind: "accepted", referenceId: "ref-2" },
    ]);
    // The same file again, then another one with the same content: its cells may be others.
    for (const [batchId, fileName] of [
      ["batch-2", "orders.xlsx"],
      ["batch-3", "other.xlsx"],
    ] as const) {
      await books.openBatch({
        batchId,
        runId: "run-1",
        file: sourceFile(fileName),
        openedAt: NOON,
      });
      await books.addLines(batchId, [refused], (_draft, known) => ({
        kind: "refused-before",
        versionId: known?.versions[0]?.versionId ?? "",
      }));
      await books.sealBatch(batchId, batchEnd());
    }
    const [sent, accepted, again, elsewhere] = await collected(books.lines({ runId: "run-1" }));
    const expected = [
      {
        sheet: "Orders",
        cell: "A2",
        path: "externalReference",
        value: "S-1",
        message: "is taken",
      },
      {
        sheet: "Orders",
        cell: "C2",
        path: "items[0].mass",
        value: "1.50",
        message: "is too little",
      },
      {
        sheet: "Orders",
        cell: "A2",
        path: "singleAdministrativeDocument.declType",
        value: null,
        notInMessage: "singleAdministrativeDocument.declType",
        message: "is required",
      },
    ];
    expect(sent?.refusedFields).toEqual(expected);
    expect(accepted?.refusedFields).toEqual([]);
    expect(again?.refusedFields).toEqual(expected);
    expect(elsewhere?.refusedFields).toEqual(
      expected.map((field) => ({ ...field, sheet: null, cell: null })),
    );
  });

  test("latest shows the newest line of every shipment and the newest batch of every file", async () => {
    const { books } = subject();
    await startRun(books);
    await queueFile(books, [lineDraft(1, "S-1"), lineDraft(2, "S-2")]);
    await startRun(books, "run-2");
    await queueFile(books, [lineDraft(1, "S-2", "second")], { runId: "run-2", batchId: "batch-2" });
    await queueFile(books, [lineDraft(1, "S-3")], {
      runId: "run-2",
      batchId: "batch-3",
      fileName: "other.csv",
    });
    await books.openBatch({
      batchId: "batch-4",
      runId: "run-2",
      file: sourceFile(),
      openedAt: NOON,
    });
    await books.addLines("batch-4", [lineDraft(1, "S-3", "later")], () => ({ kind: "queue" }));

    const lines = await collected(books.lines({ latest: true }));
    expect(
      lines.map((line) => [line.batchId, line.key.externalReference, line.versionNumber]),
    ).toEqual([
      ["batch-1", "S-1", 1],
      ["batch-2", "S-2", 2],
      ["batch-3", "S-3", 1],
    ]);
    const batches = await books.batches({ latest: true });
    expect(batches.map((batch) => batch.batchId)).toEqual(["batch-2", "batch-3"]);
  });

  test("findings() come back as they went in, by run and for the newest batch of a file", async () => {
    const { books } = subject();
    await startRun(books);
    for (const batchId of ["batch-1", "batch-2"]) {
      await books.openBatch({ batchId, runId: "run-1", file: sourceFile(), openedAt: NOON });
      await books.addFindings(batchId, [finding(`In ${batchId}`), finding("Also")]);
      await books.sealBatch(batchId, batchEnd());
    }
    const ofRun = await collected(books.findings({ runId: "run-1" }));
    expect(ofRun.map((found) => found.message)).toEqual([
      "In batch-1",
      "Also",
      "In batch-2",
      "Also",
    ]);
    expect(await collected(books.findings({ latest: true }))).toEqual([
      finding("In batch-2"),
      finding("Also"),
    ]);
  });
}
