// The ledger's views by hand: what a report is made from, without a ledger.
import { textReason } from "../support/reasons.ts";
import type { Finding } from "../../src/core/finding.ts";
import type {
  BatchRecord,
  DeclarationView,
  DocumentView,
  FlowMinute,
  Discrepancies,
  LineView,
  UnsentLine,
} from "../../src/ledger/contract/views.ts";
import type { ChangeView } from "../../src/ledger/contract/learned.ts";
import type { ReportInput } from "../../src/report/survey/report-input.ts";

const RUN_ID = "20261120T184128Z-3f2a";
export const AS_OF = new Date("2026-11-20T19:00:00Z");

export function minutesBefore(minutes: number): Date {
  return new Date(AS_OF.getTime() - minutes * 60_000);
}

export function sampleLine(changes: Partial<LineView> = {}): LineView {
  return {
    batchId: "batch-1",
    fileName: "night.xlsx",
    lineNumber: 1,
    key: { direction: "OUT", externalReference: "REF-1" },
    rows: [{ sheet: "Shipments", row: 2 }],
    bucket: "accepted",
    reason: null,
    versionNumber: 1,
    messageKind: "CustomsShipment",
    messageType: "Upsert",
    referenceId: "0197-ref-1",
    attempts: 1,
    acceptedAt: minutesBefore(30),
    problem: null,
    refusedFields: [],
    declarations: [],
    readBack: null,
    ...changes,
  };
}

export function sampleFinding(changes: Partial<Finding> = {}): Finding {
  return {
    code: "value-missing",
    severity: "error",
    file: "night.xlsx",
    sheet: "Shipments",
    row: 2,
    cell: "B2",
    header: "Direction",
    path: "direction",
    value: null,
    message: "The required value is missing",
    hint: "Fill in the cell",
    ...changes,
  };
}

export function sampleDeclaration(
  declarationId: string,
  currentStatus: string,
  changes: Partial<DeclarationView> = {},
): DeclarationView {
  return {
    declarationId,
    shipmentId: "shipment-1",
    key: { direction: "OUT", externalReference: "REF-1" },
    summary: {
      declarationId,
      currentStatus,
      direction: "OUT",
      externalReference: "REF-1",
      customsShipmentReference: null,
      traderReference: null,
      lrn: "0012345",
      mrn: "26BE000000000001J7",
      jurisdiction: "BE",
      customsFlow: null,
      customsFlowStep: null,
      customsFlowStepInstanceCount: null,
      customsFlowStepInstanceSeq: null,
      storageLocation: null,
      creationDate: minutesBefore(29).toISOString(),
      lastUpdated: minutesBefore(20).toISOString(),
    },
    firstSeenAt: minutesBefore(25),
    lastSeenAt: minutesBefore(10),
    history: [{ status: currentStatus, observedAt: minutesBefore(20) }],
    errors: [],
    ...changes,
  };
}

/** One file whose counts fit its lines. */
export function sampleBatch(
  lines: readonly LineView[],
  extra: { readonly blank?: number; readonly invalid?: number; readonly duplicate?: number } = {},
): BatchRecord {
  const count = (bucket: LineView["bucket"]): number =>
    lines.filter((line) => line.bucket === bucket).length;
  const rowsInShipments = lines.reduce((sum, line) => sum + line.rows.length, 0);
  const { blank = 0, invalid = 0, duplicate = 0 } = extra;
  return {
    batchId: lines[0]?.batchId ?? "batch-1",
    runId: RUN_ID,
    file: {
      path: "/inbox/night.xlsx",
      name: lines[0]?.fileName ?? "night.xlsx",
      sizeBytes: 12_345,
      sha256: "0a1b2c3d4e5f60718293a4b5c6d7e8f90a1b2c3d4e5f60718293a4b5c6d7e8f9",
    },
    openedAt: minutesBefore(40),
    rejected: false,
    layout: "workbook",
    detected: {},
    form: null,
    counts: {
      rowsRead: rowsInShipments + blank + invalid + duplicate,
      rowsBlank: blank,
      rowsInvalid: invalid,
      rowsDuplicate: duplicate,
      rowsInShipments,
      shipments: lines.length,
      buckets: {
        invalid: count("invalid"),
        unchanged: count("unchanged"),
        held: count("held"),
        superseded: count("superseded"),
        accepted: count("accepted"),
        rejected: count("rejected"),
        unknown: count("unknown"),
        sending: count("sending"),
        unsent: count("unsent"),
        aborted: count("aborted"),
      },
    },
  };
}

