// What `cas-batch.yaml` may hold. Every mistake is reported with its line and column; a secret in the file
// is refused, because configuration files get copied and committed.
import type { Stats } from "node:fs";
import { resolve } from "node:path";
import * as z from "zod";
import { endpointTable } from "../../cas/endpoints.ts";
import { assumedFields } from "../../cas/subscription-body.ts";
import { checkYaml, openYaml } from "../../yaml/checked-yaml.ts";
import { declarationActions } from "../../core/codes/change-rules.ts";
import { CasBatchError } from "../../core/errors.ts";
import { SPREADSHEET } from "../../core/files/spreadsheet-name.ts";
import { readSettingsFile } from "../../core/files/settings-file.ts";
import type { ReadLimits } from "../../parse/text/read-limits.ts";
import { timeBefore } from "../../core/time/time-before.ts";
import { timeZoneNamed } from "../../core/time/time-zone.ts";
import { durationSetting } from "./duration-setting.ts";
import { hooks } from "./hooks-schema.ts";

/** Shape: `640`, which YAML takes for a number, `0o640` for 416. */
const fileMode = z.union([z.string(), z.int()]).transform((written, context) => {
  const forms = [String(written), typeof written === "number" ? written.toString(8) : ""];
  const digits = forms.flatMap((form) => /^(?:0o?)?(6[046][046])$/.exec(form)?.[1] ?? []);
  if (digits[0] !== undefined) return Number.parseInt(digits[0], 8);
  context.addIssue({
    code: "custom",
    message: `${String(written)} is no mode of files; write one like 600, 640, 644, 660 or 664`,
  });
  return z.NEVER;
});
const timeZone = z.string().transform((name, context) => {
  const known = timeZoneNamed(name);
  if (known !== null) return known;
  context.addIssue({
    code: "custom",
    message: `"${name}" is no time zone; write one like Europe/Brussels, Europe/Berlin or UTC`,
  });
  return z.NEVER;
});
/** Kept as it is written: a year is one of the calendar. */
const retention = z.string().refine((text) => timeBefore(text, new Date(0)) !== null, {
  error: ({ input }) => `"${String(input)}" is no time to keep things; write it like 7y or 400d`,
});
const count = z.int().min(1);

/** A text for some of the names of a table; a name that is not in it would be set in vain. */
function namesOf<Name extends string>(table: Readonly<Record<Name, unknown>>) {
  const text = z.string().min(1).optional();
  const shape = Object.fromEntries(Object.keys(table).map((name) => [name, text]));
  return z
    .strictObject(shape as Record<Name, typeof text>)
    .transform((named) => named as Partial<Record<Name, string>>)
    .optional();
}

/** How much one file may take, so that none of them can hold up the others. */
const limits = z
  .strictObject({
    driveAnswer: durationSetting.optional(),
    fileTime: durationSetting.optional(),
    partTime: durationSetting.optional(),
    memoryMib: count.optional(),
    workbookBytes: count.optional(),
    unpackedBytes: count.optional(),
    parts: count.optional(),
    sheets: count.optional(),
    columns: count.optional(),
    nesting: count.optional(),
    mergedCells: count.optional(),
    rowCharacters: count.optional(),
    sheetCharacters: count.optional(),
    shipmentCharacters: count.optional(),
  })
  .transform((written): Partial<ReadLimits> => {
    const named: Partial<Record<keyof ReadLimits, number | undefined>> = {
      stuckMsMax: written.driveAnswer,
      fileReadMsMax: written.fileTime,
      partReadMsMax: written.partTime,
      memoryMibMax: written.memoryMib,
      workbookBytesMax: written.workbookBytes,
      packageBytesMax: written.unpackedBytes,
      zipEntriesMax: written.parts,
      sheetsMax: written.sheets,
      columnsMax: written.columns,
      nestingMax: written.nesting,
      mergedRangesMax: written.mergedCells,
      recordCharsMax: written.rowCharacters,
      sheetCharsMax: written.sheetCharacters,
      shipmentCharsMax: written.shipmentCharacters,
    };
    return Object.fromEntries(Object.entries(named).filter(([, limit]) => limit !== undefined));
  });

/** Shape: `.done`, behind the whole name of the file. */
const markerEnding = z
  .string()
  .regex(/^\.[A-Za-z0-9_-]+$/, "a marker ends in a dot and letters, such as .done")
  .refine((ending) => !SPREADSHEET.test(ending), "a marker cannot end like a spreadsheet");

const statusNames = z.array(z.string().min(1));

