// What a file or a profile can name: the columns of the template, those of its groups, and the members
// that are known by their path alone. Searched by any word for them, in four languages.
import { furtherMembers } from "./catalogue/known-members.ts";
import { allFields, groupNames } from "./catalogue/field-groups.ts";
import { cataloguePath } from "./catalogue/field-catalogue.ts";
import { foldHeader, headerNames, type HeaderName } from "./headers/header-names.ts";
import type { FieldLevel } from "./model/levels.ts";

export { groupNames };

export interface ListedField {
  /** Null for a member that has no column: its path is the header. */
  readonly header: string | null;
  /** Null for what is no member of the message. */
  readonly path: string | null;
  readonly level: FieldLevel;
  readonly required: boolean;
  /** The group of `template --with` that adds the column; null for one of every template. */
  readonly group: string | null;
  /** Whether the path is assumed: no public page of CAS shows it. */
  readonly assumed: boolean;
  readonly note: string;
  readonly example: string | null;
  readonly allowedValues: readonly string[];
  /** Other names of the column that people use. */
  readonly names: readonly string[];
}

/** @param word Part of a header, a path, a meaning or another name; every entry when left out. */
export function listFields(word = ""): readonly ListedField[] {
  const wanted = foldHeader(word).split(" ");
  return entries()
    .filter(({ searched }) => wanted.every((part) => searched.includes(part)))
    .map(({ field }) => field);
}

/** @param path in a message, with any index or none in its brackets */
export function isNumberMember(path: string): boolean {
  const wanted = path.replace(/\[[^\]]*\]/g, "[]");
  return allFields.some(
    ({ path: known, rule }) =>
      known?.replace(/\[[^\]]*\]/g, "[]") === wanted &&
      (rule.kind === "decimal" || rule.kind === "integer"),
  );
}

interface Entry {
  readonly field: ListedField;
  /** In the form of comparison. */
  readonly searched: string;
}

function entries(): readonly Entry[] {
  const names = Map.groupBy(headerNames.filter(isOther), ({ field }) => field);
  const columns = allFields.map((field) => {
    const { header, path, level, required, group = null, note, example, offered } = field;
    const others = [...new Set((names.get(field) ?? []).map(({ text }) => text))];
    return entry(
      {
        ...{ header, path, level, required, group, note, example, names: others },
        assumed: group !== null,
        allowedValues: offered,
      },
      [],
    );
  });
  const members = furtherMembers().map(({ path, note, words }) =>
    entry(
      {
        ...{ header: null, path, level: cataloguePath(path).level, required: false, group: null },
        ...{ note, example: null, allowedValues: [], names: [] },
        assumed: true,
      },
      [words],
    ),
  );
  return [...columns, ...members];
}

function isOther({ language }: HeaderName): boolean {
  return language !== "template";
}

function entry(field: ListedField, words: readonly string[]): Entry {
  const { header, path, group, note, names } = field;
  const parts = [header, path, group, note, ...names, ...words].map((text) =>
    foldHeader(text ?? ""),
  );
  return { field, searched: parts.join(" | ") };
}
