// The line of the profile that says a value of a message, or that of the table which its cell was read through.
import { columnLetters } from "../core/cell.ts";
import { isJsonNumber, type JsonValue } from "../core/json.ts";
import type { ProfileLine, ProfileLines } from "../core/profile-line.ts";
import { parseSourcePlace } from "../core/source-place.ts";
import { formatFieldPath } from "./field-path.ts";
import type { Place } from "./walk-message.ts";

/** @param place of a value in the message; null where the profile says nothing of it */
export type FindProfileLine = (place: Place) => ProfileLine | null;

export function profileLineFinder(profile: ProfileLines | null): FindProfileLine {
  if (profile === null) return () => null;
  const { name, members } = profile;
  // Without indexes: which are those of rows, only the paths of the profile tell.
  const byPath = Map.groupBy(members, ({ path }) => path.replace(/\[\d*\]/g, ""));
  return ({ steps, value, source }) => {
    const known = byPath.get(steps.map((step) => step.name).join("."));
    if (known === undefined || value === null) return null;
    const path = formatFieldPath(steps);
    const text = scalarText(value);
    const found = known.find((member) => {
      if (member.column === null) {
        // An element that is blank is left out and others move up: then the value is another one's.
        return source === null && member.value === text && isAt(member.path, path);
      }
      const cell = typeof source === "string" ? parseSourcePlace(source) : null;
      if (cell === null) return false;
      const [sheet, letters] = member.column;
      return columnLetters(cell.columnIndex) === letters && (cell.sheet ?? sheet) === sheet;
    });
    return found === undefined ? null : { name, line: found.line, by: found.by };
  };
}

/** `[]` stands for the element of any row. */
function isAt(ofProfile: string, path: string): boolean {
  const steps = path.split(".");
  return ofProfile.split(".").every((step, at) => {
    const own = steps[at] ?? "";
    return step === own || (step.endsWith("[]") && own.startsWith(step.slice(0, -1)));
  });
}

export function scalarText(value: JsonValue): string | null {
  if (typeof value === "string") return value;
  if (typeof value === "boolean") return String(value);
  return isJsonNumber(value) ? value.rawJSON : null;
}
