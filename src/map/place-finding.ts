// Gives what was found in a draft its place in the file and, now that the order of the items is
// known, its path in the message.
import type { Finding } from "../core/finding.ts";
import { makeFinding } from "./make-finding.ts";
import type { MappingPlan } from "./mapping-plan.ts";
import { pathText } from "./member-path.ts";
import type { DraftFinding, ShipmentDraft } from "./shipment-draft.ts";

export function placeFinding(
  plan: MappingPlan,
  draft: ShipmentDraft,
  finding: DraftFinding,
): Finding {
  const { row, column, place } = finding;
  const itemIndex = place.item === null ? -1 : draft.items.indexOf(place.item);
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
              itemIndex: itemIndex < 0 ? null : itemIndex,
              packagingIndex: place.packagingIndex,
              documentIndex: place.documentIndex,
            }),
    },
    finding,
  );
}
