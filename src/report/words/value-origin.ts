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
    return `CAS names ${notInMessage}; our message has no such field${nearest}`;
  }
  if (profile !== undefined) {
    const line = profileLineText(profile, null);
    return cell === null ? line : `the cell, by ${line}`;
  }
  if (path === null) return `CAS names no field${nearest}`;
  return cell === null ? null : "the cell";
}

/** The next step; null where there is nothing of ours to correct. */
export function correctionHint({
  cell,
  profile,
  notInMessage,
}: Pick<FieldPlace, "cell" | "profile" | "notInMessage">): string | null {
  if (notInMessage !== undefined) {
    return "When the field is needed, add it to the file or the profile; else look the shipment up in CAS";
  }
  if (profile === undefined)
    return cell === null ? null : "Correct the cell and run the file again";
  const line = `line ${String(profile.line)} of ${profile.name}`;
  const what = cell === null ? line : `the cell, or ${line},`;
  return `Correct ${what} and run the file again`;
}
