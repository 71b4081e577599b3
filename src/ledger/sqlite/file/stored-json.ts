// What the ledger keeps as JSON text, read back as core types. Written by us alone, and parsed all
// the same: a file lives for years and through many versions of this program.
import type { TracedDeclarationError } from "../../../trace/trace-error.ts";
import * as z from "zod";
import type { DeclarationSummary } from "../../../core/declaration.ts";
import type { Problem } from "../../../core/errors.ts";
import type { RowRef, SourceNode, SourceTree } from "../../../core/shipment.ts";

const text = z.string().nullable();

const problemSchema: z.ZodType<Problem> = z.object({
  status: z.number(),
  title: text,
  detail: text,
  errors: z.array(z.object({ path: z.string(), message: z.string() })),
  rawBody: z.string(),
});

const summarySchema: z.ZodType<DeclarationSummary> = z.object({
  declarationId: z.string(),
  currentStatus: z.string(),
  direction: text,
  externalReference: text,
  customsShipmentReference: text,
  traderReference: text,
  lrn: text,
  mrn: text,
  jurisdiction: text,
  customsFlow: text,
  customsFlowStep: text,
  storageLocation: text,
  creationDate: text,
  lastUpdated: text,
});

const errorsSchema: z.ZodType<readonly TracedDeclarationError[]> = z.array(
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
);

const sourceNodeSchema: z.ZodType<SourceNode> = z.lazy(() =>
  z.union([z.string(), sourceTreeSchema, z.array(sourceNodeSchema.nullable())]),
);
const sourceTreeSchema: z.ZodType<SourceTree> = z.record(z.string(), sourceNodeSchema);

const detectedSchema: z.ZodType<Readonly<Record<string, string>>> = z.record(
  z.string(),
  z.string(),
);

const textsSchema = z.array(z.string());

/** Rows that follow each other on one sheet: the sheet's name, then the row numbers. */
const rowsSchema = z.array(z.tuple([z.string()], z.number()));

export function readProblem(json: string): Problem {
  return problemSchema.parse(JSON.parse(json));
}

export function readSummary(json: string): DeclarationSummary {
  return summarySchema.parse(JSON.parse(json));
}

export function readDeclarationErrors(json: string): readonly TracedDeclarationError[] {
  return errorsSchema.parse(JSON.parse(json));
}

export function readSources(json: string): SourceTree {
  return sourceTreeSchema.parse(JSON.parse(json));
}

export function readDetected(json: string): Readonly<Record<string, string>> {
  return detectedSchema.parse(JSON.parse(json));
}

export function readRows(json: string): readonly RowRef[] {
  return rowsSchema
    .parse(JSON.parse(json))
    .flatMap(([sheet, ...rows]) => rows.map((row) => ({ sheet, row })));
}

/** A JSON array of text. */
export function readTexts(json: string): readonly string[] {
  return textsSchema.parse(JSON.parse(json));
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
