// Shows a profile as it is understood, with the defaults that its file leaves out.
import { stringify } from "yaml";
import type {
  ColumnTarget,
  Profile,
  ProfileSlip,
  RowCondition,
  SheetProfile,
  Transform,
} from "./profile.ts";

/** Plain data; also what `--json` shows. */
export function profileContent(profile: Profile): Readonly<Record<string, unknown>> {
  return {
    profile: profile.name,
    description: profile.description,
    layout: profile.layout,
    messageType: profile.messageType,
    encoding: profile.csv.encoding ?? "found out from the file",
    delimiter: profile.csv.delimiter ?? "found out from the file",
    quote: profile.csv.quote ?? "found out from the file",
    decimalMark: profile.decimalMark ?? "found out from the file",
    dateOrder: profile.dateOrder ?? "none: dates that can be read in two ways are errors",
    fileDate: profile.fileDate ?? "none: the file that was saved later is newer",
    timeZone: profile.timeZone ?? "none: times without a zone are errors",
    emptyCell: profile.emptyCell,
    constants: Object.fromEntries(
      profile.constants.map(({ to, value }) => [to, typeof value === "object" ? value[0] : value]),
    ),
    sheets: Object.fromEntries(
      Object.entries(profile.sheets).map(([role, sheet]) => [role, sheetContent(sheet)]),
    ),
    lookups: Object.fromEntries(
      [...profile.lookups].map(([key, table]) => [key, `${table.size} values`]),
    ),
    severities: profile.severities,
    ...(profile.slips.length === 0 ? {} : { remarks: profile.slips.map(slipText) }),
  };
}

export function showProfile(profile: Profile): string {
  return stringify(profileContent(profile), { lineWidth: 0 });
}

function slipText({ place, to, written, meant }: ProfileSlip): string {
  return `${place}: \`${to}\` is sent as it stands; no member \`${written}\` is known there, the nearest is \`${meant}\``;
}

function sheetContent(sheet: SheetProfile): Readonly<Record<string, unknown>> {
  return {
    sheet: sheet.names ?? "the one that has the headers",
    headerRow: sheet.headerRows ?? "the one that has the headers",
    columns:
      sheet.columns === null
        ? "those of the default template"
        : Object.fromEntries(
            sheet.columns.map(({ header, targets }) => [
              header,
              targets.length === 0 ? "ignore" : targets.map(targetContent),
            ]),
          ),
    otherColumns: sheet.otherColumns,
    ...(sheet.groupBy === null ? {} : { groupBy: sheet.groupBy }),
    totals: sheet.totals,
    leaveOut: sheet.leaveOut.map(conditionContent),
    keepOnly: sheet.keepOnly.map(conditionContent),
  };
}

function targetContent(target: ColumnTarget): Readonly<Record<string, unknown>> {
  const { to, optional, guess, transforms, values, lookup, otherValues, decimalMark, dateOrder } =
    target;
  return {
    to,
    ...(optional ? { optional } : {}),
    ...(guess ? { guess } : {}),
    ...(transforms.length === 0 ? {} : { transforms: transforms.map(transformContent) }),
    ...(values === null ? {} : { values: Object.fromEntries(values) }),
    ...(lookup === null ? {} : { lookup }),
    ...(values === null && lookup === null ? {} : { otherValues }),
    ...(decimalMark === null ? {} : { decimalMark }),
    ...(dateOrder === null ? {} : { dateOrder }),
  };
}

function transformContent({ kind, ...options }: Transform): unknown {
  return Object.keys(options).length === 0 ? kind : { [kind]: options };
}

function conditionContent({ column, test, words }: RowCondition): unknown {
  return { column, [test]: words.length === 0 ? true : words };
}
