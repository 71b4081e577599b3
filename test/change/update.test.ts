import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { emptyFolder, runCli, type Finished } from "../support/run-cli.ts";
import { declaration, startDeclarationsCas, type DeclarationsCas } from "./declarations-cas.ts";

interface Change {
  readonly declarationId: string;
  readonly state: string;
  readonly statusBefore: string | null;
  readonly differences: { readonly shown: readonly object[] };
  readonly replacedCollections: readonly object[];
  readonly detail: string | null;
  readonly error: { readonly code: string; readonly message: string } | null;
}

interface Document {
  readonly exitCode: number;
  readonly changes: readonly Change[];
  readonly findings: readonly object[];
  readonly error?: { readonly code: string; readonly hint: string };
}

const SAD = "singleAdministrativeDocument";

async function desk(statuses: Readonly<Record<string, string>> = { "D-1": "Invalid" }) {
  const cas = await startDeclarationsCas();
  for (const [id, status] of Object.entries(statuses)) {
    cas.declarations.set(id, { status, document: declaration() });
  }
  const cwd = emptyFolder();
  const run = async (...args: string[]): Promise<Finished & { readonly document: Document }> => {
    const all = ["declarations", ...args, "--env", "acceptance", "--json"];
    const finished = await runCli(all, { cwd, env: cas.variables });
    return { ...finished, document: JSON.parse(finished.stdout) as Document };
  };
  return { cas, cwd, run };
}

function only(document: Document): Change {
  expect(document.changes).toHaveLength(1);
  return document.changes[0] as Change;
}

function valueOf(cas: DeclarationsCas, id: string, name: string): unknown {
  const document = cas.declarations.get(id)?.document[SAD] as Readonly<Record<string, unknown>>;
  return document[name];
}

