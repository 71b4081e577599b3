// Asks CAS about a shipment that this ledger has never sent: another one may have. Here every doubt
// means that CAS has it. A declaration counts as the shipment's own unless it says that it is another's,
// and the content as the same only where CAS shows every value of it: what is taken for unchanged is
// not sent, and nobody looks at it again.
import type { CasReader } from "../../cas/cas-client.ts";
import type { Clock } from "../../core/clock.ts";
import { mergeLooks, type DeclarationSummary } from "../../core/declaration.ts";
import { isJsonObject, parseJson } from "../../core/json.ts";
import type { MessageToAskAbout, ReferenceAnswer } from "../../ledger/ledger.ts";
import { compareContent } from "./compare-content.ts";
import { detailOf, searchFor } from "./find-evidence.ts";
import { isCertainlyOfOther, memberWithReference } from "./judge-declaration.ts";

interface Look {
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
  const looks: Look[] = [];
  for (const summary of found.declarations) {
    const detail = await detailOf(client, summary.declarationId, options.signal);
    const look = detail === null ? summary : mergeLooks(summary, detail);
    if (!isOther(look)) looks.push({ summary: look, raw: detail?.raw ?? null });
  }
  const evidence = sameContent(looks, message);
  return {
    ...{ versionId, askedAt: clock.now() },
    declarations: looks.map(({ summary }) => summary),
    verdict: evidence === null ? { kind: "may-go" } : { kind: "unchanged", evidence },
  };
}

/** Why CAS has this very content, in words; null when that is not certain. */
function sameContent(looks: readonly Look[], { key, payload }: MessageToAskAbout): string | null {
  const [look, ...others] = looks;
  // Several declarations of a shipment hold a part of its goods items each.
  if (look === undefined || others.length > 0 || look.raw === null) return null;
  const { summary, raw } = look;
  if (
    summary.direction?.toUpperCase() !== key.direction ||
    memberWithReference(summary, key) === null
  )
    return null;
  if (!showsEnvelope(summary, payload)) return null;
  const { kind, shown, total } = compareContent({
    ...{ payload, declaration: raw, earlierPayloads: [], arraysCorrespond: true },
  });
  if (kind !== "ours" || shown < total) return null;
  return `This ledger had not sent it, but CAS has it: declaration ${summary.declarationId} in status ${summary.currentStatus} shows all ${total} values of it`;
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
  ...["externalReference", "direction", "messageType", "singleAdministrativeDocument"],
]);
