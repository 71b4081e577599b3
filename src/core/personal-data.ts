// What of a message, an event or a declaration may name a natural person. A party may be a company or a person, and
// nothing in the data says which: so everything that names, places or reaches a party counts, also its numbers.
//
// Source: members of the field catalogue and those that the documentation of CAS hints at for parties and partners.

/** What a member that holds a party is called, in small letters; also as the last word of its name, and in plural. */
export const partyMembers = [
  ...["consignor", "consignee", "agent", "declarant", "representative", "submitter", "importer"],
  ...["exporter", "buyer", "seller", "supplier", "payer", "carrier", "manufacturer", "guarantor"],
  ...["principal", "holder", "trader", "contact", "person", "partner", "party", "actor", "keeper"],
  ...["operator", "driver", "recipient", "businesspartnerreference"],
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
  ...["email", "mail", "tel", "telephone", "phone", "mobile", "fax"],
  ...["eori", "eorinumber", "vat", "vatnumber"],
] as const;

/** Where a party is told in one member: `importerName`, and not `agentStatus` or `traderReference`. */
const ENDS_OF_PARTY =
  /^(?:name|address|street|city|postcode|zip|eori|vat|code|identification|id|number|phone|email|mail)/;

const parties: ReadonlySet<string> = new Set(partyMembers);
const open: ReadonlySet<string> = new Set(openMembers);
const reach: ReadonlySet<string> = new Set(reachMembers);

/** @param names of the members that lead to a value, the outermost first; places in lists are left out */
export function isPersonal(names: readonly string[]): boolean {
  const last = names.at(-1) ?? "";
  if (reach.has(last.toLowerCase())) return true;
  return !open.has(last.toLowerCase()) && (names.some(isParty) || isOfParty(last));
}

/** Shape: `consignee`, `Importers`, `deliveryParty`, `holderOfAuthorisation`. */
function isParty(name: string): boolean {
  const whole = singular(name.toLowerCase());
  if (parties.has(whole) || whole.endsWith("party")) return true;
  const words = wordsOf(name);
  const isOf = parties.has(words[0] ?? "") && words[1] === "of";
  return isOf || parties.has(singular(words.at(-1) ?? ""));
}

/** Shape: `importerName`, `sellerVatNumber`. */
function isOfParty(name: string): boolean {
  const [first = "", ...others] = wordsOf(name);
  return parties.has(first) && ENDS_OF_PARTY.test(others.join(""));
}

function wordsOf(name: string): readonly string[] {
  return (name.match(/[A-Z]+(?![a-z])|[A-Z]?[a-z]+/g) ?? []).map((word) => word.toLowerCase());
}

function singular(word: string): string {
  return word.replace(/ies$/, "y").replace(/s$/, "");
}

/** Shape: `a.b[0].c`, as findings and errors name a value. */
export function isPersonalPath(path: string): boolean {
  return isPersonal(path.split(/[.[\]/]+/).filter((part) => part !== "" && !/^\d+$/.test(part)));
}
