// Builds `dist/` from `src/`: plain tsc output plus the SQL migrations that tsc does not copy.
// Runs after every `npm ci` (npm's `prepare`), so it needs nothing but the installed packages.
// Builds beside the old output and swaps at the end, so that a running command never sees half of it.
import { execFileSync } from "node:child_process";
import { cpSync, existsSync, renameSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../", import.meta.url));
const require = createRequire(import.meta.url);
const tsc = require.resolve("typescript/package.json").replace(/package\.json$/, "bin/tsc");
const fresh = `${root}dist.${String(process.pid)}`;

try {
  execFileSync(process.execPath, [tsc, "-p", "tsconfig.build.json", "--outDir", fresh], {
    cwd: root,
    stdio: "inherit",
  });
  cpSync(`${root}src/ledger/migrations`, `${fresh}/ledger/migrations`, { recursive: true });
  if (existsSync(`${root}dist`)) renameSync(`${root}dist`, `${fresh}.old`);
  renameSync(fresh, `${root}dist`);
} finally {
  rmSync(fresh, { recursive: true, force: true });
  rmSync(`${fresh}.old`, { recursive: true, force: true });
}
