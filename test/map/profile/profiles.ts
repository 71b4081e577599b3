// Profiles written in the tests, and sheets mapped by them.
import { parseProfile } from "../../../src/map/profile/parse-profile.ts";
import type { Profile } from "../../../src/map/profile/profile.ts";
import { mapSheets, type CellText, type Mapped } from "../sheets.ts";

/** @throws Error with the mistakes of a profile that cannot be used */
export function profileOf(text: string): Profile {
  const reading = parseProfile(`version: 1\n${text}`, "p.yaml");
  if (reading.kind === "mistakes") throw new Error(reading.mistakes.join("\n"));
  return reading.profile;
}

/** The mistakes of a whole profile's text. */
export function mistakesOf(text: string): readonly string[] {
  const reading = parseProfile(text, "p.yaml");
  return reading.kind === "mistakes" ? reading.mistakes : [];
}

/** One sheet, read by a profile. */
export function mapBy(
  profile: string | Profile,
  rows: readonly (readonly CellText[])[],
  decimalMark: "." | "," = ".",
): Mapped {
  const used = typeof profile === "string" ? profileOf(profile) : profile;
  return mapSheets([{ name: "Export", rows }], used.decimalMark ?? decimalMark, used);
}

/** Lines of a profile for the columns that every shipment needs: Ref, Dir, Goods. */
export const KEY_COLUMNS = [
  "columns:",
  "  Ref: External reference",
  "  Dir: Direction",
  "  Goods: Goods description",
].join("\n");

/** One column more, and one row of a valid shipment with that cell. */
export function mapColumn(column: string, cell: CellText, more = ""): Mapped {
  return mapBy(`${KEY_COLUMNS}\n  X: ${column}\n${more}`, [
    ["Ref", "Dir", "Goods", "X"],
    ["R1", "IN", "Bolts", cell],
  ]);
}
