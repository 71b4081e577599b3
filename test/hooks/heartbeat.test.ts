import { expect, test } from "vitest";
import { attempt } from "../../src/hooks/attempts.ts";
import { beat } from "../../src/hooks/heartbeat.ts";
import { systemClock, type Clock } from "../../src/core/time/clock.ts";

const ADDRESS = "https://monitor.example/ping/token-4711";

/** Waits for nothing, and writes down how long it would have. */
function hurriedClock(): Clock & { readonly waited: number[] } {
  const waited: number[] = [];
  return {
    ...systemClock,
    waited,
    sleep: (delayMs) => {
      waited.push(delayMs);
      return Promise.resolve();
    },
  };
}

const never = new AbortController().signal;

test("beat() asks again while the monitor is down, and tells how often", async () => {
  const clock = hurriedClock();
  const answers = [500, 429, 200];
  const ping = () => Promise.resolve(answers.shift() ?? 0);
  const outcome = await beat("success", ADDRESS, ping, { clock, signal: never });
  expect(outcome).toMatchObject({ state: "done", attempts: 3, message: "monitor.example" });
  expect(clock.waited).toEqual([1_000, 4_000]);
});

test("beat() gives up after three attempts", async () => {
  const clock = hurriedClock();
  let asked = 0;
  const ping = () => {
    asked += 1;
    return Promise.reject(new Error("connect ECONNREFUSED"));
  };
  const outcome = await beat("failure", ADDRESS, ping, { clock, signal: never });
  expect(outcome).toMatchObject({ state: "failed", attempts: 3 });
  expect(outcome.message).toBe("Cannot tell monitor.example of the failure: connect ECONNREFUSED");
  expect(outcome.hint).toContain("cas-batch hooks test");
  expect(asked).toBe(3);
});

test.each([404, 301, 401])("beat() does not repeat what is answered with %d", async (status) => {
  const clock = hurriedClock();
  const ping = () => Promise.resolve(status);
  const outcome = await beat("success", ADDRESS, ping, { clock, signal: never });
  expect(outcome).toMatchObject({ state: "failed", attempts: 1 });
  expect(outcome.message).toContain(`it answered ${status}`);
  expect(JSON.stringify(outcome)).not.toContain("token-4711");
});

test("attempt() bounds each attempt, whatever its work does in that time", async () => {
  const hang = (signal: AbortSignal): Promise<void> =>
    new Promise((_resolve, reject) => {
      signal.addEventListener("abort", () => {
        reject(signal.reason as Error);
      });
    });
  const patience = { clock: hurriedClock(), signal: never, attemptMs: 20 };
  const { attempts, failure } = await attempt(patience, hang);
  expect(attempts).toBe(3);
  expect(failure?.message).toBe("no answer within 0.02 s");
});

test("attempt() does not begin again when everything was stopped", async () => {
  const stop = new AbortController();
  const patience = { clock: systemClock, signal: stop.signal, attemptMs: 10_000 };
  const { attempts } = await attempt(patience, () => {
    stop.abort();
    return Promise.reject(new Error("down"));
  });
  expect(attempts).toBe(1);
});
