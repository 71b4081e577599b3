// Checks YAML files that people write: a value comes out, or every mistake with its line, its column and
// the nearest right word. The form of a file is a zod schema of its owner; here a mistake gets its place
// and its words.
import { isMap, isNode, isScalar, LineCounter, parseDocument, visit, type Document } from "yaml";
import * as z from "zod";
import { didYouMean } from "../core/text/did-you-mean.ts";

export interface YamlFile {
  readonly content: unknown;
  /** Shape: `cas-batch.yaml line 3, column 7`; the nearest place around a member that is not there. */
  readonly place: (member: readonly PropertyKey[]) => string;
  /** The line of the same place, one-based. */
  readonly line: (member: readonly PropertyKey[]) => number;
  /** What makes it no YAML; the content is of no use then. */
  readonly syntaxMistakes: readonly string[];
}

interface YamlOptions {
  /** What people call the file. */
  readonly name: string;
  /** `007` and `8.50` stay the text that they are, as values and as names of members. */
  readonly exactNumbers?: boolean;
}

type CheckedContent<Value> =
  | { readonly kind: "value"; readonly value: Value }
  | { readonly kind: "mistakes"; readonly mistakes: readonly string[] };

const TOO_DEEP = "lists and maps stand too deep in each other";

export function openYaml(text: string, options: YamlOptions): YamlFile {
  try {
    return readYaml(text, options);
  } catch (error) {
    const { name } = options;
    // The parser's answer to aliases of aliases, of which a few lines make billions of values.
    const why =
      error instanceof ReferenceError
        ? "its aliases (`*name`) stand for too many values"
        : error instanceof RangeError
          ? TOO_DEEP
          : null;
    if (why === null) throw error;
    return {
      content: null,
      syntaxMistakes: [`${name}: ${why}; write it out`],
      place: () => name,
      line: () => 1,
    };
  }
}

function readYaml(text: string, { name, exactNumbers = false }: YamlOptions): YamlFile {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const syntaxMistakes = document.errors.map(
    ({ message }) => `${name}: ${message.replace("Maximum call stack size exceeded", TOO_DEEP)}`,
  );
  if (exactNumbers) keepNumbersAsWritten(document);
  const positionOf = (member: readonly PropertyKey[]): { line: number; col: number } | null => {
    const offset = offsetOf(document, member);
    return offset === null ? null : lines.linePos(offset);
  };
  return {
    content: syntaxMistakes.length > 0 ? null : (document.toJS() as unknown),
    syntaxMistakes,
    place: (member) => {
      const position = positionOf(member);
      if (position === null) return name;
      return `${name} line ${String(position.line)}, column ${String(position.col)}`;
    },
    line: (member) => positionOf(member)?.line ?? 1,
  };
}

/** @param noun What an unknown name is not: `${key} is no ${noun}`. */
export function checkYaml<Schema extends z.ZodType>(
  file: YamlFile,
  schema: Schema,
  noun: string,
): CheckedContent<z.output<Schema>> {
  if (file.syntaxMistakes.length > 0) return { kind: "mistakes", mistakes: file.syntaxMistakes };
  const checked = schema.safeParse(file.content ?? {});
  return checked.success
    ? { kind: "value", value: checked.data }
    : {
        kind: "mistakes",
        mistakes: telling(checked.error.issues).flatMap((issue) =>
          describeIssue(file, schema, noun, issue),
        ),
      };
}

function describeIssue(
  file: YamlFile,
  schema: z.ZodType,
  noun: string,
  issue: z.core.$ZodIssue,
): readonly string[] {
  if (issue.code === "unrecognized_keys") {
    const known = knownKeysAt(schema, issue.path);
    return issue.keys.map((key) => {
      const at = file.place([...issue.path, key]);
      return `${at}: \`${key}\` is no ${noun}${didYouMean(key, known)}`;
    });
  }
  if (issue.code === "invalid_union") {
    const meant = meantOption(valueAt(file.content, issue.path), issue.errors);
    if (meant !== null) {
      return telling(meant).flatMap((inner) =>
        describeIssue(file, schema, noun, { ...inner, path: [...issue.path, ...inner.path] }),
      );
    }
  }
  if (issue.path.length === 0 && issue.code === "invalid_type") {
    const found = Array.isArray(file.content) ? "a list" : "a single value";
    return [`${file.place([0])}: Lines such as \`name: value\` are needed, and this is ${found}`];
  }
  const at = file.place(issue.path);
  return [`${at}: \`${issue.path.map(String).join(".")}\`: ${issueText(file.content, issue)}`];
}

