// What CAS answers, made into core types. Unknown members are passed over and missing ones are null:
// CAS may add fields at any time. What cannot be done without (an id, a status, a reference) is
// insisted on, because a guess there would send someone after the wrong declaration.
import * as z from "zod";
import {
  forDeclarationFields,
  type AttachmentInfo,
  type DeclarationDetail,
  type DeclarationNames,
  type DeclarationSummary,
} from "../core/declaration.ts";
import { readAnswer, textOrNull, type MemberPath } from "./answer-json.ts";
import type { Receipt, Subscription, TokenRights, UnreadDeclaration } from "./cas-client.ts";

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

/** What a program writes that has no reference: blanks, the word for nothing, a UUID of zeros. */
const NO_REFERENCE = /^(?:null|undefined|none|nil|nan|[0-]+)$/i;
/** A UUID has 36 characters. Source: assumed, with room for another form. */
const REFERENCE_LENGTH_MAX = 200;

/** Source: seeds/003, Response: a UUID. Anything that names no message is no receipt. */
const receiptSchema = z.object({
  referenceId: z
    .unknown()
    .optional()
    .transform((value, context) => {
      const message = whyNoReference(value);
      if (typeof value === "string" && message === null) return value;
      context.addIssue({ code: "custom", message: message ?? "is no text" });
      return z.NEVER;
    }),
});

function whyNoReference(value: unknown): string | null {
  if (value === undefined || value === null || value === "") return "is missing";
  if (typeof value !== "string") return "is no text";
  if (value.trim() === "" || NO_REFERENCE.test(value)) return "is blank";
  if (value.length > REFERENCE_LENGTH_MAX) return `has ${value.length} characters`;
  const isVisible = /^[\p{L}\p{N}\p{P}\p{S}]+$/u.test(value) && /[\p{L}\p{N}]/u.test(value);
  return isVisible ? null : "holds blanks or characters that are not seen";
}

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

/**
 * Without a schema: a reconcile reads them by the hundred thousand.
 * Source: cas-api, section 21: `declarationId` or `id`.
 */
function summaryIn(said: Readonly<Record<string, unknown>>): Reading<DeclarationSummary> {
  const currentStatus = textOrNull(said["currentStatus"]);
  if (currentStatus === null) return { fault: "currentStatus: is missing" };
  const declarationId = textOrNull(said["declarationId"]) ?? textOrNull(said["id"]);
  if (declarationId === null) return { fault: "declarationId: is missing" };
  if (!isId(declarationId)) return { fault: "declarationId: is no id" };
  const fields = forDeclarationFields((field) => textOrNull(said[field]));
  return { value: { declarationId, currentStatus, ...fields } };
}

const summarySchema = z.looseObject({}).transform((said, context): DeclarationSummary => {
  const summary = summaryIn(said);
  if ("value" in summary) return summary.value;
  const [name = "", message = ""] = summary.fault.split(": ");
  context.addIssue({ code: "custom", message, path: [name] });
  return z.NEVER;
});

/** Ids of CAS have nine digits. Source: seeds/000, step 6; the room above it is assumed. */
const ID_LENGTH_MAX = 200;

/** Whether the declaration can be asked for: a URL resolves dots away, and holds no half of a character. */
function isId(text: string): boolean {
  return text.length <= ID_LENGTH_MAX && text.isWellFormed() && !/^[.\s]*$/.test(text);
}

/** `total`, `totalCount`, `total_items`, `count`; not `pageCount`. Source: assumed. */
const TOTAL_NAME = /^(?:total(?:_?(?:count|items|results|elements|records))?|count)$/i;

/** Source: seeds/002, Errors. What has another form is kept as text, and takes no other error along. */
const errorSchema = z
  .object({
    errorCode: optionalText,
    message: optionalText,
    description: optionalText,
    fieldReference: list.pipe(
      z.array(
        z
          .object({ fieldName: optionalText, path: optionalText })
          .or(z.unknown().transform((name) => ({ fieldName: anyText(name), path: null }))),
      ),
    ),
  })
  .or(
    z.unknown().transform((error) => ({
      errorCode: null,
      message: anyText(error),
      description: null,
      fieldReference: [],
    })),
  );

