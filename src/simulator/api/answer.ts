// What goes back over the wire, as a value: a handler returns an answer, the server writes it.
import type { Clock } from "../../core/time/clock.ts";
import { SIMULATOR_HEADER } from "../../core/simulator-signs.ts";

export interface Answer {
  readonly status: number;
  /** Blank when there is no body. */
  readonly contentType: string;
  readonly body: string | Uint8Array;
  readonly headers?: Readonly<Record<string, string>>;
  /** False leaves its length untold; it is told otherwise. */
  readonly hasLength?: boolean;
  /** Why it is no success, for the journal. */
  readonly refusal?: string;
}

/** A field that a request got wrong, as a problem names it. */
export interface FieldError {
  /** Shape: `singleAdministrativeDocument.goodsShipment.governmentAgencyGoodsItems[0].goodsMeasure.gmass`. */
  readonly path: string;
  readonly message: string;
}

export function answerHeaders(answer: Answer, clock: Clock): Readonly<Record<string, string>> {
  return {
    ...(answer.contentType === "" ? {} : { "content-type": answer.contentType }),
    ...(answer.hasLength === false
      ? {}
      : { "content-length": String(Buffer.byteLength(answer.body)) }),
    date: clock.now().toUTCString(),
    [SIMULATOR_HEADER]: "1",
    ...answer.headers,
  };
}

/**
 * How a 400 names fields. Source: Error handling says RFC 7807; the form of `errors` is
 * assumed.
 */
export type ProblemErrorsShape = "object" | "array" | "none";

export function jsonAnswer(status: number, value: unknown): Answer {
  return { status, contentType: "application/json; charset=utf-8", body: JSON.stringify(value) };
}

export function emptyAnswer(
  status: number,
  headers: Readonly<Record<string, string>> = {},
): Answer {
  return { status, contentType: "", body: "", headers };
}

const TITLES: Readonly<Record<number, string>> = {
  400: "Bad Request",
  401: "Unauthorized",
  403: "Forbidden",
  404: "Not Found",
  405: "Method Not Allowed",
  413: "Content Too Large",
  409: "Conflict",
  410: "Gone",
  415: "Unsupported Media Type",
  416: "Range Not Satisfiable",
  422: "Unprocessable Content",
  429: "Too Many Requests",
  500: "Internal Server Error",
  503: "Service Unavailable",
};

export function problemAnswer(
  status: number,
  detail: string,
  options: {
    readonly headers?: Readonly<Record<string, string>>;
    readonly errors?: readonly FieldError[];
    readonly errorsShape?: ProblemErrorsShape;
  } = {},
): Answer {
  const body = {
    type: "about:blank",
    title: TITLES[status] ?? "Error",
    status,
    detail,
    errors: problemErrors(options.errors ?? [], options.errorsShape ?? "none"),
  };
  return {
    status,
    contentType: "application/problem+json; charset=utf-8",
    body: JSON.stringify(body),
    headers: options.headers ?? {},
    refusal: detail,
  };
}

function problemErrors(errors: readonly FieldError[], shape: ProblemErrorsShape): unknown {
  if (errors.length === 0) return undefined;
  switch (shape) {
    case "object":
      return Object.fromEntries(
        Object.entries(Object.groupBy(errors, ({ path }) => path)).map(([path, ofPath]) => [
          path,
          ofPath?.map(({ message }) => message),
        ]),
      );
    case "array":
      return errors;
    case "none":
      return undefined;
  }
}
