// Asks CAS about the references that this ledger has never sent, before their first message may be
// claimed: page by page, so many at a time within the rate, while what was asked about goes out. What
// could not be asked about stays in the queue.
import pLimit from "p-limit";
import type { CasReader } from "../../cas/cas-client.ts";
import type { Clock } from "../../core/clock.ts";
import { CannotNowError, RefusedError, type CasBatchError } from "../../core/errors.ts";
import type { Log, OnProgress } from "../../core/progress.ts";
import type { LedgerBooks, MessageToAskAbout, ReferenceAnswer } from "../../ledger/ledger.ts";
import { waitTooLong } from "../limits/asked-wait.ts";
import type { DeliverSettings } from "../limits/deliver-settings.ts";
import { findContent } from "./find-content.ts";
import type { Stop } from "../limits/stop.ts";

/** One durable write for so many questions per place: what was asked about goes out when its page is done. */
const QUESTIONS_PER_PLACE = 2;
/** When CAS could not be asked: how long until the next try. */
const ASK_AGAIN_MS = 5_000;
/** From so many on, it is worth a question whether the tenant has any declaration at all. */
const ASK_WHETHER_EMPTY_MIN = 3;
/** Before the first declaration of any tenant: named, so that no default of the search counts. */
const BEFORE_ALL = "2000-01-01T00:00:00.000Z";

export interface Asker {
  /** Goes on asking when there is something to ask about; false when there is not. */
  readonly look: () => Promise<boolean>;
  /** References that were asked about. */
  readonly asked: () => number;
  /** Those of them of which CAS has the very content. */
  readonly unchanged: () => number;
  /** Resolves when nothing is under way any more. */
  readonly idle: () => Promise<void>;
}

export function createAsker(
  dependencies: {
    readonly client: CasReader;
    readonly books: LedgerBooks;
    readonly clock: Clock;
    readonly log: Log;
    readonly onProgress: OnProgress;
    readonly stop: Stop;
  },
  options: {
    readonly settings: DeliverSettings;
    /** Told after each page, and at the end. */
    readonly onChanged: () => void;
    /** Told what was settled without being sent. */
    readonly onSettled: (messages: number) => void;
    readonly onHeld: (messages: number) => void;
    /** Returns the error to stop with when CAS has been out of reach for too long. */
    readonly onFailed: (error: CasBatchError) => CannotNowError | null;
    readonly onAnswered: () => void;
  },
): Asker {
  const { client, books, clock, log, onProgress, stop } = dependencies;
  const { settings, onChanged, onSettled, onHeld, onFailed, onAnswered } = options;
  const { signal } = stop;
  const limit = pLimit(settings.concurrency);
  let pass: Promise<void> | null = null;
  let asked = 0;
  let unchanged = 0;

  const ask = async (message: MessageToAskAbout): Promise<ReferenceAnswer> => {
    signal.throwIfAborted();
    const { clockSkewMaxMs } = settings;
    try {
      return await findContent({ client, clock }, message, { clockSkewMaxMs, signal });
    } catch (error) {
      // Any other refusal is none of this reference.
      if (!(error instanceof RefusedError) || error.problem.status !== 400) throw error;
      return refusedAnswer(message, error, clock.now());
    }
  };

  const record = async (answers: readonly ReferenceAnswer[]): Promise<void> => {
    if (answers.length === 0) return;
    const held = await books.recordAnswers(answers);
    const found = answers.filter(({ verdict }) => verdict.kind === "unchanged").length;
    asked += answers.length;
    unchanged += found;
    onSettled(found + held);
    onHeld(held);
    onChanged();
  };

  /** What was answered counts, also when something else was not. */
  const askPage = async (page: readonly MessageToAskAbout[]): Promise<void> => {
    const results = await Promise.allSettled(page.map((message) => limit(ask, message)));
    await record(
      results.flatMap((result) => (result.status === "fulfilled" ? [result.value] : [])),
    );
    const failed = results.find((result) => result.status === "rejected");
    if (failed !== undefined) throw failed.reason;
    onAnswered();
  };

  /** Then there is nothing that an earlier message has made. */
  const isTenantEmpty = async (): Promise<boolean> => {
    try {
      const query = { lastUpdatedFrom: BEFORE_ALL };
      const page = { limit: 1, offset: 0 };
      const { declarations } = await client.searchDeclarations(query, page, { signal });
      return declarations.length === 0;
    } catch (error) {
      if (error instanceof RefusedError) return false;
      throw error;
    }
  };

  const askAll = async (total: number, isEmpty: boolean): Promise<void> => {
    const before = asked;
    for (;;) {
      const pageSize = settings.concurrency * QUESTIONS_PER_PLACE;
      const page = await books.messagesToAskAbout(pageSize);
      if (page.length === 0 || stop.isStopped()) return;
      if (isEmpty) await record(page.map((message) => nothingThere(message, clock.now())));
      else await askPage(page);
      const done = asked - before;
      onProgress({
        ...{ phase: "asking", subject: "references", done },
        total: Math.max(total, done),
      });
    }
  };

  const endOf = (error: unknown): unknown => {
    if (!(error instanceof CannotNowError) || error.code === "ledger-write-failed") return error;
    const waitMs = error.retryAfterMs ?? 0;
    if (waitMs > settings.retry.retryAfterMaxMs) return waitTooLong(error, clock.now());
    return onFailed(error);
  };

  const run = async (total: number): Promise<void> => {
    const count = `${total.toLocaleString("en-US")} ${total === 1 ? "reference" : "references"}`;
    log("info", `CAS is asked about ${count} first, because this ledger has never sent them`);
    while (!stop.isStopped()) {
      try {
        const isEmpty = total >= ASK_WHETHER_EMPTY_MIN && (await isTenantEmpty());
        if (isEmpty) log("info", "CAS has no declaration of this tenant, so none is looked for");
        await askAll(total, isEmpty);
        return;
      } catch (error) {
        if (stop.isStopped()) return;
        const end = endOf(error);
        if (end !== null) {
          stop.fail(end);
          return;
        }
        await clock.sleep(ASK_AGAIN_MS, signal).catch(() => undefined);
      }
    }
  };

  return {
    look: async () => {
      if (pass !== null) return true;
      const total = await books.countToAskAbout();
      if (total === 0) return false;
      pass ??= run(total).finally(() => {
        pass = null;
        onChanged();
      });
      return true;
    },
    asked: () => asked,
    unchanged: () => unchanged,
    idle: async () => {
      await pass;
    },
  };
}

function nothingThere({ versionId }: MessageToAskAbout, askedAt: Date): ReferenceAnswer {
  return { versionId, askedAt, declarations: [], verdict: { kind: "may-go" } };
}

/** A question that CAS refuses for this reference alone must not let it go unasked. */
function refusedAnswer(
  { versionId }: MessageToAskAbout,
  error: RefusedError,
  askedAt: Date,
): ReferenceAnswer {
  const reason = `This ledger has never sent this shipment, and CAS refuses to say whether it has it already (${error.message}); look it up in CAS, and run again`;
  return { versionId, askedAt, declarations: [], verdict: { kind: "held", reason } };
}
