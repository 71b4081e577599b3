// A CAS that does what a test says, behind the same interface as the real client.
import type { CallOptions, CasClient, DeclarationPage, Receipt } from "../../src/cas/cas-client.ts";
import type { DeclarationSummary } from "../../src/core/declaration.ts";
import type { MessageKind } from "../../src/core/message-kind.ts";
import { CasBatchError } from "../../src/core/errors.ts";
import { silentCas } from "../cas/silent-cas.ts";

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
  readonly send?: (
    body: string,
    nth: number,
    signal?: AbortSignal,
    kind?: MessageKind,
  ) => Promise<Receipt>;
  /** @param nth one-based, over all searches */
  readonly search?: (
    reference: string,
    nth: number,
    offset: number,
  ) => Promise<readonly DeclarationSummary[]>;
  /** What the declaration's document holds; what the desk queues, unless told. */
  readonly document?: (declarationId: string) => unknown;
  /** What the declaration itself says otherwise than the search result. */
  readonly detail?: Partial<DeclarationSummary> | CasBatchError;
  /** The `Date` of the search's answer. */
  readonly serverTime?: () => Date;
}

export function createScriptedCas(script: CasScript = {}): ScriptedCas {
  const sent: string[] = [];
  const searched: string[] = [];
  const read: string[] = [];
  const shown = new Map<string, DeclarationSummary>();
  const { document = () => ({ content: "" }) } = script;
  const receipt = (_body: string, nth: number): Promise<Receipt> =>
    Promise.resolve({ referenceId: `ref-${String(nth)}` });
  return {
    ...silentCas,
    sent,
    searched,
    read,
    authorizationStatus: () =>
      Promise.resolve({ sourceSystem: "test", tenant: "tenant", scopes: [], simulated: false }),
    ingest: (kind, body, options = {}) =>
      inTurn(options, () => {
        sent.push(body);
        return (script.send ?? receipt)(body, sent.length, options.signal, kind);
      }),
    searchDeclarations: async (query, page, options = {}): Promise<DeclarationPage> => {
      await inTurn(options, () => Promise.resolve());
      const reference = query.externalReference ?? "";
      searched.push(reference);
      const found = (await script.search?.(reference, searched.length, page.offset)) ?? [];
      for (const summary of found) shown.set(summary.declarationId, summary);
      const serverTime = script.serverTime?.().toISOString() ?? null;
      return { declarations: found, unread: [], serverTime };
    },
    declaration: (declarationId) => {
      read.push(declarationId);
      const raw = JSON.stringify({
        declarationId,
        singleAdministrativeDocument: document(declarationId),
      });
      const summary = shown.get(declarationId) ?? declarationOf("");
      const { detail = {} } = script;
      if (detail instanceof CasBatchError) return Promise.reject(detail);
      return Promise.resolve({
        ...{ ...summary, declarationId, errors: [], attachments: [], raw },
        ...detail,
      });
    },
  };
}

/** One request, as the real client makes it. */
async function inTurn<Result>(
  { turn, onWrite }: CallOptions,
  request: () => Promise<Result>,
): Promise<Result> {
  const mine = await turn?.();
  try {
    onWrite?.();
    mine?.written();
    return await request();
  } finally {
    mine?.over();
  }
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
    customsFlowStepInstanceCount: null,
    customsFlowStepInstanceSeq: null,
    storageLocation: null,
    creationDate: "2026-11-20T18:00:00.000Z",
    lastUpdated: null,
    ...more,
  };
}
