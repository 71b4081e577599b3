// Profiles that are shipped and shown: each can be used as it stands.
import { globSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { describe, expect, it } from "vitest";
import { parseProfile } from "../../../src/map/profile/parse-profile.ts";
import { root } from "../../support/run-cli.ts";

const page = readFileSync(join(root, "docs/profiles.md"), "utf8");
const examples = [...page.matchAll(/```yaml\n(.*?)```/gs)]
  .map(([, text = ""]) => text)
  .filter((text) => !text.startsWith("# cas-batch.yaml"))
  .map((text) => (text.includes("version:") ? text : `version: 1\n${text}`));
const shipped = globSync("templates/profiles/*.yaml", { cwd: root });

function mistakesOf(text: string, name: string): readonly string[] {
  const reading = parseProfile(text, name);
  return reading.kind === "mistakes" ? reading.mistakes : [];
}

describe("docs/profiles.md", () => {
  it("shows profiles", () => {
    expect(examples.length).toBeGreaterThan(5);
  });

  it.each(examples.map((text, index) => [index + 1, text] as const))(
    "example %i can be used",
    (index, text) => {
      expect(mistakesOf(text, `example ${index}`)).toEqual([]);
    },
  );
});

describe("templates/profiles", () => {
  it.each(shipped)("%s can be used, and names its schema for editors", (path) => {
    const text = readFileSync(join(root, path), "utf8");
    expect(mistakesOf(text, basename(path))).toEqual([]);
    expect(text).toMatch(/^# yaml-language-server: \$schema=\.\/profile\.schema\.json\n/);
  });

  it("are three, each with a sample that is run by it", () => {
    const commands = globSync("samples/*/expected.json", { cwd: root }).map((path) =>
      readFileSync(join(root, path), "utf8"),
    );
    expect(shipped).toHaveLength(3);
    for (const path of shipped) {
      expect(commands.some((command) => command.includes(basename(path)))).toBe(true);
    }
  });
});