export interface SampleContent {
  readonly batches: readonly BatchRecord[];
  readonly lines: readonly LineView[];
  readonly findings?: readonly Finding[];
  readonly leftovers?: readonly LineView[];
  readonly changes?: readonly ChangeView[];
  readonly unexplained?: readonly DeclarationView[];
  readonly documents?: readonly DocumentView[];
  readonly flow?: readonly FlowMinute[];
  readonly unsent?: readonly UnsentLine[];
  readonly discrepancies?: Partial<Discrepancies>;
}

const noDiscrepancies: Discrepancies = {
  differing: [],
  contradicting: null,
  untold: null,
  documents: null,
  abandoned: [],
};

const BATCH_SIZE = 500;

async function* inBatches<T>(items: readonly T[]): AsyncGenerator<readonly T[]> {
  for (let start = 0; start < items.length; start += BATCH_SIZE) {
    yield await Promise.resolve(items.slice(start, start + BATCH_SIZE));
  }
}

export function sampleBooks(content: SampleContent): ReportInput["books"] {
  const declarations = [
    ...new Map(
      content.lines
        .flatMap((line) => line.declarations)
        .map((declaration) => [declaration.declarationId, declaration]),
    ).values(),
  ];
  return {
    batches: () => Promise.resolve(content.batches),
    lines: () => inBatches(content.lines),
    findings: () => inBatches(content.findings ?? []),
    declarations: (_filter, which) =>
      inBatches(declarations.filter(({ errors }) => which === undefined || errors.length > 0)),
    declarationStatuses: () =>
      Promise.resolve(
        new Map(
          [...Map.groupBy(declarations, ({ summary }) => summary.currentStatus)].map(
            ([status, some]) => [status, some.length],
          ),
        ),
      ),
    leftovers: () => inBatches(content.leftovers ?? []),
    unexplainedDeclarations: () => inBatches(content.unexplained ?? []),
    changesBetween: () => inBatches(content.changes ?? []),
    sentFrom: () => Promise.resolve(null),
    inNeedBeside: () => {
      const none = { count: 0, since: null };
      return Promise.resolve({
        ...{ refused: none, held: none, invalid: none, aborted: none, action: none },
      });
    },
    documents: () => inBatches(content.documents ?? []),
    flow: () => Promise.resolve(content.flow ?? []),
    unsentLines: () => Promise.resolve(content.unsent ?? []),
    discrepancies: () => Promise.resolve({ ...noDiscrepancies, ...content.discrepancies }),
    damages: () => Promise.resolve([]),
  };
}

export function sampleInput(
  content: SampleContent,
  changes: Partial<ReportInput> = {},
): ReportInput {
  return {
    books: sampleBooks(content),
    filter: { runId: RUN_ID },
    runId: RUN_ID,
    command: "run",
    environment: "acceptance",
    tenant: "tenant-one",
    asOf: AS_OF,
    timeZone: "UTC",
    completeUpTo: minutesBefore(1).toISOString(),
    simulated: false,
    sender: null,
    stoppedEarly: null,
    programVersion: "0.1.0",
    ...changes,
  };
}

