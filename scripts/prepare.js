// npm's `prepare`: builds `dist/` after every `npm ci`. Plain JavaScript for any Node: an install without the
// development packages has neither the builder nor our Node, and must not fail for that.
"use strict";
import { execSync } from "node:child_process";
import { existsSync } from "node:fs";

if (existsSync(new URL("../node_modules/esbuild", import.meta.url))) {
  execSync("npm run --silent build", { stdio: "inherit" });
} else {
  console.error("cas-batch: nothing was built, for the development packages were left out");
}
