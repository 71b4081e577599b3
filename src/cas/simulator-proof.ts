// Binds the environments to what answers. In environment `simulator` an address of this machine has
// to say that it is the simulator, without a token and before anything else is sent: otherwise a
// rehearsal could file for real. In `production` the simulator is refused: otherwise a run could
// report as filed what never reached customs.
import type { Clock } from "../core/time/clock.ts";
import { CasBatchError } from "../core/errors.ts";
import type { Redactor } from "../core/text/redact.ts";
import type { Environment } from "../core/shipment.ts";
import { simulatorAbout, SIMULATOR_ABOUT_PATH, SIMULATOR_HEADER } from "../core/simulator-signs.ts";
import { readWhole } from "./answers.ts";
import type { Answered, ExchangeLimits, Request, Unanswered } from "./exchange.ts";
import { busyError, unansweredError, type CallContext } from "./failures.ts";
import { isLoopback } from "./secure-url.ts";

/** The simulator answers at once; this leaves room for a machine under load. */
const ABOUT_TIMEOUT_MS = 10_000;
const ABOUT_BYTES_MAX = 64 * 1024;

const HOW_TO_REHEARSE =
  "Start `cas-batch simulator` and name its address, or leave CAS_API_URL and `apiUrl` out: --env simulator then starts one itself";

/**
 * Asks once for however many calls; a question that could not be answered is asked again.
 * @throws CasBatchError `environment-mismatch` when something else than the simulator answers
 * @throws CannotNowError when nothing answers now
 */
export function createSimulatorProof(
  addresses: { readonly apiUrl: URL; readonly tokenUrl: URL },
  {
    clock,
    redactor,
    limits,
    send,
  }: {
    readonly clock: Clock;
    readonly redactor: Redactor;
    readonly limits: ExchangeLimits;
    readonly send: (request: Request, limits: ExchangeLimits) => Promise<Answered | Unanswered>;
  },
): () => Promise<void> {
  const { apiUrl, tokenUrl } = addresses;
  const stranger = [apiUrl, tokenUrl].find(
    (url) => !isLoopback(url) || url.origin !== apiUrl.origin,
  );
  if (stranger !== undefined) {
    throw new CasBatchError(
      "environment-mismatch",
      `${stranger.origin} cannot serve the environment simulator: one address of this machine is allowed`,
      { hint: HOW_TO_REHEARSE },
    );
  }
  // Below the path of the API: a proxy may send other paths elsewhere.
  const url = new URL(apiUrl.origin + apiUrl.pathname.replace(/\/$/, "") + SIMULATOR_ABOUT_PATH);
  const aboutLimits = {
    ...limits,
    answerTimeoutMs: Math.min(limits.answerTimeoutMs, ABOUT_TIMEOUT_MS),
    bodyTimeoutMs: Math.min(limits.bodyTimeoutMs, ABOUT_TIMEOUT_MS),
    maxAnswerBytes: ABOUT_BYTES_MAX,
  };
  const prove = async (): Promise<void> => {
    const headers = { accept: "application/json" };
    const result = await send({ method: "GET", url, headers }, aboutLimits);
    const call: CallContext = {
      what: "find the simulator",
      host: url.host,
      address: url,
      now: clock.now(),
      redactor,
    };
    const failure = result.answered
      ? busyError(result, call)
      : result.fault.kind === "not-understood"
        ? null
        : unansweredError(result.fault, call);
    if (failure !== null) throw failure;
    if (result.answered && isProof(result)) return;
    const answer = result.answered ? `answered ${result.status}` : result.fault.words;
    throw new CasBatchError(
      "environment-mismatch",
      `${url.origin} did not prove to be the simulator (${url.pathname}: ${answer}); nothing else was sent there`,
      { hint: HOW_TO_REHEARSE },
    );
  };
  let proof: Promise<void> | null = null;
  return () => {
    proof ??= prove().catch((error: unknown) => {
      proof = null;
      throw error;
    });
    return proof;
  };
}

function isProof({ status, body, bodyFault }: Answered): boolean {
  return status === 200 && bodyFault === null && "value" in readWhole(simulatorAbout, body);
}

/**
 * Whether an answer is the simulator's.
 * @throws CasBatchError `environment-mismatch` when it is and the environment is production, or when
 *   the environment is simulator and something else has taken what only the simulator may take
 */
export function isSimulated(answer: Answered, host: string, environment: Environment): boolean {
  const isMarked = answer.header(SIMULATOR_HEADER) !== null;
  if (isMarked && environment === "production") {
    throw new CasBatchError(
      "environment-mismatch",
      `${host} is the simulator, and the environment is production: nothing would be filed with customs`,
      {
        hint: "Leave CAS_API_URL, CAS_TOKEN_URL, `apiUrl` and `tokenUrl` out to reach CAS, or choose --env simulator to rehearse",
      },
    );
  }
  if (!isMarked && environment === "simulator" && answer.status < 300) {
    throw new CasBatchError(
      "environment-mismatch",
      `${host} answers as the simulator at one path and as something else at others; no shipment was sent there`,
      { hint: HOW_TO_REHEARSE },
    );
  }
  return isMarked;
}
