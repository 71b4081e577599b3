// The guide for the customs specialist, followed from its first line to its last: its commands are run, the values of
// its tables are typed into the workbooks by LibreOffice.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { followGuide } from "../scripts/docs/follow-guide.ts";
import { openUserShell, type Typed } from "../scripts/docs/user-shell.ts";
import { startSimulator } from "../src/simulator/start-simulator.ts";
import { hasLibreOffice } from "./report/outside-programs.ts";
import { emptyFolder, root } from "./support/run-cli.ts";

const TIMEOUT_MS = 600_000;
const GUIDE = readFileSync(join(root, "docs/guide-specialist.md"), "utf8");

interface Followed {
  readonly cwd: string;
  readonly commands: readonly Typed[];
}

/** @throws Error where a command ends otherwise than the page says */
async function follow(page: string): Promise<Followed> {
  const stateFile = join(emptyFolder(), "acceptance.jsonl");
  const simulator = await startSimulator({ stateFile, timeScale: 50 });
  const shell = openUserShell({
    CAS_API_URL: simulator.url,
    CAS_TOKEN_URL: simulator.tokenUrl,
    CAS_CLIENT_ID: "simulator",
    CAS_CLIENT_SECRET: "simulator",
  });
  const commands: Typed[] = [];
  try {
    for await (const step of followGuide(page, shell)) {
      if (step.kind === "filled") continue;
      const { typed, block } = step;
      commands.push(typed);
      if (!block.exitCodes.includes(typed.code ?? -1)) {
        throw new Error(`${typed.line} ended with ${String(typed.code)}: ${typed.output}`);
      }
    }
  } finally {
    await simulator.close();
  }
  return { cwd: shell.cwd, commands };
}

const said = ({ commands }: Followed, start: string): string =>
  commands.find(({ line }) => line.startsWith(start))?.output ?? "";

it.skipIf(!hasLibreOffice)(
  "leads from the blank template to a report in which nothing is left to do",
  { timeout: TIMEOUT_MS },
  async () => {
    const followed = await follow(GUIDE);
    const check = said(followed, "cas-batch check customs");
    expect(check).toContain("O2 (Commodity code)");
    expect(check).toContain("Q2 (Net mass (kg))");
    expect(check).toContain("1 invalid, 1 valid");
    expect(said(followed, "cas-batch check checked/")).toContain("2 valid");
    expect(said(followed, "cas-batch submit")).toContain("2 accepted by CAS");
    const reconcile = followed.commands.find(({ line }) => line.startsWith("cas-batch reconcile"));
    expect(reconcile?.output).toContain("SIMULATOR");
    const twin = JSON.parse(readFileSync(join(followed.cwd, "report.json"), "utf8")) as {
      readonly totals: Readonly<Record<string, unknown>>;
    };
    expect(twin.totals).toMatchObject({ balanced: true, actionNeeded: 0, shipments: 2 });
  },
);

it.skipIf(!hasLibreOffice)(
  "negative control: without the correction it ends where the corrected copy is checked",
  { timeout: TIMEOUT_MS },
  async () => {
    const [start = "", end = ""] = GUIDE.split("## 4. Correct it");
    const uncorrected = `${start}## 4. Correct it${end.replace(/^\| Column[^]*?\n\n/m, "\n")}`;
    await expect(follow(uncorrected)).rejects.toThrow("cas-batch check checked/");
  },
);
