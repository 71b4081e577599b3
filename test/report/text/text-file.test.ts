import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { JsonFile } from "../../../src/report/text/text-file.ts";
import { emptyFolder } from "../../support/run-cli.ts";

test("JsonFile escapes what a terminal would act on, and means the same", async () => {
  const value = "a\u009b31mb\u007f\u2028\u202e\u001b";
  const path = join(emptyFolder(), "a.json");
  const file = new JsonFile(path);
  file.member(value, value);
  file.startList("list");
  file.element({ value });
  file.endList();
  file.end();
  await file.flush();
  await file.close();
  const text = await readFile(path, "utf8");
  expect(text).toMatch(/^[\n -~]*$/);
  expect(JSON.parse(text)).toEqual({ [value]: value, list: [{ value }] });
});
