// What the ledger keeps as JSON text, read back as core types. Only this program writes it, and it is
// parsed all the same: a file lives for years and through many versions of the program.
import { z } from "zod";
import { forDeclarationFields, type DeclarationSummary } from "../../../core/declaration.ts";
import type { Problem } from "../../../core/errors.ts";
import type { RowRef, SourceNode, SourceTree } from "../../../core/shipment.ts";
import type { TracedDeclarationError } from "../../../trace/trace-error.ts";

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
    ...forDeclarationFields(() => text),
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

export const readTexts = reader<readonly string[]>(z.array(z.string()));

/** Rows that follow each other on one sheet: the sheet's name, then the row numbers. */
const readStretches = reader(z.array(z.tuple([z.string()], z.number())));

export function readRows(json: string): readonly RowRef[] {
  return readStretches(json).flatMap(([sheet, ...rows]) => rows.map((row) => ({ sheet, row })));
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
