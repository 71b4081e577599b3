// Tokens that expire early, carry odd lifetimes, are revoked all at once or cannot be had for a
// while, under clocks that are a day off: one refresh at a time, one repeat per message.
import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "vitest";
import { defaultCasSettings } from "../../src/cas/cas-settings.ts";
import { createCasClient } from "../../src/cas/http-cas-client.ts";
import { systemClock } from "../../src/core/time/clock.ts";
import { CannotNowError } from "../../src/core/errors.ts";
import type { Answer } from "../../src/simulator/api/answer.ts";
import { refusal, type Fault } from "../support/simulator-faults.ts";
import { isSend, startFaultCas } from "../support/fault-cas.ts";
import { forEachAtOnce } from "../support/fault-program.ts";
import { faultRow, isDeep } from "../support/fault-row.ts";
import { judge } from "../support/fault-verdict.ts";

interface TokenCase {
  readonly name: string;
  readonly expiresIn: unknown;
  /** How long a token really lives. */
  readonly lifetimeS: number;
  readonly clockOffMs: number;
  /** What the token endpoint does the first two times after the tokens were revoked. */
  readonly down: Fault | null;
}

const DAY_MS = 86_400_000;
const MESSAGES = isDeep ? 2_000 : 40;
const AT_ONCE = 8;
const REVOKED_AFTER = MESSAGES / 2;
/** A token request lasts so long that a second one beside it would be seen. */
const TOKEN_MS = 40;
const TRIES_MAX = 50;

const oddLifetimes: readonly (readonly [string, unknown, number])[] = [
  ["an hour", 3600, 3600],
  ["as text", "3600", 3600],
  ["no number", "soon", 3600],
  ["absent", undefined, 3600],
  ["zero", 0, 3600],
  ["negative", -5, 3600],
  ["endless", 1e15, 3600],
  ["one second, true", 1, 1],
];
const outages: readonly (readonly [string, Fault])[] = [
  ["503", { name: "token endpoint 503", instead: refusal(503) }],
  ["reset", { name: "token endpoint reset", reply: { kind: "reset", afterBytes: 0 } }],
];
const CASES: readonly TokenCase[] = [-DAY_MS, 0, DAY_MS].flatMap((clockOffMs) => [
  ...oddLifetimes.map(([name, expiresIn, lifetimeS]) => ({
    ...{ name: `expires_in ${name}`, expiresIn, lifetimeS, clockOffMs, down: null },
  })),
  ...outages.map(([name, down]) => ({
    ...{ name: `endpoint down: ${name}`, expiresIn: 3600, lifetimeS: 3600, clockOffMs, down },
  })),
]);

const message = (reference: string): string =>
  JSON.stringify({
    direction: "IN",
    externalReference: reference,
    messageType: "Upsert",
    singleAdministrativeDocument: {
      goodsShipment: {
        governmentAgencyGoodsItems: [{ commodity: { description: "Bolts v1" } }],
      },
    },
  });

function withLifetime(answer: Answer, expiresIn: unknown): Answer {
  if (answer.status !== 200) return answer;
  const token = JSON.parse(answer.body.toString()) as Record<string, unknown>;
  return { ...answer, body: JSON.stringify({ ...token, expires_in: expiresIn }) };
}

async function tryCase(tokenCase: TokenCase) {
  const { expiresIn, lifetimeS, clockOffMs, down } = tokenCase;
  const arrivals = new Map<string, number>();
  const tokensAtMs: number[] = [];
  const revoked = new Set<string>();
  let sends = 0;
  let isRevoked = false;
  let outagesLeft = down === null ? 0 : 2;
  await using cas = await startFaultCas({
    timeScale: 1,
    tokenLifetimeS: lifetimeS,
    chooseFault: (request) => {
      if (request.path.endsWith("/token")) {
        tokensAtMs.push(performance.now());
        if (isRevoked && outagesLeft > 0 && down !== null) {
          outagesLeft -= 1;
          return { ...down, delayMs: TOKEN_MS };
        }
        const alter = (answer: Answer): Answer => withLifetime(answer, expiresIn);
        return { name: "token", delayMs: TOKEN_MS, alter };
      }
      if (!isSend(request)) return null;
      sends += 1;
      const reference = request.externalReference ?? "";
      arrivals.set(reference, (arrivals.get(reference) ?? 0) + 1);
      const authorization = request.authorization ?? "";
      // From some moment on every token given so far is refused: a burst of 401.
      if (!isRevoked) {
        revoked.add(authorization);
        isRevoked = sends > REVOKED_AFTER;
      }
      return isRevoked && revoked.has(authorization)
        ? { name: "revoked", instead: refusal(401) }
        : null;
    },
  });
  const clock = { ...systemClock, now: () => new Date(Date.now() + clockOffMs) };
  const credentials = { clientId: "simulator", clientSecret: "simulator" };
  const settings = {
    ...defaultCasSettings("simulator", credentials),
    ...{ apiUrl: cas.url, tokenUrl: cas.tokenUrl, answerTimeoutMs: 5_000 },
  };
  const client = createCasClient(settings, { clock, log: () => undefined });
  const references = Array.from({ length: MESSAGES }, (_, index) => `T-${String(index)}`);
  await forEachAtOnce(references, AT_ONCE, async (reference) => {
    // The one-second token has to run out on the way.
    if (lifetimeS === 1) await sleep(250);
    for (let tries = 1; ; tries += 1) {
      try {
        return await client.ingest("CustomsShipment", message(reference));
      } catch (error) {
        if (!(error instanceof CannotNowError) || tries === TRIES_MAX) throw error;
        await sleep(50);
      }
    }
  });
  await client.close();
  const overlaps = tokensAtMs.filter((atMs, index) => {
    const before = tokensAtMs[index - 1];
    return before !== undefined && atMs - before < TOKEN_MS * 0.9;
  }).length;
  // While the endpoint is down a message that was refused with 401 is sent again by the outbox.
  const sendsMax = 2 + (down === null ? 0 : 2);
  const tooOften = [...arrivals.values()].filter((count) => count > sendsMax).length;
  return { ...judge(cas.journal(), { references }), overlaps, tooOften, name: tokenCase.name };
}

faultRow("token: expiry, burst of 401, endpoint down, odd expires_in, clock", async () => {
  const results = await forEachAtOnce(CASES, 3, tryCase);
  expect(results.filter(({ overlaps, tooOften }) => overlaps + tooOften > 0)).toEqual([]);
  const sum = (of: "lost" | "doubled" | "inverted"): number =>
    results.reduce((total, result) => total + result[of], 0);
  return {
    points: CASES.length,
    ...{ lost: sum("lost"), doubled: sum("doubled"), inverted: sum("inverted") },
    also: "0 token requests side by side",
  };
});
