// Asks CAS whether a message with an unknown outcome has arrived, for kinds that can be read by their reference: a
// movement order. What CAS shows is a proof where it shows the values of the message and no earlier message of
// the reference can have made it. That it shows nothing proves nothing.
import type { CasReader } from "../../cas/cas-client.ts";
import { CasBatchError, RefusedError } from "../../core/errors.ts";
import { objectIn, textMember } from "../../core/json.ts";
import type { UnknownMessage } from "../../ledger/contract/unknown-messages.ts";
import { compareContent } from "./compare-content.ts";
import type { Enquiry } from "./find-evidence.ts";

const nothing: Enquiry = { evidence: null, proof: null, doubtful: [] };

/** @throws CannotNowError, CasBatchError when CAS cannot be asked */
export async function readBack(
  client: Pick<CasReader, "movementOrder">,
  { key, messageKind, payload, earlierPayloads }: UnknownMessage,
  signal: AbortSignal,
): Promise<Enquiry | "not-allowed"> {
  const raw = await shown(client, key.externalReference, signal);
  if (raw === NOT_ALLOWED) return "not-allowed";
  if (raw === null || earlierPayloads.length > 0) return nothing;
  const {
    kind,
    shown: valuesShown,
    total: valuesTotal,
  } = compareContent({
    payload: withoutStatus(payload),
    declaration: raw,
    earlierPayloads: [],
    arraysCorrespond: true,
    isWhole: true,
  });
  if (kind !== "ours") return nothing;
  const status = textMember(raw, "status");
  const found = { code: "read-back-found", kind: messageKind, status, valuesShown, valuesTotal };
  return { ...nothing, evidence: { ...found, code: "read-back-found" } };
}

const NOT_ALLOWED = Symbol("not allowed");

/** Null when CAS does not have it, or what it says cannot be read. */
async function shown(
  client: Pick<CasReader, "movementOrder">,
  reference: string,
  signal: AbortSignal,
): Promise<string | typeof NOT_ALLOWED | null> {
  try {
    // Source: assumed, that a movement order is read by its external reference.
    return (await client.movementOrder(reference, { signal })).raw;
  } catch (error) {
    // Other messages of the run need no such right.
    if (error instanceof CasBatchError && error.code === "scope-missing") return NOT_ALLOWED;
    const isOfThisOne =
      error instanceof RefusedError ||
      (error instanceof CasBatchError &&
        (error.code === "answer-not-understood" || error.code === "id-unusable"));
    if (!isOfThisOne) throw error;
    return null;
  }
}

/** CAS moves it on, so that another one contradicts nothing. */
function withoutStatus(payload: string): string {
  const { status: _status, ...others } = objectIn(payload) ?? {};
  return JSON.stringify(others);
}
