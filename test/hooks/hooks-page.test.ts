// docs/hooks.md says what the program does: its table of exit codes, and its examples of the configuration.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readConfigFile } from "../../src/cli/flags/config-schema.ts";
import { EXIT, weightOf } from "../../src/runs/result/exit-code.ts";
import { emptyFolder, root } from "../support/run-cli.ts";

const PAGE = readFileSync(join(root, "docs/hooks.md"), "utf8");

test("the table of exit codes has each of them, with what it asks of people", () => {
  const rows = PAGE.split("\n")
    .filter((line) => /^\| \d+(?:, \d+)? +\|/.test(line) && !line.includes("neither"))
    .map((line) => line.split("|").map((cell) => cell.trim()));
  const told = rows.flatMap(([, codes = "", , heartbeat, action, failure, always]) =>
    codes.split(", ").map((code) => [Number(code), heartbeat, action, failure, always].join(" ")),
  );
  const expected = Object.values(EXIT)
    // What becomes of the exit code after the hooks.
    .filter((code) => code !== EXIT.notTold)
    .map((code) => {
      const weight = weightOf(code);
      const heartbeat = weight === "failure" ? "failure" : "success";
      const action = weight === "nothing" ? "" : "told";
      return [code, heartbeat, action, weight === "failure" ? "told" : "", "told"].join(" ");
    });
  expect(told.sort()).toEqual(expected.sort());
});

test("each example of the configuration can be used", async () => {
  const examples = [...PAGE.matchAll(/```yaml\n(.*?)```/gs)].map(([, yaml = ""]) => yaml);
  expect(examples).toHaveLength(3);
  for (const yaml of examples) {
    const path = join(emptyFolder(), "cas-batch.yaml");
    writeFileSync(path, yaml);
    const { config } = await readConfigFile(path);
    expect(config.hooks).toBeDefined();
  }
});
