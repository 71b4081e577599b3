// The life of a declaration that is corrected by hand, by the commands that a user types, against the simulator.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { startSimulator } from "../../src/simulator/start-simulator.ts";
import { emptyFolder, runCli, startCli, type Running } from "../support/run-cli.ts";

const HEADERS =
  "External reference,Direction,Declaration type,Additional declaration type,Invoice currency,Declaration office,Consignee EORI,Goods description,Commodity code,Gross mass (kg),Net mass (kg),Package type,Package quantity,Shipping marks";
const rowOf = (reference: string, office: string): string =>
  `${reference},IN,IM,A,EUR,${office},BE0123456789,bolts,73181500,12.5,12,CT,1,M-1`;

interface Shipment {
  readonly declarations: readonly {
    readonly declarationId: string;
    readonly summary: { readonly currentStatus: string };
  }[];
  readonly corrections: readonly {
    readonly allowed: readonly { readonly kind: string; readonly command: string }[];
  }[];
  readonly changes: readonly { readonly state: string; readonly action: string | null }[];
}

test(
  "a declaration is corrected by the command that explain offers",
  { timeout: 180_000 },
  async () => {
    const simulator = await startSimulator({
      stateFile: join(emptyFolder(), "s.jsonl"),
      timeScale: 20,
    });
    const cwd = emptyFolder();
    const env = { CAS_ENV: "simulator", CAS_API_URL: simulator.url };
    const json = async <Document = Record<string, unknown>>(
      ...args: readonly string[]
    ): Promise<Document> => {
      const done = await runCli([...args, "--json"], { cwd, env });
      expect([0, 4], `${args.join(" ")}\n${done.stdout}\n${done.stderr}`).toContain(done.code);
      return JSON.parse(done.stdout) as Document;
    };
    const lifeOf = async (reference: string): Promise<Shipment> => {
      const { shipments } = await json<{ shipments: readonly [Shipment] }>("explain", reference);
      return shipments[0];
    };
    let listener: Running | null = null;
    try {
      const rows = [
        HEADERS,
        rowOf("WRONG-1", "NL000567"),
        rowOf("WRONG-2", "NL000567"),
        rowOf("RIGHT-1", "BE212000"),
      ];
      writeFileSync(join(cwd, "night.csv"), `${rows.join("\n")}\n`);
      await json("run", ".", "--wait", "10s");

      // Refused by a check of CAS (V0010): values of the declaration may be changed.
      const wrong = await lifeOf("WRONG-1");
      expect(wrong.declarations).toMatchObject([{ summary: { currentStatus: "Invalid" } }]);
      const offered = wrong.corrections[0]?.allowed ?? [];
      expect(offered.map(({ kind }) => kind)).toEqual([
        ...["update-declaration", "update-shipment", "replace"],
      ]);
      const words = (offered[0]?.command ?? "")
        .replace("PATH=VALUE", "singleAdministrativeDocument.addDeclType=D")
        .split(" ")
        .slice(1);
      const updated = await json(...words);
      expect(updated["changes"]).toMatchObject([{ state: "applied", statusBefore: "Invalid" }]);
      const corrected = await lifeOf("WRONG-1");
      expect(corrected.changes).toMatchObject([{ state: "applied" }]);

      // Released: only an amendment or a withdrawal, which customs is told of.
      const right = await lifeOf("RIGHT-1");
      const id = right.declarations[0]?.declarationId ?? "";
      expect(right.corrections[0]?.allowed.map(({ kind }) => kind)).toEqual([
        ...["update-shipment", "amend", "invalidate"],
      ]);
      const forbidden = await runCli(
        ["declarations", "update", id, "--set", "singleAdministrativeDocument.addDeclType=D"],
        { cwd, env },
      );
      expect(forbidden.code).toBe(3);
      expect(forbidden.stdout).toContain("does not allow update");

      // What a command has looked at stands in the books, also when it sends nothing.
      writeFileSync(join(cwd, "later.csv"), `${HEADERS}\n${rowOf("LATER-1", "BE212000")}\n`);
      await json("submit", "later.csv");
      const search = ["declarations", "search", "--external-reference", "LATER-1"];
      const found = async (): Promise<{ declarationId: string; currentStatus: string } | null> =>
        (
          await json<{ declarations: readonly { declarationId: string; currentStatus: string }[] }>(
            ...search,
          )
        ).declarations[0] ?? null;
      await expect
        .poll(async () => (await found())?.currentStatus, { timeout: 20_000 })
        .toBe("Released");
      expect((await lifeOf("LATER-1")).declarations).toEqual([]);
      const laterId = (await found())?.declarationId ?? "";
      await runCli(
        ["declarations", "update", laterId, "--set", "singleAdministrativeDocument.addDeclType=D"],
        { cwd, env },
      );
      expect((await lifeOf("LATER-1")).declarations).toMatchObject([
        { declarationId: laterId, summary: { currentStatus: "Released" } },
      ]);

      // What the configuration allows is offered, by explain and by the report alike.
      writeFileSync(
        join(cwd, "cas-batch.yaml"),
        "changes: { allowedIn: { update: [Released], invalidate: [] } }\n",
      );
      expect((await lifeOf("LATER-1")).corrections[0]?.allowed.map(({ kind }) => kind)).toEqual([
        ...["update-declaration", "update-shipment", "amend"],
      ]);
      writeFileSync(join(cwd, "cas-batch.yaml"), "{}\n");

      // A validation that finds the same faults again moves no status: only the notification tells its end.
      const stays = (await lifeOf("WRONG-2")).declarations[0]?.declarationId ?? "";
      const validate = ["declarations", "validate", stays, "--wait", "3s"];
      expect((await json(...validate))["changes"]).toMatchObject([{ state: "accepted" }]);
      listener = startCli(["listen", "--port", "0"], { cwd, env });
      await json("subscriptions", "ensure", "--url", await addressOf(listener));
      expect((await json(...validate, "--wait", "30s"))["changes"]).toMatchObject([
        {
          state: "applied",
          detail: "CAS told that the action has ended, and the status is Invalid",
        },
      ]);

      const sad = await json("declarations", "generate-sad", id);
      expect(sad["changes"]).toMatchObject([{ state: "applied" }]);
      const invalidated = await json("declarations", "invalidate", id, "--reason", "Sent twice");
      expect(invalidated["changes"]).toMatchObject([{ state: "applied" }]);
      expect((await lifeOf("RIGHT-1")).changes).toMatchObject([
        { action: "generate-sad", state: "applied" },
        { action: "invalidate", state: "applied" },
      ]);
    } finally {
      listener?.process.kill("SIGTERM");
      await listener?.finished;
      await simulator.close();
    }
  },
);

/** The address that `listen` prints. */
function addressOf({ process: child, finished }: Running): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = "";
    child.stdout?.on("data", (chunk: unknown) => {
      text += String(chunk);
      const found = /https?:\/\/[^\s"]+/.exec(text);
      if (found !== null) resolve(found[0]);
    });
    void finished.then(({ stderr }) => {
      reject(new Error(`listen ended: ${stderr}`));
    });
  });
}
