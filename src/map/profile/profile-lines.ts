// Which members of a file's messages its profile says, and in which lines.
import { kindOf } from "../../core/message-kind.ts";
import type { ProfileLines } from "../../core/profile-line.ts";
import { keyPathOf, readTarget } from "../kinds/kind-target.ts";
import type { MappingPlan } from "../model/mapping-plan.ts";
import { nowhere, pathText } from "../model/member-path.ts";
import type { Profile } from "./profile.ts";
import { targetOf } from "./target.ts";

type Member = ProfileLines["members"][number];

/** Null when the profile says nothing of its own. */
export function profileLines(
  profile: Profile,
  plan: Pick<MappingPlan, "sheets">,
): ProfileLines | null {
  const columns = plan.sheets.flatMap(({ sheet, role, columns: all }) =>
    all.flatMap(({ path, letters }) =>
      path === null ? [] : [{ path: pathText(path, nowhere), role, sheet, letters }],
    ),
  );
  const constants = profile.constants.map(({ to, value, line }) => ({
    path: memberPath(profile, to),
    value: String(typeof value === "object" ? value[0] : value),
    line,
  }));
  if (profile.messageTypeLine !== null) {
    const { messageType: value, messageTypeLine: line } = profile;
    constants.push({ path: "messageType", value, line });
  }
  const ofConstants = constants.map((constant): Member => {
    const isFilled = columns.some(({ path }) => path === constant.path);
    return { ...constant, by: isFilled ? "default" : "constant", column: null };
  });
  const ofTables = Object.entries(profile.sheets).flatMap(([role, sheet]) =>
    (sheet.columns ?? []).flatMap(({ targets }) =>
      targets.flatMap(({ to, lookup, tableLine: line }): readonly Member[] => {
        if (line === null) return [];
        const path = memberPath(profile, to);
        const by = lookup === null ? "values" : "lookup";
        return columns
          .filter((column) => column.role === role && column.path === path)
          .map((column) => ({
            ...{ path, line, by, value: null },
            column: [column.sheet, column.letters],
          }));
      }),
    ),
  );
  const members = [...ofConstants, ...ofTables];
  return members.length === 0 ? null : { name: profile.name, members };
}

/** @param to as the profile names a target */
function memberPath(profile: Profile, to: string): string {
  if (!kindOf(profile.kind).isDirected) {
    const reading = readTarget(profile.kind, keyPathOf(profile), to);
    return reading.kind === "target" ? reading.written.text : to;
  }
  const { path } = targetOf(to);
  return path === null ? to : pathText(path, nowhere);
}
