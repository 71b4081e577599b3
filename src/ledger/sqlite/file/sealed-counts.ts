// What a sealed file holds, counted as one text: written when it is sealed, compared ever after. An outcome that
// changes later is left out: a message that waits becomes `unchanged`, with a reason, when CAS has it already.

/** @param batchNo the column, or the parameter, that holds the number of the batch */
export function sealedCountsSql(batchNo: string): string {
  const count = (table: string, terms: readonly string[]): string =>
    `(SELECT json_array(count(*), ${terms.map((term) => `sum(${term})`).join(", ")})
      FROM ${table} WHERE batch_no = ${batchNo})`;
  const lines = ["invalid", "held", "superseded", "aborted"].map((name) => `bucket IS '${name}'`);
  return [
    count("lines", [...lines, "bucket IS 'unchanged' AND reason IS NULL"]),
    count("batch_rows", ["bucket = 'invalid'"]),
    count("findings", ["severity = 'error'", "severity = 'warning'"]),
  ].join(" || ");
}
