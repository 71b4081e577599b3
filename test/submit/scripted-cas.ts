// A CAS that does what a test says, behind the same interface as the real client.
import type { CasClient, DeclarationPage, Receipt } from "../../src/cas/cas-client.ts";
import type { DeclarationSummary } from "../../src/core/declaration.ts";

export interface ScriptedCas extends CasClient {
  /** The bodies of all requests that began, in order. */
  readonly sent: readonly string[];
  /** The external references that were searched for, in order. */
  readonly searched: readonly string[];
  /** The ids of the declarations that were read, in order. */
  readonly read: readonly string[];
}

export interface CasScript {
  /** @param nth one-based, over all sends */
  readonly send?: (body: string, nth: number, signal?: AbortSignal) => Promise<Receipt>;
  /** @param nth one-based, over all searches */
  readonly search?: (
    reference: string,
    nth: number,
    offset: number,
  ) => Promise<readonly DeclarationSummary[]>;
  /** What the declaration's document holds; without it, CAS shows none. */
  readonly document?: (declarationId: string) => unknown;
}

export function createScriptedCas(script: CasScript = {}): ScriptedCas {
  const sent: string[] = [];
  const searched: string[] = [];
  const read: string[] = [];
  const receipt = (_body: string, nth: number): Promise<Receipt> =>
    Promise.resolve({ referenceId: `ref-${String(nth)}` });
  return {
    sent,
    searched,
    read,
    authorizationStatus: () =>
      Promise.resolve({ sourceSystem: "test", tenant: "tenant", scopes: [] }),
    sendCustomsShipment: (body, options) => {
      sent.push(body);
      return (script.send ?? receipt)(body, sent.length, options?.signal);
    },
    searchDeclarations: async (query, page): Promise<DeclarationPage> => {
      const reference = query.externalReference ?? "";
      searched.push(reference);
      const found = (await script.search?.(reference, searched.length, page.offset)) ?? [];
      return { declarations: found, serverTime: null };
    },
    declaration: (declarationId) => {
      read.push(declarationId);
      const singleAdministrativeDocument = script.document?.(declarationId);
      const raw = JSON.stringify({ declarationId, singleAdministrativeDocument });
      const summary = declarationOf(declarationId);
      return Promise.resolve({ ...summary, errors: [], attachments: [], raw });
    },
    close: () => Promise.resolve(),
  };
}

/** Made at the beginning of the virtual clock. */
export function declarationOf(
  externalReference: string,
  more: Partial<DeclarationSummary> = {},
): DeclarationSummary {
  return {
    declarationId: `D-${externalReference}`,
    currentStatus: "New",
    direction: "IN",
    externalReference,
    customsShipmentReference: null,
    traderReference: null,
    lrn: null,
    mrn: null,
    jurisdiction: null,
    customsFlow: null,
    customsFlowStep: null,
    storageLocation: null,
    creationDate: "2026-11-20T18:00:00.000Z",
    lastUpdated: null,
    ...more,
  };
}
