// A CAS that knows COUNT declarations and does as little as possible for each question, in a process of its own:
// `declarations-cas.ts COUNT UPDATED_FROM` prints its address and ends when its standard input does. One of a
// hundred declarations is invalid and has an error.
import { createServer, type ServerResponse } from "node:http";

const [count = 0, fromMs = 0] = process.argv.slice(2).map(Number);
/** Between the updates of two declarations; they are in this order. */
const STEP_MS = 2;
const FIRST_ID = 100_000_000;
const TOKEN = JSON.stringify({ access_token: "bench", token_type: "Bearer", expires_in: 36_000 });
const STATUS = JSON.stringify({ tenantIds: "BENCH", sourceSysRef: "bench", scopes: "" });
const ERRORS = JSON.stringify([
  {
    errorCode: "V0010",
    message: "Invalid additional declaration type",
    description: "SingleAdministrativeDocument.AddDeclType must be of type 'D'",
    fieldReference: [{ fieldName: "AddDeclType1", path: "SingleAdministrativeDocument" }],
  },
]);

const elements = Array.from({ length: count }, (_, index) => {
  const time = new Date(fromMs + index * STEP_MS).toISOString();
  return JSON.stringify({
    declarationId: String(FIRST_ID + index),
    currentStatus: index % 100 === 50 ? "Invalid" : index % 5 === 0 ? "Submitted" : "Released",
    direction: "IN",
    externalReference: `DONE-${String(index)}`,
    customsShipmentReference: `CS${String(FIRST_ID + index)}`,
    traderReference: `DONE-${String(index)}`,
    lrn: `LRN${String(FIRST_ID + index)}`,
    mrn: `26BE${String(FIRST_ID + index)}000000A1`,
    jurisdiction: "BE",
    customsFlow: "Import H1",
    customsFlowStep: "Release",
    storageLocation: "WAREHOUSE-01",
    creationDate: time,
    lastUpdated: time,
  });
});

/** The place of the first declaration updated at this time or later. */
function placeOf(time: string | null, whenNone: number): number {
  const place = time === null ? whenNone : Math.ceil((Date.parse(time) - fromMs) / STEP_MS);
  return Math.min(Math.max(place, 0), count);
}

function search(parameters: URLSearchParams): string {
  const reference = parameters.get("externalReference");
  if (reference !== null) return `[${elements[Number(reference.slice("DONE-".length))] ?? ""}]`;
  const start = placeOf(parameters.get("lastUpdatedFrom"), 0);
  const end = placeOf(parameters.get("lastUpdatedTo"), count);
  const from = start + Number(parameters.get("offset"));
  return `[${elements.slice(from, Math.min(from + Number(parameters.get("limit")), end)).join(",")}]`;
}

function answer(response: ServerResponse, body: string): void {
  const headers = { "content-type": "application/json", "content-length": body.length };
  response.writeHead(200, headers).end(body);
}

const server = createServer((request, response) => {
  request.resume().on("end", () => {
    const { pathname, searchParams } = new URL(request.url ?? "", "http://localhost");
    const [, id] = /declarations\/(\d+)$/.exec(pathname) ?? [];
    if (pathname.includes("/token")) answer(response, TOKEN);
    else if (pathname.includes("/search")) answer(response, search(searchParams));
    else if (id === undefined) answer(response, STATUS);
    else {
      const element = elements[Number(id) - FIRST_ID] ?? "{}";
      answer(response, `${element.slice(0, -1)},"errors":${ERRORS}}`);
    }
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
