// The targets of a profile's columns and constants, with the place of each in the profile's text: the
// lookups that must be read, and the paths that are nearly a known one. Such a path is no mistake, since
// CAS may know a member that we do not; it is shown wherever the profile is shown or used.
import type { YamlFile } from "../../yaml/checked-yaml.ts";
import { findSlip } from "../catalogue/known-members.ts";
import { IGNORE } from "./column-schema.ts";
import type { WrittenProfile, WrittenSheet } from "./profile-schema.ts";
import type { Lookup, ProfileSlip } from "./profile.ts";
import { targetOf } from "./target.ts";

type Member = readonly PropertyKey[];

export interface PlacedLookup {
  readonly lookup: Lookup;
  /** Shape: `export.yaml line 3, column 7`. */
  readonly place: string;
}

export function placedLookups(
  written: Pick<WrittenProfile, "columns" | "sheets">,
  file: YamlFile,
): readonly PlacedLookup[] {
  return columnTargets(written).flatMap(({ lookup }) =>
    lookup === undefined ? [] : [{ lookup: lookup.value, place: file.place(lookup.at) }],
  );
}

export function placedSlips(written: WrittenProfile, file: YamlFile): readonly ProfileSlip[] {
  const constants = Object.keys(written.constants ?? {}).map((to) => ({
    to,
    at: ["constants", to],
  }));
  return [...columnTargets(written), ...constants].flatMap(({ to, at }) => {
    const { path, field } = targetOf(to);
    const slip = field === null && path !== null ? findSlip(path) : null;
    return slip === null ? [] : [{ to, ...slip, place: file.place(at) }];
  });
}

/** The sheets of a profile as they are written, and where. */
export function writtenSheets(
  written: Pick<WrittenProfile, "columns" | "sheets">,
): readonly { readonly sheet: WrittenSheet; readonly at: Member }[] {
  if (written.sheets === undefined) return [{ sheet: written, at: [] }];
  return Object.entries(written.sheets).flatMap(([name, sheet]) =>
    sheet === undefined ? [] : [{ sheet, at: ["sheets", name] }],
  );
}

interface WrittenTarget {
  readonly to: string;
  readonly at: Member;
  readonly lookup?: { readonly value: Lookup; readonly at: Member };
}

function columnTargets(
  written: Pick<WrittenProfile, "columns" | "sheets">,
): readonly WrittenTarget[] {
  return writtenSheets(written).flatMap(({ sheet, at }) =>
    Object.entries(sheet.columns ?? {}).flatMap(([header, column]): readonly WrittenTarget[] => {
      const ofColumn = [...at, "columns", header];
      if (typeof column === "string") {
        return column === IGNORE ? [] : [{ to: column, at: ofColumn }];
      }
      return [column].flat().map(({ to, lookup }, index) => {
        const target = Array.isArray(column) ? [...ofColumn, index] : ofColumn;
        return {
          to,
          at: [...target, "to"],
          ...(lookup === undefined ? {} : { lookup: { value: lookup, at: [...target, "lookup"] } }),
        };
      });
    }),
  );
}
