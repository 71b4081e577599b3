// Builds `dist/` from `src/`: plain tsc output plus the SQL migrations that tsc does not copy.
// Runs after every `npm ci` (npm's `prepare`), so it needs nothing but the installed packages.
// Builds beside the old output and swaps at the end, so that a running command never sees half of it.
// Does nothing when the output is newer than the sources: npm runs it again for the first `npx`.
import { execFileSync } from "node:child_process";
import { cpSync, existsSync, globSync, renameSync, rmSync, statSync, utimesSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../", import.meta.url));
const require = createRequire(import.meta.url);
const tsc = require.resolve("typescript/package.json").replace(/package\.json$/, "bin/tsc");
const startedAt = new Date();
const fresh = `${root}dist.${String(process.pid)}`;

// Folders count too: deleting a file touches nothing else.
const sources = globSync(["src/**", "tsconfig*.json", "package.json", "scripts/build.ts"], {
  cwd: root,
});
const newestMs = Math.max(...sources.map((name) => statSync(root + name).mtimeMs));
const builtMs = statSync(`${root}dist`, { throwIfNoEntry: false })?.mtimeMs ?? 0;
if (builtMs > newestMs) process.exit(0);

try {
  execFileSync(process.execPath, [tsc, "-p", "tsconfig.build.json", "--outDir", fresh], {
    cwd: root,
    stdio: "inherit",
  });
  cpSync(`${root}src/ledger/sqlite/migrations`, `${fresh}/ledger/sqlite/migrations`, {
    recursive: true,
  });
  if (existsSync(`${root}dist`)) renameSync(`${root}dist`, `${fresh}.old`);
  utimesSync(fresh, startedAt, startedAt);
  renameSync(fresh, `${root}dist`);
} finally {
  rmSync(fresh, { recursive: true, force: true });
  rmSync(`${fresh}.old`, { recursive: true, force: true });
}
