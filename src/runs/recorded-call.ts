// One call that changes something at CAS: recorded before its first byte, sent under the right to send, and its answer
// recorded after. What was not answered stays unknown in the books.
import type { CallOptions } from "../cas/cas-client.ts";
import {
  CannotNowError,
  CasBatchError,
  OutcomeUnknownError,
  RefusedError,
} from "../core/errors.ts";
import type { ChangeEnd, ChangeIntent } from "../ledger/contract/changes.ts";
import type { HeldLease } from "../submit/lease/lease.ts";
import type { Session } from "./session.ts";

export interface RecordedCall<Answer> {
  readonly changeId: string;
  readonly state: ChangeEnd["state"];
  /** Null where CAS did not take it, or that is not known. */
  readonly answer: Answer | null;
  readonly error: CasBatchError | null;
}

/** @throws CasBatchError when it cannot be recorded; then nothing was sent */
export async function recordedCall<Answer>(
  { books, clock }: Pick<Session, "books" | "clock">,
  lease: HeldLease,
  intent: ChangeIntent,
  call: (options: CallOptions) => Promise<Answer>,
  endOf: (answer: Answer) => Omit<ChangeEnd, "at">,
): Promise<RecordedCall<Answer>> {
  const changeId = await books.recordChange(intent, lease);
  const ended = async (end: Omit<ChangeEnd, "at">): Promise<Pick<ChangeEnd, "state">> => {
    await books.recordChangeEnd(changeId, { ...end, at: clock.now() });
    return { state: end.state };
  };
  let answer: Answer;
  try {
    answer = await inItsTurn(call, lease);
  } catch (error) {
    if (!(error instanceof CasBatchError)) throw error;
    const detail = error.message;
    const answerStatus =
      error instanceof RefusedError ? { answerStatus: error.problem.status } : {};
    const state = stateAfter(error);
    return { changeId, answer: null, error, ...(await ended({ state, detail, ...answerStatus })) };
  }
  return { changeId, answer, error: null, ...(await ended(endOf(answer))) };
}

function stateAfter(error: CasBatchError): "refused" | "unknown" | "returned" {
  if (error instanceof RefusedError) return "refused";
  return error instanceof OutcomeUnknownError ? "unknown" : "returned";
}

export function interrupted(): CasBatchError {
  return new CannotNowError("interrupted", "Stopped before every change was sent", {
    hint: "Run the same command again: what is done already is not sent twice",
  });
}

/** Until its first byte is written it can be stopped; after that its answer is waited for. */
async function inItsTurn<Answer>(
  call: (options: CallOptions) => Promise<Answer>,
  lease: HeldLease,
): Promise<Answer> {
  const ending = new AbortController();
  let isWritten = false;
  const stop = (): void => {
    if (lease.signal.aborted && !isWritten) ending.abort(interrupted());
  };
  lease.signal.addEventListener("abort", stop);
  stop();
  try {
    return await call({
      signal: ending.signal,
      onWrite: () => {
        lease.assertHeld();
        isWritten = true;
      },
      onNothingTaken: () => {
        isWritten = false;
        stop();
      },
    });
  } finally {
    lease.signal.removeEventListener("abort", stop);
  }
}
