import { appendFileSync, existsSync, readFileSync, truncateSync, writeFileSync } from "node:fs";
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { describe, expect, onTestFinished, test } from "vitest";
import { CasBatchError } from "../../src/core/errors.ts";
import { readJournal } from "../../src/simulator/journal/journal-file.ts";
import { findRunningSimulator } from "../../src/simulator/registration.ts";
import { startSimulator } from "../../src/simulator/start-simulator.ts";
import {
  call,
  fetchToken,
  handClock,
  itemWithCode,
  openSession,
  shipment,
  shipmentWithItems,
  STEP_MS,
  temporaryStateFile,
  tokenForm,
  type Session,
} from "./simulator-session.ts";

async function shown(session: Session): Promise<unknown> {
  const found = await session.search();
  return Promise.all(
    found.map(
      async ({ declarationId }) =>
        (await session.get(`/v1/declarations/${declarationId}?include=errors`)).json,
    ),
  );
}

async function codeOf(work: Promise<unknown>): Promise<string | null> {
  try {
    await work;
    return null;
  } catch (error) {
    if (error instanceof CasBatchError) return error.code;
    throw error;
  }
}

describe("restart", () => {
  test("in the middle of processing shows what would have been shown without it", async () => {
    const outcomes: unknown[] = [];
    for (const restarts of [false, true]) {
      // The same file name and moments, so that ids and times can be compared.
      const clock = handClock();
      const stateFile = temporaryStateFile();
      let session = await openSession({ stateFile, clock });
      const pause = async (): Promise<void> => {
        clock.move(1700);
        if (!restarts) return;
        await session.simulator.close();
        session = await openSession({ stateFile, clock });
      };
      await session.send(shipment({ externalReference: "A" }), 0);
      await pause();
      await session.send(
        shipmentWithItems([itemWithCode("99000000")], { externalReference: "B" }),
        0,
      );
      await pause();
      await session.send(shipment({ externalReference: "A" }, { invoiceCurrency: "USD" }), 0);
      await pause();
      await session.send(
        shipment({ externalReference: "C" }, { declarationOfficeCode: "NL000567" }),
        0,
      );
      await pause();
      clock.move(20 * STEP_MS);
      outcomes.push([
        await shown(session),
        session.entries("transition"),
        session.entries("processed").map(({ referenceId: _referenceId, ...rest }) => rest),
      ]);
    }
    expect(outcomes[1]).toEqual(outcomes[0]);
  });

  test("at the same moment shows the same, after updates, replacements and refusals", async () => {
    const session = await openSession();
    await session.send(shipment({ externalReference: "A" }));
    await session.send(shipment({ externalReference: "A" }, { invoiceCurrency: "USD" }));
    await session.send(shipment({ externalReference: "A", messageType: "Replace" }));
    await session.send(shipment({ externalReference: "B", storageLocationReference: "CLOSED-01" }));
    await session.send(shipment({ externalReference: "C" }), 3);
    const before = await shown(session);
    await session.simulator.close();
    const again = await openSession({ stateFile: session.stateFile, clock: session.clock });
    expect(await shown(again)).toEqual(before);
  });

  test("after a long time finds everything done at its own moment", async () => {
    const session = await openSession();
    await session.send(shipment(), 0);
    await session.simulator.close();
    session.clock.move(3_600_000);
    const again = await openSession({ stateFile: session.stateFile, clock: session.clock });
    expect(await again.search()).toMatchObject([
      { currentStatus: "Released", lastUpdated: "2026-11-20T18:00:06.000Z" },
    ]);
  });

  test("keeps tokens good and references apart", async () => {
    const session = await openSession();
    const first = await session.send(shipment());
    const token = await fetchToken(session.simulator);
    await session.simulator.close();
    const again = await openSession({ stateFile: session.stateFile, clock: session.clock });
    const reply = await call(`${again.simulator.url}/v1/authorizationStatus`, {
      headers: { authorization: `Bearer ${token}` },
    });
    expect(reply.status).toBe(200);
    expect(await again.send(shipment({ externalReference: "B" }))).not.toBe(first);
    const ids = (await again.search()).map(({ declarationId }) => declarationId);
    expect(new Set(ids).size).toBe(2);
  });

  test("drops a torn last line, wherever it is torn, and goes on from there", async () => {
    const session = await openSession();
    await session.send(shipment({ externalReference: "A" }));
    const finished = await shown(session);
    await session.simulator.close();
    const whole = readFileSync(session.stateFile);
    const lines = whole.toString().split("\n");
    const lastLineBytes = Buffer.byteLength(lines.at(-2) ?? "") + 1;
    for (const tornBytes of [1, 2, lastLineBytes - 1, lastLineBytes]) {
      writeFileSync(session.stateFile, whole);
      truncateSync(session.stateFile, whole.length - tornBytes);
      const again = await openSession({ stateFile: session.stateFile, clock: session.clock });
      expect(await shown(again)).toEqual(finished);
      await again.send(shipment({ externalReference: `T-${tornBytes}` }));
      expect(await again.statusOf(`T-${tornBytes}`)).toEqual(["Released"]);
      await again.simulator.close();
      expect(readJournal(session.stateFile).at(-1)?.kind).toBe("transition");
    }
  });

  test("torn anywhere after the acceptance loses nothing that was answered", async () => {
    const session = await openSession();
    await session.send(shipment({ externalReference: "A" }));
    const finished = await shown(session);
    await session.simulator.close();
    const whole = readFileSync(session.stateFile);
    const acceptedAt = whole.indexOf('{"kind":"accepted"');
    const answeredBytes = whole.indexOf("\n", acceptedAt) + 1;
    for (let length = answeredBytes; length < whole.length; length += 97) {
      writeFileSync(session.stateFile, whole.subarray(0, length));
      const again = await openSession({ stateFile: session.stateFile, clock: session.clock });
      expect(await shown(again)).toEqual(finished);
      await again.simulator.close();
    }
  });

  test("refuses a file that is no journal and leaves it as it is", async () => {
    const stateFile = temporaryStateFile();
    writeFileSync(stateFile, "a,b,c\n1,2,3\n");
    expect(await codeOf(startSimulator({ stateFile }))).toBe("configuration-invalid");
    expect(readFileSync(stateFile, "utf8")).toBe("a,b,c\n1,2,3\n");
    expect(existsSync(`${stateFile}.json`)).toBe(false);
  });
});

