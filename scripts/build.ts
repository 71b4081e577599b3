// Builds `dist/` from `src/`: the command line, the reading thread and the library, bundled with the packages that
// they use, and the library's types. Runs after every `npm ci` (npm's `prepare`), so it needs nothing but the installed
// packages. Builds beside the old output and swaps at the end, so that a running command never sees half of
// it. Does nothing when the output is newer than the sources: npm runs it again for the first `npx`.
import {
  cpSync,
  existsSync,
  globSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { fileURLToPath } from "node:url";
import { bundle } from "./bundle.ts";
import { writePublicTypes } from "./public-types.ts";

const root = fileURLToPath(new URL("../", import.meta.url));
const startedAt = new Date();
const fresh = `${root}dist.${String(process.pid)}`;

// Folders count too: deleting a file touches nothing else.
const sources = globSync(
  ["src/**", "tsconfig.json", "package.json", "scripts/{build,bundle,public-types}.ts"],
  {
    cwd: root,
  },
);
const newestMs = Math.max(...sources.map((name) => statSync(root + name).mtimeMs));
const builtMs = statSync(`${root}dist`, { throwIfNoEntry: false })?.mtimeMs ?? 0;
if (builtMs > newestMs) process.exit(0);

try {
  const entries = {
    main: "src/cli/main.ts",
    "reading-thread": "src/intake/records/reading-thread.ts",
  };
  const { inputs } = await bundle(entries, `${fresh}/lib`);
  // By itself: files that it shared with the command line would make that one load more and smaller ones.
  const library = await bundle({ library: "src/library.ts" }, `${fresh}/library`);
  writePublicTypes(`${root}src/library.ts`, `${fresh}/types`);
  cpSync(`${root}src/ledger/sqlite/migrations`, `${fresh}/migrations`, { recursive: true });
  writeFileSync(
    `${fresh}/THIRD-PARTY-LICENSES.txt`,
    licencesOf(Object.keys({ ...inputs, ...library.inputs })),
  );
  if (existsSync(`${root}dist`)) renameSync(`${root}dist`, `${fresh}.old`);
  utimesSync(fresh, startedAt, startedAt);
  renameSync(fresh, `${root}dist`);
} finally {
  rmSync(fresh, { recursive: true, force: true });
  rmSync(`${fresh}.old`, { recursive: true, force: true });
}

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly license?: string;
  readonly author?: string | { readonly name: string };
}

/** The licences of the packages in the bundle, as they ask to be passed on. */
function licencesOf(inputs: readonly string[]): string {
  const folders = new Set(
    inputs.flatMap((path) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(path)?.[0] ?? []),
  );
  return [...folders]
    .sort()
    .map((folder) => {
      const manifest = JSON.parse(
        readFileSync(`${root}${folder}/package.json`, "utf8"),
      ) as Manifest;
      const files = ["{LICENSE,LICENCE,License,license}*", "NOTICE*"].flatMap((pattern) =>
        globSync(pattern, { cwd: root + folder })
          .sort()
          .slice(0, 1),
      );
      const texts = files.map((file) => readFileSync(`${root}${folder}/${file}`, "utf8").trim());
      const text = texts.length === 0 ? licenceWithoutFile(folder, manifest) : texts.join("\n\n");
      return `${manifest.name} ${manifest.version} (${manifest.license ?? "see below"})\n\n${text}\n`;
    })
    .join(`\n${"-".repeat(72)}\n\n`);
}

/** What the package says of its licence where it has no file of it. */
function licenceWithoutFile(folder: string, { license, author }: Manifest): string {
  const [readMe] = globSync("README*", { cwd: root + folder });
  const text = readMe === undefined ? "" : readFileSync(`${root}${folder}/${readMe}`, "utf8");
  const section = /^#+ *licen[sc]e\s+(.*Copyright.*)/ims.exec(text)?.[1];
  if (section !== undefined) return section.trim();
  const whose = typeof author === "string" ? author : (author?.name ?? "its authors");
  return `Copyright ${whose}\nhttps://spdx.org/licenses/${license ?? ""}.html`;
}
