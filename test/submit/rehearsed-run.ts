// Whole runs of the pipeline against a simulator, in this process.
import { writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { defaultCasSettings } from "../../src/cas/cas-settings.ts";
import type { ThrottledClient } from "../../src/cas/throttle/throttled-client.ts";
import { systemClock } from "../../src/core/time/clock.ts";
import { statusMeaning } from "../../src/core/codes/declaration-statuses.ts";
import type { LineView } from "../../src/ledger/contract/views.ts";
import type { LedgerBooks } from "../../src/ledger/ledger.ts";
import { defaultReconcileSettings, type ReconcileSettings } from "../../src/reconcile/reconcile.ts";
import { send, type SendResult } from "../../src/runs/sending.ts";
import { defaultDocumentSettings } from "../../src/documents/document-settings.ts";
import { connect, disconnect, type Session } from "../../src/runs/session.ts";
import { startSimulator, type Simulator } from "../../src/simulator/start-simulator.ts";
import { defaultDeliverSettings } from "../../src/submit/deliver.ts";

interface RehearsedRun {
  readonly result: SendResult;
  readonly lines: readonly LineView[];
}

interface RunChoices {
  readonly allowAmend?: boolean;
  readonly apiUrl?: string;
  /** Another ledger than the usual one. */
  readonly ledgerName?: string;
  /** 90 days unless told. */
  readonly newLedgerMs?: number;
  readonly followSenderMs?: number;
  /** Another view of the books. */
  readonly booksOf?: (books: LedgerBooks) => LedgerBooks;
  readonly reconcile?: Partial<ReconcileSettings>;
  /** Another view of CAS. */
  readonly clientOf?: (client: ThrottledClient) => ThrottledClient;
  /** Follows the declarations, too. */
  readonly follow?: boolean;
  /** Before the session ends. */
  readonly afterwards?: (session: Session, result: SendResult) => Promise<void>;
}

export interface Rehearsal extends AsyncDisposable {
  readonly simulator: Simulator;
  /** One run over CSV files, by name and content. */
  readonly run: (
    files: Readonly<Record<string, string>>,
    choices?: RunChoices,
  ) => Promise<RehearsedRun>;
  /** How many messages of a shipment CAS has accepted. */
  readonly acceptedOf: (reference: string) => number;
  /** Resolves when so many declarations had the status; one unless told. */
  readonly untilStatus: (status: string, count?: number) => Promise<void>;
}

const POLL_DELAY_MS = 20;
const POLLS_MAX = 500;

export async function openRehearsal(): Promise<Rehearsal> {
  const folder = await mkdtemp(join(tmpdir(), "cas-batch-rehearsal-"));
  const simulator = await startSimulator({
    stateFile: join(folder, "simulator.jsonl"),
    timeScale: 200,
  });
  const clock = systemClock;
  const run: Rehearsal["run"] = async (files, choices = {}) => {
    const inputs = Object.entries(files).map(([name, content]) => {
      const path = join(folder, name);
      writeFileSync(path, content);
      return { path, name };
    });
    const cas = {
      ...defaultCasSettings("simulator", { clientId: "simulator", clientSecret: "simulator" }),
      apiUrl: simulator.url,
      tokenUrl: simulator.tokenUrl,
    };
    const connected = await connect(
      "submit",
      {
        environment: "simulator",
        cas: { ...cas, apiUrl: choices.apiUrl ?? cas.apiUrl },
        ledgerPath: join(folder, choices.ledgerName ?? "ledger.sqlite"),
        newLedgerMs: choices.newLedgerMs ?? 90 * 86_400_000,
        holdsFirst: false,
        ratePerSecond: Infinity,
        deliver: { ...defaultDeliverSettings, settleDelaysMs: [20, 50] },
        reconcile: { ...defaultReconcileSettings, ...choices.reconcile },
        wait: { pollDelayMs: 50, quietMs: 200, waitMsMax: 1_000 },
        documents: defaultDocumentSettings,
        allowedIn: {},
        timeZone: "UTC",
        acceptedAndBeyond: (status) => statusMeaning(status).acceptedAndBeyond,
      },
      {
        clock,
        random: Math.random,
        log: () => undefined,
        onProgress: () => undefined,
        signal: new AbortController().signal,
        programVersion: "test",
      },
    );
    const session = {
      ...connected,
      books: choices.booksOf?.(connected.books) ?? connected.books,
      client: choices.clientOf?.(connected.client) ?? connected.client,
    };
    try {
      const { followSenderMs } = choices;
      const sending = {
        ...(followSenderMs === undefined ? {} : { followSenderMs }),
        ...{ reading: {}, onInvalid: "skip" as const, profileOf: () => null },
        ...{ allowAmend: choices.allowAmend ?? false, retryRefused: false, deadline: null },
      };
      const result = await send(session, inputs, sending, choices.follow ?? false);
      await choices.afterwards?.(session, result);
      const lines: LineView[] = [];
      for await (const page of session.books.lines({ runId: session.runId })) lines.push(...page);
      return { result, lines };
    } finally {
      await disconnect(connected);
    }
  };
  return {
    simulator,
    run,
    acceptedOf: (reference) =>
      simulator
        .journal()
        .filter((entry) => entry.kind === "accepted" && entry.externalReference === reference)
        .length,
    untilStatus: async (status, count = 1) => {
      for (let poll = 0; poll < POLLS_MAX; poll += 1) {
        const had = simulator
          .journal()
          .filter((entry) => JSON.stringify(entry).includes(`"${status}"`));
        if (had.length >= count) return;
        await clock.sleep(POLL_DELAY_MS);
      }
      throw new Error(`No declaration came to ${status}`);
    },
    [Symbol.asyncDispose]: async () => {
      await simulator.close();
      await rm(folder, { recursive: true });
    },
  };
}

/** A file with one shipment that says `goods`. */
export function csvOf(reference: string, goods: string): string {
  return [
    "External reference,Direction,Goods description,Commodity code,Consignee EORI",
    `${reference},IN,${goods},73181500,BE0123456789`,
    "",
  ].join("\n");
}
