// The lookups that a profile asks for, with the place of each in its text: whoever reads the files
// tells a mistake in one of them like any other mistake of the profile.
import type { YamlFile } from "../../yaml/checked-yaml.ts";
import type { Lookup } from "./profile.ts";
import type { WrittenProfile, WrittenSheet } from "./profile-schema.ts";

export interface PlacedLookup {
  readonly lookup: Lookup;
  /** Shape: `export.yaml line 3, column 7`. */
  readonly place: string;
}

export function placedLookups(written: WrittenProfile, file: YamlFile): readonly PlacedLookup[] {
  if (written.sheets === undefined) return ofSheet(written, [], file);
  return Object.entries(written.sheets).flatMap(([name, sheet]) =>
    sheet === undefined ? [] : ofSheet(sheet, ["sheets", name], file),
  );
}

function ofSheet(
  { columns = {} }: Pick<WrittenSheet, "columns">,
  path: readonly string[],
  file: YamlFile,
): readonly PlacedLookup[] {
  return Object.entries(columns).flatMap(([header, column]) => {
    if (typeof column === "string") return [];
    const at = [...path, "columns", header];
    return [column].flat().flatMap(({ lookup }, index) => {
      const target = Array.isArray(column) ? [...at, index] : at;
      return lookup === undefined ? [] : [{ lookup, place: file.place([...target, "lookup"]) }];
    });
  });
}