describe("declarations update", () => {
  test("shows old and new, sends only what is given, and sees the effect", async () => {
    const { cas, run } = await desk();
    const { document, code, stderr } = await run("update", "D-1", "--set", `${SAD}.addDeclType=D`);
    expect(only(document)).toMatchObject({
      state: "applied",
      statusBefore: "Invalid",
      differences: { shown: [{ path: `${SAD}.addDeclType`, before: "A", after: "D" }] },
    });
    expect(code).toBe(0);
    expect(stderr).toContain(`${SAD}.addDeclType: "A" → "D"`);
    expect(cas.changes).toEqual([
      {
        method: "PATCH",
        path: "/v1/declarations/D-1",
        body: `{"${SAD}":{"addDeclType":"D"}}`,
      },
    ]);
  });

  test("addresses the element of a list by casReference or by index, never the list", async () => {
    const { cas, run } = await desk();
    const list = `${SAD}.additionalDocuments`;
    await run(
      ...["update", "D-1", "--set", `${list}[1].refNum=AWB-2`],
      ...["--set", `${list}[casReference=d1].type=325`],
    );
    expect(JSON.parse(cas.changes[0]?.body ?? "")).toEqual({
      [SAD]: {
        additionalDocuments: [
          { casReference: "d2", refNum: "AWB-2" },
          { casReference: "d1", type: "325" },
        ],
      },
    });
    expect(valueOf(cas, "D-1", "additionalDocuments")).toMatchObject([
      { refNum: "INV-1", type: "325" },
      { refNum: "AWB-2", type: "740" },
    ]);
  });

  test.each([
    [`${SAD}.additionalDocuments[5].refNum=X`, "list-with-gaps"],
    [`${SAD}.additionalDocuments[casReference=nope].refNum=X`, "element-unknown"],
    [`${SAD}.goodsShipment.plainList[0].code=Y`, "path-unusable"],
    [`${SAD}.additionalDocuments=X`, "path-unusable"],
    [`addDeclType=D`, "path-unusable"],
    [`currentStatus=Accepted`, "path-unusable"],
    [`__proto__.x=1`, "path-unusable"],
    [`${SAD}.newList[1].code=Y`, "list-with-gaps"],
    [`${SAD}.addDeclType=`, "value-unusable"],
    [`${SAD}.addDeclType:=[`, "value-unusable"],
    [`${SAD}.additionalDocuments:=[{"type":"325"}]`, "collection-replaced"],
    [`${SAD}.additionalDocuments:=[{"casReference":"d1"},{"type":"325"}]`, "collection-mixed"],
  ])("refuses --set %s before anything is sent (%s)", async (set, code) => {
    const { cas, run } = await desk();
    const { document } = await run("update", "D-1", "--set", set);
    expect(only(document).error?.code).toBe(code);
    expect(document).toMatchObject({ exitCode: 3, error: { code } });
    expect(cas.changes).toEqual([]);
  });

  test("replaces a whole list only with --replace-collections, and says what goes", async () => {
    const { cas, run, cwd } = await desk();
    const body = { [SAD]: { additionalDocuments: [{ type: "325" }] } };
    writeFileSync(join(cwd, "new.json"), JSON.stringify(body));
    const refused = await run("update", "D-1", "--file", "new.json");
    expect(refused.document.error?.code).toBe("collection-replaced");
    expect(only(refused.document).error?.message).toContain("the 2 there are now would go, 1 come");
    expect(cas.changes).toEqual([]);
    const sent = await run("update", "D-1", "--file", "new.json", "--replace-collections");
    expect(only(sent.document)).toMatchObject({
      state: "applied",
      replacedCollections: [{ countBefore: 2, countAfter: 1 }],
    });
    expect(sent.stderr).toContain("REPLACES the whole of");
  });

  test("keeps every digit of a number, and text stays text", async () => {
    const { cas, run, cwd } = await desk();
    const item = `${SAD}.goodsShipment`;
    writeFileSync(
      join(cwd, "exact.json"),
      `{"${SAD}":{"goodsShipment":{"amount":12345678901234567.8901}}}`,
    );
    await run("update", "D-1", "--file", "exact.json");
    await run("update", "D-1", "--set", `${SAD}.agentStatus=3`, "--set", `${item}.amount=0.1000`);
    expect(cas.changes.map(({ body }) => body)).toEqual([
      `{"${SAD}":{"goodsShipment":{"amount":12345678901234567.8901}}}`,
      `{"${SAD}":{"agentStatus":"3","goodsShipment":{"amount":0.1}}}`,
    ]);
  });

  test("sends nothing when the declaration says so already, and in a dry run", async () => {
    const { cas, run } = await desk();
    const same = await run("update", "D-1", "--set", `${SAD}.addDeclType=A`);
    expect(only(same.document).state).toBe("unchanged");
    const dry = await run("update", "D-1", "--set", `${SAD}.addDeclType=D`, "--dry-run");
    expect(only(dry.document)).toMatchObject({ state: "planned" });
    expect([same.code, dry.code]).toEqual([0, 0]);
    expect(cas.changes).toEqual([]);
  });

  test.each([
    ["Accepted", "status-forbids", "invalidate"],
    ["Submitted", "status-forbids", ""],
    ["Mysterious", "status-not-known", "--force"],
  ])("is refused in status %s, naming the way out", async (status, code, way) => {
    const { cas, run } = await desk({ "D-1": status });
    const { document } = await run("update", "D-1", "--set", `${SAD}.addDeclType=D`);
    expect(document.error).toMatchObject({ code });
    expect(document.error?.hint).toContain(way);
    expect(cas.changes).toEqual([]);
  });

  test("leaves an unknown status to CAS with --force, and takes the statuses of the configuration", async () => {
    const { cas, cwd, run } = await desk({ "D-1": "Mysterious", "D-2": "Submitted" });
    await run("update", "D-1", "--set", `${SAD}.addDeclType=D`, "--force");
    writeFileSync(join(cwd, "cas-batch.yaml"), "changes:\n  allowedIn:\n    update: [Submitted]\n");
    await run("update", "D-2", "--set", `${SAD}.addDeclType=D`);
    expect(cas.changes).toHaveLength(2);
  });

  test("tells what came out otherwise than it was sent", async () => {
    const { cas, run } = await desk();
    cas.intercept = (request, response) => {
      if (request.method !== "PATCH") return false;
      cas.declarations.set("D-1", {
        status: "Invalid",
        document: declaration({ addDeclType: "Z" }),
      });
      response.writeHead(202).end();
      return true;
    };
    const { document, code } = await run(
      ...["update", "D-1", "--set", `${SAD}.addDeclType=D`, "--wait", "500ms"],
    );
    expect(only(document)).toMatchObject({
      state: "different",
      detail: `${SAD}.addDeclType is Z`,
    });
    expect(code).toBe(4);
  });

  test("says when the effect is not there yet, and the next command sees it", async () => {
    const { cas, run } = await desk();
    cas.effectDelayMs = 1_500;
    const set = ["--set", `${SAD}.addDeclType=D`];
    const first = await run("update", "D-1", ...set, "--no-wait");
    expect(only(first.document).state).toBe("accepted");
    expect(first.code).toBe(0);
    await expect.poll(() => valueOf(cas, "D-1", "addDeclType"), { timeout: 5_000 }).toBe("D");
    const second = await run("update", "D-1", ...set);
    expect(only(second.document).state).toBe("unchanged");
    expect(cas.changes).toHaveLength(1);
  });
});

