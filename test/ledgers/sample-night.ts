// What stands in every kept ledger: the sample night, and a second file in the middle of which the program was killed.

/** In `samples/first-night`. */
export const SAMPLE_FILES = ["erp-export.csv", "exports-flat.xlsx", "imports-by-sheet.xlsx"];
export const LATE_FILE = "late.csv";

/** As many as take a few seconds, so that a kill comes in between. */
const LATE_SHIPMENTS = 24;

export const lateReferences: readonly string[] = Array.from(
  { length: LATE_SHIPMENTS },
  (_, index) => `LATE-${String(index + 1).padStart(2, "0")}`,
);

export function lateFileText(): string {
  const headers =
    "External reference;Direction;Goods description;Commodity code;Gross mass (kg);Consignee EORI";
  const rows = lateReferences.map(
    (reference) => `${reference};IN;Steel bolts;73181900;12,5;BE0123456789`,
  );
  return [headers, ...rows, ""].join("\n");
}
