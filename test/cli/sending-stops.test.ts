// Ends of commands that send, as a person sees them.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, it } from "vitest";
import { startLoopbackCas } from "../submit/loopback-cas.ts";
import { documentOf, emptyFolder, runCli, startCli } from "../support/run-cli.ts";

const HEADER = "External reference,Direction,Goods description,Commodity code,Consignee EORI";

const env = { CAS_ENV: "acceptance", CAS_CLIENT_ID: "test", CAS_CLIENT_SECRET: "a secret" };

function placeFor(url: string) {
  const cwd = emptyFolder();
  const settings = [`apiUrl: ${url}`, `tokenUrl: ${url}/token`, "settle: { delays: [200ms, 1s] }"];
  writeFileSync(join(cwd, "cas-batch.yaml"), settings.join("\n"));
  const write = (name: string, count: number): void => {
    const rows = Array.from(
      { length: count },
      (_, index) => `${name}-${String(index)},IN,Bolts,73181500,BE0123456789`,
    );
    writeFileSync(join(cwd, `${name}.csv`), [HEADER, ...rows, ""].join("\n"));
  };
  return { write, place: { cwd, env } };
}

async function until(isTrue: () => boolean): Promise<void> {
  for (let tries = 0; !isTrue(); tries += 1) {
    if (tries > 600) throw new Error("It did not come to that");
    await sleep(50);
  }
}

it(
  "resume heeds the Retry-After of an earlier run, and --ignore-wait does not",
  { timeout: 60_000 },
  async () => {
    await using cas = await startLoopbackCas({
      message: (_reference, nth) =>
        nth === 2 ? { status: 429, headers: { "retry-after": "7200" } } : null,
    });
    const { write, place } = placeFor(cas.url);
    write("W", 4);
    const args = ["--concurrency", "1", "--json"];
    const submitted = await runCli(["submit", "W.csv", ...args], place);
    expect(submitted.code, submitted.stderr).toBe(5);
    const until = /asked to wait until 2\d{3}-\d\d-\d\d \d\d:\d\d UTC, 2 h from now/;
    expect(documentOf(submitted).error?.message).toMatch(until);
    const resumed = await runCli(["resume", ...args], place);
    expect(resumed.code, resumed.stderr).toBe(5);
    expect(documentOf(resumed).error?.message).toMatch(until);
    expect(documentOf(resumed).error?.hint).toContain("--ignore-wait");
    expect(cas.messages).toHaveLength(2);
    const sent = await runCli(["resume", "--ignore-wait", ...args], place);
    expect(sent.code, sent.stderr).toBe(0);
    expect(cas.messages).toHaveLength(5);
  },
);

it(
  "submit with a deadline beside a sender is refused before anything is queued",
  { timeout: 60_000 },
  async () => {
    await using cas = await startLoopbackCas();
    const { write, place } = placeFor(cas.url);
    write("A", 40);
    write("B", 2);
    const running = startCli(["submit", "A.csv", "--rate", "4"], place);
    await until(() => cas.messages.length > 0);
    const refused = await runCli(["submit", "B.csv", "--deadline", "3s", "--json"], place);
    expect(refused.code, refused.stderr).toBe(7);
    const { error } = documentOf(refused);
    expect(error?.message).toMatch(/--deadline does not bind it, so nothing was read or queued/);
    expect(error?.hint).toContain("without --deadline");
    running.process.kill("SIGTERM");
    expect((await running.finished).code).toBe(143);
    const resumed = await runCli(["resume", "--rate", "100"], place);
    expect(resumed.code, resumed.stderr).toBe(0);
    expect(cas.messages.filter((reference) => reference.startsWith("B"))).toEqual([]);
  },
);

it("a second Ctrl-C leaves at once and says what to run", { timeout: 60_000 }, async () => {
  await using cas = await startLoopbackCas({
    message: (_reference, nth) => (nth === 3 ? sleep(20_000, null, { ref: false }) : null),
  });
  const { write, place } = placeFor(cas.url);
  write("C", 40);
  const running = startCli(["submit", "C.csv", "--rate", "4", "--json"], place);
  await until(() => cas.messages.length > 2);
  let told = "";
  running.process.stderr?.on("data", (text: string) => (told += text));
  running.process.kill("SIGINT");
  await until(() => told.includes("once more to leave at once"));
  running.process.kill("SIGINT");
  const { code, stderr, stdout } = await running.finished;
  expect(code).toBe(130);
  expect(stderr).toContain("Run `cas-batch resume --env acceptance`");
  expect(stdout).toContain("Run `cas-batch resume --env acceptance`");
});
