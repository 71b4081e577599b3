// A ledger as a real run leaves it: messages with true fingerprints, in every state, with
// declarations, rows and findings.
import { textReason } from "./reasons.ts";
import { contentHash } from "../../src/core/content-hash.ts";
import { isJsonObject, parseJson } from "../../src/core/json.ts";
import type { LineDraft } from "../../src/ledger/contract/staging.ts";
import type { LedgerBooks } from "../../src/ledger/ledger.ts";
import {
  batchEnd,
  claimOptions,
  declarationSummary,
  finding,
  lineDraft,
  NOON,
  refusal,
  sourceFile,
  startRun,
} from "./ledger-drafts.ts";

/** As lineDraft(), with the fingerprint that a run would give it. */
export function trueDraft(lineNumber: number, reference: string, content = "first"): LineDraft {
  const draft = lineDraft(lineNumber, reference, content);
  const { message } = draft;
  const body = message === null ? null : parseJson(message.payload);
  if (message === null || body === null || !isJsonObject(body)) return draft;
  return { ...draft, message: { ...message, contentHash: contentHash(body) } };
}

/** Of `shipments` shipments two are refused, one is unknown, three wait; the others are released. */
export async function fillLedger(books: LedgerBooks, shipments = 30): Promise<void> {
  await startRun(books);
  const lines = Array.from({ length: shipments }, (_, index) =>
    trueDraft(index + 1, `S-${String(index + 1)}`, `bolts ${"x".repeat(200)}`),
  );
  await books.openBatch({ batchId: "b-1", runId: "run-1", file: sourceFile(), openedAt: NOON });
  await books.addLines("b-1", lines, () => ({ kind: "queue" }));
  await books.addRows("b-1", [{ bucket: "invalid", sheet: "Shipments", row: 99 }]);
  await books.addFindings("b-1", [finding("Gross mass is no number")]);
  await books.sealBatch("b-1", batchEnd({ rowsRead: shipments + 2, rowsBlank: 1 }));
  const messages = await books.claim(claimOptions({ limit: shipments - 3 }));
  await books.recordOutcomes(
    messages.map(({ attemptId }, index) => {
      const base = { attemptId, at: NOON };
      if (index < 2) return { ...base, kind: "rejected", problem: refusal };
      if (index === 2) return { ...base, kind: "unknown", reason: textReason("No answer came") };
      return { ...base, kind: "accepted", referenceId: `receipt-${String(index)}` };
    }),
  );
  const accepted = await books.findShipments(messages.slice(3).map((m) => m.key.externalReference));
  await books.recordDeclarations(
    accepted.map(({ shipmentId }, index) => ({
      summary: declarationSummary(`D-${String(index)}`, "Released", {
        lastUpdated: NOON.toISOString(),
      }),
      shipmentId,
      observedAt: NOON,
      source: "search",
    })),
  );
}
