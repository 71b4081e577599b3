// Records the declarations that searches find, page by page, each with the shipment that it belongs to. Of a
// declaration of the window no more than its id stays in memory: what is known of it stands in the books.
import type { UnreadDeclaration } from "../cas/cas-client.ts";
import { summaryOf, unreadableSummary, type DeclarationSummary } from "../core/declaration.ts";
import type { ShipmentRef, UnreadRef } from "../ledger/contract/declarations.ts";
import { createAttribution } from "./attribution.ts";
import { createDetailFetches } from "./detail-fetches.ts";
import type {
  FoundDeclarations,
  ReconcileDependencies,
  ReconcileSettings,
} from "./reconcile-settings.ts";

export interface DeclarationRecorder {
  /** @param askedFor the shipment whose reference and direction the search named, if it did */
  readonly record: (found: FoundDeclarations, askedFor?: ShipmentRef) => Promise<void>;
  /** Asks once more for what earlier reconciles could not read. */
  readonly retryUnread: () => Promise<void>;
  readonly seenCount: () => number;
  readonly counts: () => RecorderCounts;
}

interface RecorderCounts {
  readonly seen: number;
  readonly changed: ReadonlySet<string>;
  readonly unexplained: number;
  readonly detailsFetched: number;
  /** Declarations that say too little and were not fetched because of the bound. */
  readonly detailsLeft: number;
  /** Declarations that could not be read, not even one by one. */
  readonly unread: readonly Omit<UnreadDeclaration, "names">[];
  /** Of these, those that may be of any shipment of ours. */
  readonly unreadUnidentified: number;
  /** Of these, those without an id: they cannot be asked for again. */
  readonly unreadWithoutId: number;
}

export function createDeclarationRecorder(
  dependencies: ReconcileDependencies,
  settings: ReconcileSettings,
  signal: AbortSignal,
): DeclarationRecorder {
  const { books, clock, log } = dependencies;
  const details = createDetailFetches(dependencies, settings, signal);
  const attribution = createAttribution(dependencies, details);
  const seen = new Set<string>();
  const changed = new Set<string>();
  const unexplained = new Set<string>();
  /** What could not be read so far; by its id, or by what is wrong with it. */
  const unread = new Map<
    string,
    UnreadRef | { readonly declarationId: null; readonly fault: string }
  >();

  /** What the declaration itself says; null when it cannot be read either, which is then in the books. */
  async function readOne(
    { declarationId, fault, names }: UnreadDeclaration & { readonly declarationId: string },
    askedFor: ShipmentRef | undefined,
  ): Promise<DeclarationSummary | null> {
    const fetched = await details.fetch(declarationId);
    if (fetched === null) return null;
    if (fetched.detail?.declarationId === declarationId) {
      const summary = summaryOf(fetched.detail);
      details.remember(summary);
      return summary;
    }
    const summary = unreadableSummary(declarationId, names);
    const ref = { declarationId, fault, ...(await attribution.ofUnreadable(summary, askedFor)) };
    unread.set(declarationId, ref);
    await books.recordUnread([ref], clock.now());
    return null;
  }

  async function readUnread(
    found: readonly UnreadDeclaration[],
    askedFor: ShipmentRef | undefined,
  ): Promise<readonly DeclarationSummary[]> {
    const summaries: DeclarationSummary[] = [];
    for (const one of found) {
      const { declarationId, fault } = one;
      if (declarationId === null)
        unread.set(`${fault} ${JSON.stringify(one.names)}`, { declarationId, fault });
      else if (!unread.has(declarationId) && !seen.has(declarationId)) {
        const summary = await readOne({ ...one, declarationId }, askedFor);
        if (summary !== null) summaries.push(summary);
      }
    }
    return summaries;
  }

  const record: DeclarationRecorder["record"] = async (found, askedFor) => {
    const observedAt = clock.now();
    const declarations =
      found.unread.length === 0
        ? found.declarations
        : [...found.declarations, ...(await readUnread(found.unread, askedFor))];
    if (declarations.length === 0) return;
    const attributed = await attribution.attributeAll(declarations, askedFor);
    const observations = attributed.map((one, at) => ({
      ...one,
      observedAt: found.cameAt?.[at] ?? observedAt,
    }));
    for (const id of await books.recordDeclarations(observations)) changed.add(id);
    for (const { summary, shipmentId } of attributed) {
      const { declarationId } = summary;
      seen.add(declarationId);
      unread.delete(declarationId);
      if (shipmentId === null) unexplained.add(declarationId);
      else {
        unexplained.delete(declarationId);
        details.notNeeded(declarationId);
      }
    }
  };

  return {
    record,
    retryUnread: async () => {
      for (const ref of await books.unreadDeclarations()) {
        const { declarationId, fault } = ref;
        unread.set(declarationId, ref);
        if (details.fetched() >= settings.detailsMax) continue;
        const fetched = await details.fetch(declarationId);
        if (fetched === null) continue;
        if (fetched.detail?.declarationId === declarationId) {
          const summary = summaryOf(fetched.detail);
          details.remember(summary);
          await record({ declarations: [summary], unread: [] });
        } else if (fetched.detail === null && fetched.isGone) {
          unread.delete(declarationId);
          await books.forgetUnread(declarationId);
          log("info", "A declaration that could not be read is not in CAS any more", {
            declarationId,
            fault,
          });
        }
      }
    },
    seenCount: () => seen.size + unread.size + details.left(),
    counts: () => ({
      seen: seen.size,
      changed,
      unexplained: unexplained.size,
      detailsFetched: details.fetched(),
      detailsLeft: details.left(),
      unread: [...unread.values()].map(({ declarationId, fault }) => ({ declarationId, fault })),
      unreadUnidentified: [...unread.values()].filter(isUnidentified).length,
      unreadWithoutId: [...unread.values()].filter((one) => one.declarationId === null).length,
    }),
  };
}

function isUnidentified(one: UnreadRef | { readonly declarationId: null }): boolean {
  return one.declarationId === null || (one.shipmentId === null && !one.isForeign);
}
