// What a schema has against a body, field by field, as a problem names it.
import type * as z from "zod";
import type { FieldError } from "./answer.ts";

export function fieldErrors(error: z.ZodError): readonly FieldError[] {
  return error.issues.flatMap((issue) =>
    issue.code === "unrecognized_keys"
      ? issue.keys.map((key) => ({ path: pathText([...issue.path, key]), message: "is not known" }))
      : [{ path: pathText(issue.path), message: issue.message }],
  );
}

/** Shape: `subscriptionDestination.destinationDescription`, `packaging[0].quantity`. */
function pathText(path: readonly PropertyKey[]): string {
  return path
    .map((step) => (typeof step === "number" ? `[${step}]` : `.${String(step)}`))
    .join("")
    .replace(/^\./, "");
}
