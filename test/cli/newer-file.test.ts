// Of two files in the inbox that hold one shipment the newer one counts: every night, through the command line.
import { mkdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { documentOf, emptyFolder, runCli } from "../support/run-cli.ts";

const HEADER =
  "External reference;Direction;Goods description;Commodity code;Consignee EORI;Gross mass (kg)";

interface Inbox {
  readonly cwd: string;
  /** @param savedAt the day of November 2026 on which it was saved */
  readonly put: (name: string, savedAt: number, grossMass: number, consignee?: string) => void;
  readonly run: () => Promise<Readonly<Record<string, unknown>>>;
}

function inbox(profile?: string): Inbox {
  const cwd = emptyFolder();
  mkdirSync(join(cwd, "inbox"));
  if (profile !== undefined) {
    writeFileSync(join(cwd, "p.yaml"), profile);
    writeFileSync(join(cwd, "cas-batch.yaml"), 'profiles:\n  - { files: "*", profile: p.yaml }\n');
  }
  return {
    cwd,
    put: (name, savedAt, grossMass, consignee = "BE0123456789") => {
      const path = join(cwd, "inbox", name);
      const row = `PO-1;IN;Bolts;73181500;${consignee};${String(grossMass)}`;
      writeFileSync(path, `${HEADER}\n${row}\n`);
      const time = new Date(Date.UTC(2026, 10, savedAt, 9));
      utimesSync(path, time, time);
    },
    run: async () => {
      const args = ["run", "inbox", "--env", "simulator", "--wait", "10s", "--json"];
      const finished = await runCli(args, { cwd });
      const { exitCode, counts, files, attention, resultFolder } = documentOf(
        finished,
      ) as unknown as {
        readonly exitCode: number;
        readonly counts: Readonly<Record<string, number>>;
        readonly files: readonly { readonly name: string }[];
        readonly attention: readonly object[];
        readonly resultFolder: string;
      };
      const some = Object.entries(counts).filter(
        ([name, count]) => count > 0 && !/^(rows|shipmentRows|shipments)$/.test(name),
      );
      const unprocessed = readFileSync(join(resultFolder, "unprocessed.csv"), "utf8");
      const names = files.map(({ name }) => name);
      return { exitCode, ...Object.fromEntries(some), names, attention, unprocessed };
    },
  };
}

it(
  "a declaration that is Invalid is corrected by a newer file, and the older file alarms nobody",
  { timeout: 120_000 },
  async () => {
    const { cwd, put, run } = inbox();
    // Without a consignee the declaration is Invalid.
    put("monday.csv", 23, 150, "");
    expect(await run()).toMatchObject({ exitCode: 4, accepted: 1 });
    put("tuesday.csv", 24, 90);
    // Files are shown in the order of their names, whichever was read first.
    expect(await run()).toMatchObject({
      ...{ exitCode: 0, accepted: 1, superseded: 1, attention: [] },
      names: ["monday.csv", "tuesday.csv"],
      unprocessed: expect.stringMatching(
        /monday\.csv.*superseded.*"tuesday\.csv"" is newer.*F2 [^;]*: ""150"" here, ""90"" there/,
      ) as string,
    });
    expect(await run()).toMatchObject({ exitCode: 0, unchanged: 1, superseded: 1 });
    // The correction is taken away, and the older file is copied anew.
    rmSync(join(cwd, "inbox", "tuesday.csv"));
    put("monday.csv", 27, 150, "");
    expect(await run()).toMatchObject({ exitCode: 0, superseded: 1, attention: [] });
    const reconciled = await runCli(["reconcile", "--env", "simulator", "--json"], { cwd });
    expect(documentOf(reconciled)).toMatchObject({ exitCode: 0, declarations: { Released: 1 } });
  },
);

it("a profile tells the newer file by the day in its name", { timeout: 120_000 }, async () => {
  const { put, run } = inbox("version: 1\nfileDate: DD-MM-YYYY\notherColumns: match\n");
  put("export 02-11-2026.csv", 3, 90);
  put("export 01-11-2026.csv", 9, 150);
  expect(await run()).toMatchObject({ exitCode: 0, accepted: 1, superseded: 1 });
});
