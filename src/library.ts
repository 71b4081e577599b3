// `import { CasClient } from "cas-batch"`: the client that the command line uses, with the same rate limit, pauses,
// repeats and errors, for programs of others. It keeps no books: what is sent once and only once is for its caller.
import { resolve } from "node:path";
import { checkedBody, type MessageBody } from "./cas/message-body.ts";
import type {
  AttachmentRef,
  AuthorizationStatus,
  CertificateRef,
  ChangeAnswer,
  DeclarationChange,
  DeclarationPage,
  DeclarationQuery,
  DownloadLink,
  Included,
  LinkOptions,
  NewSubscription,
  RawAnswer,
  Receipt,
  SearchPage,
  Subscription,
} from "./cas/cas-client.ts";
import { DEFAULT_RATE_PER_SECOND, defaultCasSettings } from "./cas/cas-settings.ts";
import type { EndpointName } from "./cas/endpoints.ts";
import { refuseOtherEnvironment } from "./cas/environment-of-address.ts";
import { createDocumentStorage, type DocumentStorage } from "./cas/document-storage.ts";
import { createCasClient } from "./cas/http-cas-client.ts";
import { searchAll } from "./cas/search-all.ts";
import type { AssumedFields } from "./cas/subscription-body.ts";
import { createThrottle } from "./cas/throttle/throttle.ts";
import { throttledClient, type ThrottledClient } from "./cas/throttle/throttled-client.ts";
import type { DeclarationDetail, DeclarationSummary } from "./core/declaration.ts";
import { CasBatchError } from "./core/errors.ts";
import { makeFolder } from "./core/files/make-folder.ts";
import type { MessageKind } from "./core/message-kind.ts";
import type { Log } from "./core/progress.ts";
import type { Environment } from "./core/shipment.ts";
import { SIMULATOR_TOKEN_PATH } from "./core/simulator-signs.ts";
import { systemClock } from "./core/time/clock.ts";
import { defaultDocumentSettings } from "./documents/document-settings.ts";
import { fetchDocument } from "./documents/fetch-document.ts";

export { exactNumber } from "./cas/message-body.ts";
export { CannotNowError, CasBatchError, OutcomeUnknownError, RefusedError } from "./core/errors.ts";
export type { ErrorCode } from "./core/codes/error-codes.ts";
export type { Problem } from "./core/errors.ts";
export type { AttachmentInfo, DeclarationError } from "./core/declaration.ts";
export type { DeclarationDetail, DeclarationSummary, Environment, Log, MessageBody, MessageKind };
export type * from "./cas/cas-client.ts";

export interface CasClientOptions {
  readonly environment: Environment;
  readonly clientId: string;
  readonly clientSecret: string;
  /** Default: that of the environment; the simulator has none, so it must be given. */
  readonly apiUrl?: string;
  /** Default: that of the environment; for the simulator, the one at `apiUrl`. */
  readonly tokenUrl?: string;
  /** Default: `https://c4t{acc,prd}b2c.onmicrosoft.com/{clientId}/.default`. */
  readonly scope?: string;
  /** Paths of your CAS that differ, by the names in docs/endpoints.md. */
  readonly endpoints?: Partial<Readonly<Record<EndpointName, string>>>;
  /** Names in what is sent that differ, by the names in docs/endpoints.md. */
  readonly fields?: Partial<AssumedFields>;
  /** Sent with every call of the API. */
  readonly headers?: Readonly<Record<string, string>>;
  /** All calls of this client together; default: 10. Infinity for no limit. */
  readonly ratePerSecond?: number;
  /** What the client does, for a log of your own; never with a secret. */
  readonly log?: Log;
}

/** A document on the disk. */
export interface Downloaded {
  /** Absolute. */
  readonly path: string;
  /** Shape: 64 hexadecimal digits. */
  readonly sha256: string;
  readonly bytes: number;
}

export interface StopOptions {
  /** Ends the call with the signal's reason. */
  readonly signal?: AbortSignal;
}

/**
 * One tenant of CAS, as one client. Questions are asked again when CAS cannot answer now; what changes something is
 * sent again only when CAS certainly did not take it. Every method throws a `CasBatchError` or one of its kinds.
 */
export class CasClient implements AsyncDisposable {
  readonly #client: ThrottledClient;
  readonly #storage: DocumentStorage;
  readonly #log: Log;

  /** Opens no connection yet. @throws CasBatchError `configuration-invalid`, `insecure-url`, `environment-mismatch` */
  constructor(options: CasClientOptions) {
    const { environment, clientId, clientSecret, ratePerSecond, log = () => undefined } = options;
    const defaults = defaultCasSettings(environment, { clientId, clientSecret });
    const { apiUrl = defaults.apiUrl, scope = defaults.scope, headers = {} } = options;
    const { tokenUrl = environment === "simulator" ? tokenUrlOf(apiUrl) : defaults.tokenUrl } =
      options;
    if (environment !== "simulator") {
      for (const [name, text] of Object.entries({ apiUrl, tokenUrl, scope })) {
        refuseOtherEnvironment(environment, name, text);
      }
    }
    const settings = {
      ...{ ...defaults, apiUrl, tokenUrl, scope, headers },
      endpoints: { ...defaults.endpoints, ...options.endpoints },
      fields: { ...defaults.fields, ...options.fields },
    };
    const clock = systemClock;
    const direct = createCasClient(settings, { clock, log });
    this.#log = log;
    this.#storage = createDocumentStorage(settings, defaultDocumentSettings.bytesMax);
    const throttle = createThrottle({
      ratePerSecond: ratePerSecond ?? DEFAULT_RATE_PER_SECOND,
      clock,
    });
    this.#client = throttledClient(direct, { throttle, clock, random: Math.random, log });
  }

