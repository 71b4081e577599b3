// What became of attempts. An outcome is recorded for the last attempt of a version, while nothing
// better is known of it; for any other attempt it would overwrite what is known by then.
import type { AttemptOutcome, OutboxBooks } from "../../contract/outbox.ts";
import type { Connection } from "../file/connection.ts";
import { writeReason } from "../file/stored-json.ts";
import { shipmentAcceptance } from "./shipment-acceptance.ts";

interface AttemptRow {
  readonly attempt_id: number;
  readonly version_id: number;
  readonly shipment_id: number;
  readonly state: "sending" | "unknown" | "queued";
}

interface VersionUpdate {
  readonly state: "accepted" | "rejected" | "unknown" | "queued";
  readonly acceptedAt: string | null;
  readonly referenceId: string | null;
  readonly reason: string | null;
  readonly problem: string | null;
  readonly notBefore: string | null;
}

export function outcomes(connection: Connection, booksId: number): OutboxBooks["recordOutcomes"] {
  const selectOpen = connection.prepare<[string, number], AttemptRow>(
    `SELECT a.attempt_id, v.version_id, v.shipment_id, v.state
     FROM json_each(?) given
       JOIN attempts a ON a.attempt_id = CAST(given.value AS INTEGER)
       JOIN versions v ON v.version_id = a.version_id AND v.attempts = a.attempt_number
     WHERE v.books_id = ? AND v.state IN ('sending', 'unknown', 'queued')`,
  );
  const endAttempt = connection.prepare<[string, string, string | null, number]>(
    "UPDATE attempts SET ended_at = ?, outcome = ?, reason = ? WHERE attempt_id = ?",
  );
  const updateVersion = connection.prepare<[VersionUpdate & { readonly versionId: number }]>(
    `UPDATE versions SET state = @state, accepted_at = @acceptedAt, reference_id = @referenceId,
       reason = @reason, problem = @problem, not_before = @notBefore
     WHERE version_id = @versionId`,
  );
  const acceptShipment = shipmentAcceptance(connection);

  return (given) =>
    connection.write(() => {
      const ids = JSON.stringify(given.map(({ attemptId }) => attemptId));
      const open = new Map(
        selectOpen.all(ids, booksId).map((row) => [String(row.attempt_id), row] as const),
      );
      const over: string[] = [];
      for (const outcome of given) {
        const attempt = open.get(outcome.attemptId);
        if (attempt === undefined || !isNews(outcome, attempt)) {
          over.push(outcome.attemptId);
          continue;
        }
        open.delete(outcome.attemptId);
        const update = versionUpdate(outcome);
        const { attempt_id: attemptId, version_id: versionId } = attempt;
        endAttempt.run(outcome.at.toISOString(), outcome.kind, update.reason, attemptId);
        updateVersion.run({ ...update, versionId });
        if (update.acceptedAt !== null) {
          acceptShipment(attempt.shipment_id, update.acceptedAt);
        }
      }
      return over;
    });
}

/**
 * A receipt counts also when its attempt was given up (its process lost the lease): then nothing
 * needs to be asked or sent again. So does a refusal of a message that is unknown.
 */
function isNews({ kind }: AttemptOutcome, { state }: AttemptRow): boolean {
  return state === "sending" || kind === "accepted" || (kind === "rejected" && state === "unknown");
}

function versionUpdate(outcome: AttemptOutcome): VersionUpdate {
  const none = {
    acceptedAt: null,
    referenceId: null,
    reason: null,
    problem: null,
    notBefore: null,
  };
  switch (outcome.kind) {
    case "accepted": {
      const acceptedAt = outcome.at.toISOString();
      return { ...none, state: "accepted", acceptedAt, referenceId: outcome.referenceId };
    }
    case "rejected":
      return { ...none, state: "rejected", problem: JSON.stringify(outcome.problem) };
    case "unknown":
      return { ...none, state: "unknown", reason: writeReason(outcome.reason) };
    case "returned": {
      const notBefore = outcome.notBefore.toISOString();
      return { ...none, state: "queued", reason: writeReason(outcome.reason), notBefore };
    }
  }
}
