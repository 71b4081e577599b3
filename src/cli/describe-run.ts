// A run in words: what the books say, what customs said, what waits for a person.
import { counted, plural } from "./print-result.ts";
import { isBalanced, sumCounts, type FileResult } from "./result.ts";

export function describeBalance(files: readonly FileResult[]): string {
  const counts = sumCounts(files);
  const rows = `${plural(counts.rows, "row")} = ${counted(counts.shipmentRows)} in shipments + ${counted(counts.blank)} blank + ${counted(counts.invalidRows)} invalid + ${counted(counts.duplicate)} duplicate`;
  const unread = files.filter((file) => file.rejected && file.counts.rowsRead === 0).length;
  const besides = unread === 0 ? "" : `; ${plural(unread, "file")} could not be read`;
  return isBalanced(counts)
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

export function describeStatuses(statuses: Readonly<Record<string, number>>): string {
  const parts = Object.entries(statuses)
    .sort(([left], [right]) => left.localeCompare(right))
    .map(([status, count]) => `${counted(count)} ${status}`);
  return parts.length === 0 ? "No declarations yet" : `Declarations: ${parts.join(", ")}`;
}