/** One night with something of everything: each outcome, each kind of fault. */
export function busyNight(): SampleContent {
  const released = sampleDeclaration("D-100", "Released", {
    history: [
      { status: "New", observedAt: minutesBefore(29) },
      { status: "Submitted", observedAt: minutesBefore(26) },
      { status: "Released", observedAt: minutesBefore(20) },
    ],
  });
  const invalid = sampleDeclaration("D-101", "Invalid", {
    key: { direction: "OUT", externalReference: "REF-2" },
    errors: [
      {
        errorCode: "CT-204",
        message: "Commodity code unknown",
        description: "The commodity code 99999999 does not exist",
        fieldReference: [{ fieldName: "id", path: "commodity.classification.id" }],
        file: "night.xlsx",
        sheet: "Goods items",
        cell: "E7",
        path: "singleAdministrativeDocument.goodsShipment.governmentAgencyGoodsItems[0].commodity.classification.id",
        value: "99999999",
      },
    ],
  });
  const waiting = sampleDeclaration("D-102", "Submitted", {
    key: { direction: "IN", externalReference: "REF-3" },
  });
  const line = (number: number, changes: Partial<LineView>): LineView =>
    sampleLine({
      lineNumber: number,
      key: { direction: "OUT", externalReference: `REF-${String(number)}` },
      rows: [
        { sheet: "Shipments", row: number + 1 },
        { sheet: "Goods items", row: number * 3 },
        { sheet: "Goods items", row: number * 3 + 1 },
      ],
      ...changes,
    });
  const unsentYet = { referenceId: null, acceptedAt: null, attempts: 0, versionNumber: null };
  const lines = [
    line(1, { declarations: [released] }),
    line(2, { declarations: [invalid] }),
    line(3, {
      key: { direction: "IN", externalReference: "REF-3" },
      declarations: [waiting],
    }),
    line(4, { bucket: "unchanged", declarations: [released] }),
    line(5, {
      bucket: "rejected",
      ...unsentYet,
      attempts: 1,
      problem: {
        status: 400,
        title: "Validation failed",
        detail: "The request holds 2 faults",
        errors: [
          { path: "direction", message: "Must be IN or OUT" },
          { path: "singleAdministrativeDocument.declType", message: "Must have 2 letters" },
        ],
        rawBody: "{}",
      },
      refusedFields: [
        {
          sheet: null,
          cell: null,
          path: "direction",
          value: null,
          message: "Must be IN or OUT",
        },
        {
          sheet: "Shipments",
          cell: "E6",
          path: "singleAdministrativeDocument.declType",
          value: "IMX",
          message: "Must have 2 letters",
        },
      ],
    }),
    line(6, {
      bucket: "unknown",
      ...unsentYet,
      attempts: 1,
      reason: textReason("The connection broke"),
    }),
    line(7, { bucket: "invalid", ...unsentYet, messageType: null }),
    line(8, {
      bucket: "held",
      ...unsentYet,
      reason: textReason("Declaration D-77 is Accepted already"),
    }),
    line(9, { bucket: "unsent", ...unsentYet }),
  ];
  return {
    batches: [sampleBatch(lines, { blank: 2, invalid: 1, duplicate: 1 })],
    lines,
    findings: [
      sampleFinding({ row: 8, cell: "B8" }),
      sampleFinding({
        row: 21,
        sheet: "Goods items",
        cell: "F21",
        header: "Gross mass (kg)",
        code: "number-exponent",
        value: "1e3",
        message: 'Cannot read "1e3" as a number: it is written with an exponent',
        hint: "Write the number out in full",
      }),
      sampleFinding({
        row: 40,
        cell: "A40",
        code: "row-without-reference",
        message: "Row 40 belongs to no shipment: its External reference is missing",
        hint: "Fill in the External reference",
      }),
      sampleFinding({
        row: 2,
        severity: "warning",
        code: "code-as-number",
        cell: "E2",
        value: "1234567890",
        message: "The code 1234567890 was stored as a number",
        hint: "Format the column as text",
      }),
    ],
    unexplained: [sampleDeclaration("D-900", "Accepted", { key: null, shipmentId: null })],
  };
}
