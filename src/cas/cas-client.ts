// What CAS can be asked, as an interface: submit and reconcile are given one and never know how it talks.
// One call is one request; `throttle/` spaces and repeats them.
import type {
  DeclarationDetail,
  DeclarationNames,
  DeclarationSummary,
} from "../core/declaration.ts";

/** The calls that change nothing. */
export interface CasReader {
  /**
   * Who we are to CAS. Source: seeds/000, Verify your token.
   * @throws CasBatchError `credentials-refused`, `token-refused`
   */
  readonly authorizationStatus: (options?: CallOptions) => Promise<AuthorizationStatus>;
  /**
   * One page of declarations. Source: seeds/002, Search parameters and Pagination.
   * @throws CannotNowError, RefusedError, CasBatchError
   */
  readonly searchDeclarations: (
    query: DeclarationQuery,
    page: SearchPage,
    options?: CallOptions,
  ) => Promise<DeclarationPage>;
  /**
   * One declaration with its errors. Source: seeds/002, Including additional data.
   * @throws RefusedError with status 404 when there is none
   */
  readonly declaration: (
    declarationId: string,
    options?: CallOptions,
  ) => Promise<DeclarationDetail>;
  /** Ends idle connections. Safe to call twice. */
  readonly close: () => Promise<void>;
}

export interface CasClient extends CasReader {
  /**
   * Sends one customs shipment. A receipt means accepted for processing, not success.
   * Source: seeds/003, Response.
   * @param body the exact JSON text of the message
   * @throws RefusedError when CAS will not take this message (400 and every status not named), or,
   *   `gateway-blocked`, when something before CAS will not (a page with 403)
   * @throws CannotNowError when it was not taken (no connection, 429), or, `server-error`, when CAS
   *   says so (503 with its reason or with `Retry-After`)
   * @throws OutcomeUnknownError when it may have been taken (no answer, a broken one, other 5xx), or,
   *   `address-wrong`, when a redirect says nothing about it
   * @throws CasBatchError `token-refused`, `scope-missing`, `address-wrong` when no message can be sent
   */
  readonly sendCustomsShipment: (body: string, options?: CallOptions) => Promise<Receipt>;
}

/** One call is one request; a second one follows when its token was refused. */
export interface CallOptions {
  readonly signal?: AbortSignal;
  /** Waited for before every request of the call, when its token is at hand: the rate limit. */
  readonly turn?: () => Promise<RequestTurn>;
  /**
   * Called in the breath in which a request is written, once for every request of the call. What it
   * throws keeps the request from being written, and is what the call throws.
   */
  readonly onWrite?: () => void;
  /** CAS has answered that it took nothing, and the call goes on. */
  readonly onNothingTaken?: () => void;
}

/** The right to write one request; used up when it is written. */
export interface RequestTurn {
  readonly written: () => void;
  /** The request is over, written or not. */
  readonly over: () => void;
}

/** What CAS says about a token. */
export interface TokenRights {
  readonly sourceSystem: string;
  /** CAS calls it `tenantIds`, a plain string. */
  readonly tenant: string;
  readonly scopes: readonly string[];
}

export interface AuthorizationStatus extends TokenRights {
  /** Whether the simulator answered: then nothing reaches CAS, whatever the environment is called. */
  readonly simulated: boolean;
}

export interface Receipt {
  readonly referenceId: string;
}

/** Source: seeds/002, Search parameters. Timestamps: ISO 8601 with zone. */
export interface DeclarationQuery {
  readonly externalReference?: string;
  readonly direction?: string;
  readonly currentStatus?: readonly string[];
  readonly creationDateFrom?: string;
  readonly creationDateTo?: string;
  readonly lastUpdatedFrom?: string;
  readonly lastUpdatedTo?: string;
}

export interface SearchPage {
  /** At most 100. */
  readonly limit: number;
  /** Divisible by `limit`. */
  readonly offset: number;
}

export interface DeclarationPage {
  readonly declarations: readonly DeclarationSummary[];
  /** Elements of the page that say too little; they count where pages are counted. */
  readonly unread: readonly UnreadDeclaration[];
  /** The server's clock when it answered (its `Date` header), ISO 8601; null when it did not say. */
  readonly serverTime: string | null;
}

/** An element of a page that cannot be read; the declaration itself may say more. */
export interface UnreadDeclaration {
  /** Null when not even that can be read. */
  readonly declarationId: string | null;
  /** In words. Shape: `currentStatus: is missing`. */
  readonly fault: string;
  /** What it says of its shipment; all null where it contradicts itself. */
  readonly names: DeclarationNames;
}
