// What the configuration says of retention, for content and for evidence.
import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import Database from "better-sqlite3";
import { expect, test } from "vitest";
import { documentOf, emptyFolder, runCli, type ResultDocument } from "../support/run-cli.ts";

const ROWS = [
  "External reference;Direction;Goods description;Commodity code;Consignee EORI",
  "S-1;IN;Bolts;73181500;BE0123456789",
];

type Pruned = ResultDocument & {
  readonly before: string;
  readonly evidence: readonly { readonly path: string; readonly standing: string }[];
};

test(
  "ledger prune goes by the configuration, and removes old evidence that is as it was written",
  { timeout: 180_000 },
  async () => {
    const cwd = emptyFolder();
    const cas = (...args: string[]) => runCli(args, { cwd, env: { CAS_ENV: "simulator" } });
    const prune = async (...args: string[]): Promise<Pruned> =>
      documentOf(await cas("ledger", "prune", ...args, "--json")) as Pruned;
    mkdirSync(join(cwd, "in"));
    writeFileSync(join(cwd, "in/a.csv"), `${ROWS.join("\n")}\n`);
    await cas("run", "in", "--wait", "20s");
    for (const name of ["old", "edited", "new"]) await cas("report", "latest", "--evidence", name);
    writeFileSync(join(cwd, "edited/README.txt"), "by somebody");
    const database = new Database(join(cwd, "cas-batch-data/simulator/ledger.sqlite"));
    database.exec(
      "UPDATE evidence SET written_at = '2010-01-01T00:00:00.000Z' WHERE path NOT LIKE '%/new'",
    );
    database.close();

    const unsaid = await prune();
    expect([unsaid.exitCode, unsaid.error?.message]).toEqual([
      2,
      expect.stringContaining("--older-than is needed"),
    ]);
    writeFileSync(join(cwd, "cas-batch.yaml"), "retention: { payloads: 7y, evidence: 10 years }\n");
    expect((await prune()).error?.message).toContain("write it like 7y or 400d");
    writeFileSync(join(cwd, "cas-batch.yaml"), "retention: { payloads: 7y, evidence: 10y }\n");
    const counted = await prune();
    expect(new Date(counted.before).getUTCFullYear()).toBe(new Date().getUTCFullYear() - 7);
    const standings = ({ evidence }: Pruned): string[] =>
      evidence.map(({ path, standing }) => `${path.split("/").at(-1) ?? ""} ${standing}`);
    expect(standings(counted)).toEqual(["old due", "edited changed"]);
    expect(existsSync(join(cwd, "old/manifest.json"))).toBe(true);

    expect(standings(await prune("--yes"))).toEqual(["old due", "edited changed"]);
    expect(
      readdirSync(cwd)
        .filter((name) => ["old", "edited", "new"].includes(name))
        .sort(),
    ).toEqual(["edited", "new"]);
    expect(standings(await prune("--yes"))).toEqual(["edited changed"]);
  },
);
