// Where a value that CAS or customs found wrong came from, and what to correct, in words.
import { profileLineText } from "../../core/profile-line.ts";
import type { FieldPlace } from "../../trace/field-locator.ts";

/** Null where nothing is known of the value: it is of no shipment of ours. */
export function originWords({
  cell,
  path,
  profile,
  notInMessage,
}: Omit<FieldPlace, "value" | "sheet">): string | null {
  const nearest = cell === null ? "" : "; the cell is the nearest one";
  if (notInMessage !== undefined) {
    return `CAS names ${notInMessage}; our message has none of that name, or more than one${nearest}`;
  }
  if (profile !== undefined) {
    const line = profileLineText(profile, null);
    return cell === null ? line : `the cell, by ${line}`;
  }
  if (path === null) return `CAS names no field${nearest}`;
  return cell === null ? null : "the cell";
}

/** Whether the cell only lies nearest to what CAS names: the field has none, or none is named. */
export function isNearest({
  path,
  notInMessage,
}: Pick<FieldPlace, "path" | "notInMessage">): boolean {
  return notInMessage !== undefined || path === null;
}

/** The next step; null where there is nothing of ours to correct. */
export function correctionHint({
  cell,
  path,
  profile,
  notInMessage,
}: Pick<FieldPlace, "cell" | "path" | "profile" | "notInMessage">): string | null {
  if (path === null) return "Look the shipment up in CAS";
  if (notInMessage !== undefined) {
    return "When the field is needed, add it to the file or the profile; else look the shipment up in CAS";
  }
  if (profile === undefined)
    return cell === null ? null : "Correct the cell and run the file again";
  const line = `line ${String(profile.line)} of ${profile.name}`;
  const what = cell === null ? line : `the cell, or ${line},`;
  return `Correct ${what} and run the file again`;
}
