import { expect, test } from "vitest";
import { emptyFolder, runCli, startCli } from "../support/run-cli.ts";
import { declaration, startDeclarationsCas } from "./declarations-cas.ts";

const SET = ["--set", "singleAdministrativeDocument.addDeclType=D"];
const UPDATE = ["declarations", "update", "D-1", ...SET, "--env", "acceptance", "--json"];

interface Document {
  readonly changes: readonly { readonly state: string }[];
  readonly error?: { readonly code: string };
}

async function desk() {
  const cas = await startDeclarationsCas();
  cas.declarations.set("D-1", { status: "Invalid", document: declaration() });
  return { cas, options: { cwd: emptyFolder(), env: cas.variables } };
}

test.each([true, false])(
  "a command that was killed while it waited for the answer is not repeated blindly (taken: %s)",
  async (isTaken) => {
    const { cas, options } = await desk();
    const { process: child, finished } = startCli(UPDATE, options);
    cas.intercept = ({ method }) => {
      if (method !== "PATCH") return false;
      if (isTaken) {
        const document = declaration({ addDeclType: "D" });
        cas.declarations.set("D-1", { status: "Invalid", document });
      }
      child.kill("SIGKILL");
      return true;
    };
    expect((await finished).signal).toBe("SIGKILL");
    cas.intercept = () => false;
    const next = await runCli(UPDATE, options);
    const document = JSON.parse(next.stdout) as Document;
    if (isTaken) {
      expect(document.changes).toMatchObject([{ state: "unchanged" }]);
      expect(cas.changes).toHaveLength(1);
      return;
    }
    // It stands in the books as on its way, so it is looked for before anything is sent.
    expect(document.error?.code).toBe("change-unsettled");
    expect(next.code).toBe(6);
    expect(cas.changes).toHaveLength(1);
    const again = await runCli([...UPDATE, "--again"], options);
    expect((JSON.parse(again.stdout) as Document).changes).toMatchObject([{ state: "applied" }]);
    expect(cas.changes).toHaveLength(2);
  },
);

test("nothing is sent while another process has the right to send", async () => {
  const { cas, options } = await desk();
  cas.declarations.set("D-2", { status: "Invalid", document: declaration() });
  let release = (): void => undefined;
  cas.intercept = ({ method }, response) => {
    if (method !== "PATCH") return false;
    release = () => response.writeHead(202).end();
    return true;
  };
  const first = startCli(UPDATE.concat("--no-wait"), options);
  await expect.poll(() => cas.changes.length, { timeout: 10_000 }).toBe(1);
  const second = await runCli(UPDATE.with(2, "D-2"), options);
  expect((JSON.parse(second.stdout) as Document).error?.code).toBe("lock-held");
  expect(second.code).toBe(7);
  release();
  expect((await first.finished).code).toBe(0);
  expect(cas.changes).toHaveLength(1);
});

test("Ctrl-C lets what is on its way end, and sends nothing more", async () => {
  const { cas, options } = await desk();
  const ids = Array.from({ length: 30 }, (_unused, at) => `D-${at + 1}`);
  for (const id of ids) cas.declarations.set(id, { status: "Validated", document: declaration() });
  const { process: child, finished } = startCli(
    ["declarations", "submit", ...ids, "--env", "acceptance", "--json", "--concurrency", "1"],
    options,
  );
  cas.intercept = ({ method }, response) => {
    if (method !== "POST") return false;
    if (cas.changes.length === 2) child.kill("SIGINT");
    setTimeout(() => response.writeHead(202).end(), 150);
    return true;
  };
  const { code, stdout } = await finished;
  const { changes } = JSON.parse(stdout) as Document;
  expect(code).toBe(130);
  expect(changes.filter(({ state }) => state === "accepted")).toHaveLength(cas.changes.length);
  expect(changes.filter(({ state }) => state === "not-sent")).toHaveLength(30 - cas.changes.length);
  expect(cas.changes.length).toBeLessThan(5);
});

test("an action that was answered 503 is not sent again, and counts as unknown", async () => {
  const { cas, options } = await desk();
  cas.declarations.set("D-1", { status: "Validated", document: declaration() });
  cas.intercept = ({ method }, response) => {
    if (method !== "POST") return false;
    response.writeHead(503, { "retry-after": "1", "content-type": "application/problem+json" });
    response.end(JSON.stringify({ title: "Busy", status: 503 }));
    return true;
  };
  const submit = ["declarations", "submit", "D-1", "--env", "acceptance", "--json", "--no-wait"];
  const { code, stdout } = await runCli(submit, options);
  const document = JSON.parse(stdout) as Document & { readonly error: { readonly hint: string } };
  expect(document.changes).toMatchObject([{ state: "unknown" }]);
  expect(document.error.hint).toContain("cas-batch declarations get D-1");
  expect(cas.changes).toHaveLength(1);
  expect(code).toBe(6);
  cas.intercept = () => false;
  const next = JSON.parse((await runCli(submit, options)).stdout) as Document;
  expect(next.error?.code).toBe("change-unsettled");
  expect(cas.changes).toHaveLength(1);
});
