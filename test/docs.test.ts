// Every block of commands in docs/ is run, in an empty folder with an empty home, against a simulator; README.md has a
// test of its own. What a block may say of itself stands in scripts/docs/shell-blocks.ts. What a page takes for given,
// such as a file or the id of a declaration, is made by the script of its name in test/docs/.
import { existsSync, globSync, readFileSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { followPage } from "../scripts/docs/follow-page.ts";
import { shellBlocks } from "../scripts/docs/shell-blocks.ts";
import { startSimulator, type Simulator } from "../src/simulator/start-simulator.ts";
import { emptyFolder, root } from "./support/run-cli.ts";

const TIMEOUT_MS = 600_000;
/** Blocks that no test runs are few: each is a promise that is not checked. */
const SKIPPED_MAX = 12;
const PICTURE_BYTES_MAX = 600_000;
/** LibreOffice has to fill in what its commands are about: test/guide-specialist.test.ts follows it. */
const FOLLOWED_ELSEWHERE = ["docs/guide-specialist.md"];

const pages = globSync("docs/**/*.md", { cwd: root }).sort();
const textOf = (page: string): string => readFileSync(join(root, page), "utf8");
const withCommands = pages.filter(
  (page) => shellBlocks(textOf(page)).length > 0 && !FOLLOWED_ELSEWHERE.includes(page),
);

let simulator: Simulator;
let cas: Readonly<Record<string, string>>;

function follow(page: string, text = textOf(page)) {
  return followPage(text, join(root, "test/docs", `${basename(page, ".md")}.sh`), cas);
}

async function startCas(): Promise<void> {
  const stateFile = join(emptyFolder(), "acceptance.jsonl");
  simulator = await startSimulator({ stateFile, timeScale: 50 });
  cas = {
    CAS_API_URL: simulator.url,
    CAS_TOKEN_URL: simulator.tokenUrl,
    CAS_CLIENT_ID: "simulator",
    CAS_CLIENT_SECRET: "simulator",
  };
}

describe("the commands of a page", () => {
  beforeAll(startCas);
  afterAll(() => simulator.close());

  it.each(withCommands)("%s end as it says", { timeout: TIMEOUT_MS }, async (page) => {
    const { failures, typed, skipped } = await follow(page);
    expect(failures).toEqual([]);
    expect(typed.length + skipped.length).toBeGreaterThan(0);
  });
});

describe("docs/", () => {
  it("hides no commands in blocks that are not marked as shell, and marks nothing unknown", () => {
    expect(pages.length).toBeGreaterThan(20);
    expect(() => pages.map((page) => shellBlocks(textOf(page)))).not.toThrow();
  });

  it("skips few blocks, each for a reason", () => {
    const skipped = pages.flatMap((page) =>
      shellBlocks(textOf(page)).flatMap(({ skip, lineNumber }) =>
        skip === null ? [] : [`${page}:${String(lineNumber)} ${skip}`],
      ),
    );
    expect(skipped.length, skipped.join("\n")).toBeLessThanOrEqual(SKIPPED_MAX);
  });

  it("links to files that are there, and shows every picture", () => {
    const targets = [...pages, "CONTRIBUTING.md", "SECURITY.md"].flatMap((page) =>
      [...textOf(page).matchAll(/\]\((?!https?:)([^)#\s]+)/g)].map(([, target = ""]) =>
        join(dirname(page), target),
      ),
    );
    expect(targets.length).toBeGreaterThan(50);
    expect(targets.filter((target) => !existsSync(join(root, target)))).toEqual([]);
    const pictures = globSync("docs/pictures/*", { cwd: root });
    expect(pictures.filter((picture) => !targets.includes(picture))).toEqual([]);
    const bytes = pictures.map((picture) => statSync(join(root, picture)).size);
    expect(bytes.reduce((sum, size) => sum + size, 0)).toBeLessThan(PICTURE_BYTES_MAX);
  });

  it("has a page for every script that prepares one", () => {
    const scripts = globSync("*.sh", { cwd: join(root, "test/docs") });
    const known = [...withCommands.map((page) => `${basename(page, ".md")}.sh`), "quiet-night.sh"];
    expect(scripts.filter((name) => !known.includes(name))).toEqual([]);
  });
});

describe("negative controls", () => {
  const page = (info: string, ...lines: string[]): string =>
    ["Text", "", `\`\`\`${info}`, ...lines, "```", ""].join("\n");

  it("a command that ends otherwise is found", { timeout: TIMEOUT_MS }, async () => {
    const text = page("sh", "cas-batch --version", "cas-batch check nothing.xlsx");
    const { failures } = await followPage(text, "", {});
    expect(failures).toEqual([expect.stringContaining("check nothing.xlsx\nexit code 3")]);
  });

  it("a command line that does not exist is found", { timeout: TIMEOUT_MS }, async () => {
    const { failures } = await followPage(page("sh", "cas-batch chekc x.csv"), "", {});
    expect(failures).toEqual([expect.stringContaining("exit code 2")]);
  });

  it.each(["", "bash", "text"])("commands in a block marked %j are found", (info) => {
    expect(() => shellBlocks(page(info, "cas-batch template"))).toThrow("mark the block");
  });

  it.each(["sh skip", "sh skp=x", "sh exit=", 'sh skip=""'])("the mark %j is refused", (info) => {
    expect(() => shellBlocks(page(info, "cas-batch template"))).toThrow("is not known");
  });
});
