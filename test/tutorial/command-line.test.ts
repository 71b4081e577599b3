// The quick start tutorial of CAS, in the order in which it is told, by the commands that a user types.
// Source: seeds/000, steps 1 to 7.
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, it } from "vitest";
import { startSimulator } from "../../src/simulator/start-simulator.ts";
import { emptyFolder, runCli, startCli, type Running } from "../support/run-cli.ts";

const SHIPMENT = {
  "External reference": "MY-SHIPMENT-001",
  Direction: "IN",
  "Storage location": "WAREHOUSE-01",
  "Declaration type": "IM",
  "Additional declaration type": "Z",
  "Invoice currency": "EUR",
  "Declaration office": "BE212000",
  "Consignor EORI": "US12345678",
  "Consignee EORI": "BE0123456789",
  "Goods description": "Electronic components",
  "Commodity code": "85423190",
  "Gross mass (kg)": "100.0",
  "Net mass (kg)": "95.0",
  "Package type": "CT",
  "Package quantity": "5",
  "Shipping marks": "ELEC-001",
  "Customs value": "25000.00",
  "Customs value currency": "EUR",
};

it("the tutorial, steps 1 to 7, from the command line", { timeout: 180_000 }, async () => {
  const simulator = await startSimulator({
    stateFile: join(emptyFolder(), "s.jsonl"),
    timeScale: 50,
  });
  const cwd = emptyFolder();
  const keyFile = join(cwd, "webhook.key");
  writeFileSync(keyFile, "a-key-of-32-characters-at-least-1\n", { mode: 0o600 });
  const env = {
    CAS_ENV: "acceptance",
    CAS_API_URL: simulator.url,
    CAS_TOKEN_URL: simulator.tokenUrl,
    CAS_CLIENT_ID: "simulator",
    CAS_CLIENT_SECRET: "simulator",
  };
  const json = async (...args: readonly string[]): Promise<Record<string, unknown>> => {
    const done = await runCli([...args, "--json"], { cwd, env });
    expect(done.code, `${args.join(" ")}\n${done.stdout}\n${done.stderr}`).toBe(0);
    return JSON.parse(done.stdout) as Record<string, unknown>;
  };
  let listener: Running | null = null;
  try {
    // Steps 1 and 2: a token, and what it may do.
    const { checks } = await json("doctor");
    expect(checks).toContainEqual(expect.objectContaining({ name: "Scopes", ok: true }));

    // Step 3: a webhook, and a subscription for every status change.
    const protection = ["--api-key-header", "X-Api-Key", "--api-key-file", keyFile];
    listener = startCli(["listen", "--port", "0", ...protection], { cwd, env });
    const url = await addressOf(listener);
    await json(
      ...["subscriptions", "create", "--event", "DeclarationStatusChanged"],
      ...["--url", url, ...protection],
    );
    const { subscriptions } = await json("subscriptions", "list");
    expect(subscriptions).toMatchObject([{ eventType: "DeclarationStatusChanged" }]);

    // Step 4: a customs shipment, accepted for processing.
    const file = join(cwd, "shipment.csv");
    const lines = [Object.keys(SHIPMENT), Object.values(SHIPMENT)].map((row) => row.join(","));
    writeFileSync(file, `${lines.join("\n")}\n`);
    expect(await json("submit", file)).toMatchObject({ counts: { accepted: 1 } });

    // Step 5: the notification that customs has released it.
    let released: unknown[] = [];
    for (let tries = 0; released.length === 0; tries += 1) {
      if (tries > 60) throw new Error("No notification of the release came");
      await sleep(500);
      const { notifications } = await json("notifications", "list");
      released = (notifications as { eventSubType: string }[]).filter(
        ({ eventSubType }) => eventSubType === "Released",
      );
    }
    const { explained, declarationId } = await lifeOf(json);
    expect(explained).toContain("Released");

    // Step 6: the declaration, with its errors and attachments.
    const { declaration } = await json(
      ...["declarations", "get", declarationId, "--include", "errors,attachments"],
    );
    expect(declaration).toMatchObject({ declarationId, currentStatus: "Released", errors: [] });

    // Step 7: the attachment.
    const out = join(cwd, "documents");
    const { attachments } = await json(
      ...["declarations", "attachments", declarationId, "--type", "EAD", "--out", out],
    );
    const [document] = attachments as { path: string; sha256: string; bytes: number }[];
    if (document === undefined) throw new Error("No attachment was downloaded");
    const bytes = readFileSync(document.path);
    expect(bytes.subarray(0, 5).toString()).toBe("%PDF-");
    expect(document).toMatchObject({
      sha256: createHash("sha256").update(bytes).digest("hex"),
      bytes: bytes.length,
    });
  } finally {
    listener?.process.kill("SIGTERM");
    await listener?.finished;
    await simulator.close();
  }
});

/** The address that `listen` prints. */
function addressOf({ process: child, finished }: Running): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = "";
    const look = (chunk: unknown): void => {
      text += String(chunk);
      const found = /https?:\/\/[^\s"]+/.exec(text);
      if (found !== null) resolve(found[0]);
    };
    child.stdout?.on("data", look);
    void finished.then(({ stderr }) => {
      reject(new Error(`listen ended: ${stderr}`));
    });
  });
}

/** What the books know of the shipment, without asking CAS. */
async function lifeOf(
  json: (...args: readonly string[]) => Promise<Record<string, unknown>>,
): Promise<{ readonly explained: string; readonly declarationId: string }> {
  const explained = JSON.stringify(await json("explain", "MY-SHIPMENT-001"));
  const declarationId = /"declarationId":"([^"]+)"/.exec(explained)?.[1];
  if (declarationId === undefined) throw new Error(`No declaration in ${explained}`);
  return { explained, declarationId };
}
