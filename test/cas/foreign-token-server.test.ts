// Tokens of an OAuth server that others wrote: our token source against oidc-provider, over real HTTP.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import Provider from "oidc-provider";
import { expect, onTestFinished, test } from "vitest";
import { defaultCasSettings } from "../../src/cas/cas-settings.ts";
import { createCasClient } from "../../src/cas/http-cas-client.ts";
import type { CasClient } from "../../src/cas/cas-client.ts";
import { systemClock } from "../../src/core/time/clock.ts";
import { answerJson, rejectionOf, startFakeCas, type FakeCas } from "./fake-cas.ts";

const CLIENT_ID = "erp-client";
const SECRET = "a-secret-with+and/and=and%41";
const { scope: SCOPE } = defaultCasSettings("acceptance", {
  clientId: CLIENT_ID,
  clientSecret: SECRET,
});
const STATUS = { sourceSysRef: "erp", tenantIds: "acme", scopes: "read:declarations" };

interface Foreign {
  readonly cas: FakeCas;
  readonly client: CasClient;
  /** How many tokens were asked for. */
  readonly asked: () => number;
}

/** @param secret what our client believes its secret to be */
async function startForeign(lifetimeSeconds = 3600, secret = SECRET): Promise<Foreign> {
  let asked = 0;
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
        scope: SCOPE,
      },
    ],
    scopes: [SCOPE],
    features: {
      clientCredentials: { enabled: true },
      devInteractions: { enabled: false },
      // Its tokens are JWTs for a named resource alone; CAS names none, so it is the default.
      resourceIndicators: {
        enabled: true,
        defaultResource: () => "urn:cas",
        getResourceServerInfo: () => ({
          scope: SCOPE,
          accessTokenFormat: "jwt",
          accessTokenTTL: lifetimeSeconds,
        }),
      },
    },
  });
  const answer = provider.callback();
  server.on("request", (request, response) => {
    if (request.url === "/token") asked += 1;
    void answer(request, response);
  });
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const cas = await startFakeCas({ answer: answerJson(200, STATUS) });
  const client = createCasClient(
    {
      ...defaultCasSettings("acceptance", { clientId: CLIENT_ID, clientSecret: secret }),
      apiUrl: cas.settings.apiUrl,
      tokenUrl: `${issuer}/token`,
    },
    { clock: systemClock, log: () => undefined },
  );
  onTestFinished(() => client.close());
  return { cas, client, asked: () => asked };
}

/** Of the bearer token that the API saw. */
function claimsOf({ cas }: Foreign, call: number): Readonly<Record<string, unknown>> {
  const [, claims = ""] = (cas.calls[call]?.headers.authorization ?? "").split(".");
  return JSON.parse(Buffer.from(claims, "base64url").toString()) as Record<string, unknown>;
}

test("the client takes a JWT of oidc-provider and reuses it", async () => {
  const foreign = await startForeign();
  await foreign.client.authorizationStatus();
  await foreign.client.authorizationStatus();
  expect(foreign.asked()).toBe(1);
  expect(claimsOf(foreign, 0)).toMatchObject({
    client_id: CLIENT_ID,
    aud: "urn:cas",
    scope: SCOPE,
  });
});

test("the client has another token when the first one's life nears its end", async () => {
  const foreign = await startForeign(2);
  await foreign.client.authorizationStatus();
  await new Promise((resolve) => setTimeout(resolve, 1_600));
  await foreign.client.authorizationStatus();
  expect(foreign.asked()).toBe(2);
  expect(claimsOf(foreign, 1)["jti"]).not.toBe(claimsOf(foreign, 0)["jti"]);
});

test("a wrong secret is refused as credentials, and shown nowhere", async () => {
  const { cas, client } = await startForeign(3600, "another secret");
  const error = await rejectionOf(client.authorizationStatus());
  expect(error).toMatchObject({ code: "credentials-refused" });
  expect(error.message).toMatch(
    /refused the client id or the client secret \(401\): invalid_client/,
  );
  expect(error.message).not.toContain("another secret");
  expect(cas.calls).toHaveLength(0);
});
