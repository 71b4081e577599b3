// What of a message, an event or a declaration may name a natural person. A party may be a company or a person, and
// nothing in the data says which: so everything that names, places or reaches a party counts, also its numbers.
//
// Source: members of the field catalogue and those that the documentation of CAS hints at for parties and partners.

/** What a member that holds a party is called, in small letters. */
export const partyMembers = [
  ...["consignor", "consignee", "agent", "declarant", "representative", "submitter", "importer"],
  ...["exporter", "buyer", "seller", "supplier", "payer", "notifyparty", "carrier", "manufacturer"],
  ...["guarantor", "principal", "holder", "trader", "taxrepresentative", "fiscalrepresentative"],
  ...["contact", "contactperson", "businesspartner", "businesspartnerreference", "party"],
] as const;

/** Of a party, and of no use to find out who it is. */
export const openMembers = [
  "country",
  "type",
  "types",
  "role",
  "statuscode",
  "casreference",
] as const;

/** Wherever they stand. */
export const reachMembers = [
  "email",
  "mail",
  "tel",
  "telephone",
  "phone",
  "mobile",
  "fax",
] as const;

const parties: ReadonlySet<string> = new Set(partyMembers);
const open: ReadonlySet<string> = new Set(openMembers);
const reach: ReadonlySet<string> = new Set(reachMembers);

/** @param names of the members that lead to a value, the outermost first; places in lists are left out */
export function isPersonal(names: readonly string[]): boolean {
  const small = names.map((name) => name.toLowerCase());
  const last = small.at(-1) ?? "";
  return reach.has(last) || (!open.has(last) && small.some((name) => parties.has(name)));
}

/** Shape: `a.b[0].c`, as findings and errors name a value. */
export function isPersonalPath(path: string): boolean {
  return isPersonal(path.split(/[.[\]/]+/).filter((part) => part !== "" && !/^\d+$/.test(part)));
}
