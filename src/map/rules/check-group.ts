// Checks the rows of a shipment as a group: no direction, no row on the sheet Shipments, or rows elsewhere
// that may belong to it.
import type { Finding } from "../../core/finding.ts";
import { makeFinding, type FindingPlace } from "../model/make-finding.ts";
import type { MappingPlan } from "../model/mapping-plan.ts";
import { placeIn } from "../model/plan-finding.ts";
import { keyName, sheetName } from "../model/row-content.ts";
import type { RowRecord } from "../model/row-record.ts";
import { isShipmentsRow, type DirectionGroup } from "../shipment/split-directions.ts";

const KEYS = ["External reference", "Direction"];

export function checkGroup(
  plan: MappingPlan,
  group: DirectionGroup,
  externalReference: string,
): readonly Finding[] {
  // Below a header at fault may stand what brings the rows together otherwise.
  if (KEYS.some((header) => plan.hidden.has(header))) return [];
  if (isWithoutShipment(plan, group)) {
    return group.rows.map((row) => rowWithoutShipment(plan, group, row, externalReference));
  }
  return [
    ...(group.direction === null ? directionMissing(plan, group, externalReference) : []),
    ...incomplete(plan, group, externalReference),
  ];
}

/** In the workbook layout every shipment has a row on the sheet Shipments. */
export function isWithoutShipment(plan: MappingPlan, group: DirectionGroup): boolean {
  return (
    plan.layout === "workbook" &&
    !group.isStatedElsewhere &&
    !group.rows.some((row) => isShipmentsRow(plan, row))
  );
}

function rowWithoutShipment(
  plan: MappingPlan,
  group: DirectionGroup,
  row: RowRecord,
  externalReference: string,
): Finding {
  const name =
    group.direction === null ? externalReference : `${group.direction} ${externalReference}`;
  const sheet = sheetName(plan, "shipments") ?? "Shipments";
  return makeFinding(
    "row-without-shipment",
    { ...rowPlace(plan, row, "referenceColumn"), path: "externalReference" },
    {
      value: externalReference,
      message: `Row ${row.rowNumber} names the shipment ${name}, which the sheet ${sheet} does not hold`,
      hint: `Add the shipment to the sheet ${sheet}, or correct ${keyName(plan, "referenceColumn")} in this row`,
    },
  );
}

/**
 * One finding per row: each belongs to no shipment and must be corrected. A direction that cannot be
 * read has a finding already.
 */
function directionMissing(
  plan: MappingPlan,
  group: DirectionGroup,
  externalReference: string,
): readonly Finding[] {
  const unreported = group.rows.filter(
    (row) =>
      !row.faults.some(
        ({ column, isCoveredByColumn }) =>
          isCoveredByColumn !== true && column === plan.sheets[row.sheetIndex]?.directionColumn,
      ),
  );
  const isFirstUnreported = unreported.length === group.rows.length;
  // Rows of other sheets have the direction from the shipment's own row.
  const told =
    plan.layout === "workbook" && !isFirstUnreported && !group.isStatedElsewhere
      ? unreported.filter((row) => isShipmentsRow(plan, row))
      : unreported;
  const name = keyName(plan, "directionColumn");
  return told.map((row, index) =>
    makeFinding(
      "value-missing",
      { ...rowPlace(plan, row, "directionColumn"), path: "direction" },
      {
        message: group.isStatedElsewhere
          ? `${name} of ${externalReference} is missing in row ${row.rowNumber}, and there are shipments IN and OUT of that reference`
          : index === 0 && isFirstUnreported
            ? `${name} of ${externalReference} is missing: IN or OUT is needed`
            : `${name} of ${externalReference} is missing in row ${row.rowNumber} too, and no other row of it says one that can be read`,
      },
    ),
  );
}

function incomplete(
  plan: MappingPlan,
  group: DirectionGroup,
  externalReference: string,
): readonly Finding[] {
  const [row] = group.rows;
  if (group.undecided.length === 0 || row === undefined) return [];
  const rows = group.undecided.map(({ rowNumber, sheetIndex }) => {
    const sheet = plan.sheets[sheetIndex]?.sheet ?? "";
    return `${sheet} row ${rowNumber}`;
  });
  return [
    makeFinding(
      "shipment-incomplete",
      { ...rowPlace(plan, row, "referenceColumn"), path: null },
      {
        value: externalReference,
        message: `Shipment ${externalReference} may lack rows that have its reference but no direction that can be read: ${rows.join(", ")}`,
      },
    ),
  ];
}

function rowPlace(
  plan: MappingPlan,
  row: RowRecord,
  columnName: "referenceColumn" | "directionColumn",
): FindingPlace {
  const sheet = plan.sheets[row.sheetIndex];
  return placeIn(plan, sheet, row.rowNumber, sheet?.columns[sheet[columnName]] ?? null);
}
