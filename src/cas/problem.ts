// Why CAS refused, out of whatever it wrote. The form of `errors` is not documented, so every form
// in use is read and none is insisted on: a body that says nothing to us still reaches the user.
import * as z from "zod";
import type { Problem } from "../core/errors.ts";
import { readAnswer, textOrNull } from "./answer-json.ts";

/** Where an error of a list may name its field, most telling first. Source: assumed. */
const PATH_MEMBERS = ["path", "field", "fieldName", "pointer", "property", "propertyName", "name"];
/** Where it may say what is wrong. Source: assumed. */
const MESSAGE_MEMBERS = ["message", "detail", "description", "errorMessage", "reason", "title"];

const problemSchema = z.record(z.string(), z.unknown());

/** A reason that is not JSON, or JSON of another form, is cut after so many characters. */
const PLAIN_REASON_MAX = 300;
/** What stands further down in a page is no reason; to look through all of it could take minutes. */
const PLAIN_READ_MAX = 20_000;

/** Source: Error handling (RFC 7807); seeds do not show the body. */
export function parseProblem(status: number, rawBody: string): Problem {
  const answer = contentOf(rawBody);
  const body = membersOf(answer);
  const problem = {
    status,
    title: textOrNull(body["title"]) ?? textOrNull(body["error"]),
    detail:
      textOrNull(body["detail"]) ??
      textOrNull(body["message"]) ??
      textOrNull(body["error_description"]),
    errors: fieldErrors(Array.isArray(answer) ? answer : body["errors"]),
    rawBody,
  };
  const saysWhy = problem.title !== null || problem.detail !== null || problem.errors.length > 0;
  return saysWhy ? problem : { ...problem, detail: plainReason(textOrNull(answer) ?? rawBody) };
}

/**
 * Whether CAS itself wrote this answer, and not a gateway before it. Gateways answer with pages, with
 * nothing, or with JSON of their own. Source: RFC 7807, sections 3 and 3.1.
 */
export function isProblemDocument({
  header,
  body,
}: {
  readonly header: (name: string) => string | null;
  readonly body: string;
}): boolean {
  const answer = problemSchema.safeParse(contentOf(body)).data;
  if (answer === undefined) return false;
  if (/^application\/problem\+json\b/i.test(header("content-type") ?? "")) return true;
  return textOrNull(answer["title"]) !== null || fieldErrors(answer["errors"]).length > 0;
}

/** Undefined for what is no JSON. A member that is named twice makes no reason less readable. */
function contentOf(body: string): unknown {
  const answer = readAnswer(body);
  return "value" in answer ? answer.value : undefined;
}

/** By their names in small letters: .NET writes `Title`. */
function membersOf(answer: unknown): Readonly<Record<string, unknown>> {
  const named = Object.entries(problemSchema.safeParse(answer).data ?? {});
  return Object.fromEntries(named.map(([name, value]) => [name.toLowerCase(), value]));
}

const ENTITIES: Readonly<Record<string, string>> = {
  amp: "&",
  lt: "<",
  gt: ">",
  quot: '"',
  apos: "'",
  nbsp: " ",
};

/** The words of a text or a page, in one line; null when it has none. */
function plainReason(body: string): string | null {
  const words = body
    .slice(0, PLAIN_READ_MAX)
    .replaceAll(/<(script|style)\b[^>]*>.*?<\/\1\s*>/gis, " ")
    .replaceAll(/<!--.*?-->|<[^<>]*>/gs, " ")
    .replaceAll(/&#(\d{1,6});/g, (_entity, code: string) => String.fromCodePoint(Number(code)))
    .replaceAll(/&(\w+);/g, (entity, name: string) => ENTITIES[name.toLowerCase()] ?? entity)
    .replaceAll(/[\s\p{Cc}]+/gu, " ")
    .trim();
  if (words === "" || words === "{}" || words === "[]" || words === "null") return null;
  return words.length > PLAIN_REASON_MAX ? `${words.slice(0, PLAIN_REASON_MAX)} …` : words;
}

/** The problem in one line. Shape: `Validation failed; direction: must be IN or OUT`. */
export function problemText(problem: Problem): string {
  const shown = problem.errors
    .slice(0, ERRORS_SHOWN_MAX)
    .map(({ path, message }) => (path === "" ? message : `${path}: ${message}`));
  const cut =
    problem.errors.length > shown.length
      ? [`${shown.length} of ${problem.errors.length} errors shown`]
      : [];
  return [problem.title, problem.detail, ...shown, ...cut]
    .filter((part) => part !== null)
    .join("; ");
}

const ERRORS_SHOWN_MAX = 3;

function fieldErrors(errors: unknown): Problem["errors"] {
  if (Array.isArray(errors)) return errors.map((error: unknown) => listedError(error));
  const byPath = problemSchema.safeParse(errors);
  if (!byPath.success) return [];
  return Object.entries(byPath.data).flatMap(([path, messages]) =>
    (Array.isArray(messages) ? messages : [messages]).map((message: unknown) => ({
      path,
      message: textOrNull(message) ?? JSON.stringify(message),
    })),
  );
}

function listedError(error: unknown): Problem["errors"][number] {
  const members = problemSchema.safeParse(error).data ?? {};
  const firstOf = (names: readonly string[]): string | null =>
    names.map((name) => textOrNull(members[name])).find((text) => text !== null) ?? null;
  return {
    path: firstOf(PATH_MEMBERS) ?? "",
    message: firstOf(MESSAGE_MEMBERS) ?? textOrNull(error) ?? JSON.stringify(error),
  };
}
