// Asks CAS about a shipment that this ledger has never sent: another ledger may have. In doubt, CAS has it: a
// declaration counts as the shipment's own unless it names another one. But the content counts as the same
// only where CAS shows every value of it, because unchanged content is not sent and not checked again.
import type { CasReader } from "../../cas/cas-client.ts";
import type { Clock } from "../../core/time/clock.ts";
import { mergeSummaries, type DeclarationSummary } from "../../core/declaration.ts";
import { isJsonObject, parseJson } from "../../core/json.ts";
import type { Reason } from "../../core/reason.ts";
import type { MessageToAskAbout, ReferenceAnswer } from "../../ledger/contract/references.ts";
import { compareContent } from "./compare-content.ts";
import { detailOf, searchFor } from "./find-evidence.ts";
import { isCertainlyOfOther, memberWithReference } from "./judge-declaration.ts";

interface Candidate {
  readonly summary: DeclarationSummary;
  /** The declaration as CAS answered it; null when it cannot be read. */
  readonly raw: string | null;
}

/** @throws CannotNowError, CasBatchError when CAS cannot be asked; RefusedError when it refuses the question */
export async function findContent(
  {
    client,
    clock,
  }: {
    readonly client: Pick<CasReader, "searchDeclarations" | "declaration">;
    readonly clock: Clock;
  },
  message: MessageToAskAbout,
  options: { readonly clockSkewMaxMs: number; readonly signal: AbortSignal },
): Promise<ReferenceAnswer> {
  const { key, versionId } = message;
  const isOther = (declaration: DeclarationSummary): boolean =>
    isCertainlyOfOther(declaration, key);
  const found = await searchFor(key, isOther, { client, clock }, options);
  const candidates: Candidate[] = [];
  for (const summary of found.declarations) {
    const detail = await detailOf(client, summary.declarationId, options.signal);
    const merged = detail === null ? summary : mergeSummaries(summary, detail);
    if (!isOther(merged)) candidates.push({ summary: merged, raw: detail?.raw ?? null });
  }
  const declarations = candidates.map(({ summary }) => summary);
  return {
    versionId,
    askedAt: clock.now(),
    declarations,
    verdict: verdictOn(candidates, found, message),
  };
}

function verdictOn(
  candidates: readonly Candidate[],
  { unread: [unread] }: Awaited<ReturnType<typeof searchFor>>,
  message: MessageToAskAbout,
): ReferenceAnswer["verdict"] {
  if (unread !== undefined) {
    const { declarationId, fault } = unread;
    return { kind: "held", reason: { code: "declaration-unread", declarationId, fault } };
  }
  const reason = sameContent(candidates, message);
  return reason === null ? { kind: "may-go" } : { kind: "unchanged", reason };
}

/** Why CAS has this very content; null when that is not certain. */
function sameContent(
  candidates: readonly Candidate[],
  { key, payload }: MessageToAskAbout,
): Reason | null {
  const [candidate, ...others] = candidates;
  // Several declarations of a shipment hold a part of its goods items each.
  if (candidate === undefined || others.length > 0 || candidate.raw === null) return null;
  const { summary, raw } = candidate;
  if (
    summary.direction?.toUpperCase() !== key.direction ||
    memberWithReference(summary, key) === null
  )
    return null;
  if (!showsEnvelope(summary, payload)) return null;
  const { kind, shown, total } = compareContent({
    payload,
    declaration: raw,
    earlierPayloads: [],
    arraysCorrespond: true,
  });
  if (kind !== "ours" || shown < total) return null;
  const { declarationId, currentStatus: status } = summary;
  return { code: "content-found", declarationId, status, valuesTotal: total };
}

/** Of what stands beside the document, a declaration shows the storage location alone. */
function showsEnvelope({ storageLocation }: DeclarationSummary, payload: string): boolean {
  const message = parseJson(payload);
  if (!isJsonObject(message)) return false;
  return Object.entries(message).every(([name, value]) =>
    name === "storageLocationReference" ? value === storageLocation : COMPARED.has(name),
  );
}

/** The key, the document, and the message type, which is no part of the content. */
const COMPARED: ReadonlySet<string> = new Set([
  "externalReference",
  "direction",
  "messageType",
  "singleAdministrativeDocument",
]);