function anyText(value: unknown): string {
  return textOrNull(value) ?? JSON.stringify(value);
}

/** Source: seeds/000, step 6; the names after `??` are assumed. */
const attachmentSchema = members.catch({}).transform((said): AttachmentInfo => ({
  id: textOrNull(said["id"]) ?? textOrNull(said["attachmentId"]) ?? "",
  documentType: textOrNull(said["documentType"]) ?? textOrNull(said["type"]),
  fileName: textOrNull(said["fileName"]) ?? textOrNull(said["name"]),
}));

const includedSchema = z.object({
  errors: list.pipe(z.array(errorSchema)),
  attachments: list.pipe(z.array(attachmentSchema)),
});

export function readReceipt(body: string): Reading<Receipt> {
  return readWhole(receiptSchema, body);
}

export function readAuthorizationStatus(body: string): Reading<TokenRights> {
  return readWhole(authorizationSchema, body);
}

export interface ReadPage {
  readonly declarations: readonly DeclarationSummary[];
  readonly unread: readonly UnreadDeclaration[];
}

/**
 * A bare array, or an object that holds exactly one array among its members. One that is empty is not
 * believed beside a total that is not: another list was meant, and to find nothing lets a message go.
 * Each element is read by itself: one that says too little, or contradicts itself, takes no other along.
 * Source: assumed; no envelope is documented.
 */
export function readDeclarationPage(body: string, offset = 0): Reading<ReadPage> {
  const answer = readAnswer(body);
  if ("fault" in answer) return answer;
  const { value, repeated } = answer;
  if (Array.isArray(value)) return readElements(value as readonly unknown[], [], repeated);
  const envelope = members.safeParse(value);
  if (!envelope.success) return { fault: "it is no list of declarations" };
  const lists = Object.entries(envelope.data).filter(([, member]) => Array.isArray(member));
  const [list] = lists;
  if (lists.length !== 1 || list === undefined) {
    return { fault: `it holds ${lists.length} lists, where one list of declarations is expected` };
  }
  const [name, elements] = list as [string, readonly unknown[]];
  const total = Object.entries(envelope.data).find(
    ([member, count]) => TOTAL_NAME.test(member) && Number(textOrNull(count)) > 0,
  );
  if (offset === 0 && elements.length === 0 && total !== undefined) {
    return { fault: `its list is empty, but ${total[0]} is ${String(textOrNull(total[1]))}` };
  }
  return readElements(elements, [name], repeated);
}

function readElements(
  elements: readonly unknown[],
  place: MemberPath,
  repeated: readonly MemberPath[],
): Reading<ReadPage> {
  const contradictory = new Map<number, MemberPath>();
  for (const path of repeated) {
    const index = path[place.length];
    const isInside = place.every((step, at) => path[at] === step) && typeof index === "number";
    if (!isInside) return { fault: namedTwice(path) };
    contradictory.set(index, path.slice(place.length + 1));
  }
  const declarations: DeclarationSummary[] = [];
  const unread: UnreadDeclaration[] = [];
  for (const [index, element] of elements.entries()) {
    const twice = contradictory.get(index);
    const isObject = typeof element === "object" && element !== null && !Array.isArray(element);
    const summary = isObject
      ? summaryIn(element as Readonly<Record<string, unknown>>)
      : read(summarySchema, element);
    if (twice === undefined && "value" in summary) declarations.push(summary.value);
    else {
      const fault =
        twice !== undefined ? namedTwice(twice) : "fault" in summary ? summary.fault : "";
      const names = namesOf(twice === undefined ? element : null);
      unread.push({ declarationId: idOf(element), fault, names });
    }
  }
  const [first] = unread;
  const isOfOthers = declarations.length === 0 && unread.every((one) => one.declarationId === null);
  if (first !== undefined && isOfOthers) {
    return { fault: `it is no list of declarations: of its first element, ${first.fault}` };
  }
  return { value: { declarations, unread } };
}

function namesOf(element: unknown): DeclarationNames {
  const said = members.safeParse(element).data ?? {};
  return {
    direction: textOrNull(said["direction"]),
    externalReference: textOrNull(said["externalReference"]),
    customsShipmentReference: textOrNull(said["customsShipmentReference"]),
    traderReference: textOrNull(said["traderReference"]),
  };
}

