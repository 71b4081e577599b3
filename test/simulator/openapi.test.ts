import { writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";
import type * as z from "zod";
import { DEFAULT_SHAPES } from "../../src/simulator/api/api-shapes.ts";
import { createDocumentLinks } from "../../src/simulator/documents/document-links.ts";
import * as answers from "../../src/simulator/openapi/answers.ts";
import { openapiDocument } from "../../src/simulator/openapi/openapi-document.ts";
import { operations } from "../../src/simulator/openapi/operations.ts";
import { apiRoutes } from "../../src/simulator/server/api-routes.ts";
import { DESTINATION_FIELDS } from "../../src/simulator/webhooks/subscription.ts";
import { bundle } from "../../scripts/bundle.ts";
import { emptyFolder, runCli } from "../support/run-cli.ts";
import { call, fetchToken, handClock, openSession, shipment } from "./simulator-session.ts";
import { startReceiver } from "./webhook-receiver.ts";

const execute = promisify(execFile);
const require = createRequire(import.meta.url);
const PARTS = {
  shapes: DEFAULT_SHAPES,
  destinationFields: DESTINATION_FIELDS,
  searchOrder: "created-asc",
} as const;

/** @returns what a public validator has against a description, nothing when it is valid */
async function faultsFoundIn(document: unknown): Promise<string> {
  const folder = emptyFolder();
  writeFileSync(join(folder, "openapi.json"), JSON.stringify(document));
  const rules = [
    // A redirect is the documented success of a download.
    "operation-2xx-response: off",
    // Documented paths: /attachments/{attachmentId}/url and /attachments/{documentType}/{attachmentId}.
    "no-ambiguous-paths: off",
  ];
  writeFileSync(
    join(folder, "redocly.yaml"),
    `extends: [recommended]\nrules:\n${rules.map((rule) => `  ${rule}\n`).join("")}`,
  );
  const program = require.resolve("@redocly/cli/bin/cli.js");
  const environment = {
    ...process.env,
    REDOCLY_TELEMETRY: "off",
    REDOCLY_SUPPRESS_UPDATE_NOTICE: "true",
  };
  const { stdout, stderr } = await execute(
    process.execPath,
    [program, "lint", "openapi.json", "--format=stylish"],
    {
      cwd: folder,
      env: environment,
    },
  ).catch((error: unknown) => error as { stdout: string; stderr: string });
  return /\b(?:warning|error)\b/.test(stdout + stderr) ? stdout + stderr : "";
}

type Document = Readonly<Record<string, unknown>> & {
  readonly paths: Readonly<
    Record<string, Readonly<Record<string, Readonly<Record<string, unknown>>>>>
  >;
};

describe("openapiDocument()", () => {
  const document = openapiDocument("http://127.0.0.1:8084") as Document;

  test("is valid OpenAPI 3.1 to a public validator", async () => {
    expect(document["openapi"]).toBe("3.1.0");
    expect(await faultsFoundIn(document)).toBe("");
  });

  test("would not be, with one path parameter less", async () => {
    const broken = JSON.parse(
      JSON.stringify(document).replaceAll('"name":"attachmentId"', '"name":"other"'),
    ) as unknown;
    expect(await faultsFoundIn(broken)).toContain("error");
  });

  test("describes every endpoint of the simulator, and no other", () => {
    const routes = apiRoutes(PARTS, createDocumentLinks("", handClock(), 0), "");
    const served = routes.map(({ method, path }) => `${method} ${path}`).sort();
    expect([...operations(PARTS).keys()].sort()).toEqual(served);
    const shown = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    );
    expect(shown.sort()).toEqual([...served, "POST /oauth2/v2.0/token"].sort());
  });

  test("marks what is assumed, and not what the tutorial states", () => {
    const isAssumed = (method: string, path: string) =>
      "x-assumed" in (document.paths[path]?.[method] ?? {});
    expect(isAssumed("post", "/v1/formulas")).toBe(true);
    expect(isAssumed("delete", "/v1/subscriptions/{id}")).toBe(true);
    expect(isAssumed("get", "/v1/authorizationStatus")).toBe(false);
    expect(
      isAssumed("get", "/v1/declarations/{declarationId}/attachments/{attachmentId}/url"),
    ).toBe(false);
  });
});

describe("the described answers", () => {
  test("are those that the simulator gives", async () => {
    const { simulator, send, search, get } = await openSession();
    const authorization = `Bearer ${await fetchToken(simulator)}`;
    const receiver = await startReceiver();
    const subscriptionDestination = {
      destinationType: "OAuthApiDestination",
      destinationDescription: { destinationUrl: receiver.url },
    };
    const made = await call(`${simulator.url}/v1/subscriptions`, {
      method: "POST",
      headers: { authorization, "content-type": "application/json" },
      body: JSON.stringify({ eventType: "DeclarationStatusChanged", subscriptionDestination }),
    });
    await send(shipment());
    await receiver.until(6);
    const [found] = await search();
    const path = `/v1/declarations/${found?.declarationId ?? ""}`;
    const detail = await get(`${path}?include=errors,attachments`);
    const { attachments } = detail.json as { attachments: { id: string }[] };
    const given: readonly (readonly [z.ZodType, unknown])[] = [
      [answers.createdSubscription, made.json],
      [answers.listedSubscriptions, (await get("/v1/subscriptions")).json],
      [answers.authorizationStatus, (await get("/v1/authorizationStatus")).json],
      [answers.foundDeclarations, (await get("/v1/declarations/search")).json],
      [answers.declaration, detail.json],
      [
        answers.downloadUrl,
        (await get(`${path}/attachments/${attachments[0]?.id ?? ""}/url`)).json,
      ],
      [answers.problem, (await get("/v1/declarations/search?limit=0")).json],
      [answers.problem, (await get("/v1/declarations/0")).json],
      ...receiver.received.map(({ event }) => [answers.event, event] as const),
    ];
    for (const [schema, value] of given) expect(schema.safeParse(value).error).toBeUndefined();
  });
});

describe("cas-batch simulator --openapi", () => {
  test("prints the description and nothing else", async () => {
    const { code, stdout } = await runCli(["simulator", "--openapi", "--port", "9000"]);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      openapi: "3.1.0",
      servers: [{ url: "http://127.0.0.1:9000" }],
    });
  });

  test("no other command loads what makes it", async () => {
    const { outputs } = await bundle({ main: "src/cli/main.ts" }, emptyFolder());
    const holds = (file: string, name: string) =>
      Object.keys(outputs[file]?.inputs ?? {}).some((input) => input.includes(name));
    const [maker = ""] = Object.keys(outputs).filter((file) => holds(file, "zod-openapi"));
    expect(maker).not.toBe("");
    const importers = Object.entries(outputs).flatMap(([file, { imports }]) =>
      imports.filter(({ path }) => path === maker).map(({ kind }) => `${kind} in ${file}`),
    );
    expect(importers).toHaveLength(1);
    expect(importers[0]).toContain("dynamic-import");
  });

  test.each(["nonsense", "late=2", "lost=", "late=-1"])(
    "refuses --webhook-fault %s",
    async (fault) => {
      const { code, stderr } = await runCli(["simulator", "--webhook-fault", fault]);
      expect(code).toBe(2);
      expect(stderr).toContain("--webhook-fault");
      expect(stderr).toContain("duplicated, reordered, late, lost, unknown");
    },
  );
});
