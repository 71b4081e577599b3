// What there is to do about one shipment: the very rows that the status report would have for it.
import type { Finding } from "../core/finding.ts";
import { statusMeaning } from "../core/codes/declaration-statuses.ts";
import type {
  BatchRecord,
  DeclarationView,
  LineView,
  ToldOtherwise,
} from "../ledger/contract/views.ts";
import type { Action } from "./survey/action.ts";
import { ActionList } from "./survey/action-list.ts";
import { statusSince } from "./survey/status-since.ts";
import { waitsForPerson } from "./survey/waits-for-person.ts";

export type { Action } from "./survey/action.ts";

/** @param findings those in the rows of the line @param batch the one that the line stands in */
export function actionsOfShipment(
  line: LineView,
  {
    findings,
    batch,
    differing,
  }: {
    readonly findings: readonly Finding[];
    readonly batch: BatchRecord | null;
    readonly differing: readonly ToldOtherwise[];
  },
  input: ConstructorParameters<typeof ActionList>[1],
): readonly Action[] {
  const list = new ActionList(batch === null ? [] : [batch], input, differing);
  list.addLine(line);
  for (const finding of findings) list.addFinding(finding);
  return list.sorted();
}

/** Of a shipment whose lines retention has removed: the report no longer has it, its declarations still wait. */
export function actionsOfDeclarations(
  declarations: readonly DeclarationView[],
  input: ConstructorParameters<typeof ActionList>[1],
): readonly Action[] {
  const list = new ActionList([], input);
  for (const declaration of declarations) {
    const { declarationId, key, summary } = declaration;
    const { nextStep, meaning } = statusMeaning(summary.currentStatus);
    if (nextStep === null) continue;
    list.addOfBooks({
      code: waitsForPerson(declaration) === "action" ? "declaration-waits" : "status-unknown",
      what: `Declaration ${summary.currentStatus}`,
      reason: `${meaning}; \`cas-batch ledger prune\` has removed what was sent`,
      nextStep,
      reference: key?.externalReference ?? null,
      direction: key?.direction ?? null,
      since: statusSince(declaration),
      declarationId,
      lrn: summary.lrn,
      mrn: summary.mrn,
    });
  }
  return list.sorted();
}
