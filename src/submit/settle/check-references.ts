// Checks references that this ledger has never sent: asks CAS about each before its first message may be
// claimed. It goes page by page, a bounded number at a time within the rate, while what was checked is sent.
// What could not be checked stays in the queue.
import pLimit from "p-limit";
import { pageLength } from "../../core/declaration.ts";
import { CannotNowError, CasBatchError, RefusedError } from "../../core/errors.ts";
import { DEFAULT_KIND } from "../../core/message-kind.ts";
import type { MessageToAskAbout, ReferenceAnswer } from "../../ledger/contract/references.ts";
import { plural } from "../../core/text/count-words.ts";
import { waitTooLong } from "../limits/asked-wait.ts";
import type { BarredKinds, DeliveryContext } from "../limits/delivery-context.ts";
import type { Outage } from "../limits/outage.ts";
import { findContent } from "./find-content.ts";

/** One durable write for so many questions per place: what was asked about goes out when its page is done. */
const QUESTIONS_PER_PLACE = 2;
/** When CAS could not be asked: how long until the next try. */
const ASK_AGAIN_MS = 5_000;
/** From so many on, it is worth a question whether the tenant has any declaration at all. */
const ASK_WHETHER_EMPTY_MIN = 3;
/** Before the first declaration of any tenant: named, so that no default of the search counts. */
const BEFORE_ALL = "2000-01-01T00:00:00.000Z";

export interface ReferenceCheck {
  /** Starts a pass over the references to check, unless one is under way; false when there are none. */
  readonly proceed: () => Promise<boolean>;
  /** How many references CAS was asked about. */
  readonly asked: () => number;
  /** For how many of them CAS has the very content. */
  readonly unchanged: () => number;
  /** Resolves when nothing is under way any more. */
  readonly idle: () => Promise<void>;
}

export function createReferenceCheck(
  context: DeliveryContext & {
    /** Of the search for declarations. */
    readonly outage: Outage;
    readonly barred: BarredKinds;
  },
  options: {
    /** Called after each page, and at the end. */
    readonly onChanged: () => void;
    /** Called with how many messages are not sent, and how many of these are held. */
    readonly onNotSent: (messages: number, held: number) => void;
  },
): ReferenceCheck {
  const { client, books, clock, log, onProgress, settings, stop, outage, barred } = context;
  const { onChanged, onNotSent } = options;
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
      // Any other refusal does not concern this reference alone.
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
    onNotSent(found + held, held);
    onChanged();
  };

  /** Records the answers that came, also when other questions failed. */
  const askPage = async (page: readonly MessageToAskAbout[]): Promise<void> => {
    const results = await Promise.allSettled(page.map((message) => limit(ask, message)));
    await record(
      results.flatMap((result) => (result.status === "fulfilled" ? [result.value] : [])),
    );
    const failed = results.find((result) => result.status === "rejected");
    if (failed !== undefined) throw failed.reason;
    outage.succeeded();
  };

  /** Then no earlier message can have made a declaration. */
  const isTenantEmpty = async (): Promise<boolean> => {
    try {
      const query = { lastUpdatedFrom: BEFORE_ALL };
      const page = { limit: 1, offset: 0 };
      return pageLength(await client.searchDeclarations(query, page, { signal })) === 0;
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
      onProgress({ phase: "asking", subject: "references", done, total: Math.max(total, done) });
    }
  };

  const endOf = (error: unknown): unknown => {
    if (!(error instanceof CannotNowError) || error.code === "ledger-write-failed") return error;
    const waitMs = error.retryAfterMs ?? 0;
    if (waitMs > settings.retry.retryAfterMaxMs) return waitTooLong(error, clock.now());
    return outage.failed(error);
  };

  const run = async (total: number): Promise<void> => {
    log(
      "info",
      `CAS is asked about ${plural(total, "reference")} first, because this ledger has never sent them`,
    );
    while (!stop.isStopped()) {
      try {
        const isEmpty = total >= ASK_WHETHER_EMPTY_MIN && (await isTenantEmpty());
        if (isEmpty) log("info", "CAS has no declaration of this tenant, so none is looked for");
        await askAll(total, isEmpty);
        return;
      } catch (error) {
        if (stop.isStopped()) return;
        if (error instanceof CasBatchError && error.code === "scope-missing") {
          barred.set(DEFAULT_KIND, error);
          return;
        }
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
    proceed: async () => {
      if (pass !== null) return true;
      if (barred.has(DEFAULT_KIND)) return false;
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
  const reason = { code: "question-refused", message: error.message } as const;
  return { versionId, askedAt, declarations: [], verdict: { kind: "held", reason } };
}
