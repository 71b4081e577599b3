// The JSON body of a request, or the answer to one that has none.
import { problemAnswer, type Answer } from "./answer.ts";
import { mediaType, type ApiRequest } from "./api-request.ts";

export type JsonBody =
  | { readonly kind: "read"; readonly body: string; readonly value: unknown }
  | { readonly kind: "unread"; readonly answer: Answer };

/** Source: Error handling, Content negotiation; XML is not simulated. */
export async function readJsonBody(request: ApiRequest): Promise<JsonBody> {
  if (mediaType(request.contentType) !== "application/json") {
    return unread(problemAnswer(415, "Content-Type must be application/json"));
  }
  return parsed(await request.readBody());
}

/** For requests that may do without a body: then `value` is null. */
export async function readOptionalJsonBody(request: ApiRequest): Promise<JsonBody> {
  const body = await request.readBody();
  if (body === "") return { kind: "read", body, value: null };
  return mediaType(request.contentType) === "application/json"
    ? parsed(body)
    : unread(problemAnswer(415, "Content-Type must be application/json"));
}

function parsed(body: string | null): JsonBody {
  if (body === null) {
    // What is still on its way would be taken for the next request.
    const headers = { connection: "close" };
    return unread(problemAnswer(413, "The message is too long", { headers }));
  }
  try {
    return { kind: "read", body, value: JSON.parse(body) as unknown };
  } catch {
    return unread(problemAnswer(400, "The body is no JSON"));
  }
}

function unread(answer: Answer): JsonBody {
  return { kind: "unread", answer };
}
