// The documents of our declarations: which CAS has listed, and which are on the disk, where, with what checksum.
import type { DocumentView } from "../../ledger/contract/views.ts";
import type { TableSheet } from "../model/sheet.ts";
import type { ReportCounts } from "../survey/report-counts.ts";
import type { ReportInput } from "../survey/report-input.ts";

export function attachmentsSheet(
  input: ReportInput,
  counts: ReportCounts,
): TableSheet<DocumentView> {
  const { timeZone } = input;
  return {
    name: "Attachments",
    frozenColumns: 1,
    printedColumns: 7,
    tabTone: "quiet",
    emptyNote:
      "No documents are known so far: `cas-batch declarations attachments --since 7d --out documents` asks CAS for them",
    columns: [
      {
        header: "External reference",
        width: 22,
        kind: "wrapped",
        value: ({ key }) => key.externalReference,
      },
      {
        header: "Fetched",
        width: 12,
        value: ({ file }) => (file === null ? "not fetched" : "fetched"),
        tone: ({ file }) => (file === null ? "wait" : "good"),
      },
      { header: "Type", width: 16, kind: "wrapped", value: ({ documentType }) => documentType },
      { header: "Name", width: 30, kind: "wrapped", value: ({ fileName }) => fileName },
      {
        header: "Where it is, or what to do",
        width: 56,
        kind: "wrapped",
        value: ({ file, declarationId }) =>
          file?.path ??
          `CAS listed it, nobody has fetched it so far: run \`cas-batch declarations attachments ${declarationId} --out documents\``,
      },
      {
        header: `Fetched at (${timeZone})`,
        width: 18,
        kind: "time",
        value: ({ file }) => file?.fetchedAt ?? null,
      },
      {
        header: "Declaration",
        width: 24,
        kind: "wrapped",
        value: ({ declarationId }) => declarationId,
      },
      { header: "Direction", width: 10, value: ({ key }) => key.direction },
      {
        header: `Listed since (${timeZone})`,
        width: 18,
        kind: "time",
        value: ({ firstSeenAt }) => firstSeenAt,
      },
      { header: "Bytes", width: 12, kind: "integer", value: ({ file }) => file?.bytes ?? null },
      { header: "SHA-256", width: 66, value: ({ file }) => file?.sha256 ?? null },
      { header: "Document in CAS", width: 38, value: ({ attachmentId }) => attachmentId },
    ],
    lists: [{ name: "attachments", batches: documents(input, counts) }],
    record: (document) => document,
  };
}

async function* documents(
  { books, filter }: ReportInput,
  counts: ReportCounts,
): AsyncIterable<readonly DocumentView[]> {
  for await (const batch of books.documents(filter)) {
    counts.addDocuments(batch);
    yield batch;
  }
}
