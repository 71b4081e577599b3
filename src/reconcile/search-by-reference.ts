// Asks CAS for the declarations of single shipments: those of which the window search, which finds what was
// updated lately, showed none.
import { pageLength } from "../core/declaration.ts";
import type { ShipmentRef } from "../ledger/contract/declarations.ts";
import type { DeclarationRecorder } from "./declaration-recorder.ts";
import { openShipments } from "./open-shipments.ts";
import {
  CutShortError,
  type ReconcileDependencies,
  type ReconcileSettings,
} from "./reconcile-settings.ts";

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
    if (read === "cut short") {
      left += wanted.length - at;
      break;
    }
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

interface ReadPages {
  readonly pages: number;
  readonly isCut: boolean;
}

async function searchOne(
  search: ReferenceSearch,
  shipment: ShipmentRef,
): Promise<ReadPages | "cut short"> {
  try {
    return await readPages(search, shipment);
  } catch (error) {
    if (error instanceof CutShortError) return "cut short";
    throw error;
  }
}

async function readPages(search: ReferenceSearch, shipment: ShipmentRef): Promise<ReadPages> {
  const { client, log, recorder, settings, signal } = search;
  const limit = settings.pageSize;
  const { direction, externalReference } = shipment.key;
  const query = direction === null ? { externalReference } : { externalReference, direction };
  const seen = new Set<string>();
  let pages = 0;
  while (pages < settings.pagesPerReferenceMax) {
    signal.throwIfAborted();
    const before = seen.size;
    const page = await client.searchDeclarations(
      query,
      { limit, offset: pages * limit },
      { signal },
    );
    pages += 1;
    await recorder.record(page, shipment);
    if (pageLength(page) < limit) return { pages, isCut: false };
    for (const { declarationId } of [...page.declarations, ...page.unread]) {
      if (declarationId !== null) seen.add(declarationId);
    }
    // The server takes no notice of the offset: more pages would bring the same.
    if (seen.size === before) break;
  }
  log("warn", "A shipment has more declarations than are read", {
    externalReference: shipment.key.externalReference,
    direction: shipment.key.direction,
    read: seen.size,
  });
  return { pages, isCut: true };
}
