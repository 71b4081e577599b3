// `NOTICE`: whose work the published package holds, by the licences that the build gathers.
import { readFileSync } from "node:fs";
import { join } from "node:path";

const HEAD = `cas-batch
Copyright 2026 the maintainers of cas-batch

Licensed under the Apache License, Version 2.0; see LICENSE.

This product holds, bundled in dist/lib/, the work of others, under the licences below. Their texts and copyright
notices stand in dist/THIRD-PARTY-LICENSES.txt. Of a choice of licences the first one is used.

`;
const FOOT = `
It uses better-sqlite3 (MIT), which npm installs beside it and which holds SQLite (in the public domain).
`;
/** Shape: `yazl 3.3.1 (MIT)`, the first line of each entry. */
const ENTRY = /^(\S+) \d+\.\S+ \(([^\n]+)\)$/gm;

/** @param root holds `dist/`, which was built */
export function noticeText(root: string): string {
  const licences = readFileSync(join(root, "dist/THIRD-PARTY-LICENSES.txt"), "utf8");
  const packages = new Set(
    Array.from(licences.matchAll(ENTRY), ([, name = "", licence = ""]) => `${name} (${licence})`),
  );
  return (
    HEAD +
    [...packages]
      .sort()
      .map((entry) => `  ${entry}\n`)
      .join("") +
    FOOT
  );
}
