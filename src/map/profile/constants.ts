// What a profile says once for all rows, put into the plan of a file.
import type { Finding } from "../../core/finding.ts";
import type { Direction } from "../../core/shipment.ts";
import { makeFinding } from "../make-finding.ts";
import type { MemberSlots } from "../member-slots.ts";
import type { ProfileConstant } from "./profile.ts";
import { targetOf } from "./target.ts";

/** The headers of the default template that have a constant. */
export function constantHeaders(constants: readonly ProfileConstant[]): ReadonlySet<string> {
  return new Set(constants.flatMap(({ to }) => targetOf(to).field?.header ?? []));
}

/** After all columns: a constant is what is written where no cell says a value. */
export function fixConstants(
  fileName: string,
  constants: readonly ProfileConstant[],
  slots: MemberSlots,
): readonly Finding[] {
  return constants.flatMap(({ to, value }) => {
    const { path, field } = targetOf(to);
    const inTheWay = path === null ? null : slots.fix(path, field, value);
    if (inTheWay === null) return [];
    const message = `The constant \`${to}\` cannot be filled: ${inTheWay} fills the same member of the message`;
    return [makeFinding("path-conflict", { file: fileName, sheet: null }, { message })];
  });
}

/** Null when no constant says one. */
export function constantDirection(constants: readonly ProfileConstant[]): Direction | null {
  const value = constants.find(({ to }) => targetOf(to).field?.header === "Direction")?.value;
  return value === "IN" || value === "OUT" ? value : null;
}
