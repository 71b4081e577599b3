// What is known of the members of the kinds that have no layout of their own: columns under names for people where
// the fields are public, and members as hints where only an old public sample shows them.
import type { MessageKind } from "../../core/message-kind.ts";
import type { ValueRule } from "../model/value-rule.ts";

export interface KindColumn {
  /** Null: the path is the header. */
  readonly header: string | null;
  readonly path: string;
  readonly rule: ValueRule;
  readonly note: string;
  readonly example: string;
  /** What a template offers; other values may be allowed too. */
  readonly offered: readonly string[];
}

const text: ValueRule = { kind: "text", lengthMax: null };

function column(
  header: string,
  path: string,
  rule: ValueRule,
  note: string,
  example: string,
  offered: readonly string[] = [],
): KindColumn {
  return { header, path, rule, note, example, offered };
}

function choice(...values: readonly string[]): ValueRule {
  return { kind: "choice", values };
}

/** Source: page Movement orders, the visible part of its model. */
const movementOrder: readonly KindColumn[] = [
  column(
    "External reference",
    "externalReference",
    { kind: "reference" },
    "Your own number of the movement order, unique",
    "MO-2026-001",
  ),
  column(
    "Timestamp",
    "timestamp",
    { kind: "timestamp" },
    "Date and time of the order, with its zone",
    "2026-03-02T08:30:00Z",
  ),
  column("Document reference", "documentReference", text, "Document that caused it", "DN-88121"),
  column("Type", "type", text, "CAS movement type", "RFFC", ["RFFC", "ADJN"]),
  column(
    "External movement type",
    "externalMovementType",
    text,
    "Type as your warehouse system names it",
    "601",
  ),
  column("Status", "status", text, "Current status", ""),
  column("Category", "category", text, "Column category of the excise register", ""),
  column("Remark", "remark", text, "Shown in the excise register", ""),
  column(
    "Customs destination",
    "customsDestination",
    choice("HomeUse", "PartialHomeUse"),
    "Only for RFFC and ADJN: HomeUse (procedure 40) or PartialHomeUse (procedure 45)",
    "HomeUse",
    ["HomeUse", "PartialHomeUse"],
  ),
  column(
    "Write-off customs status",
    "writeOffRules[].customsStatus",
    choice("Free", "Bonded"),
    "Only for RFFC and ADJN: stock that is written off. A further row with the same reference is the next rule",
    "Bonded",
    ["Free", "Bonded"],
  ),
  column(
    "Write-off preferential origin",
    "writeOffRules[].isOfPreferentialOrigin",
    { kind: "boolean" },
    "Only for RFFC and ADJN: true or false; blank is no constraint",
    "true",
    ["true", "false"],
  ),
];

function hint(path: string, example: string): KindColumn {
  const note = `A hint from an old public sample: ask your CAS team whether the member is right`;
  return { header: null, path, rule: { kind: "any" }, note, example, offered: [] };
}

/** Source: hints of an old public sample; never validated. */
const article = [
  hint("itemId", "ART-001"),
  hint("type", "Article"),
  hint("uom", "PCE"),
  hint("versions[0].activeFrom", "2026-01-01"),
  hint("versions[0].description", "Steel bolts"),
  hint("versions[0].classifications[0].id", "73181500"),
  hint("versions[0].supQtyUoM", "KGM"),
];

/** Source: hints of an old public sample; never validated. */
const partner = [
  hint("code", "CUST-001"),
  hint("name", "Example NV"),
  hint("types[0]", "Consignee"),
  hint("statusCode", "Active"),
  hint("address.street", "Kaai"),
  hint("address.number", "1"),
  hint("address.zipCode", "2000"),
  hint("address.city", "Antwerpen"),
  hint("address.country", "BE"),
  hint("contactPerson.name", "A. Person"),
  hint("contactPerson.email", "a.person@example.com"),
  hint("contactPerson.tel", "+32 3 000 00 00"),
];

const columns: Readonly<Partial<Record<MessageKind, readonly KindColumn[]>>> = {
  ArticleDataItem: article,
  BusinessPartners: partner,
  MovementOrder: movementOrder,
};

/** Empty where nothing is known but the key. */
export function kindColumns(kind: MessageKind): readonly KindColumn[] {
  return columns[kind] ?? [];
}
