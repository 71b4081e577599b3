// The header of the column of reasons in a file of failed rows. It also says by which decimal mark the
// numbers of the original were read, where the rows that told it are not among those that failed:
// else `1,234` would come back as a number that nobody can read.
const REASON_HEADER = "cas-batch reason";
const WITH_MARK = /^cas-batch reason \(decimal mark: (comma|point)\)$/i;

export function reasonHeader(decimalMark: "." | "," | null): string {
  if (decimalMark === null) return REASON_HEADER;
  return `${REASON_HEADER} (decimal mark: ${decimalMark === "," ? "comma" : "point"})`;
}

/** The mark that a header of ours says; null when it says none. */
export function markOfReasonHeader(header: string): "." | "," | null {
  const name = WITH_MARK.exec(header.trim())?.[1]?.toLowerCase();
  return name === undefined ? null : name === "comma" ? "," : ".";
}
