// A CAS to rehearse against: a real HTTP server on the loopback interface whose whole state is one
// append-only file. Never reachable from another machine, and never from the code that files for
// real.
import { dirname, resolve } from "node:path";
import { systemClock, type Clock } from "../core/time/clock.ts";
import { CasBatchError } from "../core/errors.ts";
import { sha256Hex } from "../core/json.ts";
import { makeFolder } from "../core/files/make-folder.ts";
import type { Log } from "../core/progress.ts";
import { SIMULATOR_TOKEN_PATH } from "../core/simulator-signs.ts";
import { DEFAULT_SHAPES, type ApiShapes } from "./api/api-shapes.ts";
import { createTokenMint } from "./api/access-token.ts";
import type { ApiParts, DestinationFields, Intercept } from "./api/api-request.ts";
import type { Assumptions } from "./assumptions.ts";
import type { CreatedEntry, JournalEntry } from "./journal/journal-entry.ts";
import { answerStorageRequest } from "./documents/answer-storage.ts";
import { createDocumentLinks } from "./documents/document-links.ts";
import { openJournal, readJournal, type JournalFile } from "./journal/journal-file.ts";
import { isWebhookEntry } from "./journal/webhook-entry.ts";
import type { FlowSwitches } from "./flow/message-effect.ts";
import { uuidFrom } from "./flow/generated-id.ts";
import type { OnHappening } from "./flow/happening.ts";
import { createProcessing } from "./flow/processing.ts";
import { createApiHandler } from "./server/api-handler.ts";
import { apiRoutes } from "./server/api-routes.ts";
import { listen } from "./server/http-server.ts";
import { takeRegistration } from "./registration.ts";
import { createDelivering, type WebhookOptions } from "./webhooks/delivery.ts";
import { DESTINATION_FIELDS } from "./webhooks/subscription.ts";
import { eventOf, type EventForms } from "./webhooks/event.ts";
import { createRequestLimit } from "./api/request-limit.ts";
import { createRegisters } from "./flow/registers.ts";
import { createShipmentBook } from "./flow/shipment-book.ts";

export interface SimulatorOptions extends Assumptions {
  /** Holds everything; created when it is not there. */
  readonly stateFile: string;
  /** 0, the default, takes any free port. */
  readonly port?: number;
  /** Loopback only. */
  readonly host?: string;
  /** How many times faster than usual messages are processed; usual is a second per step. */
  readonly timeScale?: number;
  readonly clock?: Clock;
  readonly clientId?: string;
  readonly clientSecret?: string;
  readonly tenant?: string;
  readonly sourceSystem?: string;
  readonly scopes?: readonly string[];
  readonly tokenLifetimeS?: number;
  /** Off when left out. */
  readonly requestsPerSecondMax?: number;
  readonly webhooks?: WebhookOptions &
    EventForms & { readonly destinationFields?: Partial<DestinationFields> };
  readonly intercept?: Intercept;
  /** Gets everything that happens in the flow, in order; also, not fresh, what happened in former lives. */
  readonly onHappening?: OnHappening;
  readonly log?: Log;
}

export interface Simulator {
  /** Shape: `http://127.0.0.1:8080`, no slash at the end. */
  readonly url: string;
  readonly tokenUrl: string;
  /** Another origin, where documents are downloaded from. */
  readonly storageUrl: string;
  readonly journalFile: string;
  /** Everything that has happened up to now, oldest first. */
  readonly journal: () => readonly JournalEntry[];
  /** Stops the server and gives the state file free. Safe to call twice. */
  readonly close: () => Promise<void>;
}

/** What a client must know by default. */
const DEFAULTS = {
  clientId: "simulator",
  clientSecret: "simulator",
  tenant: "SIMULATOR",
  sourceSystem: "cas-batch",
  // Source: seeds/000 step 2, the example, and what else an endpoint asks for.
  scopes: [
    "create:messages",
    "read:declarations",
    "create:subscriptions",
    "read:subscriptions",
    "delete:subscriptions",
    "read:documents",
    // Source: Movement orders.
    "create:wms",
    "read:wms",
  ],
} as const;

const LOOPBACK_HOSTS: ReadonlySet<string> = new Set(["127.0.0.1", "::1", "localhost"]);
const STEP_DELAY_MS = 1000;
/** Source: seeds/000 step 1. */
const TOKEN_LIFETIME_S = 3600;
const PORT_MAX = 65_535;
/** How often what is due happens between requests. */
const TICK_DELAY_MS = 50;

/**
 * @throws CasBatchError `configuration-invalid` for an option or a state file that cannot be used,
 * `lock-held` when another simulator runs on the state file
 */
