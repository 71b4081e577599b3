// What to do with content that comes in for a shipment that may be known: nothing (CAS has it, or
// refused it), hold it (it would change what has been filed with customs), or queue it. Pure.
import type { KnownShipment, LineDecision, MessageDraft } from "../ledger/ledger.ts";

export interface LinePolicy {
  /** Whether a change may amend or invalidate declarations that customs has accepted. */
  readonly allowAmend: boolean;
  /** Whether content that CAS refused is sent once more. */
  readonly retryRefused: boolean;
  /** Whether a declaration of this status has been accepted by customs. */
  readonly acceptedAndBeyond: (status: string) => boolean;
}

export function createLineDecider(
  policy: LinePolicy,
): (draft: MessageDraft, known: KnownShipment | null) => LineDecision {
  return (draft, known) => {
    if (known === null) return { kind: "queue" };
    return existingVersion(draft, known, policy) ?? change(draft, known, policy);
  };
}

function existingVersion(
  draft: MessageDraft,
  known: KnownShipment,
  policy: LinePolicy,
): LineDecision | null {
  const [latest] = known.versions;
  if (latest?.state === "rejected" && latest.contentHash === draft.contentHash) {
    if (!policy.retryRefused) return { kind: "refused-before", versionId: latest.versionId };
  }
  // A refused version changed nothing: what CAS has, or will have, is the newest of the others.
  const standing = known.versions.find((version) => version.state !== "rejected");
  return standing?.contentHash === draft.contentHash
    ? { kind: "unchanged", versionId: standing.versionId }
    : null;
}

function change(draft: MessageDraft, known: KnownShipment, policy: LinePolicy): LineDecision {
  const filed = [...new Set(known.declarationStatuses.filter(policy.acceptedAndBeyond))].sort();
  if (filed.length === 0) return { kind: "queue" };
  const statuses = filed.join(", ");
  if (draft.messageType === "Replace") {
    // Source: seeds/004, Replace customs shipment by the ingestion API.
    return {
      kind: "held",
      reason: `CAS refuses a Replace once a declaration has reached Accepted, and this shipment has one in status ${statuses}; send it as Upsert or Update with --allow-amend, or invalidate the declaration in CAS first`,
    };
  }
  if (policy.allowAmend) return { kind: "queue" };
  // Source: seeds/004, Update/Upsert customs shipment by the ingestion API.
  return {
    kind: "held",
    reason: `The content has changed, but a declaration of this shipment is in status ${statuses}: sending the change would amend or invalidate what customs has accepted; run again with --allow-amend if that is wanted`,
  };
}