/** A wrong name explains what else does not hold in the same object. */
function telling(issues: readonly z.core.$ZodIssue[]): readonly z.core.$ZodIssue[] {
  const misnamed = issues.filter(({ code }) => code === "unrecognized_keys");
  const isExplained = ({ code, path }: z.core.$ZodIssue): boolean =>
    code === "custom" && misnamed.some((issue) => issue.path.join() === path.join());
  return issues.filter((issue) => !isExplained(issue));
}

function issueText(content: unknown, issue: z.core.$ZodIssue): string {
  const value = valueAt(content, issue.path);
  const isMissing = value === undefined;
  if (issue.code === "invalid_value") {
    const allowed = issue.values.map(String);
    if (isMissing) return `is missing; ${allowed.join(" or ")} is needed`;
    const written = typeof value === "string" ? value : JSON.stringify(value);
    return `"${written}" is none of ${allowed.join(", ")}${didYouMean(written, allowed)}`;
  }
  if (issue.code === "invalid_type" && isMissing) return "is missing";
  if (issue.code === "invalid_union") {
    const kinds = issue.errors.flatMap((option) =>
      option.flatMap((inner) => (inner.code === "invalid_type" ? [String(inner.expected)] : [])),
    );
    if (kinds.length > 0) return `one of these is needed: ${[...new Set(kinds)].join(", ")}`;
  }
  return issue.message;
}

/** The option whose form the value has, though something in it is wrong; null when it has none. */
function meantOption(
  value: unknown,
  options: readonly (readonly z.core.$ZodIssue[])[],
): readonly z.core.$ZodIssue[] | null {
  const isWord = typeof value !== "object";
  const meant = options.filter(
    (issues) =>
      !issues.some(
        ({ code, path }) =>
          path.length === 0 && (code === "invalid_type" || (code === "invalid_value" && !isWord)),
      ),
  );
  return meant.toSorted((left, right) => left.length - right.length)[0] ?? null;
}

function valueAt(content: unknown, path: readonly PropertyKey[]): unknown {
  let value = content;
  for (const step of path) {
    if (typeof value !== "object" || value === null) return undefined;
    value = (value as Readonly<Record<PropertyKey, unknown>>)[step];
  }
  return value;
}

function offsetOf(document: Document.Parsed, member: readonly PropertyKey[]): number | null {
  for (let length = member.length; length > 0; length -= 1) {
    const parent = document.getIn(member.slice(0, length - 1), true);
    const name = member[length - 1];
    const node = isMap(parent)
      ? parent.items.find(({ key }) => isScalar(key) && String(key.value) === String(name))?.key
      : document.getIn(member.slice(0, length), true);
    if (isNode(node) && node.range) return node.range[0];
  }
  return null;
}

function keepNumbersAsWritten(document: Document.Parsed): void {
  visit(document, {
    Scalar: (_key, node) => {
      const isNumber = typeof node.value === "number";
      if (isNumber && node.source !== undefined && String(node.value) !== node.source) {
        node.value = node.source;
      }
    },
  });
}

/** The names that the object at a path may have; empty when the schema fixes none there. */
function knownKeysAt(schema: z.core.$ZodType, path: readonly PropertyKey[]): readonly string[] {
  return [...new Set(optionsOf(schema).flatMap((option) => keysOf(option, path)))];
}

function keysOf(option: z.core.$ZodType, path: readonly PropertyKey[]): readonly string[] {
  const [step, ...rest] = path;
  if (step === undefined) {
    return option instanceof z.ZodObject ? Object.keys(option.shape) : [];
  }
  const child = childOf(option, step);
  return child === undefined ? [] : knownKeysAt(child, rest);
}

function childOf(schema: z.core.$ZodType, step: PropertyKey): z.core.$ZodType | undefined {
  if (schema instanceof z.ZodObject) {
    return (schema.shape as Readonly<Record<PropertyKey, z.core.$ZodType>>)[step];
  }
  if (schema instanceof z.ZodRecord) return schema.def.valueType;
  if (schema instanceof z.ZodArray) return schema.def.element;
  return undefined;
}

/** What is left of a schema without the wrappers around it; several where it is a union. */
function optionsOf(schema: z.core.$ZodType): readonly z.core.$ZodType[] {
  if (
    schema instanceof z.ZodOptional ||
    schema instanceof z.ZodDefault ||
    schema instanceof z.ZodNullable
  ) {
    return optionsOf(schema.def.innerType);
  }
  if (schema instanceof z.ZodPipe) return optionsOf(schema.def.in);
  if (schema instanceof z.ZodUnion) return schema.def.options.flatMap(optionsOf);
  return [schema];
}
