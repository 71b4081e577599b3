// Runs the commands of a page as a user would type them, from the first block to the last, in one folder.
import { existsSync } from "node:fs";
import { shellBlocks } from "./shell-blocks.ts";
import { openUserShell, type Typed } from "./user-shell.ts";

export interface FollowedPage {
  readonly typed: readonly Typed[];
  readonly skipped: readonly { readonly lines: readonly string[]; readonly why: string }[];
  /** Commands that ended otherwise than the page says, with what they said. */
  readonly failures: readonly string[];
}

/**
 * @param preparation a script that puts into the folder what the page takes for given; each line `NAME=VALUE` that it
 *   prints says what the page's NAME is called here
 */
export async function followPage(
  page: string,
  preparation: string,
  cas: Readonly<Record<string, string>>,
): Promise<FollowedPage> {
  const shell = openUserShell(cas);
  const names = existsSync(preparation) ? await prepare(shell.prepare, preparation) : [];
  const blocks = shellBlocks(page);
  const typed: Typed[] = [];
  const failures: string[] = [];
  for (const { lines, exitCodes, lineNumber } of blocks.filter(({ skip }) => skip === null)) {
    for (const line of lines) {
      const done = await shell.type(
        names.reduce((text, [name, to]) => text.replaceAll(name, to), line),
      );
      typed.push(done);
      if (exitCodes.includes(done.code ?? -1)) continue;
      failures.push(
        `line ${lineNumber}: ${done.line}\nexit code ${String(done.code)}\n${done.output}`,
      );
    }
  }
  const skipped = blocks.flatMap(({ lines, skip }) =>
    skip === null ? [] : [{ lines, why: skip }],
  );
  return { typed, skipped, failures };
}

async function prepare(
  run: (script: string) => Promise<Typed>,
  script: string,
): Promise<readonly (readonly [string, string])[]> {
  const { code, output } = await run(script);
  if (code !== 0) throw new Error(`${script} ended with ${String(code)}: ${output}`);
  return output.split("\n").flatMap((line) => {
    const [, name, value] = /^(.+?)=(.+)$/.exec(line) ?? [];
    return name === undefined || value === undefined ? [] : [[name, value] as const];
  });
}
