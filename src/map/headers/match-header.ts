// What one header stands for: a column of the catalogue, a member of the message named by its path, a
// column that an annotated copy adds, or nothing that we know.
import { cataloguePath, fieldCatalogue } from "../catalogue/field-catalogue.ts";
import { allFields } from "../catalogue/field-groups.ts";
import { parseMemberPath, pathText, nowhere, type MemberPath } from "../model/member-path.ts";
import { memberRule } from "../catalogue/member-rule.ts";
import type { CatalogueField } from "../model/message-catalogue.ts";
import { normalizeHeader } from "./normalize-header.ts";
import type { ValueRule } from "../model/value-rule.ts";

type HeaderMatch =
  | { readonly kind: "field"; readonly field: CatalogueField; readonly path: MemberPath | null }
  | { readonly kind: "member"; readonly path: MemberPath; readonly rule: ValueRule }
  | { readonly kind: "unusable-path"; readonly reason: string }
  | { readonly kind: "ours" }
  | { readonly kind: "unknown" };

const OUR_PREFIX = "cas-batch";

const fieldsByHeader = new Map(
  allFields.map((field) => [normalizeHeader(field.header), matchOf(field)]),
);
// A path fills the bare member: fields that write something beside it are asked for by header only. Those
// of a group are too: a member that is named by an assumed path takes whatever the cell holds.
const fieldsByPath = new Map(
  fieldCatalogue.flatMap((field) => {
    const match = matchOf(field);
    return match.path === null || field.companion !== undefined
      ? []
      : [[pathText(match.path, nowhere).toLowerCase(), match] as const];
  }),
);

export function matchHeader(text: string): HeaderMatch {
  const normalized = normalizeHeader(text);
  if (normalized.startsWith(OUR_PREFIX)) return { kind: "ours" };
  const field = fieldsByHeader.get(normalized) ?? fieldsByPath.get(text.trim().toLowerCase());
  if (field !== undefined) return field;
  const reading = parseMemberPath(text.trim());
  switch (reading.kind) {
    case "path": {
      const known = fieldsByPath.get(pathText(reading.path, nowhere).toLowerCase());
      return known ?? { kind: "member", path: reading.path, rule: memberRule(reading.path) };
    }
    case "unusable":
      return { kind: "unusable-path", reason: reading.reason };
    case "no-path":
      return { kind: "unknown" };
  }
}

function matchOf(field: CatalogueField): {
  readonly kind: "field";
  readonly field: CatalogueField;
  readonly path: MemberPath | null;
} {
  return { kind: "field", field, path: field.path === null ? null : cataloguePath(field.path) };
}

/** The field of which the text is our own header; null for every other text. */
export function fieldOf(text: string): CatalogueField | null {
  const match = matchHeader(text);
  return match.kind === "field" ? match.field : null;
}
