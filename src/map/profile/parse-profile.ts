// Reads a profile's text: a Profile comes out, or every mistake in it with line and column. The schema
// checks each member; what must hold between members is checked here.
import type * as z from "zod";
import { DEFAULT_KIND, kindNamed, kindOf, type MessageKind } from "../../core/message-kind.ts";
import { checkYaml, openYaml, type YamlFile } from "../../yaml/checked-yaml.ts";
import { compileCellReader } from "../cells/cell-reader.ts";
import { readPath } from "../kinds/kind-path.ts";
import { checkKindTarget, keyPathOf, readTarget } from "../kinds/kind-target.ts";
import { DEFAULT_MESSAGE_TYPE } from "../model/levels.ts";
import type { SheetRole } from "../model/message-catalogue.ts";
import { placedLookups, placedSlips, writtenSheets, type PlacedLookup } from "./placed-targets.ts";
import {
  kindProfileSchema,
  profileSchema,
  TAB_WORD,
  type WrittenProfile,
  type WrittenSheet,
} from "./profile-schema.ts";
import type {
  ColumnProfile,
  Profile,
  ProfileConstant,
  SheetProfile,
  ValueTable,
} from "./profile.ts";
import { readSheet } from "./read-sheet-profile.ts";
import { targetOf, type Target } from "./target.ts";

type ProfileReading =
  /** Its lookups are still to be read. */
  | {
      readonly kind: "profile";
      readonly profile: Profile;
      readonly lookups: readonly PlacedLookup[];
    }
  | { readonly kind: "mistakes"; readonly mistakes: readonly string[] };

export function parseProfile(text: string, name: string): ProfileReading {
  const file = openYaml(text, { name, exactNumbers: true });
  const kind = kindOfFile(file);
  if (kind !== DEFAULT_KIND) return parseKindProfile(file, name, kind);
  const checked = checkYaml(file, profileSchema, "setting of a profile");
  if (checked.kind === "mistakes") return checked;
  const written = checked.value;
  const sheets = sheetsOf(written, file);
  const constants = readConstants(written.constants ?? {}, file, targetOf);
  const mistakes = [
    ...constants.mistakes,
    ...writtenSheets(written).flatMap(({ sheet, at }) =>
      referenceMistakes(readSheet(sheet, at, file), at, file),
    ),
  ];
  if (mistakes.length > 0) return { kind: "mistakes", mistakes };
  return {
    kind: "profile",
    lookups: placedLookups(written, file),
    profile: {
      ...commonSettings(written, name),
      kind,
      key: null,
      layout: written.layout ?? "flat",
      messageType: written.messageType ?? DEFAULT_MESSAGE_TYPE,
      messageTypeLine: written.messageType === undefined ? null : file.line(["messageType"]),
      emptyCell: written.emptyCell ?? "absent",
      sheets,
      constants: constants.constants,
      slips: placedSlips(written, file),
    },
  };
}

/** Of a mistyped kind the schema tells. */
function kindOfFile({ content }: YamlFile): MessageKind {
  const named =
    typeof content === "object" && content !== null && "kind" in content ? content.kind : null;
  return (typeof named === "string" ? kindNamed(named) : null) ?? DEFAULT_KIND;
}

function parseKindProfile(file: YamlFile, name: string, kind: MessageKind): ProfileReading {
  const { content } = file;
  const said =
    typeof content === "object" && content !== null && "key" in content ? content.key : null;
  const key = typeof said === "string" ? said : null;
  const fault = key === null ? null : keyFault(key);
  if (fault !== null) {
    return { kind: "mistakes", mistakes: [`${file.place(["key"])}: ${fault}`] };
  }
  const keyPath = keyPathOf({ kind, key });
  const schema = kindProfileSchema((text) => checkKindTarget(kind, keyPath, text));
  const checked = checkYaml(file, schema, `setting of a profile for ${kindOf(kind).nouns}`);
  if (checked.kind === "mistakes") return checked;
  const written = checked.value;
  const target = (text: string): Pick<Target, "field" | "rule"> => {
    const reading = readTarget(kind, keyPath, text);
    const rule = reading.kind === "target" ? reading.rule : null;
    return { field: null, rule: rule ?? { kind: "any" } };
  };
  const { constants, mistakes } = readConstants(written.constants ?? {}, file, target);
  if (mistakes.length > 0) return { kind: "mistakes", mistakes };
  return {
    kind: "profile",
    lookups: placedLookups(written, file),
    profile: {
      ...kindProfile(kind, key),
      ...commonSettings(written, name),
      sheets: { shipments: readSheet(written, [], file) },
      constants,
    },
  };
}

