// Notifications through the command line: received, merged, shown, and what follows from them in the reports.
import { readFileSync, writeFileSync, chmodSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { startSimulator } from "../../src/simulator/start-simulator.ts";
import { eventBody, failed, statusChanged } from "../notifications/events.ts";
import { deliver, startListening } from "../support/listening.ts";
import { documentOf, emptyFolder, runCli, type ResultDocument } from "../support/run-cli.ts";

const SLOW_TEST_MS = 60_000;

interface Shown extends ResultDocument {
  readonly total: number;
  readonly notifications: readonly {
    readonly id: string | null;
    readonly standing: string;
    readonly body: string;
    readonly tenant: string;
    readonly document: object | null;
  }[];
  readonly merged: number;
  readonly added: number;
  readonly failedMessages: number;
  readonly resultFolder: string;
  readonly shipments: readonly {
    readonly versions: readonly { readonly referenceId: string; readonly state: string }[];
    readonly declarations: readonly { readonly declarationId: string }[];
    readonly notifications: readonly { readonly id: string | null }[];
  }[];
}

async function openDesk() {
  const cwd = emptyFolder();
  const stateFile = join(emptyFolder(), "state.jsonl");
  const simulator = await startSimulator({ stateFile, timeScale: 100 });
  const env = {
    ...{ CAS_ENV: "acceptance", CAS_API_URL: simulator.url, CAS_TOKEN_URL: simulator.tokenUrl },
    ...{ CAS_CLIENT_ID: "simulator", CAS_CLIENT_SECRET: "simulator" },
  };
  const rows = ["S-1", "S-2"].map((reference) => `${reference};IN;Bolts;73181500;BE0123456789`);
  const header = "External reference;Direction;Goods description;Commodity code;Consignee EORI";
  writeFileSync(join(cwd, "night.csv"), [header, ...rows, ""].join("\n"));
  const place = { cwd, env };
  return {
    place,
    run: async (...args: string[]): Promise<Shown> =>
      documentOf(await runCli([...args, "--json"], place)) as Shown,
    [Symbol.asyncDispose]: () => simulator.close(),
  };
}

test(
  "listen keeps what CAS tells, and a message that failed stands in the report, the result files and explain",
  async () => {
    await using desk = await openDesk();
    const sent = await desk.run("submit", "night.csv");
    expect(sent.exitCode).toBe(0);
    const { shipments } = await desk.run("explain", "S-1");
    const referenceId = shipments[0]?.versions[0]?.referenceId ?? "";

    const listening = await startListening([], desk.place);
    const tenantId = listening.tenant;
    const failure = {
      ...failed(referenceId, ["singleAdministrativeDocument.declType is wrong"]),
      id: "E-1",
      tenantId,
    };
    expect(await deliver(listening.url, eventBody(failure))).toBe(202);
    expect(await deliver(listening.url, eventBody(failure))).toBe(202);
    const status = statusChanged("777", "Released", "2026-11-20T12:00:00.1234567Z", {
      traderReference: "S-2",
    });
    expect(await deliver(listening.url, eventBody({ ...status, id: "E-2", tenantId }))).toBe(202);
    expect(await deliver(listening.url, eventBody({ id: "E-3", tenantId: "OTHER" }))).toBe(202);
    expect(await deliver(listening.url, "no event")).toBe(202);
    const stopped = await listening.stop();
    expect(stopped.code).toBe(0);
    expect(stopped.stderr).toContain("2 notifications kept, 1 that had come before, 2 odd ones");
    expect(stopped.stdout.trim().split("\n")).toHaveLength(1);

    const { stdout: examined } = await runCli(["doctor"], desk.place);
    expect(examined).toMatch(/ok +Listener +ended 20\S+Z, at http/);

    const listed = await desk.run("notifications", "list");
    expect(listed).toMatchObject({ command: "notifications list", exitCode: 0, total: 4 });
    expect(listed.notifications.map(({ id, standing }) => [id, standing])).toEqual([
      [null, "unreadable"],
      ["E-3", "other-tenant"],
      ["E-2", "matched"],
      ["E-1", "matched"],
    ]);
    const explained = await runCli(["explain", "S-1"], desk.place);
    expect(explained.stdout).toContain(
      "CreationUnsuccessful: CAS accepted this message and could not process it",
    );
    expect(explained.stdout).toContain("singleAdministrativeDocument.declType is wrong");
    expect(explained.stdout).toContain("CAS told: ");
    const other = await desk.run("explain", "S-2");
    expect(other.shipments[0]?.notifications.map(({ id }) => id)).toEqual(["E-2"]);
    expect(other.shipments[0]?.declarations.map(({ declarationId }) => declarationId)).toContain(
      "777",
    );

    const reconciled = await desk.run("reconcile");
    expect(reconciled).toMatchObject({ exitCode: 4, counts: { rejected: 1, accepted: 1 } });
    const failedRows = readFileSync(join(sent.resultFolder, "failed.csv"), "utf8");
    expect(failedRows).toContain(referenceId);
    expect(failedRows).toContain("singleAdministrativeDocument.declType is wrong");
  },
  SLOW_TEST_MS,
);

test(
  "replay merges again, also what comes in a file, and changes nothing twice",
  async () => {
    await using desk = await openDesk();
    await desk.run("submit", "night.csv");
    const { shipments } = await desk.run("explain", "S-1");
    const referenceId = shipments[0]?.versions[0]?.referenceId ?? "";
    const tenantId = "SIMULATOR";
    const pdf = {
      id: "E-2",
      tenantId,
      eventType: "DeclarationPdfCreated",
      data: {
        id: "9",
        type: "EAD",
        url: "https://api.example/v1/declarations/9/attachments/EAD/att-5?sig=x",
      },
    };
    const bodies = [{ ...failed(referenceId, []), id: "E-1", tenantId }, pdf].map(eventBody);
    writeFileSync(join(desk.place.cwd, "bodies.jsonl"), `${bodies.join("\n")}\n`);
    const first = await desk.run("notifications", "replay", "--file", "bodies.jsonl");
    expect(first).toMatchObject({ exitCode: 0, added: 2, merged: 2, failedMessages: 1 });
    expect(first.notifications.find(({ id }) => id === "E-2")?.document).toEqual({
      documentType: "EAD",
      attachmentId: "att-5",
      certificateOfOriginId: null,
    });
    expect(await desk.run("notifications", "replay", "--file", "bodies.jsonl")).toMatchObject({
      added: 0,
      failedMessages: 0,
    });
    expect(await desk.run("notifications", "replay", "--all")).toMatchObject({
      merged: 2,
      failedMessages: 0,
    });
    expect(await desk.run("notifications", "replay", "--id", "E-1")).toMatchObject({ merged: 1 });
    expect((await desk.run("notifications", "list", "--unmatched")).notifications).toHaveLength(1);
    expect(
      (await desk.run("notifications", "list", "--type", "declarationpdfcreated", "--since", "1h"))
        .total,
    ).toBe(1);

    const unknown = await desk.run("notifications", "replay", "--id", "E-9");
    expect(unknown).toMatchObject({ exitCode: 2, error: { code: "notification-unknown" } });
    writeFileSync(join(desk.place.cwd, "bad.jsonl"), `${bodies[0] ?? ""}\nnot an event\n`);
    const bad = await desk.run("notifications", "replay", "--file", "bad.jsonl");
    expect(bad).toMatchObject({ exitCode: 2, error: { code: "notification-file-invalid" } });
    expect(bad.error?.message).toContain("Line 2");
  },
  SLOW_TEST_MS,
);

test(
  "listen refuses an address that everyone reaches without a protection, and names what is missing",
  async () => {
    await using desk = await openDesk();
    const { cwd } = desk.place;
    const refusal = async (...args: string[]) => (await desk.run("listen", ...args)).error?.code;
    expect(await refusal("--host", "0.0.0.0")).toBe("listen-unprotected");
    expect(await refusal("--api-key-header", "X-Api-Key")).toBe("usage");
    expect(
      await refusal("--jwks", "http://login.example/keys", "--issuer", "i", "--audience", "a"),
    ).toBe("insecure-url");
    writeFileSync(join(cwd, "key.txt"), "0123456789abcdef0123456789abcdef\n");
    chmodSync(join(cwd, "key.txt"), 0o644);
    const key = ["--api-key-header", "X-Api-Key", "--api-key-file", "key.txt"];
    expect(await refusal(...key)).toBe("secret-file-unsafe");
    chmodSync(join(cwd, "key.txt"), 0o600);
    const listening = await startListening(
      [...key, "--host", "0.0.0.0", "--tenant", "ACME"],
      desk.place,
    );
    const url = listening.url.replace("0.0.0.0", "127.0.0.1");
    expect(await deliver(url, eventBody())).toBe(401);
    expect(
      await deliver(url, eventBody(), { "x-api-key": "0123456789abcdef0123456789abcdef" }),
    ).toBe(202);
    const { stderr } = await listening.stop();
    expect(stderr).not.toContain("0123456789abcdef");
    const { notifications } = await desk.run("notifications", "list");
    expect(notifications).toMatchObject([{ tenant: "ACME", standing: "noted" }]);
  },
  SLOW_TEST_MS,
);

test(
  "without credentials the ledger says whose notifications they are, and nothing is guessed",
  async () => {
    const cwd = emptyFolder();
    const unknown = documentOf(await runCli(["listen", "--env", "acceptance", "--json"], { cwd }));
    expect(unknown.error?.code).toBe("tenant-unknown");
    const named = await startListening(["--env", "acceptance", "--tenant", "ACME"], { cwd });
    await named.stop();
    const again = await startListening(["--env", "acceptance"], { cwd });
    expect(again.tenant).toBe("ACME");
    await again.stop();
  },
  SLOW_TEST_MS,
);
