// Splits the rows of one external reference into shipments, one per direction. A row whose direction is
// missing or mistyped belongs to the only shipment of that reference; where there are two, its shipment
// is unknown, and neither is sent, since it might lack the row's goods.
import type { Direction } from "../../core/shipment.ts";
import type { MappingPlan } from "../model/mapping-plan.ts";
import type { RowRecord } from "../model/row-record.ts";

export interface DirectionGroup {
  /** Null when it is unknown. */
  readonly direction: Direction | null;
  readonly rows: readonly RowRecord[];
  /** Rows that may belong to this shipment, though they are in no group with a direction. */
  readonly undecided: readonly RowRecord[];
  /** The direction is missing, and shipments of both directions are there. */
  readonly isStatedElsewhere: boolean;
}

export function splitDirections(
  plan: MappingPlan,
  rows: readonly RowRecord[],
): readonly DirectionGroup[] {
  const stated = directionsOf(rows.filter((row) => isShipmentsRow(plan, row)));
  const directions = stated.size > 0 ? stated : directionsOf(rows);
  const [only] = directions;
  const fallback = directions.size === 1 && only !== undefined ? only : null;

  const groups = new Map<Direction | null, RowRecord[]>();
  for (const row of rows) {
    const direction = row.direction ?? fallback;
    const group = groups.get(direction);
    if (group === undefined) groups.set(direction, [row]);
    else group.push(row);
  }
  const undecided = groups.get(null) ?? [];
  return [...groups].map(([direction, ofDirection]) => ({
    direction,
    rows: ofDirection,
    undecided: direction === null ? [] : undecided,
    isStatedElsewhere: direction === null && directions.size > 1,
  }));
}

function directionsOf(rows: readonly RowRecord[]): ReadonlySet<Direction> {
  const directions = new Set<Direction>();
  for (const { direction } of rows) if (direction !== null) directions.add(direction);
  return directions;
}

export function isShipmentsRow(plan: MappingPlan, row: RowRecord): boolean {
  return plan.sheets[row.sheetIndex]?.role === "shipments";
}
