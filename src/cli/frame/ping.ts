// Asks for an address with GET, on the way that every request takes: through the proxy where one is set, over TLS
// with the certificates that the machine trusts. No redirect is followed, as the address holds a token.
import { createDispatchers, type Dispatchers } from "../../cas/dispatcher.ts";
import { exchange } from "../../cas/exchange.ts";
import type { Ping } from "../../hooks/heartbeat.ts";

const STEP_MS = 10_000;
/** Of what a monitor answers, its status alone counts. */
const ANSWER_BYTES_MAX = 64 * 1024;
const limits = {
  connectTimeoutMs: STEP_MS,
  answerTimeoutMs: STEP_MS,
  bodyTimeoutMs: STEP_MS,
  maxAnswerBytes: ANSWER_BYTES_MAX,
};

interface OpenPing {
  readonly ping: Ping;
  readonly close: () => Promise<void>;
}

export function createPing(): OpenPing {
  let dispatchers: Dispatchers | null = null;
  return {
    ping: async (address, signal) => {
      const url = new URL(address);
      dispatchers ??= createDispatchers({ connectionsMax: 2, ...limits });
      const request = { method: "GET", url, headers: {}, signal } as const;
      const answer = await exchange(dispatchers.for(url), request, limits);
      if (answer.answered) return answer.status;
      throw new Error(answer.fault.words, { cause: answer.fault.cause });
    },
    close: async () => dispatchers?.close(),
  };
}
