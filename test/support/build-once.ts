// Before any test: `dist/`, which the command line tests run, is made to be that of the sources.
import { execFileSync } from "node:child_process";
import { join } from "node:path";

export function setup(): void {
  const script = join(import.meta.dirname, "../../scripts/build.ts");
  execFileSync(process.execPath, [script], { stdio: "inherit" });
}
