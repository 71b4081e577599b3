// What CAS can be asked, as an interface: submit and reconcile are given one and never know how it talks.
// One call is one request; `throttle/` spaces and repeats them.
import type { DeclarationActionName } from "../core/codes/change-rules.ts";
import type {
  DeclarationDetail,
  DeclarationNames,
  DeclarationSummary,
} from "../core/declaration.ts";
import type { MessageKind } from "../core/message-kind.ts";

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
   * One declaration, by default with its errors. Source: seeds/002, Including additional data.
   * @throws RefusedError with status 404 when there is none
   * @throws CasBatchError `id-unusable`, as everything that takes an id
   */
  readonly declaration: (
    declarationId: string,
    options?: CallOptions & { readonly include?: readonly Included[] },
  ) => Promise<DeclarationDetail>;
  /** One goods item, by its `governmentAgencyGoodsItemId`. Source: Declaration items. */
  readonly declarationItem: (
    declarationId: string,
    itemId: string,
    options?: CallOptions,
  ) => Promise<RawAnswer>;
  /**
   * A fresh address from which to download a document; it expires soon and never gets the token. Asked for by
   * attachment id, or by document type where one is given. Source: seeds/002, Attachments.
   * @throws CannotNowError `link-unusable` when CAS names none that may be used
   */
  readonly attachmentLink: (ref: AttachmentRef, options?: LinkOptions) => Promise<DownloadLink>;
  /** The same for a certificate. Source: Certificates of origin documents. */
  readonly certificateLink: (ref: CertificateRef, options?: LinkOptions) => Promise<DownloadLink>;
  /** All of them. Source: assumed; seeds/000 names only the scope `read:subscriptions`. */
  readonly subscriptions: (options?: CallOptions) => Promise<readonly Subscription[]>;
  /** Its status and errors. Source: Movement orders. */
  readonly movementOrder: (movementOrderId: string, options?: CallOptions) => Promise<RawAnswer>;
  /** Ends idle connections. Safe to call twice. */
  readonly close: () => Promise<void>;
}

export interface CasClient extends CasReader {
  /**
   * Sends one message. A receipt means accepted for processing, not success.
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
  readonly ingest: (kind: MessageKind, body: string, options?: CallOptions) => Promise<Receipt>;
  /**
   * Changes a declaration, its items, or starts an action on it. The answer means accepted, not done.
   * Throws as `ingest` does, and `throttledClient` makes `server-error` an `OutcomeUnknownError`; 404 is a refusal, for it speaks of the declaration or the item.
   * Source: seeds/002, Updating a declaration; Declaration items; Declaration actions.
   */
  readonly changeDeclaration: (
    change: DeclarationChange,
    options?: CallOptions,
  ) => Promise<ChangeAnswer>;
  /** Source: seeds/000, step 3. Throws as `ingest` does. */
  readonly createSubscription: (
    subscription: NewSubscription,
    options?: CallOptions,
  ) => Promise<Subscription>;
  /** Source: assumed, with 204 of Error handling. Throws as `ingest` does; 404 is a refusal. */
  readonly deleteSubscription: (subscriptionId: string, options?: CallOptions) => Promise<void>;
}

export type Included = "errors" | "attachments";

/** The whole answer, exactly as it came. */
export interface RawAnswer {
  readonly raw: string;
}

export interface AttachmentRef {
  readonly declarationId: string;
  readonly attachmentId: string;
  readonly documentType?: string;
}

export interface CertificateRef {
  readonly certificateOfOriginId: string;
  readonly attachmentId: string;
}

/** `url`, the default, asks for JSON with the address; `redirect` for a 307, which is not followed. */
export type LinkOptions = CallOptions & { readonly form?: "url" | "redirect" };

export interface DownloadLink {
  readonly url: string;
}

/** Source: page Declaration actions. */
export type DeclarationAction = DeclarationActionName;

/** `body` is the exact JSON text. */
export type DeclarationChange =
  | { readonly kind: "update"; readonly declarationId: string; readonly body: string }
  | { readonly kind: "add-item"; readonly declarationId: string; readonly body: string }
  | {
      readonly kind: "update-item";
      readonly declarationId: string;
      readonly itemId: string;
      readonly body: string;
    }
  | { readonly kind: "delete-item"; readonly declarationId: string; readonly itemId: string }
  | {
      readonly kind: "action";
      readonly declarationId: string;
      readonly action: DeclarationAction;
      readonly body: string | null;
    };

export interface ChangeAnswer {
  readonly status: number;
  /** Null where the answer names none. */
  readonly referenceId: string | null;
  /** Empty where CAS answers nothing. */
  readonly raw: string;
}

export interface Subscription {
  readonly id: string;
  readonly eventType: string;
  /** Null: every subtype. */
  readonly eventSubType: string | null;
  /** Null where CAS does not show it. */
  readonly destinationUrl: string | null;
  /** The whole of it, as JSON; what looks like a secret is null. */
  readonly raw: string;
}

export interface NewSubscription {
  readonly eventType: string;
  readonly eventSubType?: string;
  readonly destinationUrl: string;
  /** What CAS is to show when it calls; default: nothing. */
  readonly protection?: SubscriptionProtection;
}

export type SubscriptionProtection =
  | { readonly kind: "api-key"; readonly header: string; readonly key: string }
  | {
      readonly kind: "oauth";
      readonly tokenUrl: string;
      readonly clientId: string;
      readonly clientSecret: string;
    };

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
  /** `IN` or `OUT`. */
  readonly direction?: string;
  readonly shipFrom?: string;
  readonly shipTo?: string;
  readonly lrn?: string;
  readonly mrn?: string;
  readonly arc?: string;
  readonly customsFlow?: string;
  readonly customsFlowStep?: readonly string[];
  readonly currentStatus?: readonly string[];
  readonly jurisdiction?: readonly string[];
  readonly storageLocation?: readonly string[];
  readonly ucr?: string;
  readonly declarationDateFrom?: string;
  readonly declarationDateTo?: string;
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
