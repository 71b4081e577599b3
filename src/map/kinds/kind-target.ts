// What a header of a file, or a column of a profile, fills in the messages of a kind that has no layout of its own.
import { kindOf, type MessageKind } from "../../core/message-kind.ts";
import { didYouMean } from "../../core/text/did-you-mean.ts";
import { normalizeHeader } from "../headers/normalize-header.ts";
import type { ValueRule } from "../model/value-rule.ts";
import { kindColumns } from "./kind-columns.ts";
import { readPath, TYPE_WORDS, type WrittenPath } from "./kind-path.ts";

interface KindTarget {
  readonly written: WrittenPath;
  /** Null: by the data type that the member's name implies. */
  readonly rule: ValueRule | null;
}

/** The member that identifies the messages of a file. */
export function keyPathOf({
  kind,
  key,
}: {
  readonly kind: MessageKind;
  readonly key: string | null;
}): string {
  return key ?? kindOf(kind).key;
}

type TargetReading =
  | ({ readonly kind: "target" } & KindTarget)
  | Exclude<ReturnType<typeof readPath>, { readonly kind: "path" }>;

/** @param key The path of the member that identifies the messages. */
export function readTarget(kind: MessageKind, key: string, text: string): TargetReading {
  const named = normalizeHeader(text);
  const column = kindColumns(kind).find(
    ({ header }) => header !== null && normalizeHeader(header) === named,
  );
  const reading = readPath(column?.path ?? text);
  if (reading.kind === "fault") return { ...reading, reason: reading.reason + meant(kind, text) };
  const { path: written } = reading;
  if (written.text === key) return { kind: "target", written, rule: { kind: "reference" } };
  const known = kindColumns(kind).find(({ path }) => path === written.text)?.rule;
  const rule = written.rule ?? (known?.kind === "any" ? null : known) ?? null;
  return { kind: "target", written, rule };
}

function meant(kind: MessageKind, text: string): string {
  const names = kindColumns(kind).map(({ header, path }) => header ?? path);
  return didYouMean(text, [...names, kindOf(kind).key]);
}

/** What is wrong with a target of a profile, as the end of a sentence; null when nothing is. */
export function checkKindTarget(kind: MessageKind, key: string, text: string): string | null {
  const reading = readTarget(kind, key, text);
  if (reading.kind === "target") return null;
  return `"${text}" cannot be filled: ${reading.reason}; behind a path may stand how it is read, ${TYPE_WORDS}`;
}
