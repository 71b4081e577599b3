// Asks CAS for the declarations of single shipments: those of which the window search, which finds what was
// updated lately, showed none.
import type { ShipmentRef } from "../ledger/contract/declarations.ts";
import type { DeclarationRecorder } from "./declaration-recorder.ts";
import { openShipments } from "./open-shipments.ts";
import type { ReconcileDependencies, ReconcileSettings } from "./reconcile-settings.ts";

interface ReferenceSearch extends ReconcileDependencies {
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
  // A reconcile that searches for none leaves them to another one, which is no gap.
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
