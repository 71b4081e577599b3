// Gives what was found in a draft its place in the file and, now that the order of the items is
// known, its path in the message.
import type { Finding } from "../core/finding.ts";
import { makeFinding } from "./make-finding.ts";
import type { MappingPlan } from "./mapping-plan.ts";
import { pathText } from "./member-path.ts";
import type { DraftFinding, ItemDraft, ShipmentDraft } from "./shipment-draft.ts";

export function placeFindings(
  plan: MappingPlan,
  draft: ShipmentDraft,
  findings: readonly DraftFinding[],
): readonly Finding[] {
  if (findings.length === 0) return [];
  const itemIndexes = new Map(draft.items.map((item, index) => [item, index]));
  return findings.map((finding) => placeFinding(plan, itemIndexes, finding));
}

function placeFinding(
  plan: MappingPlan,
  itemIndexes: ReadonlyMap<ItemDraft, number>,
  finding: DraftFinding,
): Finding {
  const { row, column, place } = finding;
  const itemIndex = place.item === null ? undefined : itemIndexes.get(place.item);
  const path = column?.path;
  return makeFinding(
    finding.code,
    {
      file: plan.fileName,
      sheet: plan.sheets[row.sheetIndex]?.sheet ?? null,
      row: row.rowNumber,
      ...(column === null ? {} : { letters: column.letters, header: column.header }),
      path:
        path == null
          ? null
          : pathText(path, {
              itemIndex: itemIndex ?? null,
              packagingIndex: place.packagingIndex,
              documentIndex: place.documentIndex,
            }),
    },
    finding,
  );
}
