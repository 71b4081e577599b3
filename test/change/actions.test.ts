import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { emptyFolder, runCli, type Finished } from "../support/run-cli.ts";
import { declaration, startDeclarationsCas, type DeclarationsCas } from "./declarations-cas.ts";

interface Document {
  readonly exitCode: number;
  readonly changes: readonly {
    readonly declarationId: string;
    readonly action: string | null;
    readonly state: string;
    readonly detail: string | null;
    readonly error: { readonly code: string } | null;
  }[];
  readonly item?: object;
  readonly error?: { readonly code: string; readonly hint: string; readonly message: string };
}

async function desk(statuses: Readonly<Record<string, string>>, env = "acceptance") {
  const cas = await startDeclarationsCas();
  for (const [id, status] of Object.entries(statuses)) {
    cas.declarations.set(id, { status, document: declaration() });
  }
  const cwd = emptyFolder();
  const run = async (...args: string[]): Promise<Finished & { readonly document: Document }> => {
    const wait = args[1] === "get" ? [] : ["--wait", "1s"];
    const all = ["declarations", ...args, "--env", env, "--json", ...wait];
    const finished = await runCli(all, { cwd, env: cas.variables });
    return { ...finished, document: JSON.parse(finished.stdout) as Document };
  };
  return { cas, cwd, run };
}

function itemsOf(cas: DeclarationsCas): readonly object[] {
  const held = cas.declarations.get("D-1")?.document as unknown as {
    readonly singleAdministrativeDocument: {
      readonly goodsShipment: { readonly governmentAgencyGoodsItems: readonly object[] };
    };
  };
  return held.singleAdministrativeDocument.goodsShipment.governmentAgencyGoodsItems;
}

