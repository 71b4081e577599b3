// What a report shows, counted. Both passes over the ledger count alike: equal counts mean that the
// sheets show what the first page says.
import type { Severity } from "../../core/finding.ts";
import type { ChangeView } from "../../ledger/contract/learned.ts";
import type { DeclarationView, DocumentView, LineView } from "../../ledger/contract/views.ts";
import { hasNoDeclaration } from "../words/no-declaration.ts";
import { emptyBuckets } from "./balance.ts";

export class ReportCounts {
  /** Shipments of the files, by outcome. */
  readonly buckets = emptyBuckets();
  /** Shipments of earlier runs, by outcome. */
  readonly leftovers = emptyBuckets();
  leftoverRows = 0;
  readonly findings: Record<Severity, number> = { error: 0, warning: 0, info: 0 };
  readonly declarationStatuses = new Map<string, number>();
  withoutDeclaration = 0;
  refusals = 0;
  declarationErrors = 0;
  notInFiles = 0;
  documents = 0;
  documentsFetched = 0;

  readonly changes = {
    "file-read": 0,
    outcome: 0,
    "declaration-new": 0,
    status: 0,
    "status-late": 0,
    shipmentsRead: 0,
    ofNewShipments: 0,
  };

  addChange({ what, shipments, isOfNewShipment }: ChangeView): void {
    if (isOfNewShipment) this.changes.ofNewShipments += 1;
    else this.changes[what] += 1;
    this.changes.shipmentsRead += shipments ?? 0;
  }

  addLine(line: LineView): void {
    this.buckets[line.bucket] += 1;
    if (hasNoDeclaration(line)) this.withoutDeclaration += 1;
  }

  addLeftover(line: LineView): void {
    this.leftovers[line.bucket] += 1;
    this.leftoverRows += line.rows.length;
  }

  addDeclaration({ summary: { currentStatus } }: DeclarationView): void {
    const known = this.declarationStatuses.get(currentStatus) ?? 0;
    this.declarationStatuses.set(currentStatus, known + 1);
  }

  addDocuments(documents: readonly DocumentView[]): void {
    this.documents += documents.length;
    this.documentsFetched += documents.filter(({ file }) => file !== null).length;
  }

  get shipments(): number {
    return sum(Object.values(this.buckets));
  }

  get declarations(): number {
    return sum(this.declarationStatuses.values());
  }

  /** Rows of the sheet Shipments. */
  get lines(): number {
    return this.shipments + sum(Object.values(this.leftovers));
  }

  /** Of all that is counted: how far the writing is. */
  get entries(): number {
    const { shipments, declarations, leftovers, findings } = this;
    const counted = [...Object.values(leftovers), ...Object.values(findings)];
    const others = this.refusals + this.declarationErrors + this.notInFiles + this.documents;
    return shipments + declarations + sum(counted) + others;
  }
}

function sum(counts: Iterable<number>): number {
  return [...counts].reduce((total, count) => total + count, 0);
}
