// A JSON body, read and held against the schema that the OpenAPI description shows.
import type * as z from "zod";
import { problemAnswer, type FieldError } from "./answer.ts";
import { mediaType, type ApiParts, type ApiRequest, type RefusableAnswer } from "./api-request.ts";

type Fit<Value> =
  | { readonly kind: "fit"; readonly value: Value }
  | { readonly kind: "unfit"; readonly answer: RefusableAnswer };

/** Source: Error handling for 400 and 415. */
export async function readJsonBody<Schema extends z.ZodType>(
  request: ApiRequest,
  { problemErrorsShape: errorsShape }: ApiParts,
  schema: Schema,
): Promise<Fit<z.output<Schema>>> {
  const unfit = (answer: RefusableAnswer) => ({ kind: "unfit", answer }) as const;
  if (mediaType(request.contentType) !== "application/json") {
    return unfit(problemAnswer(415, "Content-Type must be application/json"));
  }
  const body = await request.readBody();
  if (body === null) {
    // What is still on its way would be taken for the next request.
    return unfit(problemAnswer(413, "The body is too long", { headers: { connection: "close" } }));
  }
  let parsed: unknown;
  try {
    parsed = JSON.parse(body);
  } catch {
    return unfit(problemAnswer(400, "The body is no JSON"));
  }
  const checked = schema.safeParse(parsed);
  if (checked.success) return { kind: "fit", value: checked.data };
  const errors = fieldErrors(checked.error);
  return unfit(problemAnswer(400, "The body does not fit its model", { errors, errorsShape }));
}

/** Shape of a path: `subscriptionDestination.destinationDescription`, `items[0].name`. */
export function fieldErrors(error: z.ZodError): readonly FieldError[] {
  return error.issues.flatMap((issue) =>
    issue.code === "unrecognized_keys"
      ? issue.keys.map((key) => ({
          path: pathText([...issue.path, key]),
          message: "is not known here",
        }))
      : [{ path: pathText(issue.path), message: issue.message }],
  );
}

function pathText(path: readonly PropertyKey[]): string {
  return path
    .map((step) => (typeof step === "number" ? `[${step}]` : `.${String(step)}`))
    .join("")
    .replace(/^\./, "");
}