  /** Tenant and scopes of the token. */
  authorizationStatus(options?: StopOptions): Promise<AuthorizationStatus> {
    return this.#client.authorizationStatus(options);
  }

  /**
   * Sends one message of a kind. The receipt means accepted for processing, not success.
   * @throws OutcomeUnknownError when CAS may have taken it: look for its effect before you send it again
   * @throws RefusedError when CAS will not take it, with CAS's reasons in `problem`
   */
  ingest(kind: MessageKind, message: MessageBody, options?: StopOptions): Promise<Receipt> {
    return this.#client.ingest(kind, checkedBody(message), options);
  }

  /** One page. Source: CAS's page Declarations. `limit` is at most 100, `offset` a multiple of it. */
  searchDeclarations(
    query: DeclarationQuery,
    page: SearchPage,
    options?: StopOptions,
  ): Promise<DeclarationPage> {
    return this.#client.searchDeclarations(query, page, options);
  }

  /** Every declaration that is found, once; the next page is asked for when the loop comes to it. */
  searchAll(query: DeclarationQuery, options?: StopOptions): AsyncIterable<DeclarationSummary> {
    return searchAll(this.#client, query, options);
  }

  /** With its errors, unless `include` says otherwise. `raw` is the whole answer. */
  declaration(
    declarationId: string,
    options?: StopOptions & { readonly include?: readonly Included[] },
  ): Promise<DeclarationDetail> {
    return this.#client.declaration(declarationId, options);
  }

  declarationItem(id: string, itemId: string, options?: StopOptions): Promise<RawAnswer> {
    return this.#client.declarationItem(id, itemId, options);
  }

  /**
   * Changes a declaration or its items, or starts an action on it. Of an update only the fields that are given
   * change; a collection without `casReference` replaces the whole. Throws as `ingest` does.
   */
  changeDeclaration(change: Change, options?: StopOptions): Promise<ChangeAnswer> {
    if (!("body" in change) || change.body === null) {
      return this.#client.changeDeclaration(change as DeclarationChange, options);
    }
    const exact = { ...change, body: checkedBody(change.body) };
    return this.#client.changeDeclaration(exact, options);
  }

  /** A fresh address to download from; it expires soon. Call it without the token. */
  attachmentLink(ref: AttachmentRef, options?: StopOptions & Form): Promise<DownloadLink> {
    return this.#client.attachmentLink(ref, options);
  }

  /** As `attachmentLink`, for a certificate of origin. */
  certificateLink(ref: CertificateRef, options?: StopOptions & Form): Promise<DownloadLink> {
    return this.#client.certificateLink(ref, options);
  }

  /**
   * Fetches a document into a folder, by fresh links and without the token: its length and checksum are looked at,
   * its name is made safe, and no other file is overwritten.
   * @throws CasBatchError `link-expired`, `document-too-large`, `document-unavailable`, `document-damaged`,
   *   `file-not-writable`
   */
  async download(
    ref: AttachmentRef | CertificateRef,
    folder: string,
    { signal = new AbortController().signal }: StopOptions = {},
  ): Promise<Downloaded> {
    const isCertificate = "certificateOfOriginId" in ref;
    const owner = isCertificate
      ? ({ kind: "certificate", id: ref.certificateOfOriginId } as const)
      : ({ kind: "declaration", id: ref.declarationId } as const);
    const documentType = isCertificate ? null : (ref.documentType ?? null);
    const attachment = { id: ref.attachmentId, documentType, fileName: null };
    const absolute = resolve(folder);
    makeFolder(absolute);
    const { path, sha256, bytes } = await fetchDocument(
      {
        client: this.#client,
        storage: this.#storage,
        books: { recordFetched: () => Promise.resolve() },
        clock: systemClock,
        random: Math.random,
        log: this.#log,
        signal,
        folder: absolute,
        form: "url",
        byType: documentType !== null,
      },
      { owner, attachment },
    );
    return { path, sha256, bytes };
  }

  subscriptions(options?: StopOptions): Promise<readonly Subscription[]> {
    return this.#client.subscriptions(options);
  }

  createSubscription(subscription: NewSubscription, options?: StopOptions): Promise<Subscription> {
    return this.#client.createSubscription(subscription, options);
  }

  deleteSubscription(subscriptionId: string, options?: StopOptions): Promise<void> {
    return this.#client.deleteSubscription(subscriptionId, options);
  }

  movementOrder(movementOrderId: string, options?: StopOptions): Promise<RawAnswer> {
    return this.#client.movementOrder(movementOrderId, options);
  }

  /** Ends idle connections. Safe to call twice. */
  async close(): Promise<void> {
    await Promise.all([this.#client.close(), this.#storage.close()]);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

/** A change whose body may be an object. */
type WithBody<Change> = Change extends { readonly body: infer Text }
  ? Omit<Change, "body"> & { readonly body: MessageBody | Extract<Text, null> }
  : Change;
export type Change = WithBody<DeclarationChange>;

type Form = Pick<LinkOptions, "form">;

function tokenUrlOf(apiUrl: string): string {
  if (apiUrl === "") {
    throw new CasBatchError("configuration-invalid", "The simulator has no fixed address", {
      hint: "Start `cas-batch simulator` and give the address that it prints as apiUrl",
    });
  }
  return `${apiUrl.replace(/\/+$/, "")}${SIMULATOR_TOKEN_PATH}`;
}
