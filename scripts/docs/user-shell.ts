// A user who types the commands of a page: an empty folder, an empty home, `cas-batch` on the path, and nothing of the
// environment that the test runs in. Lines for `acceptance` and `production` have credentials, which lead to a
// simulator; `production` is typed as `acceptance`, because a run for production refuses a simulator. Servers take a
// free port, because another test may have theirs.
import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";

const root = join(import.meta.dirname, "../..");
const UNTIL_INTERRUPTED = /until Ctrl-C/;
const SERVER = /^cas-batch (?:simulator|listen)\b(?!.*--(?:port|openapi))/;
const LINE_MS_MAX = 180_000;

export interface Typed {
  readonly line: string;
  readonly code: number | null;
  readonly output: string;
}

export interface UserShell {
  readonly cwd: string;
  readonly type: (line: string) => Promise<Typed>;
  /** Runs a script in the folder; it has the credentials, and the product's own folder as $ROOT. */
  readonly prepare: (script: string) => Promise<Typed>;
}

/** `cas` are the variables that lead to a simulator. */
export function openUserShell(cas: Readonly<Record<string, string>> = {}): UserShell {
  const place = mkdtempSync(join(tmpdir(), "cas-batch-docs-"));
  const [cwd, home, programs] = ["work", "home", "bin"].map((name) => join(place, name));
  if (cwd === undefined || home === undefined || programs === undefined) throw new Error(place);
  for (const folder of [cwd, home, programs]) mkdirSync(folder);
  symlinkSync(join(root, "bin/cas-batch.js"), join(programs, "cas-batch"));
  const path = [programs, dirname(process.execPath), process.env["PATH"] ?? ""].join(delimiter);
  const user = { PATH: path, HOME: home };
  return {
    cwd,
    type: (line) => {
      const typed = line
        .replaceAll(/(--env[ =])production\b/g, "$1acceptance")
        .replace(SERVER, "$& --port 0");
      const credentials = /\bacceptance\b/.test(typed) ? cas : {};
      return finish(typed, { cwd, env: { ...user, ...credentials } });
    },
    prepare: (script) => finish(`bash "${script}"`, { cwd, env: { ...user, ...cas, ROOT: root } }),
  };
}

function finish(
  line: string,
  options: { readonly cwd: string; readonly env: Readonly<Record<string, string>> },
): Promise<Typed> {
  return new Promise((resolve, reject) => {
    // A group of its own, so that Ctrl-C reaches all of a pipe, as it does in a terminal.
    const child = spawn("bash", ["-c", line], { ...options, detached: true });
    const interrupt = (): void => {
      if (child.pid !== undefined) process.kill(-child.pid, "SIGINT");
    };
    const late = setTimeout(() => {
      if (child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
    }, LINE_MS_MAX);
    let output = "";
    const hear = (text: Buffer): void => {
      const isFirst = output === "";
      output += text.toString();
      if (isFirst && UNTIL_INTERRUPTED.test(line)) interrupt();
    };
    child.stdout.on("data", hear);
    child.stderr.on("data", hear);
    child.on("error", reject);
    child.on("close", (code) => {
      clearTimeout(late);
      resolve({ line, code: isEnded(code, line) ? 0 : code, output });
    });
  });
}

/** What a program that was stopped by Ctrl-C ends with. Source: the table of exit codes. */
function isEnded(code: number | null, line: string): boolean {
  return UNTIL_INTERRUPTED.test(line) && code === 130;
}
