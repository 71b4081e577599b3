// The declarations that a reconcile fetches because a search result does not say whose they are: each once, and no
// more than allowed.
import type { DeclarationNames, DeclarationSummary } from "../core/declaration.ts";
import { fetchDeclaration, type FetchedDeclaration } from "./fetch-declaration.ts";
import type { ReconcileDependencies, ReconcileSettings } from "./reconcile-settings.ts";

export interface DetailFetches {
  /** Null when no more may be fetched: then it is left to another reconcile. */
  readonly fetch: (declarationId: string) => Promise<FetchedDeclaration | null>;
  /** What the declaration says of its shipment when it was fetched; undefined when it was not. */
  readonly saidBy: (declarationId: string) => DeclarationNames | undefined;
  readonly remember: (summary: DeclarationSummary) => void;
  /** Its shipment is known now, whether it was fetched or not. */
  readonly notNeeded: (declarationId: string) => void;
  readonly fetched: () => number;
  readonly left: () => number;
}

export function createDetailFetches(
  { client, log }: Pick<ReconcileDependencies, "client" | "log">,
  { detailsMax }: Pick<ReconcileSettings, "detailsMax">,
  signal: AbortSignal,
): DetailFetches {
  const said = new Map<string, DeclarationNames>();
  const left = new Set<string>();
  let fetched = 0;
  return {
    fetch: async (declarationId) => {
      if (fetched >= detailsMax) {
        left.add(declarationId);
        return null;
      }
      fetched += 1;
      return fetchDeclaration(client, declarationId, log, signal);
    },
    saidBy: (declarationId) => said.get(declarationId),
    remember: ({ declarationId, ...summary }) => {
      const { direction, externalReference, customsShipmentReference, traderReference } = summary;
      const names = { direction, externalReference, customsShipmentReference, traderReference };
      said.set(declarationId, names);
    },
    notNeeded: (declarationId) => {
      left.delete(declarationId);
    },
    fetched: () => fetched,
    left: () => left.size,
  };
}
