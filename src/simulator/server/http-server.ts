// The sockets: reads a request, has it answered, writes the answer.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { CasBatchError } from "../../core/errors.ts";
import type { Log } from "../../core/progress.ts";
import { SIMULATOR_ABOUT_PATH } from "../../core/simulator-signs.ts";
import { answerHeaders, problemAnswer, type Answer } from "../api/answer.ts";
import type { ApiParts, ApiRequest } from "../api/api-request.ts";

export interface HttpServer {
  /** Shape: `http://127.0.0.1:8080`. */
  readonly url: string;
  /** Lets answers that are on their way arrive, for a moment, and ends every connection. */
  readonly close: () => Promise<void>;
}

const BODY_BYTES_MAX = 16 * 1024 * 1024;
const CLOSE_TIMEOUT_MS = 1000;

/** Answers requests; `intercept` of the parts stands before it. */
export type Perform = (request: ApiRequest) => Answer | Promise<Answer>;

/** @throws CasBatchError `configuration-invalid` when the port cannot be had */
export function listen(
  host: string,
  port: number,
  perform: Perform,
  parts: ApiParts,
  log: Log | undefined,
): Promise<HttpServer> {
  const server = createServer((request, response) => {
    void serve(request, response, perform, parts, log);
  });
  return new Promise((resolve, reject) => {
    server.once("error", (cause) => {
      reject(
        new CasBatchError(
          "configuration-invalid",
          `Cannot start the simulator on port ${port} of ${host}: ${cause.message}`,
          { cause, hint: "Choose another port, or 0 for any free one" },
        ),
      );
    });
    server.listen(port, host, () => {
      const address = server.address();
      const listening = typeof address === "object" && address !== null ? address.port : port;
      resolve({
        url: `http://${host.includes(":") ? `[${host}]` : host}:${listening}`,
        close: () => closeServer(server),
      });
    });
  });
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => {
      server.closeAllConnections();
    }, CLOSE_TIMEOUT_MS);
    server.close(() => {
      clearTimeout(timer);
      resolve();
    });
  });
}

async function serve(
  request: IncomingMessage,
  response: ServerResponse,
  perform: Perform,
  parts: ApiParts,
  log: Log | undefined,
): Promise<void> {
  let answer: Answer;
  try {
    const asked = apiRequest(request);
    const given =
      parts.intercept === null || asked.path === SIMULATOR_ABOUT_PATH
        ? await perform(asked)
        : await parts.intercept(asked, perform, response, parts);
    if (given === null) return;
    answer = given;
  } catch (error) {
    // A client that left while its body was read gets no answer; the rest is a fault of ours.
    if (request.destroyed && !request.complete) return;
    log?.("error", "The simulator failed to answer a request", { error: String(error) });
    answer = problemAnswer(500, "The simulator failed to answer");
  }
  response.sendDate = false;
  response.writeHead(answer.status, answerHeaders(answer, parts.clock));
  response.end(answer.body);
}

function apiRequest(request: IncomingMessage): ApiRequest {
  const [path = "", query = ""] = (request.url ?? "").split("?", 2);
  return {
    method: request.method ?? "",
    path,
    parameters: new URLSearchParams(query),
    authorization: request.headers.authorization ?? null,
    contentType: request.headers["content-type"] ?? null,
    range: request.headers.range ?? null,
    ifRange: request.headers["if-range"]?.toString() ?? null,
    readBody: () => readBody(request),
  };
}

function readBody(request: IncomingMessage): Promise<string | null> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let sizeBytes = 0;
    request.on("data", (chunk: Buffer) => {
      sizeBytes += chunk.length;
      if (sizeBytes <= BODY_BYTES_MAX) {
        chunks.push(chunk);
        return;
      }
      request.pause();
      resolve(null);
    });
    request.on("end", () => {
      resolve(Buffer.concat(chunks).toString());
    });
    request.on("error", reject);
  });
}
