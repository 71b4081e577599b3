// Whose is a declaration? Only what it says itself links it to a shipment, never a guess: where a search result says
// too little, the declaration is fetched; what fits no shipment stays unexplained.
import { mergeSummaries, type DeclarationSummary } from "../core/declaration.ts";
import {
  fitsKey,
  matchableReferences,
  matchDeclaration,
  referencesOf,
  saysWhose,
  type Match,
  type MatchableShipment,
} from "../core/match-declaration.ts";
import type { DeclarationObservation, ShipmentRef } from "../ledger/contract/declarations.ts";
import type { DetailFetches } from "./detail-fetches.ts";
import type { ReconcileDependencies } from "./reconcile-settings.ts";

type Attribution = Omit<DeclarationObservation, "observedAt">;

/** The shipments that some declarations may belong to, by the references that they name. */
type ByReference = ReadonlyMap<string, readonly MatchableShipment[]>;
/** The shipments that declarations are linked to, by the declarations' ids. */
type Owners = ReadonlyMap<string, string>;

export function createAttribution(
  { books, log }: Pick<ReconcileDependencies, "books" | "log">,
  details: DetailFetches,
) {
  async function shipmentsOf(declarations: readonly DeclarationSummary[]): Promise<ByReference> {
    const references = new Set(declarations.flatMap(matchableReferences));
    const shipments = references.size === 0 ? [] : await books.matchableShipments([...references]);
    return Map.groupBy(shipments, ({ key }) => key.externalReference);
  }

  async function ownersOf(declarations: readonly DeclarationSummary[]): Promise<Owners> {
    if (declarations.length === 0) return new Map();
    return books.ownersOf(declarations.map(({ declarationId }) => declarationId));
  }

  /** The shipment that a search result names by itself: then it need not be known whether it is linked already. */
  function namedIn(found: DeclarationSummary, byReference: ByReference): string | null {
    if (!saysWhose(found) || details.saidBy(found.declarationId) !== undefined) return null;
    const match = matchIn(found, byReference);
    return match.kind === "one" ? match.shipmentId : null;
  }

  async function attribute(
    found: DeclarationSummary,
    byReference: ByReference,
    owners: Owners,
    askedFor: ShipmentRef | undefined,
  ): Promise<Attribution> {
    // A declaration once linked stays linked, whatever a later answer leaves out.
    const owner = owners.get(found.declarationId);
    if (owner !== undefined) return { summary: found, shipmentId: owner, source: "search" };
    const said = details.saidBy(found.declarationId);
    const summary = said === undefined ? found : { ...found, ...said };
    const match = matchIn(summary, byReference);
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
    const fetched = await details.fetch(declarationId);
    if (fetched === null) return { summary, shipmentId: null, source: "search" };
    const { detail } = fetched;
    if (detail === null) {
      details.remember(summary);
      // Nothing contradicts the search result, and no change may be sent over this declaration.
      const shipmentId = found.kind === "one" ? found.shipmentId : (askedFor?.shipmentId ?? null);
      return { summary, shipmentId, source: "search" };
    }
    const merged = mergeSummaries(summary, detail);
    details.remember(merged);
    const match = matchIn(merged, await shipmentsOf([merged]));
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

  return {
    /** @param askedFor the shipment whose reference and direction the search named, if it did */
    attributeAll: async (
      declarations: readonly DeclarationSummary[],
      askedFor: ShipmentRef | undefined,
    ): Promise<readonly Attribution[]> => {
      const byReference = await shipmentsOf(declarations);
      const named = declarations.map((found) => namedIn(found, byReference));
      const owners = await ownersOf(declarations.filter((_found, at) => named[at] === null));
      const attributions: Attribution[] = [];
      // Pages that are recorded together may show a declaration twice.
      const linked = new Map(owners);
      for (const [at, found] of declarations.entries()) {
        const shipmentId = named[at] ?? null;
        const attribution: Attribution =
          shipmentId === null
            ? await attribute(found, byReference, linked, askedFor)
            : { summary: found, shipmentId, source: "search" };
        attributions.push(attribution);
        if (shipmentId === null && attribution.shipmentId !== null)
          linked.set(found.declarationId, attribution.shipmentId);
      }
      return attributions;
    },
    /** As far as it can be said of a declaration that cannot be read. */
    ofUnreadable: async (
      summary: DeclarationSummary,
      askedFor: ShipmentRef | undefined,
    ): Promise<{ readonly shipmentId: string | null; readonly isForeign: boolean }> => {
      const byReference = await shipmentsOf([summary]);
      const owners = await ownersOf([summary]);
      const match = matchIn(summary, byReference);
      const isOfAsked = askedFor !== undefined && fitsKey(summary, askedFor.key);
      const shipmentId =
        owners.get(summary.declarationId) ??
        (match.kind === "one" ? match.shipmentId : isOfAsked ? askedFor.shipmentId : null);
      const isForeign = shipmentId === null && match.kind === "none" && saysWhose(summary);
      return { shipmentId, isForeign };
    },
  };
}

function matchIn(summary: DeclarationSummary, byReference: ByReference): Match {
  const references = new Set(matchableReferences(summary));
  const fitting = [...references].flatMap((reference) => byReference.get(reference) ?? []);
  return matchDeclaration(summary, fitting);
}