/** How files of a kind are read that no profile speaks of: by headers that are paths. */
export function kindProfile(kind: MessageKind, key: string | null): Profile {
  return {
    ...commonSettings({}, ""),
    kind,
    key,
    layout: "flat",
    messageType: DEFAULT_MESSAGE_TYPE,
    messageTypeLine: null,
    emptyCell: "absent",
    sheets: { shipments: readSheet({}, [], null) },
    constants: [],
    slips: [],
  };
}

/** What is wrong with a key, as a sentence; null when nothing is. */
export function keyFault(key: string): string | null {
  const reading = readPath(key);
  if (reading.kind === "fault") return `\`${key}\` cannot be the key: ${reading.reason}`;
  return reading.path.text.includes("[]")
    ? `\`${key}\` cannot be the key: it stands in a list that rows add to`
    : null;
}

type CommonSettings = Omit<
  z.output<ReturnType<typeof kindProfileSchema>>,
  "version" | "kind" | "key"
>;

function commonSettings(written: CommonSettings, name: string) {
  return {
    name,
    description: written.description ?? null,
    csv: {
      encoding: written.csv?.encoding ?? null,
      delimiter: written.csv?.delimiter === TAB_WORD ? "\t" : (written.csv?.delimiter ?? null),
      quote: written.csv?.quote ?? null,
    },
    decimalMark: written.decimalMark ?? null,
    dateOrder: written.dateOrder ?? null,
    fileDate: written.fileDate ?? null,
    timeZone: written.timeZone ?? null,
    severities: written.severities ?? {},
    lookups: new Map<string, ValueTable>(),
    files: [],
  };
}

function sheetsOf(written: WrittenProfile, file: YamlFile): Profile["sheets"] {
  if (written.sheets === undefined) return { shipments: readSheet(written, [], file) };
  const { shipments, goodsItems, packaging, documents } = written.sheets;
  const read = (sheet: WrittenSheet, name: string): SheetProfile =>
    readSheet(sheet, ["sheets", name], file);
  const others: Readonly<Partial<Record<SheetRole, SheetProfile>>> = {
    ...(goodsItems === undefined ? {} : { "goods items": read(goodsItems, "goodsItems") }),
    ...(packaging === undefined ? {} : { packaging: read(packaging, "packaging") }),
    ...(documents === undefined ? {} : { documents: read(documents, "documents") }),
  };
  return { shipments: read(shipments, "shipments"), ...others };
}

function readConstants(
  written: Readonly<Record<string, string | number | boolean>>,
  file: YamlFile,
  targetOfText: (text: string) => Pick<Target, "field" | "rule">,
): { readonly constants: readonly ProfileConstant[]; readonly mistakes: readonly string[] } {
  const constants: ProfileConstant[] = [];
  const mistakes: string[] = [];
  for (const [to, value] of Object.entries(written)) {
    const at = file.place(["constants", to]);
    const { field, rule } = targetOfText(to);
    if (field?.header === "Message type") {
      mistakes.push(`${at}: \`${to}\` is no constant; use \`messageType\``);
    } else if (field?.header === "External reference" || field?.header === "Item number") {
      mistakes.push(`${at}: \`${to}\` cannot be the same for all rows`);
    } else {
      const text = String(value);
      const isNumber = typeof value === "number" && (rule.kind === "any" || isNumeric(rule.kind));
      const type = typeof value === "boolean" ? "boolean" : isNumber ? "number" : "string";
      const read = compileCellReader(to, rule, { decimalMark: "." });
      const stored = read({ type, value: text, raw: text, format: "" }, (code, message) => {
        if (code !== "value-repaired") mistakes.push(`${at}: ${message}`);
      });
      if (stored !== null) {
        constants.push({ to, value: stored, line: file.line(["constants", to]) });
      }
    }
  }
  return { constants, mistakes };
}

function isNumeric(kind: string): boolean {
  return kind === "decimal" || kind === "integer";
}

/** The External reference has one origin. */
function referenceMistakes(
  sheet: SheetProfile,
  at: readonly PropertyKey[],
  file: YamlFile,
): readonly string[] {
  if (sheet.groupBy === null) return [];
  const twice = (sheet.columns ?? []).filter(fillsReference);
  return twice.map(
    ({ header }) =>
      `${file.place([...at, "columns", header])}: \`${header}\` cannot be the External reference as well: \`groupBy\` makes it`,
  );
}

function fillsReference({ targets }: ColumnProfile): boolean {
  return targets.some(({ to }) => targetOf(to).field?.header === "External reference");
}
