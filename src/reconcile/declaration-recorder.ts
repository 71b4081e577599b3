// Links the declarations that searches find to shipments, and records them. Only what a declaration says
// itself links it, never a guess: where a search result says too little, the declaration is fetched once;
// what fits no shipment stays unexplained.
import type { DeclarationPage, UnreadDeclaration } from "../cas/cas-client.ts";
import type { Clock } from "../core/time/clock.ts";
import {
  mergeSummaries,
  unreadableSummary,
  type DeclarationNames,
  type DeclarationSummary,
} from "../core/declaration.ts";
import type {
  DeclarationObservation,
  ShipmentRef,
  DeclarationBooks,
  UnreadRef,
} from "../ledger/contract/declarations.ts";
import { fetchDeclaration } from "./fetch-declaration.ts";
import {
  fitsKey,
  type Match,
  matchDeclaration,
  referencesOf,
  saysWhose,
} from "../core/match-declaration.ts";
import { openShipments } from "./open-shipments.ts";
import type { ReconcileDependencies, ReconcileSettings } from "./reconcile-settings.ts";

export interface DeclarationRecorder {
  /** @param askedFor the shipment whose reference and direction the search named, if it did */
  readonly record: (page: FoundDeclarations, askedFor?: ShipmentRef) => Promise<void>;
  /** Asks once more for what earlier reconciles could not read. */
  readonly retryUnread: () => Promise<void>;
  readonly hasSeen: (declarationId: string) => boolean;
  readonly seenCount: () => number;
  readonly counts: () => RecorderCounts;
}

type FoundDeclarations = Pick<DeclarationPage, "declarations" | "unread">;

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

interface Attribution {
  readonly summary: DeclarationSummary;
  readonly shipmentId: string | null;
  readonly source: "search" | "declaration";
}

