// What CAS answers, made into core types. Unknown members are passed over and missing ones are null:
// CAS may add fields at any time. What cannot be done without (an id, a status, a reference) is
// insisted on, because a guess there would send someone after the wrong declaration.
import * as z from "zod";
import {
  forDeclarationFields,
  type DeclarationDetail,
  type DeclarationSummary,
} from "../core/declaration.ts";
import { parseAnswer, textOrNull } from "./answer-json.ts";
import type { Receipt, TokenRights } from "./cas-client.ts";

/** What was read, or what is wrong with the answer, in words that follow a colon. */
export type Reading<T> = { readonly value: T } | { readonly fault: string };

const optionalText = z.unknown().optional().transform(textOrNull);
const neededText = z
  .unknown()
  .optional()
  .transform((value, context) => {
    const text = textOrNull(value);
    if (text !== null) return text;
    context.addIssue({ code: "custom", message: "is missing" });
    return z.NEVER;
  });

const members = z.record(z.string(), z.unknown());

/** A single value where a list is expected is a list of one; nothing is an empty list. */
const list = z
  .unknown()
  .optional()
  .transform((value): readonly unknown[] =>
    Array.isArray(value) ? (value as readonly unknown[]) : value == null ? [] : [value],
  );

/** Source: seeds/003, Response. */
const receiptSchema = z.object({ referenceId: neededText });

/** Source: seeds/000, Verify your token; lists instead of texts are assumed to be possible. */
const authorizationSchema = z
  .object({
    sourceSysRef: optionalText,
    tenantIds: z.unknown().optional(),
    scopes: z.unknown().optional(),
  })
  .transform(({ sourceSysRef, tenantIds, scopes }, context): TokenRights => {
    const tenant = words(tenantIds).join(" ");
    if (tenant === "")
      context.addIssue({ code: "custom", message: "is missing", path: ["tenantIds"] });
    return { sourceSystem: sourceSysRef ?? "", tenant, scopes: words(scopes) };
  });

/** Source: cas-api, section 21: `declarationId` or `id`. */
const summarySchema = z
  .object({
    declarationId: optionalText,
    id: optionalText,
    currentStatus: neededText,
    ...forDeclarationFields(() => optionalText),
  })
  .transform(({ id, declarationId, ...rest }, context): DeclarationSummary => {
    const known = declarationId ?? id;
    if (known !== null) return { declarationId: known, ...rest };
    context.addIssue({ code: "custom", message: "is missing", path: ["declarationId"] });
    return z.NEVER;
  });

/** `total`, `totalCount`, `total_items`, `count`; not `pageCount`. Source: assumed. */
const TOTAL_NAME = /^(?:total(?:_?(?:count|items|results|elements|records))?|count)$/i;

/** Source: seeds/002, Errors. */
const errorSchema = z
  .object({
    errorCode: optionalText,
    message: optionalText,
    description: optionalText,
    fieldReference: list.pipe(z.array(z.object({ fieldName: optionalText, path: optionalText }))),
  })
  .or(
    z.string().transform((message) => ({
      errorCode: null,
      message,
      description: null,
      fieldReference: [],
    })),
  );

const includedSchema = z.object({ errors: list.pipe(z.array(errorSchema)) });

export function readReceipt(body: string): Reading<Receipt> {
  return read(receiptSchema, parseAnswer(body));
}

export function readAuthorizationStatus(body: string): Reading<TokenRights> {
  return read(authorizationSchema, parseAnswer(body));
}

/**
 * A bare array, or an object that holds exactly one array among its members. One that is empty is not
 * believed beside a total that is not: another list was meant, and to find nothing lets a message go.
 * Source: assumed; no envelope is documented.
 */
export function readDeclarationPage(
  body: string,
  offset = 0,
): Reading<readonly DeclarationSummary[]> {
  const answer = parseAnswer(body);
  if (Array.isArray(answer)) return read(z.array(summarySchema), answer);
  const envelope = members.safeParse(answer);
  if (!envelope.success) return read(z.array(summarySchema), answer);
  const arrays = Object.values(envelope.data).filter((member) => Array.isArray(member));
  if (arrays.length !== 1) {
    return { fault: `it holds ${arrays.length} lists, where one list of declarations is expected` };
  }
  const [declarations] = arrays;
  const total = Object.entries(envelope.data).find(
    ([name, value]) => TOTAL_NAME.test(name) && Number(textOrNull(value)) > 0,
  );
  if (offset === 0 && declarations?.length === 0 && total !== undefined) {
    return { fault: `its list is empty, but ${total[0]} is ${String(textOrNull(total[1]))}` };
  }
  return read(z.array(summarySchema), declarations);
}

export function readDeclaration(body: string): Reading<DeclarationDetail> {
  const answer = parseAnswer(body);
  const summary = read(summarySchema, answer);
  if ("fault" in summary) return summary;
  const included = read(includedSchema, answer);
  if ("fault" in included) return included;
  return { value: { ...summary.value, ...included.value, raw: body } };
}

function read<T>(schema: z.ZodType<T>, answer: unknown): Reading<T> {
  if (answer === undefined) return { fault: "it is no JSON" };
  const result = schema.safeParse(answer);
  if (result.success) return { value: result.data };
  const [issue] = result.error.issues;
  const place = issue?.path.join(".") ?? "";
  return {
    fault: `${place === "" ? "the answer" : place}: ${issue?.message ?? "not as expected"}`,
  };
}

function words(value: unknown): readonly string[] {
  const parts: readonly unknown[] = Array.isArray(value) ? (value as readonly unknown[]) : [value];
  return parts
    .flatMap((part) => (textOrNull(part) ?? "").split(/\s+/))
    .filter((word) => word !== "");
}
