// The result files of a run that another one finished: as the run left them they would tell for good
// of shipments that were not sent.
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import {
  refusal,
  type Fault,
  type FaultyRequest,
  withFaults,
} from "../support/simulator-faults.ts";
import { startSimulator } from "../../src/simulator/start-simulator.ts";
import {
  documentOf,
  emptyFolder,
  runCli,
  type Finished,
  type ResultDocument,
} from "../support/run-cli.ts";

const FILE = [
  "External reference,Direction,Goods description,Commodity code,Consignee EORI",
  "R-1,IN,Bolts,73181500,BE0123456789",
  "R-2,IN,Nuts,73181600,BE0123456789",
  "R-3,IN,,73181600,BE0123456789",
  "",
].join("\n");
const forbidden: Fault = { name: "forbidden", instead: refusal(403) };

type Renewed = ResultDocument & {
  readonly resultFolder?: string;
  readonly resultFolders?: readonly string[];
};

/** A folder in which `submit` was stopped by CAS before it had sent anything. */
async function afterStop(...more: readonly string[]) {
  const cwd = emptyFolder();
  let isStopped = true;
  const chooseFault = ({ method, path }: FaultyRequest): Fault | null =>
    isStopped && method === "POST" && path === "/v1/customsshipments" ? forbidden : null;
  const stateFile = join(emptyFolder(), "state.jsonl");
  const simulator = await startSimulator({
    stateFile,
    timeScale: 0.001,
    ...withFaults(chooseFault),
  });
  writeFileSync(join(cwd, "day.csv"), FILE);
  const env = {
    ...{ CAS_ENV: "acceptance", CAS_API_URL: simulator.url, CAS_TOKEN_URL: simulator.tokenUrl },
    ...{ CAS_CLIENT_ID: "simulator", CAS_CLIENT_SECRET: "simulator" },
  };
  const run = (...args: string[]): Promise<Finished> => runCli(args, { cwd, env });
  const submitted = documentOf(await run("submit", "day.csv", "--json", ...more)) as Renewed;
  expect(submitted.counts).toMatchObject({ unsent: 2, invalid: 1 });
  const folder = submitted.resultFolder ?? "";
  return {
    ...{ cwd, folder, run },
    letPass: () => {
      isStopped = false;
    },
    references: (name: string) =>
      [...readFileSync(join(folder, `${name}.csv`), "utf8").matchAll(/;(R-\d);/g)].map(
        ([, reference]) => reference,
      ),
    [Symbol.asyncDispose]: () => simulator.close(),
  };
}

test("resume writes the result files of the run that it finishes again, and says so", async () => {
  await using desk = await afterStop();
  expect(desk.references("unprocessed")).toEqual(["R-1", "R-2"]);
  const failed = readFileSync(join(desk.folder, "failed.csv"), "utf8");

  desk.letPass();
  const { stdout } = await desk.run("resume");
  expect(stdout).toContain(`as it stands now: ${desk.folder}`);
  expect(stdout).not.toContain("stays as it was");
  expect(desk.references("unprocessed")).toEqual([]);
  expect(desk.references("success")).toEqual(["R-1", "R-2"]);
  expect(readFileSync(join(desk.folder, "failed.csv"), "utf8")).toBe(failed);
  expect(failed).toContain("R-3");

  const again = documentOf(await desk.run("resume", "--json")) as Renewed;
  expect(again.resultFolders).toEqual([]);
});

test("resume writes the result files of a run that ended before it wrote any", async () => {
  await using desk = await afterStop();
  rmSync(desk.folder, { recursive: true });
  desk.letPass();
  const resumed = documentOf(await desk.run("resume", "--json")) as Renewed;
  expect(resumed.resultFolders).toEqual([desk.folder]);
  expect(desk.references("success")).toEqual(["R-1", "R-2"]);
});

test("resume writes the result files again where the run wrote them, without being told where", async () => {
  await using desk = await afterStop("--out", "results");
  desk.letPass();
  const resumed = documentOf(await desk.run("resume", "--json")) as Renewed;
  expect(resumed.resultFolders).toEqual([desk.folder]);
  expect(desk.references("unprocessed")).toEqual([]);
  expect(desk.references("success")).toEqual(["R-1", "R-2"]);
  expect(existsSync(join(desk.cwd, "out"))).toBe(false);
});

test.each(["submit", "run"])(
  "%s that sends what an earlier run left writes the result files of that one again",
  async (command) => {
    await using desk = await afterStop("--out", "results");
    const inbox = join(desk.cwd, "inbox");
    mkdirSync(inbox);
    writeFileSync(join(inbox, "other.csv"), FILE.replaceAll("R-", "T-"));
    const more = command === "run" ? [inbox, "--wait", "0"] : [join(inbox, "other.csv")];
    // While nothing moves there is nothing to tell.
    const stopped = documentOf(await desk.run(command, ...more, "--json")) as Renewed;
    expect(stopped.resultFolders).toEqual([]);
    desk.letPass();
    const sent = documentOf(await desk.run(command, ...more, "--json")) as Renewed;
    expect(sent.resultFolders).toContain(desk.folder);
    expect(desk.references("unprocessed")).toEqual([]);
    expect(desk.references("success")).toEqual(["R-1", "R-2"]);
  },
);

test("resume finds the result files of an older file of the same name in the folder of runs", async () => {
  await using desk = await afterStop("--out", "results");
  expect(desk.folder).toContain("results");
  // The ledger's newest file of that name is another one now.
  writeFileSync(join(desk.cwd, "day.csv"), `${FILE}R-4,IN,,73181600,BE0123456789\n`);
  const second = documentOf(
    await desk.run("submit", "day.csv", "--json", "--out", "results"),
  ) as Renewed;
  expect(second.counts).toMatchObject({ accepted: 0 });
  desk.letPass();
  const resumed = documentOf(await desk.run("resume", "--json", "--out", "results")) as Renewed;
  expect(resumed.resultFolders).toContain(desk.folder);
  expect(desk.references("unprocessed")).toEqual([]);
  expect(existsSync(join(desk.cwd, "out"))).toBe(false);
});