describe("declarations ACTION", () => {
  test("an action of an excise movement sends its content to the letter, and wants one", async () => {
    const { cas, cwd, run } = await desk({ "D-1": "Released", "D-2": "Validated" });
    const content = join(cwd, "content.json");
    writeFileSync(content, '{"arc":"26BE123","quantity":12345678901234567890.1234}');
    const { document } = await run("receipt-report", "D-1", "D-2", "--file", content);
    expect(document.changes).toMatchObject([
      { declarationId: "D-1", action: "receipt-report", error: null },
      { declarationId: "D-2", state: "not-sent", error: { code: "status-forbids" } },
    ]);
    expect(cas.changes).toMatchObject([
      {
        path: "/v1/declarations/D-1/receiptreport",
        body: '{"arc":"26BE123","quantity":12345678901234567890.1234}',
      },
    ]);
    for (const args of [
      ["change-destination", "D-1"],
      ["submit", "D-1", "--file", content],
      ["receipt-report", "D-1", "--file", content, "--reason", "Late"],
    ]) {
      expect((await run(...args)).document, args.join(" ")).toMatchObject({
        exitCode: 2,
        error: { code: "usage" },
      });
    }
    expect(cas.changes).toHaveLength(1);
  });

  test("submits several, checks each status first, and sees the status move", async () => {
    const { cas, run } = await desk({ "D-1": "Validated", "D-2": "Released", "D-3": "Invalid" });
    const { document, code } = await run("submit", "D-1", "D-2", "D-3");
    expect(document.changes).toMatchObject([
      { declarationId: "D-1", action: "submit", state: "applied" },
      { declarationId: "D-2", state: "not-sent", error: { code: "status-forbids" } },
      {
        declarationId: "D-3",
        state: "applied",
        detail: "the status went from Invalid to Submitted",
      },
    ]);
    expect(code).toBe(4);
    expect(cas.changes.map(({ method, path, body }) => `${method} ${path} ${body}`).sort()).toEqual(
      ["POST /v1/declarations/D-1/submit ", "POST /v1/declarations/D-3/submit "],
    );
  });

  test("invalidate needs a reason, and sends it", async () => {
    const { cas, run } = await desk({ "D-1": "Accepted" });
    const without = await run("invalidate", "D-1");
    expect(without.document.error?.code).toBe("usage");
    expect(cas.all).toEqual([]);
    const sent = await run("invalidate", "D-1", "--reason", "Sent twice");
    expect(sent.document.changes).toMatchObject([{ state: "applied" }]);
    expect(cas.changes).toMatchObject([{ body: '{"reason":"Sent twice"}' }]);
  });

  test("the reason is sent under the name that the configuration gives it", async () => {
    const { cas, cwd, run } = await desk({ "D-1": "Accepted" });
    writeFileSync(join(cwd, "cas-batch.yaml"), "fields: { invalidationReason: reasonText }\n");
    await run("invalidate", "D-1", "--reason", "Sent twice");
    expect(cas.changes).toMatchObject([{ body: '{"reasonText":"Sent twice"}' }]);
  });

  test("a list from a spreadsheet, each with its own reason", async () => {
    const { cas, cwd, run } = await desk({ "D-1": "Accepted", "D-2": "Released" });
    writeFileSync(join(cwd, "list.csv"), "Declaration id;Reason\nD-1;twice\nD-2;wrong goods\n");
    const { document } = await run("invalidate", "--sheet", "list.csv");
    expect(document.changes.map(({ state }) => state)).toEqual(["applied", "applied"]);
    expect(cas.changes.map(({ body }) => body).sort()).toEqual([
      '{"reason":"twice"}',
      '{"reason":"wrong goods"}',
    ]);
  });

  test("an action that fails at customs is told as different", async () => {
    const { cas, run } = await desk({ "D-1": "Validated" });
    cas.statusAfter = { submit: "CustomsError" };
    const { document, code } = await run("submit", "D-1");
    expect(document.changes).toMatchObject([{ state: "different" }]);
    expect(code).toBe(4);
  });

  test("text says what was wrong, not only what to do", async () => {
    const { cas, cwd } = await desk({});
    const words = ["declarations", "submit", "../D-1", "--env", "acceptance"];
    const { stdout } = await runCli(words, { cwd, env: cas.variables });
    expect(stdout).toContain('"../D-1" was asked for as declarationId');
    expect(stdout).toContain("cas-batch declarations search");
  });

  test("an item's paths begin at the item", async () => {
    const { cas, run } = await desk({ "D-1": "Invalid" });
    const set = ["--set", "singleAdministrativeDocument.addDeclType=D"];
    const { document } = await run("items", "update", "D-1", "1", ...set);
    expect(document.changes).toMatchObject([{ error: { code: "path-unusable" } }]);
    expect(cas.changes).toEqual([]);
  });

  test.each(["../D-1", "..", "a\u0007b"])("refuses the id %j", async (id) => {
    const { cas, run } = await desk({});
    const { document, code } = await run("submit", id);
    expect(document.error?.code).toBe("id-unusable");
    expect(code).toBe(2);
    expect(cas.all).toEqual([]);
  });

  test("a token without the scope is told before anything is read", async () => {
    const { cas, run } = await desk({ "D-1": "Validated" });
    cas.scopes = "read:declarations";
    const { document, code } = await run("submit", "D-1");
    expect(document.error).toMatchObject({ code: "scope-missing" });
    expect(document.error?.message).toContain("create:messages");
    expect(code).toBe(2);
    expect(cas.changes).toEqual([]);
  });

  test("production without a terminal needs --yes, and --dry-run does not", async () => {
    const { cas, run } = await desk({ "D-1": "Validated" }, "production");
    const asked = await run("submit", "D-1");
    expect(asked.document.error).toMatchObject({ code: "usage" });
    expect(asked.document.error?.hint).toContain("--yes");
    expect(asked.code).toBe(2);
    const dry = await run("submit", "D-1", "--dry-run");
    expect(dry.document.changes).toMatchObject([{ state: "planned" }]);
    expect(cas.changes).toEqual([]);
    const sent = await run("submit", "D-1", "--yes");
    expect(sent.document.changes).toMatchObject([{ state: "applied" }]);
  });
});

describe("declarations items", () => {
  test("shows, adds, changes and deletes an item, and looks at the result", async () => {
    const { cas, run } = await desk({ "D-1": "Invalid" });
    cas.effectDelayMs = 200;
    const shown = await run("items", "get", "D-1", "1");
    expect(shown.document.item).toMatchObject({ goodsMeasure: { gmass: 100.5 } });
    const added = await run("items", "add", "D-1", "--set", "goodsMeasure.gmass=12.50");
    expect(added.document.changes).toMatchObject([{ state: "applied", detail: "it is item 2" }]);
    expect(cas.changes.at(-1)?.body).toBe('{"goodsMeasure":{"gmass":12.5}}');
    const updated = await run("items", "update", "D-1", "2", "--set", "goodsMeasure.gmass=13");
    expect(updated.document.changes).toMatchObject([{ state: "applied" }]);
    expect(itemsOf(cas)).toMatchObject([{}, { goodsMeasure: { gmass: { rawJSON: "13" } } }]);
    const deleted = await run("items", "delete", "D-1", "2");
    expect(deleted.document.changes).toMatchObject([{ state: "applied" }]);
    expect(itemsOf(cas)).toHaveLength(1);
    const gone = await run("items", "get", "D-1", "2");
    expect(gone.document.error).toMatchObject({ code: "declaration-unknown" });
  });
});
