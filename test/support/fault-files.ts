// The files of a fault test: as many shipments as wanted, each content marked with its version.
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

export function referencesOf(count: number, prefix = "F"): readonly string[] {
  return Array.from({ length: count }, (_, index) => `${prefix}-${String(index + 1)}`);
}

export const HEADER: readonly string[] = [
  "External reference",
  "Direction",
  "Goods description",
  "Commodity code",
  "Consignee EORI",
];

export function rowOf(reference: string, version: number): readonly string[] {
  return [reference, "IN", `Bolts v${String(version)}`, "73181500", "BE0123456789"];
}

/** Writes a CSV file into `folder` and returns its path. */
export function writeShipments(
  folder: string,
  name: string,
  references: readonly string[],
  version = 1,
): string {
  const path = join(folder, name);
  mkdirSync(dirname(path), { recursive: true });
  const rows = [HEADER, ...references.map((reference) => rowOf(reference, version))];
  writeFileSync(path, `${rows.map((cells) => cells.join(";")).join("\n")}\n`);
  return path;
}

/** Unknown outcomes are asked about in hundredths of the usual time, as the simulator processes. */
const SETTLE = "settle: { delays: [30ms, 100ms, 400ms] }";

export function writeConfiguration(
  folder: string,
  lines: readonly string[] = [],
  settle = SETTLE,
): void {
  writeFileSync(join(folder, "cas-batch.yaml"), `${[settle, ...lines].join("\n")}\n`);
}
