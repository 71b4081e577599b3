// What the ledger keeps as JSON text, read back as core types. Only this program writes it, and it is
// parsed all the same: a file lives for years and through many versions of the program.
import type { TracedDeclarationError } from "../../../trace/trace-error.ts";
import * as z from "zod";
import { type DeclarationSummary, forDeclarationFields } from "../../../core/declaration.ts";
import { contentChangesSchema } from "../../../core/content-changes.ts";
import { fileFormSchema, type FileForm } from "../../../core/file-form.ts";
import {
  profileLineSchema,
  profileLinesSchema,
  type ProfileLines,
} from "../../../core/profile-line.ts";
import type { Problem } from "../../../core/errors.ts";
import { reasonSchema, type Reason } from "../../../core/reason.ts";
import type { ChangeBasis } from "../../contract/changes.ts";
import type { RowRef, SourceNode, SourceTree } from "../../../core/shipment.ts";

/** A view's members as columns hold them: times and JSON as text, booleans as 0 and 1. */
export type Stored<View, Left extends keyof View = never> = {
  readonly [Member in Exclude<keyof View, Left>]: View[Member] extends boolean
    ? 0 | 1
    : View[Member] extends string | number | null
      ? View[Member]
      : null extends View[Member]
        ? string | null
        : string;
};

export function dateOrNull(text: string | null): Date | null {
  return text === null ? null : new Date(text);
}

function reader<Value>(schema: z.ZodType<Value>): (json: string) => Value {
  return (json) => schema.parse(JSON.parse(json));
}

const text = z.string().nullable();

export const readProblem = reader<Problem>(
  z.object({
    status: z.number(),
    title: text,
    detail: text,
    errors: z.array(z.object({ path: z.string(), message: z.string() })),
    rawBody: z.string(),
  }),
);

export const readSummary = reader<DeclarationSummary>(
  z.object({
    declarationId: z.string(),
    currentStatus: z.string(),
    // An older version kept fewer of them.
    ...forDeclarationFields(() => text.default(null)),
  }),
);

export const readDeclarationErrors = reader<readonly TracedDeclarationError[]>(
  z.array(
    z.object({
      errorCode: text,
      message: text,
      description: text,
      fieldReference: z.array(z.object({ fieldName: text, path: text })),
      file: text,
      sheet: text,
      cell: text,
      path: text,
      value: text,
      profile: profileLineSchema.exactOptional(),
      row: z.number().exactOptional(),
      notInMessage: z.string().exactOptional(),
    }),
  ),
);

const sourceNodeSchema: z.ZodType<SourceNode> = z.lazy(() =>
  z.union([z.string(), sourceTreeSchema, z.array(sourceNodeSchema.nullable())]),
);
const sourceTreeSchema: z.ZodType<SourceTree> = z.record(z.string(), sourceNodeSchema);

export const readSources = reader(sourceTreeSchema);

export const readDetected = reader<Readonly<Record<string, string>>>(
  z.record(z.string(), z.string()),
);

export const readFileForm = reader<FileForm>(fileFormSchema);

/** The part of a batch's form that errors are traced with. */
export function profileLinesSql(batches: string): string {
  return `json_extract(${batches}.form, '$.profile')`;
}

const readLines = reader(profileLinesSchema);

export function readProfileLines(stored: string | null): ProfileLines | null {
  return stored === null ? null : readLines(stored);
}

export const readChangeBasis = reader<ChangeBasis>(
  z.object({
    status: text,
    itemIds: z.array(z.string()),
    changes: contentChangesSchema.nullable(),
  }),
);

const differenceSchema = z.object({
  ...{ told: z.string(), toldAt: z.string() },
  ...{ shown: z.string(), shownAt: z.string() },
});

export type StoredDifference = z.infer<typeof differenceSchema>;

/** By the member of a declaration of which a notification told something else than the search showed. */
export const readDifferences = reader(
  z.partialRecord(z.enum(["currentStatus", "lrn", "mrn"]), differenceSchema),
);

export const readTexts = reader<readonly string[]>(z.array(z.string()));

/** Rows that follow each other on one sheet: the sheet's name, then the row numbers. */
const readStretches = reader(z.array(z.tuple([z.string()], z.number())));

export function readRows(json: string): readonly RowRef[] {
  return readStretches(json).flatMap(([sheet, ...rows]) => rows.map((row) => ({ sheet, row })));
}

/** A sentence of an older ledger, and a code that this version does not know, come back as text. */
export function readReason(stored: string): Reason;
export function readReason(stored: string | null): Reason | null;
export function readReason(stored: string | null): Reason | null {
  if (stored === null) return null;
  const parsed = reasonSchema.safeParse(jsonOf(stored));
  return parsed.success ? parsed.data : { code: "text", text: stored };
}

const reasonsBeforeSchema = z.object({ before: z.array(reasonSchema) });

/** Why an attempt was settled before it was settled for this reason; newest first. */
export function readReasonsBefore(stored: string): readonly Reason[] {
  const parsed = reasonsBeforeSchema.safeParse(jsonOf(stored));
  return parsed.success ? parsed.data.before : [];
}

export function writeReason(reason: Reason, before: readonly Reason[] = []): string {
  return JSON.stringify(before.length === 0 ? reason : { ...reason, before });
}

function jsonOf(text: string): unknown {
  if (!text.startsWith("{")) return null;
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** Shape: `[["Shipments",2],["Goods items",2,3,4]]`. */
export function writeRows(rows: readonly RowRef[]): string {
  const stretches: [string, ...number[]][] = [];
  for (const { sheet, row } of rows) {
    const last = stretches.at(-1);
    if (last?.[0] === sheet) last.push(row);
    else stretches.push([sheet, row]);
  }
  return JSON.stringify(stretches);
}
