// Floods of deliveries to a receiver in a process of its own: doubled and shuffled, killed in the middle, beside
// those who must not be let in. What it has kept is read from the file by SQL alone.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import Database from "better-sqlite3";
import { flood, floodBodies } from "../../bench/flood.ts";
import { startProgram, type Program, type Started } from "./fault-program.ts";

const KEY = "the-key-that-only-cas-knows";
const TENANT = "ACME";
const HONEST = { "x-api-key": KEY };
const LISTEN = [
  ...["listen", "--env", "simulator", "--json", "--port", "0", "--tenant", TENANT],
  ...["--api-key-header", "X-Api-Key", "--api-key-file", "key.txt"],
];

interface Receiving extends Started {
  readonly url: string;
}

/** @throws when it ends before it listens */
async function startReceiving(program: Program, folder: string): Promise<Receiving> {
  const started = startProgram(program, LISTEN, { cwd: folder, variables: {} });
  const url = await new Promise<string>((resolve, reject) => {
    let text = "";
    started.process.stdout?.on("data", (piece: string) => {
      text += piece;
      if (text.includes("\n")) resolve((JSON.parse(text) as { url: string }).url);
    });
    void started.ended.then(({ stderr }) => {
      reject(new Error(`It does not listen: ${stderr}`));
    });
  });
  return { ...started, url };
}

async function inFolder<Result>(work: (folder: string) => Promise<Result>): Promise<Result> {
  const folder = mkdtempSync(join(tmpdir(), "cas-batch-deliveries-"));
  writeFileSync(join(folder, "key.txt"), KEY, { mode: 0o600 });
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The ids of the events that are kept, once for each time. */
function keptIds(folder: string): readonly string[] {
  const path = join(folder, "cas-batch-data/simulator/ledger.sqlite");
  const database = new Database(path, { readonly: true });
  const ids = database.prepare("SELECT coalesce(event_id, '') FROM notifications").pluck().all();
  database.close();
  return ids as string[];
}

function idOf(body: string): string {
  return (JSON.parse(body) as { readonly id: string }).id;
}

function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((left, right) => left - right);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

function shuffled<Item>(items: readonly Item[]): readonly Item[] {
  return items
    .map((item) => ({ item, at: Math.random() }))
    .toSorted((left, right) => left.at - right.at)
    .map(({ item }) => item);
}

export interface FloodResult {
  readonly deliveries: number;
  readonly acknowledged: number;
  /** Events that were acknowledged and are not kept. */
  readonly lost: number;
  /** Events that are kept more than once. */
  readonly doubled: number;
  readonly p99Ms: number;
  readonly peakMiB: number;
}

/** Each event five times, in any order, over many sockets. */
export async function floodOfDuplicates(
  program: Program,
  events: number,
  sockets: number,
): Promise<FloodResult> {
  return inFolder(async (folder) => {
    const { url, process: child, ended } = await startReceiving(program, folder);
    const once = floodBodies(events, TENANT);
    const bodies = shuffled([...once, ...once, ...once, ...once, ...once]);
    const took: number[] = [];
    const onAnswer = (_at: number, _status: number, tookMs: number): void => void took.push(tookMs);
    const acknowledged = await flood({ url, bodies, sockets, headers: HONEST, onAnswer });
    const status = readFileSync(`/proc/${String(child.pid)}/status`, "utf8");
    const peakMiB = Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1]) / 1024;
    child.kill("SIGINT");
    await ended;
    const kept = keptIds(folder);
    const distinct = new Set(kept);
    return {
      deliveries: bodies.length,
      acknowledged,
      lost: once.filter((body) => !distinct.has(idOf(body))).length,
      doubled: kept.length - distinct.size,
      p99Ms: percentile(took, 0.99),
      peakMiB,
    };
  });
}

export interface KilledFloodResult {
  readonly kills: number;
  readonly acknowledged: number;
  readonly lost: number;
  readonly doubled: number;
}

const KILLED_AFTER_MAX_MS = 400;
const EVENTS_PER_ROUND = 20_000;

/** kill -9 in the flood, then the same ledger again. */
export async function killedFloods(program: Program, kills: number): Promise<KilledFloodResult> {
  return inFolder(async (folder) => {
    const acknowledged = new Set<string>();
    for (let round = 0; round < kills; round += 1) {
      const { url, process: child, ended } = await startReceiving(program, folder);
      const bodies = floodBodies(EVENTS_PER_ROUND, TENANT).map((body) =>
        body.replace("00000000-", `${round.toString(16).padStart(8, "0")}-`),
      );
      const onAnswer = (at: number, status: number): void => {
        if (status >= 200 && status < 300) acknowledged.add(idOf(bodies[at] ?? ""));
      };
      const before = acknowledged.size;
      const flooding = flood({ url, bodies, sockets: 50, headers: HONEST, onAnswer });
      // In the middle of what it acknowledges.
      while (acknowledged.size === before) await sleep(5);
      await sleep(Math.random() * KILLED_AFTER_MAX_MS);
      child.kill("SIGKILL");
      await flooding;
      await ended;
    }
    const kept = keptIds(folder);
    const distinct = new Set(kept);
    return {
      kills,
      acknowledged: acknowledged.size,
      lost: [...acknowledged].filter((id) => !distinct.has(id)).length,
      doubled: kept.length - distinct.size,
    };
  });
}