export const configSchema = z.strictObject({
  environment: z.enum(["production", "acceptance", "simulator"]).optional(),
  clientId: z.string().min(1).optional(),
  clientSecretFile: z.string().min(1).optional(),
  apiUrl: z.url().optional(),
  tokenUrl: z.url().optional(),
  scope: z.string().min(1).optional(),
  /** Extra request headers, for a tenant header that your CAS team names. */
  headers: z.record(z.string(), z.string()).optional(),
  /** Paths of the API, where a tenant's differ. */
  endpoints: namesOf(endpointTable),
  /** Names of members that no public page shows, where a tenant's differ. */
  fields: namesOf(assumedFields),
  ledger: z.string().min(1).optional(),
  /** For how long after it first sent CAS is asked about what a ledger has never sent. */
  newLedger: z
    .strictObject({
      askFor: durationSetting.optional(),
      /** What is done with messages that must not be there twice and that CAS cannot be asked about. */
      otherKinds: z.enum(["hold", "send"]).optional(),
    })
    .optional(),
  out: z.string().min(1).optional(),
  /** The file that metrics are written to at the end of a command. */
  metrics: z.string().min(1).optional(),
  /** Folders that files are moved to once they were read. */
  originals: z.array(z.string().min(1)).optional(),
  /** In which the report shows times. */
  timeZone: timeZone.optional(),
  /** What others may do with the files that are written. */
  files: z.strictObject({ mode: fileMode }).optional(),
  rate: z.number().positive().optional(),
  concurrency: z.int().min(1).max(256).optional(),
  timeouts: z
    .strictObject({
      connect: durationSetting.optional(),
      answer: durationSetting.optional(),
      body: durationSetting.optional(),
    })
    .optional(),
  wait: durationSetting.optional(),
  reconcile: z
    .strictObject({
      /** How many declarations one reconcile takes in. */
      declarationsMax: z.int().min(100).optional(),
      /** How many declarations are fetched for their errors in one go. */
      errorsMax: z.int().min(1).optional(),
      /** After how long a shipment that CAS took and made no declaration of needs action. */
      declarationAfter: durationSetting.optional(),
    })
    .optional(),
  documents: z
    .strictObject({
      /** A larger document is not fetched. */
      maxBytes: count.optional(),
      /** Whether a document whose file was moved away or deleted is fetched again. */
      missingFiles: z.enum(["fetch", "skip"]).optional(),
    })
    .optional(),
  /** How long content is kept before `ledger prune` removes it. */
  retention: z
    .strictObject({ payloads: retention.optional(), evidence: retention.optional() })
    .optional(),
  settle: z.strictObject({ delays: z.array(durationSetting).min(1).max(20) }).optional(),
  statuses: z.strictObject({ acceptedAndBeyond: statusNames }).optional(),
  /** Changes of declarations by hand: the statuses that allow each, and how long its effect is waited for. */
  changes: z
    .strictObject({
      allowedIn: z.partialRecord(z.enum(["update", ...declarationActions]), statusNames).optional(),
      wait: durationSetting.optional(),
    })
    .optional(),
  /** Which files are read by which profile; the first pattern that fits counts. */
  profiles: z
    .array(z.strictObject({ files: z.string().min(1), profile: z.string().min(1) }))
    .optional(),
  /** Which files of an inbox `run` takes, and when. */
  inbox: z
    .strictObject({
      /** For how long a file must not have changed before it is taken. */
      stableFor: durationSetting.optional(),
      /** Take a file only when its marker is there: `march.csv.done`, or another ending than `.done`. */
      doneMarker: z.union([z.boolean(), markerEnding]).optional(),
      /** Look into the folder again and again, for drives that do not tell of changes. */
      usePolling: z.boolean().optional(),
      /** How often `run --watch` asks CAS about shipments that are open. */
      recheck: durationSetting.optional(),
      /** How long `run --watch` waits at least after a round that stopped early. */
      retry: durationSetting.optional(),
    })
    .optional(),
  /** Whether `run` moves the files of the inbox, and where to. */
  archive: z
    .union([
      z.boolean(),
      z.strictObject({
        processing: z.string().min(1).optional(),
        archive: z.string().min(1).optional(),
        rejected: z.string().min(1).optional(),
      }),
    ])
    .optional(),
  limits: limits.optional(),
  /** Who is told how a run ended. */
  hooks: hooks.optional(),
  simulator: z
    .strictObject({
      timeScale: z.number().positive().optional(),
      port: z.int().min(0).max(65_535).optional(),
    })
    .optional(),
});

export type ConfigFile = z.infer<typeof configSchema>;

export interface OpenedConfig {
  readonly config: ConfigFile;
  readonly path: string;
  /** Of the very file that was read. */
  readonly stats: Stats;
}

/**
 * Reads and checks a configuration file.
 * @throws CasBatchError `file-not-found` when it is not there, `configuration-invalid` naming line
 *   and column otherwise
 */
export async function readConfigFile(path: string): Promise<OpenedConfig> {
  const { text, stats } = await readSettingsFile("the configuration file", resolve(path));
  return { config: configOf(text, path), path: resolve(path), stats };
}

/** @param path by which it is named in errors. @throws CasBatchError `configuration-invalid` */
export function configOf(text: string, path: string): ConfigFile {
  const file = openYaml(text, { name: path });
  const { content } = file;
  if (typeof content === "object" && content !== null && "clientSecret" in content) {
    throw new CasBatchError(
      "configuration-invalid",
      `${file.place(["clientSecret"])}: the client secret does not belong in the configuration file`,
      {
        hint: "Put it in the environment as CAS_CLIENT_SECRET, or in a file of its own named by clientSecretFile",
      },
    );
  }
  const checked = checkYaml(file, configSchema, "setting");
  if (checked.kind === "value") return checked.value;
  const { mistakes } = checked;
  throw new CasBatchError("configuration-invalid", mistakes.join("\n"), { mistakes });
}
