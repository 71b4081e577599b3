// A run, a second command that sends, one that reads and one that copies, all on one ledger: nobody
// is told that it was busy.
import { expect } from "vitest";
import { startFaultCas } from "../support/fault-cas.ts";
import { referencesOf, writeConfiguration, writeShipments } from "../support/fault-files.ts";
import { builtProgram, runProgram, type Ended } from "../support/fault-program.ts";
import { faultRow, isDeep } from "../support/fault-row.ts";
import { judge } from "../support/fault-verdict.ts";

const LASTS_MS = isDeep ? 600_000 : 60_000;
const RATE_PER_S = 200;
/** Shipments of each of the files beside the run. */
const ONE_OFF = 20;

faultRow("SQLite contention: run, second command, reader, backup", async () => {
  const ofRun = referencesOf((RATE_PER_S * LASTS_MS) / 1_000 / 2, "R");
  await using cas = await startFaultCas();
  const { folder, variables } = cas;
  writeConfiguration(folder);
  writeShipments(folder, "inbox/night.csv", ofRun);
  const place = { cwd: folder, variables };
  const untilMs = performance.now() + LASTS_MS;
  const rate = ["--rate", String(RATE_PER_S), "--json"];
  const ended: { readonly what: string; readonly end: Ended }[] = [];
  let commands = 0;
  const again = async (what: string, args: (round: number) => readonly string[]): Promise<void> => {
    for (let round = 0; performance.now() < untilMs; round += 1) {
      const end = await runProgram(builtProgram, args(round), place);
      commands += 1;
      ended.push({ what, end });
    }
  };
  const submitted = new Set<string>();
  await Promise.all([
    again("run", () => ["run", "inbox", "--wait", "0", ...rate]),
    again("submit", (round) => {
      const references = referencesOf(ONE_OFF, `O${String(round)}`);
      for (const reference of references) submitted.add(reference);
      return [
        "submit",
        writeShipments(folder, `one-off-${String(round)}.csv`, references),
        ...rate,
      ];
    }),
    again("explain", () => ["explain", "R-1", "--json"]),
    again("backup", (round) => ["ledger", "backup", `copy-${String(round)}.sqlite`]),
  ]);
  const last = [
    await runProgram(builtProgram, ["resume", ...rate], place),
    await runProgram(builtProgram, ["submit", "inbox/night.csv", ...rate], place),
  ];
  const oneOffs = Array.from({ length: submitted.size / ONE_OFF }, (_, round) => {
    return `one-off-${String(round)}.csv`;
  });
  // A one-off beside a run may have been told to come again later: it comes again now.
  last.push(await runProgram(builtProgram, ["submit", ...oneOffs, ...rate], place));
  const busy = [...ended.map(({ end }) => end), ...last].filter(({ stderr, stdout }) =>
    /SQLITE_|\bbusy\b|database is locked|kept it locked/i.test(stderr + stdout),
  );
  expect(busy.map(({ stderr }) => stderr)).toEqual([]);
  const firstGood = new Map<string, number>();
  for (const [at, { what, end }] of ended.entries()) {
    if (end.code === 0 && !firstGood.has(what)) firstGood.set(what, at);
  }
  const wrong = ended.filter(
    ({ what, end }, at) =>
      !(
        end.code === 0 ||
        (end.code === 7 && (what === "run" || what === "submit")) ||
        // Until the first run has begun its books there is no ledger, and no such shipment.
        (end.code === 2 &&
          (what === "explain" || what === "backup") &&
          at < (firstGood.get(what) ?? -1))
      ),
  );
  expect(wrong.map(({ what, end }) => `${what}: ${String(end.code)} ${end.stderr}`)).toEqual([]);
  expect(last.map(({ code }) => code)).toEqual([0, 0, 0]);
  const references = [...ofRun, ...submitted];
  return { points: commands, ...judge(cas.journal(), { references }), also: "commands" };
});