export function createDeclarationRecorder(
  { client, books, clock, log }: ReconcileDependencies,
  settings: ReconcileSettings,
  signal: AbortSignal,
): DeclarationRecorder {
  // One short text for each declaration of the window: pages overlap, and what was seen before is no news.
  const lastSeen = new Map<string, string>();
  const owners = new Map<string, string>();
  const changed = new Set<string>();
  const unexplained = new Set<string>();
  const detailsLeft = new Set<string>();
  /** What the fetched declarations say of themselves; each is fetched once in a reconcile. */
  const identities = new Map<string, DeclarationNames>();
  /** What could not be read so far; by its id, or by what is wrong with it. */
  const unread = new Map<
    string,
    UnreadRef | { readonly declarationId: null; readonly fault: string }
  >();
  let detailsFetched = 0;
  let linkedBefore: ReadonlyMap<string, string> | null = null;

  /** A declaration once linked stays linked, whatever a later answer leaves out. */
  async function knownOwner(declarationId: string): Promise<string | null> {
    linkedBefore ??= await linksOfOpenShipments(books, clock);
    return owners.get(declarationId) ?? linkedBefore.get(declarationId) ?? null;
  }

  async function shipmentsFor(declarations: readonly DeclarationSummary[]) {
    const references = [...new Set(declarations.flatMap(referencesOf))];
    return references.length === 0 ? [] : books.findShipments(references);
  }

  async function attribute(
    found: DeclarationSummary,
    shipments: readonly ShipmentRef[],
    askedFor: ShipmentRef | undefined,
  ): Promise<Attribution> {
    const { declarationId } = found;
    const linked = shipments.find(({ declarationIds }) => declarationIds.includes(declarationId));
    const known = linked?.shipmentId ?? (await knownOwner(declarationId));
    if (known !== null) return { summary: found, shipmentId: known, source: "search" };
    const said = identities.get(declarationId);
    const summary = said === undefined ? found : { ...found, ...said };
    const match = matchDeclaration(summary, shipments);
    const isAskedFor = askedFor !== undefined && fitsKey(summary, askedFor.key);
    if (match.kind === "one" && saysWhose(summary)) {
      return { summary, shipmentId: match.shipmentId, source: "search" };
    }
    const isForeign = match.kind === "none" && referencesOf(summary).length > 0 && !isAskedFor;
    if (isForeign) return { summary, shipmentId: null, source: "search" };
    const ofAsked = isAskedFor ? askedFor : undefined;
    if (said === undefined) return attributeByDetail(summary, match, ofAsked);
    return { summary, shipmentId: ofAsked?.shipmentId ?? null, source: "search" };
  }

  /** Fetches the declaration for what the search result lacks. */
  async function attributeByDetail(
    summary: DeclarationSummary,
    found: Match,
    askedFor: ShipmentRef | undefined,
  ): Promise<Attribution> {
    const { declarationId } = summary;
    if (detailsFetched >= settings.detailsMax) {
      detailsLeft.add(declarationId);
      return { summary, shipmentId: null, source: "search" };
    }
    detailsFetched += 1;
    const { detail } = await fetchDeclaration(client, declarationId, log, signal);
    identities.set(
      declarationId,
      identityOf(detail === null ? summary : mergeSummaries(summary, detail)),
    );
    if (detail === null) {
      // Nothing contradicts the search result, and no change may be sent over this declaration.
      const shipmentId = found.kind === "one" ? found.shipmentId : (askedFor?.shipmentId ?? null);
      return { summary, shipmentId, source: "search" };
    }
    const merged = mergeSummaries(summary, detail);
    const match = matchDeclaration(merged, await shipmentsFor([merged]));
    if (match.kind === "several") {
      log("warn", "A declaration fits several shipments and was linked to none", {
        declarationId,
        candidates: match.candidates,
      });
    }
    if (match.kind === "one") {
      return { summary: merged, shipmentId: match.shipmentId, source: "declaration" };
    }
    // CAS searched by reference and direction, so its answer links the declaration.
    const isOfAsked = askedFor !== undefined && fitsKey(merged, askedFor.key);
    const shipmentId = isOfAsked ? askedFor.shipmentId : null;
    return { summary: merged, shipmentId, source: "declaration" };
  }

  /** What the declaration itself says; null when it cannot be read either, which is then in the books. */
  async function readOne(
    { declarationId, fault, names }: UnreadDeclaration & { readonly declarationId: string },
    askedFor: ShipmentRef | undefined,
  ): Promise<DeclarationSummary | null> {
    if (detailsFetched >= settings.detailsMax) {
      detailsLeft.add(declarationId);
      return null;
    }
    detailsFetched += 1;
    const fetched = await fetchDeclaration(client, declarationId, log, signal);
    if (fetched.detail?.declarationId === declarationId) {
      const { errors: _errors, raw: _raw, ...summary } = fetched.detail;
      identities.set(declarationId, identityOf(summary));
      return summary;
    }
    const summary = unreadableSummary(declarationId, names);
    const match = matchDeclaration(summary, await shipmentsFor([summary]));
    const isOfAsked = askedFor !== undefined && fitsKey(summary, askedFor.key);
    const shipmentId =
      (await knownOwner(declarationId)) ??
      (match.kind === "one" ? match.shipmentId : isOfAsked ? askedFor.shipmentId : null);
    const isForeign = shipmentId === null && match.kind === "none" && saysWhose(summary);
    const ref = { declarationId, shipmentId, isForeign, fault };
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
      else if (!unread.has(declarationId) && !lastSeen.has(declarationId)) {
        const summary = await readOne({ ...one, declarationId }, askedFor);
        if (summary !== null) summaries.push(summary);
      }
    }
    return summaries;
  }

  const record: DeclarationRecorder["record"] = async (page, askedFor) => {
    const declarations =
      page.unread.length === 0
        ? page.declarations
        : [...page.declarations, ...(await readUnread(page.unread, askedFor))];
    const news = new Map<string, DeclarationSummary>();
    for (const summary of declarations) {
      const { declarationId } = summary;
      const text = `${summary.currentStatus} ${summary.lastUpdated ?? ""}`;
      const mayExplain = askedFor !== undefined && unexplained.has(declarationId);
      if (lastSeen.get(declarationId) === text && !mayExplain) continue;
      lastSeen.set(declarationId, text);
      news.set(declarationId, summary);
    }
    if (news.size === 0) return;
    const shipments = await shipmentsFor([...news.values()]);
    const observations: DeclarationObservation[] = [];
    for (const summary of news.values()) {
      const observation = await attribute(summary, shipments, askedFor);
      observations.push({ ...observation, observedAt: clock.now() });
      const { declarationId } = summary;
      if (observation.shipmentId === null) unexplained.add(declarationId);
      else {
        owners.set(declarationId, observation.shipmentId);
        unexplained.delete(declarationId);
        detailsLeft.delete(declarationId);
      }
    }
    for (const id of await books.recordDeclarations(observations)) changed.add(id);
    for (const { summary } of observations) unread.delete(summary.declarationId);
  };

  return {
    record,
    retryUnread: async () => {
      for (const ref of await books.unreadDeclarations()) {
        const { declarationId, fault } = ref;
        unread.set(declarationId, ref);
        if (detailsFetched >= settings.detailsMax) continue;
        detailsFetched += 1;
        const fetched = await fetchDeclaration(client, declarationId, log, signal);
        if (fetched.detail?.declarationId === declarationId) {
          const { errors: _errors, raw: _raw, ...summary } = fetched.detail;
          identities.set(declarationId, identityOf(summary));
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
    hasSeen: (declarationId) => lastSeen.has(declarationId),
    seenCount: () => lastSeen.size + unread.size + detailsLeft.size,
    counts: () => ({
      seen: lastSeen.size,
      changed,
      unexplained: unexplained.size,
      detailsFetched,
      detailsLeft: detailsLeft.size,
      unread: [...unread.values()].map(({ declarationId, fault }) => ({ declarationId, fault })),
      unreadUnidentified: [...unread.values()].filter(isUnidentified).length,
      unreadWithoutId: [...unread.values()].filter((one) => one.declarationId === null).length,
    }),
  };
}

function isUnidentified(one: UnreadRef | { readonly declarationId: null }): boolean {
  return one.declarationId === null || (one.shipmentId === null && !one.isForeign);
}

async function linksOfOpenShipments(
  books: DeclarationBooks,
  clock: Clock,
): Promise<ReadonlyMap<string, string>> {
  const links = new Map<string, string>();
  for await (const shipments of openShipments(books, clock)) {
    for (const { shipmentId, declarationIds } of shipments) {
      for (const declarationId of declarationIds) links.set(declarationId, shipmentId);
    }
  }
  return links;
}

function identityOf(summary: DeclarationSummary): DeclarationNames {
  const { direction, externalReference, customsShipmentReference, traderReference } = summary;
  return { direction, externalReference, customsShipmentReference, traderReference };
}
