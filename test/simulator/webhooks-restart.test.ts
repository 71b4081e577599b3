import { spawn } from "node:child_process";
import { once } from "node:events";
import { describe, expect, onTestFinished, test } from "vitest";
import { readJournal } from "../../src/simulator/journal/journal-file.ts";
import { call, shipment, temporaryStateFile, tokenForm } from "./simulator-session.ts";
import { eventually, startReceiver } from "./webhook-receiver.ts";

async function startProcess(stateFile: string) {
  const child = spawn(
    process.execPath,
    [`${import.meta.dirname}/simulator-process.ts`, stateFile],
    {
      stdio: ["ignore", "pipe", "inherit"],
    },
  );
  onTestFinished(() => void child.kill("SIGKILL"));
  const [chunk] = (await once(child.stdout, "data")) as [Buffer];
  const url = chunk.toString().trim();
  const reply = await call(`${url}/oauth2/v2.0/token`, {
    method: "POST",
    headers: { "content-type": "application/x-www-form-urlencoded" },
    body: tokenForm(),
  });
  const { access_token: token } = reply.json as { access_token: string };
  return {
    kill: async () => {
      child.kill("SIGKILL");
      await once(child, "exit");
    },
    post: (path: string, body: unknown) =>
      call(`${url}${path}`, {
        method: "POST",
        headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
        body: JSON.stringify(body),
      }),
  };
}

describe("a simulator that is killed", () => {
  test("delivers what was not acknowledged when it is started again, each event with its id", async () => {
    const stateFile = temporaryStateFile();
    const acknowledged = new Set<string>();
    let isUp = false;
    const receiver = await startReceiver((response, { event }) => {
      if (isUp) acknowledged.add(event.id);
      response.writeHead(isUp ? 200 : 503).end();
    });
    const first = await startProcess(stateFile);
    const subscriptionDestination = {
      destinationType: "OAuthApiDestination",
      destinationDescription: { destinationUrl: receiver.url },
    };
    const body = { eventType: "DeclarationStatusChanged", subscriptionDestination };
    expect((await first.post("/v1/subscriptions", body)).status).toBe(201);
    for (let number = 1; number <= 20; number += 1) {
      await first.post(
        "/v1/customsshipments",
        shipment({ externalReference: `REF-${String(number)}` }),
      );
    }
    await receiver.until(40);
    await first.kill();
    const before = receiver.received.map(({ event }) => event.id);
    isUp = true;
    await startProcess(stateFile);
    await eventually(
      () => acknowledged.size >= 120,
      () => `${String(acknowledged.size)} of 120 events`,
    );
    expect(before.filter((id) => !acknowledged.has(id))).toEqual([]);
    const noted = readJournal(stateFile).filter(({ kind }) => kind === "notification");
    expect(noted).toHaveLength(120);
    expect(new Set(receiver.received.map(({ event }) => event.id)).size).toBe(120);
  });
});
