// Asks CAS for the declarations of single shipments by their own references, until each is done: a second way to
// them beside the window search, which finds what was updated lately.
import { pageLength } from "../core/declaration.ts";
import type { ShipmentRef } from "../ledger/contract/declarations.ts";
import type { DeclarationRecorder } from "./declaration-recorder.ts";
import { openNow } from "./open-shipments.ts";
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
  readonly asked: number;
  /** Shipments whose turn has come, beyond the bound. */
  readonly shipmentsLeft: number;
  /** Shipments with more declarations than are read. */
  readonly shipmentsCut: number;
}

/** A crash forgets no more than so many questions, which are then asked once more. */
const ASKED_PER_WRITE = 50;

/**
 * Searches for the open shipments whose turn it is, and for those of which nothing was seen since `unseenSince`
 * where that is given: the window could not be read completely.
 */
export async function searchByReference(
  search: ReferenceSearch,
  unseenSince: Date | null,
): Promise<ReferenceSearchResult> {
  const { books, clock, log, onProgress, settings } = search;
  const limit = settings.referenceSearchesMax;
  // A reconcile that searches for none leaves them to another one, which is no gap.
  if (limit === 0) return { pages: 0, asked: 0, shipmentsLeft: 0, shipmentsCut: 0 };
  const due = { ...openNow(clock), now: clock.now(), unseenSince, limit };
  const { shipments: wanted, left } = await books.shipmentsToAsk(due);
  let pages = 0;
  let asked = 0;
  let shipmentsCut = 0;
  let unwritten: string[] = [];
  const write = async (): Promise<void> => {
    if (unwritten.length > 0) await books.recordAsked(unwritten, clock.now());
    unwritten = [];
  };
  try {
    for (const shipment of wanted) {
      const read = await searchOne(search, shipment);
      if (read === "cut short") break;
      asked += 1;
      pages += read.pages;
      if (read.isCut) shipmentsCut += 1;
      unwritten.push(shipment.shipmentId);
      if (unwritten.length >= ASKED_PER_WRITE) await write();
      const total = wanted.length;
      onProgress({ phase: "reconciling", subject: "shipments", done: asked, total });
    }
  } finally {
    await write();
  }
  const shipmentsLeft = left + wanted.length - asked;
  if (shipmentsLeft > 0) {
    log("info", "More shipments wait to be asked for by their reference", {
      asked,
      left: shipmentsLeft,
    });
  }
  return { pages, asked, shipmentsLeft, shipmentsCut };
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