describe("a change without an answer", () => {
  test.each([true, false])("is never repeated blindly (it had arrived: %s)", async (hasArrived) => {
    const { cas, run } = await desk();
    cas.intercept = (request, response) => {
      if (request.method !== "PATCH") return false;
      if (hasArrived) {
        cas.declarations.set("D-1", {
          status: "Invalid",
          document: declaration({ addDeclType: "D" }),
        });
      }
      response.destroy();
      return true;
    };
    const first = await run("update", "D-1", "--set", `${SAD}.addDeclType=D`, "--wait", "400ms");
    expect(only(first.document).state).toBe(hasArrived ? "applied" : "unknown");
    expect(first.code).toBe(hasArrived ? 0 : 6);
    cas.intercept = () => false;
    const second = await run("update", "D-1", "--set", `${SAD}.addDeclType=D`);
    expect(cas.changes).toHaveLength(1);
    if (hasArrived) {
      expect(only(second.document).state).toBe("unchanged");
      return;
    }
    expect(second.document.error).toMatchObject({ code: "change-unsettled" });
    expect(second.code).toBe(6);
    const third = await run("update", "D-1", "--set", `${SAD}.addDeclType=D`, "--again");
    expect(only(third.document).state).toBe("applied");
    expect(cas.changes).toHaveLength(2);
  });

  test("a refusal of CAS is told with its reasons", async () => {
    const { cas, run } = await desk();
    cas.intercept = (request, response) => {
      if (request.method !== "PATCH") return false;
      response.writeHead(400, { "content-type": "application/problem+json" });
      response.end(
        JSON.stringify({ title: "Bad", status: 400, errors: { addDeclType: ["no D"] } }),
      );
      return true;
    };
    const { document, code } = await run("update", "D-1", "--set", `${SAD}.addDeclType=D`);
    expect(only(document)).toMatchObject({ state: "refused" });
    expect(only(document).error?.message).toContain("no D");
    expect(code).toBe(3);
  });
});

describe("declarations update --sheet", () => {
  test("changes many, one request for each, and leaves out what its status forbids", async () => {
    const { cas, cwd, run } = await desk({ "D-1": "Invalid", "D-2": "New", "D-3": "Accepted" });
    writeFileSync(
      join(cwd, "many.csv"),
      `Declaration ID;Path;New value\nD-1;${SAD}.addDeclType;D\nD-2;${SAD}.addDeclType;D\nD-1;${SAD}.agentStatus;3\nD-3;${SAD}.addDeclType;D\nD-4;${SAD}.addDeclType;D\n`,
    );
    const { document, code } = await run("update", "--sheet", "many.csv");
    expect(document.changes.map(({ declarationId, state }) => [declarationId, state])).toEqual([
      ["D-1", "applied"],
      ["D-2", "applied"],
      ["D-3", "not-sent"],
      ["D-4", "not-sent"],
    ]);
    expect(document.changes[2]?.error?.message).toContain("many.csv › many › C5: ");
    expect(document.changes[3]?.error?.code).toBe("declaration-unknown");
    expect(code).toBe(4);
    expect(cas.changes.map(({ path }) => path).sort()).toEqual([
      "/v1/declarations/D-1",
      "/v1/declarations/D-2",
    ]);
  });

  test("a mistake in the sheet is told at its cell, and nothing is sent", async () => {
    const { cas, cwd, run } = await desk();
    writeFileSync(
      join(cwd, "bad.csv"),
      `id,path,value\nD-1,${SAD}.addDeclType,D\n../D-2,${SAD}.addDeclType,D\nD-1,,D\n`,
    );
    const { document, code } = await run("update", "--sheet", "bad.csv");
    expect(document.findings).toMatchObject([
      { code: "code-format", cell: "A3" },
      { code: "value-missing", cell: "B4" },
    ]);
    expect(code).toBe(3);
    expect(cas.all).toEqual([]);
  });
});
