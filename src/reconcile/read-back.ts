// Reads at CAS what became of messages that it makes no declarations of: movement orders, by their external
// reference. Those of the last days are read; what an answer says is kept as it came, because its members
// beyond the status are not public.
import type { CasReader } from "../cas/cas-client.ts";
import { CasBatchError, RefusedError } from "../core/errors.ts";
import { textMember } from "../core/json.ts";
import { kindNames, kindOf } from "../core/message-kind.ts";
import type { Log, OnProgress } from "../core/progress.ts";
import { keyText } from "../core/shipment.ts";
import type { Clock } from "../core/time/clock.ts";
import { counted, plural } from "../core/text/count-words.ts";
import type { ReadBackBooks } from "../ledger/contract/read-back.ts";

/** After so long, a movement order is hardly moved on. Source: assumed; CAS names no time. */
const READ_FOR_MS = 14 * 86_400_000;
const NOT_ALLOWED = Symbol("not allowed");
/** In one reconcile; the next one begins with those that were read longest ago. */
const READ_MAX = 5_000;

interface ReadBackDependencies {
  readonly client: Pick<CasReader, "movementOrder">;
  readonly books: ReadBackBooks;
  readonly clock: Clock;
  readonly log: Log;
  readonly onProgress: OnProgress;
  readonly signal: AbortSignal;
}

/** @throws CannotNowError when CAS is out of reach */
export async function readBackMessages(dependencies: ReadBackDependencies): Promise<void> {
  const { client, books, clock, log, onProgress, signal } = dependencies;
  const kinds = kindNames.filter((kind) => kindOf(kind).asked === "read-back");
  const acceptedSince = new Date(clock.now().getTime() - READ_FOR_MS);
  let done = 0;
  let changed = 0;
  const found = await books.messagesToReadBack({ kinds, acceptedSince, limit: READ_MAX + 1 });
  const wanted = found.slice(0, READ_MAX);
  for (const { shipmentId, key } of wanted) {
    signal.throwIfAborted();
    const answer = await answerFor(client, key.externalReference, signal);
    if (answer === NOT_ALLOWED) {
      log("warn", "The movement orders are not read at CAS: the token lacks the scope read:wms");
      return;
    }
    done += 1;
    const total = wanted.length;
    onProgress({ phase: "reconciling", subject: "movement orders", done, total });
    if (answer === null) {
      log("debug", `${keyText(key)} cannot be read at CAS`);
      continue;
    }
    const said = { readAt: clock.now(), status: textMember(answer, "status"), answer };
    if (await books.recordReadBack(shipmentId, said)) changed += 1;
  }
  if (done > 0) log("info", `${plural(done, "movement order")} read at CAS, ${changed} changed`);
  if (found.length > wanted.length) {
    log(
      "warn",
      `There are more movement orders than the ${counted(READ_MAX)} that were read; the next reconcile begins with the others`,
    );
  }
}

async function answerFor(
  client: Pick<CasReader, "movementOrder">,
  reference: string,
  signal: AbortSignal,
): Promise<string | typeof NOT_ALLOWED | null> {
  try {
    return (await client.movementOrder(reference, { signal })).raw;
  } catch (error) {
    if (error instanceof RefusedError) return null;
    if (!(error instanceof CasBatchError)) throw error;
    if (error.code === "scope-missing") return NOT_ALLOWED;
    if (error.code === "id-unusable" || error.code === "answer-not-understood") return null;
    throw error;
  }
}
