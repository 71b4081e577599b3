// The columns that an annotated copy adds. Reading ignores headers that begin with `cas-batch`, so the copy
// can be sent again as it is.

export const ourColumns = [
  { header: "cas-batch outcome", member: "outcome", width: 18 },
  { header: "cas-batch reference id", member: "referenceId", width: 38 },
  { header: "cas-batch status", member: "status", width: 18 },
  { header: "cas-batch MRN", member: "mrn", width: 24 },
  { header: "cas-batch reason", member: "reason", width: 70 },
] as const;

export type OurMember = (typeof ourColumns)[number]["member"];

/** What the columns say about one row. */
export type RowNote = Readonly<Record<OurMember, string>>;

/** Where each of our columns stands in one sheet, zero-based. */
export type ColumnPlaces = Readonly<Record<OurMember, number>>;

/** The member whose header this is, however it is cased and spaced; null for any other text. */
export function memberOfHeader(text: string): OurMember | null {
  const plain = text.trim().replace(/\s+/g, " ").toLowerCase();
  return ourColumns.find(({ header }) => header.toLowerCase() === plain)?.member ?? null;
}
