// What became of attempts. An outcome is recorded once, for the attempt that is being sent: one for
// any other attempt would overwrite what is known by then.
import type { Connection } from "./connection.ts";
import type { AttemptOutcome, LedgerBooks } from "./ledger.ts";

type Outcomes = Pick<LedgerBooks, "recordOutcomes">;

interface VersionUpdate {
  readonly state: "accepted" | "rejected" | "unknown" | "queued";
  readonly acceptedAt: string | null;
  readonly referenceId: string | null;
  readonly reason: string | null;
  readonly problem: string | null;
  readonly notBefore: string | null;
}

export function outcomes(connection: Connection, booksId: number): Outcomes {
  const selectCurrent = connection.prepare<[number, string], { readonly version_id: number }>(
    `SELECT v.version_id FROM attempts a JOIN versions v USING (version_id)
     WHERE v.books_id = ? AND a.attempt_id = ? AND a.ended_at IS NULL AND v.state = 'sending'`,
  );
  const endAttempt = connection.prepare<[string, string, string | null, string]>(
    "UPDATE attempts SET ended_at = ?, outcome = ?, reason = ? WHERE attempt_id = ?",
  );
  const updateVersion = connection.prepare<[VersionUpdate & { readonly versionId: number }]>(
    `UPDATE versions SET state = @state, accepted_at = @acceptedAt, reference_id = @referenceId,
       reason = @reason, problem = @problem, not_before = @notBefore
     WHERE version_id = @versionId`,
  );
  const updateShipment = connection.prepare<[string, number]>(
    `UPDATE shipments SET accepted_at = ?
     WHERE shipment_id = (SELECT shipment_id FROM versions WHERE version_id = ?)`,
  );

  const recordOutcomes = (attempts: readonly AttemptOutcome[]): Promise<void> =>
    connection.write(() => {
      for (const outcome of attempts) {
        const { attemptId } = outcome;
        const versionId = selectCurrent.get(booksId, attemptId)?.version_id;
        if (versionId === undefined) {
          throw new Error(
            `Cannot record "${outcome.kind}" for attempt ${attemptId}: it is not the one being sent`,
          );
        }
        const update = versionUpdate(outcome);
        endAttempt.run(outcome.at.toISOString(), outcome.kind, update.reason, attemptId);
        updateVersion.run({ ...update, versionId });
        if (update.acceptedAt !== null) updateShipment.run(update.acceptedAt, versionId);
      }
    });

  return { recordOutcomes };
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
      return { ...none, state: "unknown", reason: outcome.reason };
    case "returned": {
      const notBefore = outcome.notBefore.toISOString();
      return { ...none, state: "queued", reason: outcome.reason, notBefore };
    }
  }
}
