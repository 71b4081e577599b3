// What is printed as text is put together of parts that others wrote: names of files and sheets, cells, answers
// of CAS. Each part becomes one line without controls before it is laid out, so that no line of the result can
// be one that the program did not write.
import { shortened } from "../../core/text/quoted-text.ts";
import { visibleLine } from "../../core/text/visible-text.ts";

/** Longer than any part of ours. Unit: UTF-16 code units. */
const PART_MAX = 2_000;

/** The same value with every text in it visible; itself where all of them are. Streams stay streams. */
export function visibleParts<Value>(value: Value): Value {
  return visible(value) as Value;
}

function visible(value: unknown): unknown {
  if (typeof value === "string") return shortened(visibleLine(value), PART_MAX);
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return visibleList(value);
  if (Symbol.asyncIterator in value) return visibleStream(value as AsyncIterable<unknown>);
  if (Symbol.iterator in value) return visibleBatches(value as Iterable<unknown>);
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null ? visibleMembers(value) : value;
}

function visibleList(list: readonly unknown[]): readonly unknown[] {
  const parts = list.map(visible);
  return parts.some((part, at) => part !== list[at]) ? parts : list;
}

/** Names count too: statuses of CAS are some. */
function visibleMembers(members: object): object {
  const own: [string, unknown][] = Object.entries(members);
  const parts = own.map(([name, value]) => [visibleLine(name), visible(value)] as const);
  const isSame = parts.every(([name, value], at) => name === own[at]?.[0] && value === own[at][1]);
  return isSame ? members : Object.fromEntries(parts);
}

async function* visibleStream(stream: AsyncIterable<unknown>): AsyncIterable<unknown> {
  for await (const part of stream) yield visible(part);
}

function* visibleBatches(batches: Iterable<unknown>): Iterable<unknown> {
  for (const part of batches) yield visible(part);
}
