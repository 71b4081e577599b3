// Category and type of a document are one code in two parts: N and 380. A type that has the letter of
// its category in front says it twice.
import type { MappingPlan } from "../model/mapping-plan.ts";
import { ruleFindingAt } from "./rule-finding.ts";
import type { DraftFinding, ShipmentDraft } from "../shipment/shipment-draft.ts";

const LETTER_AND_CODE = /^[A-Z](?=.*\d)[A-Z0-9]{3}$/;

export function checkDocuments(
  { known, constants }: MappingPlan,
  { documents }: ShipmentDraft,
): readonly DraftFinding[] {
  if (known.documentType < 0) return [];
  return documents.flatMap((slots, documentIndex) => {
    const type = slots[known.documentType];
    const category =
      slots[known.documentCategory]?.value ?? constants.get("Document category") ?? null;
    if (type === undefined || category === null) return [];
    const code = String(type.value);
    if (!LETTER_AND_CODE.test(code) || code.charAt(0) !== category) return [];
    const message = `${type.column.header} ${code} begins with its category ${category}, so that ${category}${code} is sent where ${code} was probably meant`;
    const place = { item: null, packagingIndex: null, documentIndex };
    return [ruleFindingAt("document-type-doubled", type, place, message)];
  });
}
