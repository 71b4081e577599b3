// The notifications of the simulator, received by the command as installed and protected by tokens of an OAuth
// server that others wrote: what they alone tell must be what a reconcile finds.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import Provider from "oidc-provider";
import { expect, onTestFinished, test } from "vitest";
import { startSimulator, type SimulatorOptions } from "../../src/simulator/start-simulator.ts";
import { deliver, startListening } from "../support/listening.ts";
import { documentOf, emptyFolder, runCli, type ResultDocument } from "../support/run-cli.ts";
import { eventBody } from "./events.ts";

const CLIENT_ID = "cas";
const SECRET = "the-secret-of-cas";
const AUDIENCE = "urn:webhooks";
const SLOW_TEST_MS = 120_000;

/** Gives tokens to whoever knows the secret. */
async function startTokenServer(): Promise<string> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const issuer = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: CLIENT_ID,
        client_secret: SECRET,
        grant_types: ["client_credentials"],
        response_types: [],
        redirect_uris: [],
        token_endpoint_auth_method: "client_secret_post",
      },
    ],
    features: {
      clientCredentials: { enabled: true },
      devInteractions: { enabled: false },
      // Its tokens are JWTs for a named resource alone.
      resourceIndicators: {
        enabled: true,
        defaultResource: () => AUDIENCE,
        getResourceServerInfo: () => ({
          scope: "",
          accessTokenFormat: "jwt",
          accessTokenTTL: 600,
          jwt: { sign: { alg: "RS256" } },
        }),
      },
    },
  });
  const answer = provider.callback();
  server.on("request", (request, response) => void answer(request, response));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return issuer;
}

interface Explained extends ResultDocument {
  readonly shipments: readonly {
    readonly key: { readonly externalReference: string };
    readonly versions: readonly { readonly state: string }[];
    readonly declarations: readonly {
      readonly declarationId: string;
      readonly summary: { readonly currentStatus: string };
      readonly history: readonly { readonly status: string }[];
    }[];
  }[];
  readonly notifications: readonly { readonly eventType: string; readonly standing: string }[];
}

const forms: readonly (readonly [
  string,
  SimulatorOptions["webhooks"] & object,
  SimulatorOptions["shipmentReferenceForm"],
])[] = [
  [
    "the pages of the events",
    { fractionDigits: 7, informationType: "CustomsShipmentInformationPayload" },
    "external",
  ],
  ["the tutorial", { members: "tutorial", fractionDigits: 0 }, "generated"],
];

test.each(forms)(
  "what notifications tell is what a reconcile finds: %s",
  async (_name, webhooks, shipmentReferenceForm) => {
    const issuer = await startTokenServer();
    const cwd = emptyFolder();
    const simulator = await startSimulator({
      stateFile: join(emptyFolder(), "state.jsonl"),
      timeScale: 200,
      webhooks: { ...webhooks, faults: { duplicated: 0.5, reordered: 0.8, unknown: 0.3 } },
      ...(shipmentReferenceForm === undefined ? {} : { shipmentReferenceForm }),
    });
    onTestFinished(() => simulator.close());
    const env = {
      ...{ CAS_ENV: "acceptance", CAS_API_URL: simulator.url, CAS_TOKEN_URL: simulator.tokenUrl },
      ...{ CAS_CLIENT_ID: "simulator", CAS_CLIENT_SECRET: "simulator" },
    };
    const run = async (...args: string[]): Promise<Explained> =>
      documentOf(await runCli([...args, "--json"], { cwd, env })) as Explained;
    const keys = ["--jwks", `${issuer}/jwks`, "--issuer", issuer, "--audience", AUDIENCE];
    const listening = await startListening(keys, { cwd, env });
    expect(await deliver(listening.url, eventBody({ id: "forged" }))).toBe(401);
    const token = await tokenOf(simulator.tokenUrl);
    for (const eventType of [
      "DeclarationStatusChanged",
      "CustomsShipmentInformation",
      "DeclarationPdfCreated",
    ]) {
      const destinationDescription = {
        destinationUrl: `${listening.url}/webhooks/cas`,
        ...{ tokenUrl: `${issuer}/token`, clientId: CLIENT_ID, clientSecret: SECRET },
      };
      const body = {
        eventType,
        subscriptionDestination: { destinationType: "OAuthApiDestination", destinationDescription },
      };
      const created = await fetch(`${simulator.url}/v1/subscriptions`, {
        method: "POST",
        headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
        body: JSON.stringify(body),
      });
      expect(created.status).toBe(201);
    }
    const references = ["S-1", "S-2", "S-3", "CLOSED"];
    const header =
      "External reference;Direction;Storage location;Goods description;Commodity code;Consignee EORI";
    const rows = references.map((reference) =>
      [
        reference,
        "IN",
        reference === "CLOSED" ? "CLOSED-01" : "W-1",
        "Bolts",
        reference === "S-3" ? "99181500" : "73181500",
        "BE0123456789",
      ].join(";"),
    );
    writeFileSync(join(cwd, "night.csv"), [header, ...rows, ""].join("\n"));
    expect((await run("submit", "night.csv")).exitCode).toBe(0);

    const explained = async () =>
      (await Promise.all(references.map((reference) => run("explain", reference)))).map(
        ({ shipments }) => shipments[0],
      );
    let told = await explained();
    // All that is to come has come: no status moves any more, and the failed message is known.
    for (let poll = 0; poll < 60 && !isOver(told); poll += 1) told = await explained();
    await listening.stop();
    told = await explained();
    const { notifications } = await run("notifications", "list", "--limit", "1000");
    const types = new Set(notifications.map(({ eventType }) => eventType));
    expect(types).toContain("DeclarationPdfCreated");
    expect(
      notifications.filter(({ standing }) => standing === "unmatched" || standing === "unreadable"),
    ).toEqual([]);
    expect(told[3]?.versions).toMatchObject([{ state: "rejected" }]);
    const statusOf = (shipment: (typeof told)[number]) =>
      shipment?.declarations.map(({ declarationId, summary }) => [
        declarationId,
        summary.currentStatus,
      ]);
    expect(told.map(statusOf)[0]).toMatchObject([[expect.any(String), "Released"]]);
    expect(told[0]?.declarations[0]?.history.map(({ status }) => status)).toEqual([
      ...["New", "Validated", "Queued", "Submitted", "Accepted", "Released"],
    ]);
    const reconciled = await run("reconcile");
    expect(reconciled).toMatchObject({ exitCode: 4, counts: { rejected: 1 } });
    const found = await explained();
    expect(found.map(statusOf)).toEqual(told.map(statusOf));
  },
  SLOW_TEST_MS,
);

function isOver(told: readonly (Explained["shipments"][number] | undefined)[]): boolean {
  const [, , , closed] = told;
  return (
    closed?.versions[0]?.state === "rejected" &&
    told.slice(0, 2).every((shipment) => shipment?.declarations[0]?.history.length === 6) &&
    told[2]?.declarations[0]?.summary.currentStatus === "CustomsError"
  );
}

async function tokenOf(tokenUrl: string): Promise<string> {
  const scope = "https://c4taccb2c.onmicrosoft.com/simulator/.default";
  const form = {
    grant_type: "client_credentials",
    client_id: "simulator",
    client_secret: "simulator",
    scope,
  };
  const response = await fetch(tokenUrl, { method: "POST", body: new URLSearchParams(form) });
  return ((await response.json()) as { access_token: string }).access_token;
}