export async function startSimulator(options: SimulatorOptions): Promise<Simulator> {
  const host = options.host ?? "127.0.0.1";
  const timeScale = options.timeScale ?? 1;
  checkOptions(host, timeScale, options);
  const clock = options.clock ?? systemClock;
  const stateFile = resolve(options.stateFile);
  try {
    makeFolder(dirname(stateFile), 0o700);
  } catch (error) {
    throw unwritableState(stateFile, error);
  }
  // The registration tells of this machine's processes, so it goes by this machine's time.
  const registration = await takeRegistration(stateFile, new Date());
  let journal: JournalFile | null = null;
  try {
    const state = openState(stateFile, clock, options);
    journal = state.journal;
    const parts = apiParts(state, clock, timeScale, options);
    const servers = await openServers(host, state, parts, options, {
      simulator: "cas-batch",
      pid: process.pid,
      stateFile,
      timeScale,
    });
    const { url, storageUrl } = servers;
    state.address.url = url;
    try {
      registration.publish(url);
    } catch (error) {
      await servers.close();
      throw error;
    }
    const ticker = setInterval(state.advance, TICK_DELAY_MS);
    ticker.unref();
    let closing: Promise<void> | null = null;
    const shutDown = async (): Promise<void> => {
      clearInterval(ticker);
      await servers.close();
      await state.delivering.close();
      await state.journal.close();
      registration.release();
    };
    return {
      url,
      tokenUrl: `${url}${SIMULATOR_TOKEN_PATH}`,
      storageUrl,
      journalFile: stateFile,
      journal: () => {
        if (closing === null) {
          state.advance();
          state.journal.flush();
        }
        return readJournal(stateFile);
      },
      close: () => (closing ??= shutDown()),
    };
  } catch (error) {
    await journal?.close();
    registration.release();
    throw unwritableState(stateFile, error);
  }
}

/** The API, and on a port of its own the host of the documents. */
async function openServers(
  host: string,
  { stateId }: State,
  parts: ApiParts,
  { port = 0, log }: SimulatorOptions,
  about: unknown,
) {
  const links = createDocumentLinks(stateId, parts.clock, parts.shapes.linkLifetimeS);
  const storage = await listen(
    host,
    0,
    (request) => answerStorageRequest(request, parts, links),
    parts,
    log,
  );
  const routes = apiRoutes(parts, links, storage.url);
  try {
    const api = await listen(host, port, createApiHandler(parts, routes, about), parts, log);
    return {
      url: api.url,
      storageUrl: storage.url,
      close: async (): Promise<void> => {
        await Promise.all([api.close(), storage.close()]);
      },
    };
  } catch (error) {
    await storage.close();
    throw error;
  }
}

/** Errors of the file system a person can mend; others pass as they are. */
function unwritableState(stateFile: string, error: unknown): unknown {
  if (!(error instanceof Error) || !("syscall" in error)) return error;
  return new CasBatchError(
    "file-not-writable",
    `Cannot keep the simulator's state in ${stateFile}: ${error.message}`,
    { cause: error },
  );
}

function checkOptions(host: string, timeScale: number, options: SimulatorOptions): void {
  if (!LOOPBACK_HOSTS.has(host)) {
    throw new CasBatchError(
      "configuration-invalid",
      `Cannot start the simulator on host ${host}: it listens on this machine only`,
      { hint: "Use 127.0.0.1, ::1 or localhost" },
    );
  }
  if (!Number.isFinite(timeScale) || timeScale <= 0) {
    throw new CasBatchError(
      "configuration-invalid",
      `Cannot use ${timeScale} as the simulator's time scale: it must be greater than 0`,
      { hint: "1 takes a second per step, 5 a fifth of it" },
    );
  }
  const { port = 0 } = options;
  if (!Number.isInteger(port) || port < 0 || port > PORT_MAX) {
    throw new CasBatchError(
      "configuration-invalid",
      `Cannot start the simulator on port ${port}: a port is a whole number from 0 to ${PORT_MAX}`,
      { hint: "Choose another port, or 0 for any free one" },
    );
  }
  const limit = options.requestsPerSecondMax;
  if (limit !== undefined && !(Number.isSafeInteger(limit) && limit > 0)) {
    throw new CasBatchError(
      "configuration-invalid",
      `Cannot use ${limit} as the simulator's rate limit: it must be a whole number greater than 0`,
      { hint: "Leave the limit out for none" },
    );
  }
}

type State = ReturnType<typeof openState>;

