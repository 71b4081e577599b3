// The requests and answers of the quick start tutorial, of "Declarations" and of "Sending data to CAS",
// as they stand there, word for word; and what it takes to hold an answer against an example.
import { readFileSync } from "node:fs";
import { expect } from "vitest";

/** The text of an example, as the documentation prints it. */
export function seed(name: string): string {
  return readFileSync(new URL(`seeds/${name}.txt`, import.meta.url), "utf8").trimEnd();
}

export function seedJson(name: string): unknown {
  return JSON.parse(seed(name)) as unknown;
}

/**
 * Every member of the example is there, with a value of the same type; a list is as its first element. CAS
 * may add members at any time (Integration methods), so others may be there too.
 */
export function expectFormOf(example: unknown, answer: unknown, path = "the answer"): void {
  if (Array.isArray(example)) {
    expect(Array.isArray(answer), `${path} is a list`).toBe(true);
    const [element] = example as readonly unknown[];
    if (element === undefined) return;
    for (const [index, given] of (answer as readonly unknown[]).entries()) {
      expectFormOf(element, given, `${path}[${String(index)}]`);
    }
    return;
  }
  if (typeof example === "object" && example !== null) {
    expect(typeof answer, `${path} is an object`).toBe("object");
    for (const [name, member] of Object.entries(example)) {
      expectFormOf(member, (answer as Record<string, unknown>)[name], `${path}.${name}`);
    }
    return;
  }
  expect(typeof answer, `${path} is as in the example`).toBe(typeof example);
}
