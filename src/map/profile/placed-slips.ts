// Paths of a profile that are nearly a known one, with the place of each in its text. They are no
// mistakes: CAS may know a member that we do not. They are told wherever the profile is shown or used.
import type { YamlFile } from "../../yaml/checked-yaml.ts";
import { findSlip } from "../catalogue/known-members.ts";
import type { ProfileSlip } from "./profile.ts";
import type { WrittenProfile, WrittenSheet } from "./profile-schema.ts";
import { targetOf } from "./target.ts";
import { IGNORE } from "./column-schema.ts";

export function placedSlips(written: WrittenProfile, file: YamlFile): readonly ProfileSlip[] {
  const sheets =
    written.sheets === undefined
      ? slipsOfSheet(written, [], file)
      : Object.entries(written.sheets).flatMap(([name, sheet]) =>
          sheet === undefined ? [] : slipsOfSheet(sheet, ["sheets", name], file),
        );
  const constants = Object.keys(written.constants ?? {}).flatMap((to) =>
    slipAt(to, ["constants", to], file),
  );
  return [...sheets, ...constants];
}

function slipsOfSheet(
  { columns = {} }: Pick<WrittenSheet, "columns">,
  path: readonly string[],
  file: YamlFile,
): readonly ProfileSlip[] {
  return Object.entries(columns).flatMap(([header, column]) => {
    const at = [...path, "columns", header];
    if (typeof column === "string") return column === IGNORE ? [] : slipAt(column, at, file);
    return [column].flat().flatMap(({ to }, index) => {
      const target = Array.isArray(column) ? [...at, index] : at;
      return slipAt(to, [...target, "to"], file);
    });
  });
}

function slipAt(
  to: string,
  member: readonly PropertyKey[],
  file: YamlFile,
): readonly ProfileSlip[] {
  const { path, field } = targetOf(to);
  const slip = field === null && path !== null ? findSlip(path) : null;
  return slip === null ? [] : [{ to, ...slip, place: file.place(member) }];
}
