// Puts the constants of a profile into the plan of a file.
import type { Finding } from "../../core/finding.ts";
import type { Direction } from "../../core/shipment.ts";
import { makeFinding } from "../model/make-finding.ts";
import type { MemberSlots } from "./member-slots.ts";
import { nowhere, pathText, startsAtKnownMember, type MemberPath } from "../model/member-path.ts";
import type { CatalogueField } from "../model/message-catalogue.ts";
import type { StoredValue } from "../model/value-rule.ts";
import type { Profile, ProfileConstant } from "../profile/profile.ts";
import { targetOf } from "../profile/target.ts";

/** The constants of the default template, by their headers. */
export function constantHeaders(
  constants: readonly ProfileConstant[],
): ReadonlyMap<string, StoredValue> {
  return new Map(
    constants.flatMap(({ to, value }) => {
      const header = targetOf(to).field?.header;
      return header === undefined ? [] : [[header, value] as const];
    }),
  );
}

/** After all columns: a constant is what is written where no cell says a value. */
export function fixConstants(
  fileName: string,
  { constants, slips }: Pick<Profile, "constants" | "slips">,
  slots: MemberSlots,
): readonly Finding[] {
  return constants.flatMap(({ to, value }) => {
    const { path, field } = targetOf(to);
    const inTheWay = path === null ? null : slots.fix(path, field, value);
    if (inTheWay === null) return path === null ? [] : remarks(fileName, to, path, field, slips);
    const message = `The constant \`${to}\` cannot be filled: ${inTheWay} fills the same member of the message`;
    return [makeFinding("path-conflict", { file: fileName, sheet: null }, { message })];
  });
}

/** What does not keep a constant from being sent, as for the path of a column. */
function remarks(
  fileName: string,
  to: string,
  memberPath: MemberPath,
  field: CatalogueField | null,
  slips: Profile["slips"],
): readonly Finding[] {
  const place = { file: fileName, sheet: null, path: pathText(memberPath, nowhere) };
  if (field?.group !== undefined) {
    const message = `The constant \`${to}\` fills the member \`${place.path}\`; that name is assumed`;
    return [makeFinding("header-path-assumed", place, { message })];
  }
  if (field !== null) return [];
  const slip = slips.find((one) => one.to === to);
  if (slip !== undefined) {
    const { written, meant } = slip;
    const message = `The constant \`${to}\` (${slip.place}) is sent as it stands; no member \`${written}\` is known there, the nearest is \`${meant}\``;
    const hint = `Write \`${meant}\` in the profile if that was meant; else there is nothing to do when CAS knows the member`;
    return [makeFinding("header-path-unfamiliar", place, { message, hint })];
  }
  if (startsAtKnownMember(memberPath)) return [];
  const message = `The constant \`${to}\` is sent as it stands; no such member is known`;
  return [makeFinding("header-unchecked", place, { message })];
}

/** Null when no constant says one. */
export function constantDirection(constants: readonly ProfileConstant[]): Direction | null {
  const value = constants.find(({ to }) => targetOf(to).field?.header === "Direction")?.value;
  return value === "IN" || value === "OUT" ? value : null;
}