export interface SiegeResult {
  readonly hostile: number;
  /** Hostile requests that were acknowledged, or whose body is kept. */
  readonly accepted: number;
  readonly honest: number;
  readonly lost: number;
  readonly honestP99Ms: number;
}

/** Long enough for the slow ones to be in the way. */
const SIEGE_MS = 5_000;

/** Forged, oversized, slow and odd requests all at once, and honest deliveries beside them. */
export async function siege(program: Program, hostile: number): Promise<SiegeResult> {
  return inFolder(async (folder) => {
    const { url, process: child, ended } = await startReceiving(program, folder);
    let acknowledged = 0;
    const attacks = Array.from({ length: hostile }, (_, at) =>
      attack(url, attackText(at), SIEGE_MS).then((status) => {
        if (status !== null && status >= 200 && status < 300) acknowledged += 1;
      }),
    );
    const took: number[] = [];
    const bodies: string[] = [];
    const endMs = performance.now() + SIEGE_MS;
    for (let round = 0; performance.now() < endMs; round += 1) {
      const some = floodBodies(50, TENANT).map((body) =>
        body.replace("00000000-", `${round.toString(16).padStart(8, "0")}-`),
      );
      const onAnswer = (at: number, status: number, tookMs: number): void => {
        took.push(tookMs);
        if (status === 202) bodies.push(some[at] ?? "");
      };
      await flood({ url, bodies: some, sockets: 5, headers: HONEST, onAnswer });
      await sleep(20);
    }
    await Promise.all(attacks);
    child.kill("SIGINT");
    await ended;
    const kept = new Set(keptIds(folder));
    const honest = new Set(bodies.map(idOf));
    const strange = [...kept].filter((id) => !honest.has(id)).length;
    return {
      hostile,
      accepted: acknowledged + strange,
      honest: honest.size,
      lost: [...honest].filter((id) => !kept.has(id)).length,
      honestP99Ms: percentile(took, 0.99),
    };
  });
}

/** What is sent, piece by piece; the last piece is followed by silence. */
function attackText(at: number): readonly string[] {
  const body = JSON.stringify({ id: `forged-${String(at)}`, tenantId: TENANT, data: {} });
  const post = (headers: string, text: string): string =>
    `POST / HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n${headers}\r\n${text}`;
  const length = `content-length: ${String(body.length)}\r\n`;
  const forms: readonly (readonly string[])[] = [
    [post(length, body)],
    [post(`${length}x-api-key: ${KEY}x\r\n`, body)],
    [post(`${length}x-api-key: ${KEY}\r\nx-api-key: ${KEY}\r\n`, body)],
    [post(`${length}authorization: Bearer ${KEY}\r\n`, body)],
    [post(`content-length: 1073741824\r\nx-api-key: ${KEY}\r\n`, "x".repeat(65_536))],
    [post(`content-length: 2000000\r\n`, "x".repeat(100_000))],
    [post(`${length}content-length: 1\r\nx-api-key: ${KEY}\r\n`, body)],
    [post(`transfer-encoding: chunked\r\n${length}x-api-key: ${KEY}\r\n`, body)],
    [post(`${length}content-encoding: gzip\r\nx-api-key: ${KEY}\r\n`, body)],
    [post(`${length}x-api-key: ${KEY}\r\n`, ""), body.slice(0, 5)],
    ["POST / HTTP/1.1\r\nhost: x\r\n", "x-a: 1\r\n", "x-b: 2\r\n"],
    [`POST / HTTP/1.1\r\nhost: x\r\nx-long: ${"y".repeat(40_000)}\r\n\r\n`],
    [`PUT / HTTP/1.1\r\nhost: x\r\n${length}x-api-key: ${KEY}\r\n\r\n${body}`],
    [`GET /../../etc/passwd HTTP/1.1\r\nhost: x\r\nx-api-key: ${KEY}\r\n\r\n`],
    ["\u0016\u0003\u0001\u0002\u0000\u0001\u0000"],
    [""],
  ];
  return forms[at % forms.length] ?? [];
}

/** The status of the answer; null when there was none before the end. */
function attack(url: string, pieces: readonly string[], lifeMs: number): Promise<number | null> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve) => {
    const socket = connect(Number(port), hostname);
    let received = "";
    const end = setTimeout(() => socket.destroy(), lifeMs);
    socket.setEncoding("latin1").on("data", (text: string) => (received += text));
    socket.on("error", () => undefined);
    socket.on("close", () => {
      clearTimeout(end);
      const [, status] = /^HTTP\/1\.1 (\d{3})/.exec(received) ?? [];
      resolve(status === undefined ? null : Number(status));
    });
    socket.on("connect", () => {
      void (async () => {
        for (const piece of pieces) {
          if (!socket.destroyed) socket.write(piece, "latin1");
          await sleep(500);
        }
      })();
    });
  });
}
