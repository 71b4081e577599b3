// What is held says what would change, and how that one change is sent; what was refused before says since when.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { documentOf, emptyFolder, runCli, type Finished } from "../support/run-cli.ts";

const HEADER =
  "External reference;Direction;Goods description;Commodity code;Consignee EORI;Gross mass (kg);Nature";
const PROFILE = `version: 1
otherColumns: match
columns:
  Nature: { to: singleAdministrativeDocument.goodsShipment.trxNatCode, optional: true }
`;

interface Desk {
  readonly write: (...rows: readonly string[]) => void;
  readonly cas: (...args: readonly string[]) => Promise<Finished>;
}

function openDesk(folder = "."): Desk {
  const cwd = emptyFolder();
  mkdirSync(join(cwd, folder), { recursive: true });
  writeFileSync(join(cwd, "p.yaml"), PROFILE);
  return {
    write: (...rows) => {
      writeFileSync(join(cwd, folder, "a.csv"), `${[HEADER, ...rows].join("\n")}\n`);
    },
    cas: (...args) => runCli([...args, "--env", "simulator"], { cwd }),
  };
}

const row = (reference: string, grossMass: number, goods = "Bolts"): string =>
  `${reference};IN;${goods};73181500;BE0123456789;${String(grossMass)};`;
const DIFFERENCE = 'F2 governmentAgencyGoodsItems[0].goodsMeasure.gmass: "100" → "120"';

it(
  "a held change is shown with old and new value, and sent for one shipment alone",
  { timeout: 120_000 },
  async () => {
    const { write, cas } = openDesk();
    write(row("PO-1", 100), row("PO-2", 50));
    const submit = ["submit", "a.csv", "--profile", "p.yaml"];
    expect((await cas(...submit)).code).toBe(0);
    await cas("reconcile");
    for (let tries = 0; tries < 20; tries += 1) {
      const { declarations } = documentOf(await cas("reconcile", "--json")) as unknown as {
        readonly declarations: Readonly<Record<string, number>>;
      };
      if (declarations["Released"] === 2) break;
    }

    write(row("PO-1", 120), row("PO-2", 55, "Screws"));
    const held = await cas(...submit);
    expect(held.code).toBe(4);
    expect(held.stdout).toContain(DIFFERENCE);
    expect(held.stdout).toContain("with `--allow-amend PO-1`, `--allow-amend PO-2`\n");
    expect(held.stdout).not.toContain("Correct what is named above");

    const document = documentOf(await cas(...submit, "--json")) as unknown as {
      readonly attention: readonly { readonly changes: object }[];
      readonly runId: string;
    };
    expect(document.attention.map(({ changes }) => changes)).toMatchObject([
      { count: 1, shown: [{ cell: "F2", before: "100", after: "120" }] },
      { count: 2 },
    ]);
    expect((await cas("explain", "PO-1")).stdout).toContain(DIFFERENCE);

    const allowed = await cas(...submit, "--allow-amend", "PO-1");
    expect(allowed.stdout).toContain("1 accepted by CAS, 1 held");
    expect((await cas("explain", "PO-1")).stdout).toContain(
      `changed since version 1: ${DIFFERENCE}`,
    );
    const both = await cas(...submit, "--allow-amend", "PO-1", "--allow-amend", "PO-2");
    expect(both.stdout, both.stderr).toContain("1 accepted by CAS");
    expect(both.stdout).not.toContain("held");
  },
);

it(
  "what is held of an archived file is sent by the command that the run names",
  { timeout: 120_000 },
  async () => {
    const { write, cas } = openDesk("inbox");
    const run = ["run", "inbox", "--archive", "--profile", "p.yaml", "--wait", "20s"];
    write(row("PO-1", 100), row("PO-2", 50));
    expect((await cas(...run)).stdout).toContain("2 Released");
    write(row("PO-1", 120), row("PO-2", 55));
    const held = await cas(...run);
    expect(held.code).toBe(4);
    const step = /run `cas-batch (submit .*) --env simulator` .* with (.*)$/m.exec(held.stdout);
    const [, submit = "", flags = ""] = step ?? [];
    expect(flags, held.stdout).toBe("`--allow-amend PO-1`, `--allow-amend PO-2`");
    const words = `${submit} ${flags.replaceAll(/[`,]/g, "")}`.match(/"[^"]+"|\S+/g) ?? [];
    const sent = await cas(
      ...words.map((word) => word.replaceAll('"', "")),
      ...["--profile", "p.yaml"],
    );
    expect(sent.stdout, sent.stderr).toContain("2 accepted by CAS");

    const empty = await cas(...run);
    expect(empty.code, empty.stdout).toBe(0);
    expect(empty.stdout).not.toContain("No declarations yet");
  },
);

it(
  "what CAS refused before says since when, and how it is sent again",
  { timeout: 120_000 },
  async () => {
    const { write, cas } = openDesk();
    write(`${row("PO-1", 100)}sale`);
    const submit = ["submit", "a.csv", "--profile", "p.yaml"];
    const first = await cas(...submit);
    expect(first.stdout).toContain("1 refused by CAS");
    expect(first.stdout).not.toContain("--retry-refused");
    const since = /refused this same content on \d{4}-\d\d-\d\d \d\d:\d\d UTC/;
    const second = await cas(...submit);
    expect(second.stdout).toMatch(since);
    expect(second.stdout).toContain("add `--retry-refused` to the same command");
    const again = documentOf(await cas(...submit, "--retry-refused", "--json")) as unknown as {
      readonly attention: readonly { readonly reason: string }[];
      readonly resultFolder: string;
    };
    expect(again.attention[0]?.reason).not.toMatch(since);
    const { resultFolder } = documentOf(await cas(...submit, "--json")) as unknown as {
      readonly resultFolder: string;
    };
    expect(readFileSync(join(resultFolder, "failed.csv"), "utf8")).toMatch(since);
  },
);
