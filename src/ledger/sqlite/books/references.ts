// Messages that CAS must be asked about before they are sent. The answer and what follows from it are
// one durable write, so a program that dies in between has either asked or not.
import type {
  MessageToAskAbout,
  ReferenceAnswer,
  ReferenceBooks,
} from "../../contract/references.ts";
import type { Connection } from "../file/connection.ts";
import { declarationRecord } from "./declaration-record.ts";
import { writeReason } from "../file/stored-json.ts";
import { keyOf, keySql, type StoredKey } from "../file/stored-key.ts";
import { CLEAR_ASKING, TO_ASK_ABOUT } from "./queue.ts";

const SHARED = writeReason({ code: "would-amend-shared" });

interface MessageRow extends StoredKey {
  readonly version_id: number;
  readonly payload: string;
}

interface WaitingRow {
  readonly shipment_id: number;
  readonly amend_allowed: 0 | 1;
}

export function references(connection: Connection, booksId: number): ReferenceBooks {
  const selectAdopted = connection.prepare<[number], { readonly new_since: string | null }>(
    "SELECT new_since FROM books WHERE books_id = ?",
  );
  const selectFirstSent = connection.prepare<[number], { readonly first_sent: string }>(
    `SELECT started_at AS first_sent FROM attempts WHERE run_no = (
       SELECT r.run_no FROM runs r
       WHERE r.books_id = ? AND EXISTS (SELECT 1 FROM attempts a WHERE a.run_no = r.run_no)
       ORDER BY r.run_id LIMIT 1)
     ORDER BY attempt_id LIMIT 1`,
  );
  const newSince = (): Promise<Date | null> =>
    connection.read(() => {
      const firstSent = selectFirstSent.get(booksId)?.first_sent ?? null;
      if (firstSent === null) return null;
      return new Date(selectAdopted.get(booksId)?.new_since ?? firstSent);
    });

  const selectLine = connection.prepare<[number, string]>(
    "SELECT 1 FROM lines WHERE books_id = ? AND external_reference = ? LIMIT 1",
  );
  const unknownReferences = (asked: readonly string[]): Promise<readonly string[]> =>
    connection.read(() =>
      asked.filter((reference) => selectLine.get(booksId, reference) === undefined),
    );

  const count = connection.prepare<[number], { readonly count: number }>(
    `SELECT count(*) AS count FROM ${TO_ASK_ABOUT}`,
  );
  const countToAskAbout = (): Promise<number> =>
    connection.read(() => count.get(booksId)?.count ?? 0);

  const select = connection.prepare<[number, number], MessageRow>(
    `SELECT v.version_id, ${keySql("s")}, v.payload
     FROM ${TO_ASK_ABOUT} ORDER BY v.version_id LIMIT ?`,
  );
  const messagesToAskAbout = (limit: number): Promise<readonly MessageToAskAbout[]> =>
    connection.read(() =>
      select.all(booksId, limit).map((row) => ({
        versionId: String(row.version_id),
        key: keyOf(row),
        payload: row.payload,
      })),
    );

  const selectWaiting = connection.prepare<[string, number], WaitingRow>(
    `SELECT shipment_id, amend_allowed FROM versions
     WHERE version_id = CAST(? AS INTEGER) AND books_id = ? AND state = 'queued' AND ask_first = 1`,
  );
  const clearAsking = connection.prepare<[number]>(CLEAR_ASKING);
  const accept = connection.prepare<[Readonly<Record<"at" | "reason" | "versionId", string>>]>(
    `UPDATE versions SET state = 'accepted', accepted_at = @at, found_at = @at, reason = @reason,
       not_before = NULL WHERE version_id = CAST(@versionId AS INTEGER)`,
  );
  // Its declarations show this very content, so they are not out of date.
  const acceptShipment = connection.prepare<[string, number]>(
    "UPDATE shipments SET accepted_at = ? WHERE shipment_id = ?",
  );
  const leaveLines = connection.prepare<[string, string]>(
    `UPDATE lines SET bucket = 'unchanged', reason = ?
     WHERE version_id = CAST(? AS INTEGER) AND bucket IS NULL`,
  );
  const hold = connection.prepare<[string, string]>(
    `UPDATE versions SET state = 'held', reason = ?, not_before = NULL
     WHERE version_id = CAST(? AS INTEGER)`,
  );
  const selectOwner = connection.prepare<[number, string], { readonly shipment_id: number | null }>(
    "SELECT shipment_id FROM declarations WHERE books_id = ? AND declaration_id = ?",
  );
  const record = declarationRecord(connection, booksId);
  const recordAnswers = (answers: readonly ReferenceAnswer[]): Promise<number> =>
    connection.write(() => {
      let held = 0;
      for (const { versionId, askedAt, declarations, verdict } of answers) {
        const shipment = selectWaiting.get(versionId, booksId);
        if (shipment === undefined) continue;
        const { shipment_id: shipmentId } = shipment;
        let isShared = false;
        const seen = { observedAt: askedAt, source: "declaration" } as const;
        record(
          declarations.map((summary) => ({ summary, shipmentId: String(shipmentId), ...seen })),
        );
        for (const summary of declarations) {
          const owner = selectOwner.get(booksId, summary.declarationId)?.shipment_id;
          if (owner !== shipmentId) isShared = true;
        }
        clearAsking.run(shipmentId);
        // The claim does not see a declaration that is linked to another shipment.
        const mustHold = verdict.kind === "may-go" && isShared && shipment.amend_allowed === 0;
        if (verdict.kind === "held" || mustHold) {
          hold.run(verdict.kind === "held" ? writeReason(verdict.reason) : SHARED, versionId);
          held += 1;
        }
        if (verdict.kind !== "unchanged") continue;
        const reason = writeReason(verdict.reason);
        const at = askedAt.toISOString();
        accept.run({ at, reason, versionId });
        acceptShipment.run(at, shipmentId);
        leaveLines.run(reason, versionId);
      }
      return held;
    });

  return { newSince, unknownReferences, messagesToAskAbout, countToAskAbout, recordAnswers };
}
