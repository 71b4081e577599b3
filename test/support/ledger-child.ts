// A process of its own that works on a ledger, so that a test can kill it or make it compete.
// It prints one line for each method that has returned.
import { hostname } from "node:os";
import type { LedgerBooks } from "../../src/ledger/ledger.ts";
import { openSqliteLedger } from "../../src/ledger/sqlite/sqlite-ledger.ts";
import { batchEnd, claimOptions, lineDraft, NOON, sourceFile } from "./ledger-drafts.ts";

const [task, path = "", name = "child", batches = "1"] = process.argv.slice(2);

/** Stages file after file, each with two new shipments, claims what there is and has it accepted. */
async function work(books: LedgerBooks): Promise<void> {
  const holder = { holderId: name, processId: process.pid, hostName: hostname(), command: name };
  await books.startRun({ runId: name, command: name, startedAt: NOON, programVersion: "0" });
  for (let batch = 1; batch <= Number(batches); batch += 1) {
    const batchId = `${name}-${batch}`;
    await books.openBatch({ batchId, runId: name, file: sourceFile(batchId), openedAt: NOON });
    const lines = [lineDraft(1, `${batchId}-a`), lineDraft(2, `${batchId}-b`)];
    await books.addLines(batchId, lines, () => ({ kind: "queue" }));
    if (task === "hold") await untilInputEnds();
    await books.sealBatch(batchId, batchEnd({ rowsRead: 2 }));
    console.log(`sealed ${batchId}`);
    if (task === "send") {
      const lease = await books.acquireLease(holder, 60_000);
      const messages = await books.claim(claimOptions({ runId: name, lease, limit: 1 }));
      console.log(`claimed ${messages.map((message) => message.key.externalReference).join()}`);
      await books.recordOutcomes(
        messages.map(({ attemptId }) => ({
          attemptId,
          at: NOON,
          kind: "accepted",
          referenceId: attemptId,
        })),
      );
      console.log(`accepted ${messages.map((message) => message.key.externalReference).join()}`);
    }
  }
}

/** Says that a batch is staged, and waits with sealing it until the test closes the input. */
async function untilInputEnds(): Promise<void> {
  console.log("staged");
  await process.stdin.resume().toArray();
}

try {
  const ledger = await openSqliteLedger(path);
  await work(ledger.books("simulator", "ACME"));
  await ledger.close();
  console.log("done");
} catch (error) {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  console.log(`failed ${code} ${String(error)}`);
}
