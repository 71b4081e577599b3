// Asks CAS for the declarations of single shipments: of those that the window search, which sees
// what was updated lately, had nothing to say about.
import type { CasReader } from "../cas/cas-client.ts";
import type { Clock } from "../core/clock.ts";
import type { Log, OnProgress } from "../core/progress.ts";
import type { LedgerBooks, ShipmentRef } from "../ledger/ledger.ts";
import type { DeclarationRecorder } from "./declaration-recorder.ts";
import { openShipments } from "./open-shipments.ts";
import type { ReconcileSettings } from "./reconcile-settings.ts";

interface ReferenceSearch {
  readonly client: CasReader;
  readonly books: LedgerBooks;
  readonly clock: Clock;
  readonly log: Log;
  readonly onProgress: OnProgress;
  readonly recorder: DeclarationRecorder;
  readonly settings: ReconcileSettings;
  readonly signal: AbortSignal;
}

interface ReferenceSearchResult {
  readonly pages: number;
  /** Shipments that wait to be asked for, beyond the bound. */
  readonly shipmentsLeft: number;
  /** Shipments with more declarations than are read. */
  readonly shipmentsCut: number;
}

/**
 * Searches for the open shipments that have no declaration and, when the window could not be read
 * completely, for those whose declarations it did not show.
 */
export async function searchByReference(
  search: ReferenceSearch,
  isWindowComplete: boolean,
): Promise<ReferenceSearchResult> {
  const { books, clock, log, onProgress, recorder, settings } = search;
  const wanted: ShipmentRef[] = [];
  let left = 0;
  for await (const shipments of openShipments(books, clock)) {
    for (const shipment of shipments) {
      const { declarationIds } = shipment;
      const isUnseen = !declarationIds.some((id) => recorder.hasSeen(id));
      if (declarationIds.length > 0 && (isWindowComplete || !isUnseen)) continue;
      if (wanted.length < settings.referenceSearchesMax) wanted.push(shipment);
      else left += 1;
    }
  }
  let pages = 0;
  let shipmentsCut = 0;
  for (const [at, shipment] of wanted.entries()) {
    const read = await searchOne(search, shipment);
    pages += read.pages;
    if (read.isCut) shipmentsCut += 1;
    onProgress({
      phase: "reconciling",
      subject: "shipments",
      done: at + 1,
      total: wanted.length,
    });
  }
  // Where none are wanted, another look asks for them.
  const shipmentsLeft = settings.referenceSearchesMax > 0 ? left : 0;
  if (shipmentsLeft > 0) {
    log("info", "More shipments wait to be asked for by their reference", {
      asked: wanted.length,
      left,
    });
  }
  return { pages, shipmentsLeft, shipmentsCut };
}

async function searchOne(
  search: ReferenceSearch,
  shipment: ShipmentRef,
): Promise<{ readonly pages: number; readonly isCut: boolean }> {
  const { client, log, recorder, settings, signal } = search;
  const limit = settings.pageSize;
  for (let page = 0; page < settings.pagesPerReferenceMax; page += 1) {
    signal.throwIfAborted();
    const { declarations } = await client.searchDeclarations(
      { ...shipment.key },
      { limit, offset: page * limit },
      { signal },
    );
    await recorder.record(declarations, shipment);
    if (declarations.length < limit) return { pages: page + 1, isCut: false };
  }
  log("warn", "A shipment has more declarations than are read", {
    externalReference: shipment.key.externalReference,
    direction: shipment.key.direction,
    read: settings.pagesPerReferenceMax * limit,
  });
  return { pages: settings.pagesPerReferenceMax, isCut: true };
}
