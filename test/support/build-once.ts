// Before any test: makes sure that `dist/`, which the command line tests run, is that of the sources.
import { execFileSync } from "node:child_process";
import { globSync, statSync } from "node:fs";
import { join } from "node:path";

const root = join(import.meta.dirname, "../..");

export function setup(): void {
  if (newest("src/**/*") <= newest("dist/cli/main.js")) return;
  execFileSync(process.execPath, [join(root, "scripts/build.ts")], { stdio: "inherit" });
}

function newest(pattern: string): number {
  const times = globSync(pattern, { cwd: root }).map((name) => statSync(join(root, name)).mtimeMs);
  return Math.max(0, ...times);
}
