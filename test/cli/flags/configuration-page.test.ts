// docs/configuration.md and the schema that checks `cas-batch.yaml` name the same settings.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import * as z from "zod";
import { configSchema } from "../../../src/cli/flags/config-schema.ts";
import { root } from "../../support/run-cli.ts";

interface Schema {
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly anyOf?: readonly Schema[];
}

const page = readFileSync(join(root, "docs/configuration.md"), "utf8");

/** Settings that have a page or a table of their own, where each member stands. */
const PAGES: Readonly<Record<string, string>> = {
  hooks: readFileSync(join(root, "docs/hooks.md"), "utf8"),
  endpoints: readFileSync(join(root, "docs/endpoints.md"), "utf8"),
  fields: readFileSync(join(root, "docs/endpoints.md"), "utf8"),
  limits: page.slice(page.indexOf("## How much one file may take")),
};

/** Shape: `inbox.stableFor`. */
function settingsOf({ properties = {}, anyOf = [] }: Schema, above = ""): readonly string[] {
  const own = Object.entries(properties).flatMap(([name, member]) => {
    const path = above === "" ? name : `${above}.${name}`;
    const inner = settingsOf(member, path);
    return inner.length === 0 ? [path] : inner;
  });
  return [...new Set([...own, ...anyOf.flatMap((form) => settingsOf(form, above))])];
}

const settings = settingsOf(z.toJSONSchema(configSchema, { io: "input" }) as Schema);

/** The words in code of the column for `cas-batch.yaml`. */
const written = page
  .split("\n")
  .filter((line) => line.startsWith("| ") && line.split("|").length === 6)
  .flatMap((line) => [...(line.split("|")[3] ?? "").matchAll(/`([^`]+)`/g)])
  .map(([, word = ""]) => word);

function isExplained(setting: string, words: readonly string[]): boolean {
  const [head = "", ...rest] = setting.split(".");
  const ofOwn = PAGES[head];
  const last = rest.at(-1) ?? head;
  if (ofOwn !== undefined) return new RegExp(`\\b${last}\\b`).test(ofOwn);
  return (
    words.includes(setting) ||
    // Others of one line: `timeouts.connect`, `.answer`.
    (words.some((word) => word.startsWith(`${head}.`)) && words.includes(`.${rest.join(".")}`)) ||
    // With its members in words: `profiles`: a list of `{files, profile}`.
    (words.includes(head) && new RegExp(`${head}[^\\n]*\\b${last}\\b`).test(page))
  );
}

it("every setting is explained", () => {
  expect(settings.length).toBeGreaterThan(60);
  expect(settings.filter((setting) => !isExplained(setting, written))).toEqual([]);
});

it("a setting that is not explained is noticed", () => {
  expect(isExplained("inbox.stableFor", written)).toBe(true);
  expect(isExplained("inbox.madeUp", written)).toBe(false);
  expect(isExplained("madeUp", written)).toBe(false);
});

it("no setting is explained that there is not", () => {
  const heads = new Set(settings.flatMap((setting) => [setting, setting.split(".")[0] ?? ""]));
  const names = written.filter((word) => /^[a-zA-Z.]+$/.test(word) && !word.startsWith("."));
  expect(names.length).toBeGreaterThan(30);
  expect(names.filter((name) => !heads.has(name))).toEqual([]);
});