describe("registration", () => {
  test("lets others find the running simulator until it is closed", async () => {
    const { simulator, stateFile } = await openSession();
    expect(await findRunningSimulator(stateFile)).toEqual({
      url: simulator.url,
      tokenUrl: simulator.tokenUrl,
    });
    await simulator.close();
    await simulator.close();
    expect(await findRunningSimulator(stateFile)).toBeNull();
    expect(existsSync(`${stateFile}.json`)).toBe(false);
  });

  test("is found although NODE_USE_ENV_PROXY names a proxy that cannot reach this machine", async () => {
    const { simulator, stateFile } = await openSession();
    const registration = new URL("../../src/simulator/registration.ts", import.meta.url).href;
    const ask = `import { findRunningSimulator } from ${JSON.stringify(registration)};
      console.log((await findRunningSimulator(${JSON.stringify(stateFile)}))?.url);`;
    const proxy = { NODE_USE_ENV_PROXY: "1", HTTP_PROXY: "http://127.0.0.1:9" };
    const child = spawn(process.execPath, ["--input-type=module", "--eval", ask], {
      env: { ...process.env, ...proxy },
    });
    expect((await child.stdout.toArray()).join("").trim()).toBe(simulator.url);
  });

  test("refuses a second simulator on the same state, also of two started at once", async () => {
    const { stateFile } = await openSession();
    expect(await codeOf(startSimulator({ stateFile }))).toBe("lock-held");
    const other = temporaryStateFile();
    const started = await Promise.allSettled([
      startSimulator({ stateFile: other }),
      startSimulator({ stateFile: other }),
    ]);
    for (const result of started) {
      if (result.status === "fulfilled") onTestFinished(() => result.value.close());
    }
    expect(started.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
  });

  test("findRunningSimulator() waits for one that is just starting", async () => {
    const { simulator, stateFile } = await openSession();
    const file = `${stateFile}.json`;
    const started = readFileSync(file, "utf8");
    const { pid } = JSON.parse(started) as { pid: number };
    writeFileSync(file, JSON.stringify({ pid, url: null, startedAt: new Date().toISOString() }));
    const found = findRunningSimulator(stateFile);
    await setTimeout(120);
    writeFileSync(file, started);
    expect((await found)?.url).toBe(simulator.url);
  });

  test("takes over from one that died while starting", async () => {
    const stateFile = temporaryStateFile();
    const child = spawn(process.execPath, ["--eval", ""]);
    await once(child, "exit");
    const startedAt = new Date().toISOString();
    writeFileSync(`${stateFile}.json`, JSON.stringify({ pid: child.pid, url: null, startedAt }));
    expect(await findRunningSimulator(stateFile)).toBeNull();
    await openSession({ stateFile });
  });

  test("takes over what a dead process left behind", async () => {
    const stateFile = temporaryStateFile();
    const child = spawn(process.execPath, ["--eval", ""]);
    await once(child, "exit");
    const leftBehind = {
      pid: child.pid,
      url: "http://127.0.0.1:9",
      startedAt: "2026-11-20T00:00:00.000Z",
    };
    writeFileSync(`${stateFile}.json`, JSON.stringify(leftBehind));
    expect(await findRunningSimulator(stateFile)).toBeNull();
    const { simulator } = await openSession({ stateFile });
    expect((await findRunningSimulator(stateFile))?.url).toBe(simulator.url);
  });

  test("takes over when the process id now belongs to somebody else", async () => {
    const stateFile = temporaryStateFile();
    const other = await openSession();
    // Alive, and a simulator even answers there, but it is another one.
    const reused = {
      pid: process.pid,
      url: other.simulator.url,
      startedAt: "2026-11-20T00:00:00.000Z",
    };
    writeFileSync(`${stateFile}.json`, JSON.stringify(reused));
    expect(await findRunningSimulator(stateFile)).toBeNull();
    await openSession({ stateFile });
  });

  test("refuses another host than this machine, a bad time scale and a bad limit", async () => {
    const stateFile = temporaryStateFile();
    expect(await codeOf(startSimulator({ stateFile, host: "0.0.0.0" }))).toBe(
      "configuration-invalid",
    );
    expect(await codeOf(startSimulator({ stateFile, timeScale: 0 }))).toBe("configuration-invalid");
    expect(await codeOf(startSimulator({ stateFile, requestsPerSecondMax: 0.5 }))).toBe(
      "configuration-invalid",
    );
    expect(existsSync(stateFile)).toBe(false);
  });

  test("a port that is taken is an error that leaves no registration", async () => {
    const { simulator } = await openSession();
    const stateFile = temporaryStateFile();
    const port = Number(new URL(simulator.url).port);
    expect(await codeOf(startSimulator({ stateFile, port }))).toBe("configuration-invalid");
    expect(existsSync(`${stateFile}.json`)).toBe(false);
  });
});

describe("kill -9", () => {
  test("loses no message that was answered with 202, and nothing is processed twice", async () => {
    const stateFile = temporaryStateFile();
    const answered: string[] = [];
    for (let round = 0; round < 3; round += 1) {
      const { child, url } = await startChild(stateFile);
      const token = await tokenFrom(url);
      // By answers, not by time: a busy machine would be killed before it has answered any.
      const killAfter = answered.length + 20 + 7 * round;
      const sendUntilDeath = async (lane: number): Promise<void> => {
        for (let index = 0; index < 10_000; index += 1) {
          const externalReference = `R${round}-${lane}-${index}`;
          try {
            const reply = await call(`${url}/v1/customsshipments`, {
              method: "POST",
              headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
              body: JSON.stringify(shipment({ externalReference })),
            });
            if (reply.status === 202) answered.push(externalReference);
            if (answered.length === killAfter)
              globalThis.setTimeout(() => child.kill("SIGKILL"), round);
          } catch {
            return;
          }
        }
      };
      await Promise.all([0, 1, 2, 3].map(sendUntilDeath));
      expect(await findRunningSimulator(stateFile)).toBeNull();
    }
    expect(answered.length).toBeGreaterThanOrEqual(3 * 20);
    const simulator = await startSimulator({ stateFile });
    onTestFinished(() => simulator.close());
    const { accepted, processed } = Object.groupBy(simulator.journal(), ({ kind }) => kind);
    const references = new Set(
      accepted?.map((entry) => ("externalReference" in entry ? entry.externalReference : "")),
    );
    expect(answered.filter((reference) => !references.has(reference))).toEqual([]);
    expect(
      new Set(processed?.map((entry) => ("referenceId" in entry ? entry.referenceId : ""))).size,
    ).toBe(processed?.length);
  });

  test("readJournal() leaves out the line that is being written", async () => {
    const { simulator, stateFile } = await openSession();
    await simulator.close();
    const before = readJournal(stateFile);
    appendFileSync(stateFile, '{"kind":"to');
    expect(readJournal(stateFile)).toEqual(before);
  });
});

async function startChild(stateFile: string): Promise<{ child: ChildProcess; url: string }> {
  const program = fileURLToPath(new URL("simulator-process.ts", import.meta.url));
  const child = spawn(process.execPath, [program, stateFile], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  onTestFinished(() => {
    child.kill("SIGKILL");
  });
  const [url] = (await once(createInterface(child.stdout), "line")) as [string];
  return { child, url };
}

async function tokenFrom(url: string): Promise<string> {
  const reply = await call(`${url}/oauth2/v2.0/token`, {
    method: "POST",
    headers: { "content-type": "application/x-www-form-urlencoded" },
    body: tokenForm(),
  });
  return (reply.json as { access_token: string }).access_token;
}