/** Reads what the state file tells, and makes ready to add to it. */
function openState(stateFile: string, clock: Clock, options: SimulatorOptions) {
  const switches = flowSwitches(options);
  const book = createShipmentBook(switches);
  const registers = createRegisters(book, switches);
  let journal: JournalFile | null = null;
  const processing = createProcessing({
    book,
    registers,
    switches,
    append: (entry) => journal?.append(entry),
    onHappening: (happening, at) => {
      // Of what happened in a former life, what was to be sent is in the journal.
      if (journal !== null) delivering.notify(() => eventOf(happening, at, eventParts));
      options.onHappening?.(happening, at, journal !== null);
    },
  });
  const found: { created: CreatedEntry | null } = { created: null };
  const address = { url: "" };
  const eventParts = {
    tenant: options.tenant ?? DEFAULTS.tenant,
    apiUrl: () => address.url,
    referenceForm: options.shipmentReferenceForm ?? "external",
    forms: options.webhooks ?? {},
  };
  const delivering = createDelivering({
    idFor: (name) => uuidFrom(`${found.created?.stateId ?? ""} ${name}`),
    append: (entry) => journal?.append(entry),
    clock,
    timeScale: options.timeScale ?? 1,
    options: options.webhooks ?? {},
    log: options.log,
  });
  let sequence = 0;
  journal = openJournal(stateFile, (entry) => {
    if (entry.kind === "created") found.created = entry;
    if ("sequence" in entry) sequence = entry.sequence;
    if (isWebhookEntry(entry)) delivering.apply(entry);
    else processing.apply(entry);
  });
  if (found.created === null) {
    found.created = firstEntry(stateFile, clock.now().toISOString());
    journal.append(found.created);
    processing.apply(found.created);
  }
  const { stateId } = found.created;
  return {
    stateId,
    address,
    book,
    registers,
    switches,
    journal,
    processing,
    delivering,
    advance: () => {
      const nowMs = clock.now().getTime();
      processing.advance(nowMs);
      delivering.advance(nowMs);
    },
    nextReference: () => {
      sequence += 1;
      return { sequence, referenceId: uuidFrom(`${stateId} ${sequence}`) };
    },
  };
}

function shapesOf(options: SimulatorOptions): ApiShapes {
  const given = Object.entries(options).filter(
    ([name, value]) => name in DEFAULT_SHAPES && value !== undefined,
  );
  return { ...DEFAULT_SHAPES, ...(Object.fromEntries(given) as Partial<ApiShapes>) };
}

function flowSwitches(options: SimulatorOptions): FlowSwitches {
  return {
    newForExisting: options.newForExisting ?? "creation-unsuccessful",
    updateForUnknown: options.updateForUnknown ?? "creation-unsuccessful",
    replaceRefusedFrom: options.replaceRefusedFrom ?? "Submitted",
    automaticSubmission: options.automaticSubmission ?? "first",
    declarationsPerShipment: options.declarationsPerShipment ?? "one",
  };
}

function firstEntry(stateFile: string, at: string): CreatedEntry {
  return { kind: "created", at, version: 1, stateId: sha256Hex(`${stateFile} ${at}`) };
}

function apiParts(
  state: State,
  clock: Clock,
  timeScale: number,
  options: SimulatorOptions,
): ApiParts {
  const clientSecret = options.clientSecret ?? DEFAULTS.clientSecret;
  return {
    clock,
    credentials: { clientId: options.clientId ?? DEFAULTS.clientId, clientSecret },
    tenant: options.tenant ?? DEFAULTS.tenant,
    sourceSystem: options.sourceSystem ?? DEFAULTS.sourceSystem,
    scopes: options.scopes ?? DEFAULTS.scopes,
    tokenLifetimeS: options.tokenLifetimeS ?? TOKEN_LIFETIME_S,
    stepDelayMs: Math.round(STEP_DELAY_MS / timeScale),
    searchEnvelope: options.searchEnvelope ?? "array",
    problemErrorsShape: options.problemErrorsShape ?? "object",
    shipmentReferenceForm: options.shipmentReferenceForm ?? "external",
    shapes: shapesOf(options),
    limit:
      options.requestsPerSecondMax === undefined
        ? null
        : createRequestLimit(options.requestsPerSecondMax),
    intercept: options.intercept ?? null,
    mint: createTokenMint(`${state.stateId} ${clientSecret}`),
    journal: state.journal,
    book: state.book,
    registers: state.registers,
    automaticSubmission: state.switches.automaticSubmission,
    searchOrder: options.searchOrder ?? "created-asc",
    advance: state.advance,
    nextReference: state.nextReference,
    subscriptions: state.delivering,
    destinationFields: { ...DESTINATION_FIELDS, ...options.webhooks?.destinationFields },
    processLater: state.processing.apply,
  };
}
