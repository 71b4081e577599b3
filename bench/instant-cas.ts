// A CAS that takes every message and reads none, in a process of its own: as little of the time as
// possible is its own. `instant-cas.ts [ANSWER_MS]` prints its address and ends when its standard
// input does. Answers after so many milliseconds, or at once.
import { createServer, type ServerResponse } from "node:http";

const [answerMs = "0"] = process.argv.slice(2);
const delayMs = Number(answerMs);
const TOKEN = JSON.stringify({ access_token: "bench", token_type: "Bearer", expires_in: 36_000 });
const STATUS = JSON.stringify({ tenantIds: "BENCH", sourceSysRef: "bench", scopes: "" });

let receipts = 0;

function receipt(): string {
  receipts += 1;
  return `{"referenceId":"00000000-0000-4000-8000-${receipts.toString(16).padStart(12, "0")}"}`;
}

function answer(response: ServerResponse, status: number, body: string): void {
  const headers = { "content-type": "application/json", "content-length": body.length };
  response.writeHead(status, headers).end(body);
}

const server = createServer((request, response) => {
  request.resume().on("end", () => {
    const { method, url = "" } = request;
    if (method !== "POST") answer(response, 200, url.includes("/search") ? "[]" : STATUS);
    else if (url.includes("/token")) answer(response, 200, TOKEN);
    else if (delayMs === 0) answer(response, 202, receipt());
    else setTimeout(answer, delayMs, response, 202, receipt());
  });
});
server.listen(0, "127.0.0.1", () => {
  const address = server.address();
  if (typeof address !== "object" || address === null) throw new Error("No port");
  const url = `http://127.0.0.1:${String(address.port)}`;
  process.stdout.write(`${JSON.stringify({ url, tokenUrl: `${url}/token` })}\n`);
});
process.stdin.resume();
process.stdin.on("end", () => {
  server.close();
  server.closeAllConnections();
});