/** Of an element that cannot be read as a whole; its own answer must confirm it. */
function idOf(element: unknown): string | null {
  const { declarationId, id } = members.safeParse(element).data ?? {};
  const known = textOrNull(declarationId) ?? textOrNull(id);
  return known !== null && isId(known) ? known : null;
}

export function readDeclaration(body: string): Reading<DeclarationDetail> {
  const declaration = readWhole(summarySchema.and(includedSchema), body);
  return "fault" in declaration ? declaration : { value: { ...declaration.value, raw: body } };
}

/** An answer that is kept whole: any object. */
export function readRaw(body: string): Reading<{ readonly raw: string }> {
  const whole = readWhole(members, body);
  return "fault" in whole ? whole : { value: { raw: body } };
}

/** Source: seeds/002, Download URL response. */
export function readLink(body: string): Reading<{ readonly url: string }> {
  return readWhole(z.object({ url: neededText }), body);
}

/**
 * What CAS says to a change: nothing, or JSON, in which a `referenceId` may stand. Anything else comes of a page in
 * between. Source: assumed; no page shows the body.
 */
export function readChangeAnswer(body: string): Reading<{ readonly referenceId: string | null }> {
  if (body.trim() === "") return { value: { referenceId: null } };
  const answer = readAnswer(body);
  if ("fault" in answer) return answer;
  return {
    value: { referenceId: receiptSchema.safeParse(answer.value).data?.referenceId ?? null },
  };
}

/** Should CAS tell how its caller is protected, in whatever words: that is shown to nobody. Source: assumed. */
const SECRET_NAME = /(?:secret|password|api_?key(?:_?value)?)$/i;

/** Source: seeds/000, step 3. Its members stand at other places in a list, by assumption. */
const subscriptionSchema = members.transform((said, context): Subscription => {
  const destination = members.catch({}).parse(said["subscriptionDestination"]);
  const description = members.catch({}).parse(destination["destinationDescription"]);
  const id = textOrNull(said["id"]) ?? textOrNull(said["subscriptionId"]);
  const eventType = textOrNull(said["eventType"]);
  if (id !== null && eventType !== null) {
    const urls = [description, destination, said].map((one) => textOrNull(one["destinationUrl"]));
    return {
      id,
      eventType,
      eventSubType: textOrNull(said["eventSubType"]),
      destinationUrl: urls.find((url) => url !== null) ?? null,
      raw: JSON.stringify(said, (name, value: unknown) => (SECRET_NAME.test(name) ? null : value)),
    };
  }
  const path = [id === null ? "id" : "eventType"];
  context.addIssue({ code: "custom", message: "is missing", path });
  return z.NEVER;
});

export function readSubscription(body: string): Reading<Subscription> {
  return readWhole(subscriptionSchema, body);
}

/** A bare array, or an object that holds exactly one. Source: assumed; no page shows the list. */
export function readSubscriptions(body: string): Reading<readonly Subscription[]> {
  const lists = z.union([
    z.array(z.unknown()),
    members.transform((envelope, context) => {
      const found = Object.values(envelope).filter((member) => Array.isArray(member));
      if (found.length === 1) return found[0] as unknown[];
      context.addIssue({ code: "custom", message: "is no list of subscriptions" });
      return z.NEVER;
    }),
  ]);
  return readWhole(lists.pipe(z.array(subscriptionSchema)), body);
}

/** Reads an answer that counts only when nothing in it is said twice. */
export function readWhole<T>(schema: z.ZodType<T>, body: string): Reading<T> {
  const answer = readAnswer(body);
  if ("fault" in answer) return answer;
  const [twice] = answer.repeated;
  return twice === undefined ? read(schema, answer.value) : { fault: namedTwice(twice) };
}

const NAME_SHOWN_MAX = 80;

function namedTwice(path: MemberPath): string {
  const name = path.join(".");
  const shown = name.length > NAME_SHOWN_MAX ? `${name.slice(0, NAME_SHOWN_MAX)}…` : name;
  return `${shown} is named twice, and which one counts is not known`;
}

function read<T>(schema: z.ZodType<T>, value: unknown): Reading<T> {
  const result = schema.safeParse(value);
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
