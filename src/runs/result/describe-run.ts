// A run in words: the books, the declarations, what waits for a person.
import { counted, plural } from "../../core/count-words.ts";
import type { DeliverySummary } from "../../submit/deliver.ts";
import { isBalanced, sumCounts, type FileResult } from "./result.ts";

export function describeBalance(files: readonly FileResult[]): string {
  const counts = sumCounts(files);
  const rows = `${plural(counts.rows, "row")} = ${counted(counts.shipmentRows)} in shipments + ${counted(counts.blank)} blank + ${counted(counts.invalidRows)} invalid + ${counted(counts.duplicate)} duplicate`;
  const unread = files.filter((file) => file.rejected && file.counts.rowsRead === 0).length;
  const besides = unread === 0 ? "" : `; ${plural(unread, "file")} could not be read`;
  return isBalanced(files)
    ? `Books balanced: ${rows}${besides}`
    : `BOOKS DO NOT BALANCE: ${rows}; ${plural(counts.shipments, "shipment")}. Please report this`;
}

export function describeShipments(files: readonly FileResult[]): string {
  const counts = sumCounts(files);
  const words: readonly (readonly [number, string])[] = [
    [counts.accepted, "accepted by CAS"],
    [counts.unchanged, "unchanged"],
    [counts.invalid, "invalid"],
    [counts.rejected, "refused by CAS"],
    [counts.held, "held"],
    [counts.unknown, "with unknown outcome"],
    [counts.unsent, "not sent yet"],
    [counts.aborted, "not sent because their file has mistakes"],
  ];
  const parts = words
    .filter(([count]) => count > 0)
    .map(([count, word]) => `${counted(count)} ${word}`);
  return `${plural(counts.shipments, "shipment")}: ${parts.length === 0 ? "none" : parts.join(", ")}`;
}

/** What a run sent besides its own files: left by earlier runs, or queued by others meanwhile. */
export function describeOtherRuns(
  delivery: Pick<DeliverySummary, "accepted" | "rejected"> | null,
  files: readonly FileResult[],
): readonly string[] {
  if (delivery === null) return [];
  const own = sumCounts(files);
  const accepted = Math.max(0, delivery.accepted - own.accepted);
  const rejected = Math.max(0, delivery.rejected - own.rejected);
  return accepted + rejected === 0
    ? []
    : [
        `Queued by other runs and sent by this one: ${counted(accepted)} accepted by CAS, ${counted(rejected)} refused`,
      ];
}

export function describeStatuses(statuses: Readonly<Record<string, number>>): string {
  const parts = Object.entries(statuses)
    .sort(([left], [right]) => left.localeCompare(right))
    .map(([status, count]) => `${counted(count)} ${status}`);
  return parts.length === 0 ? "No declarations yet" : `Declarations: ${parts.join(", ")}`;
}
