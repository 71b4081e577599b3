// How the published form is made: our sources and the packages that they use, in a few files. npm's
// `overrides` do not travel with a package, so exceljs would bring its outdated dependencies to everyone
// who installs ours; and a few files load faster than four hundred. Only better-sqlite3 stays outside: it
// carries its binaries.
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { build, type Metafile, type Plugin } from "esbuild";

/** What unzipper asks for when it reads from a cloud, which we never do. */
const NEVER_LOADED = "@aws-sdk/client-s3";
/** Packages in the bundle that are CommonJS ask for Node's own modules in this way. */
const REQUIRE =
  'import { createRequire as nodeRequire } from "node:module"; const require = nodeRequire(import.meta.url);';

/**
 * Old packages below exceljs call `new Buffer`, of which Node warns everywhere but below node_modules: in
 * the bundle every run would begin with that warning.
 */
const withoutOldBuffers: Plugin = {
  name: "without-old-buffers",
  setup: (building) => {
    building.onLoad({ filter: /node_modules.*\.js$/ }, async ({ path }) => {
      const text = await readFile(path, "utf8");
      if (!text.includes("new Buffer(")) return null;
      return { contents: `${OLD_BUFFER}${text.replaceAll("new Buffer(", "oldBuffer(")}` };
    });
  },
};
const OLD_BUFFER =
  "function oldBuffer(value, ...rest) { return typeof value === 'number' ? Buffer.alloc(value) : Buffer.from(value, ...rest); }\n";

/**
 * yargs measures each word of a help by a package whose table of emoji takes 40 ms to set up, more than all
 * else that `--version` does; our help is ASCII. The progress bar keeps the package. And it draws the help of every command that runs, which
 * only its own handling of failures would show; ours does not.
 */
const quickStart: Plugin = {
  name: "quick-start",
  setup: (building) => {
    building.onResolve({ filter: /^string-width$/ }, ({ importer }) =>
      /node_modules/.test(importer) ? { path: "string-width", namespace: "ascii-width" } : null,
    );
    building.onLoad({ filter: /.*/, namespace: "ascii-width" }, () => ({
      contents: 'export default (text) => text.replace(/\\x1b\\[[\\d;]*m/g, "").length;',
    }));
    building.onLoad({ filter: /node_modules.yargs.build.lib.command\.js$/ }, async ({ path }) => {
      const text = await readFile(path, "utf8");
      if (!text.includes(DRAW_HELP)) throw new Error(`Nothing draws the help in ${path} any more`);
      return { contents: text.replace(DRAW_HELP, "void 0;") };
    });
  },
};
const DRAW_HELP = "yargs.getInternalMethods().getUsageInstance().cacheHelpMessage();";

/**
 * pdfkit finds its fonts beside itself, and reads other fonts by a package of a megabyte; the simulator's
 * PDFs are written in one font that every reader has.
 */
const oneFont: Plugin = {
  name: "one-font",
  setup: (building) => {
    building.onLoad({ filter: /node_modules.pdfkit.js.pdfkit\.node\.mjs$/ }, async ({ path }) => {
      const text = await readFile(path, "utf8");
      if (!text.includes(FIND_FONT)) throw new Error(`Nothing finds Helvetica in ${path} any more`);
      return { contents: text.replace(FIND_FONT, 'require("#standard-fonts/Helvetica")') };
    });
    building.onResolve({ filter: /^fontkit$/ }, () => ({ path: "fontkit", namespace: "no-fonts" }));
    building.onLoad({ filter: /.*/, namespace: "no-fonts" }, () => ({
      contents: "export const create = null;",
    }));
  },
};
const FIND_FONT = "require$1('#standard-fonts/Helvetica')";

/**
 * @param entryPoints by the name of the file that is made
 * @param folder one for all files: the thread and the migrations beside it are found from each of them
 */
export async function bundle(
  entryPoints: Readonly<Record<string, string>>,
  folder: string,
): Promise<Metafile> {
  const { metafile } = await build({
    absWorkingDir: fileURLToPath(new URL("../", import.meta.url)),
    entryPoints,
    outdir: folder,
    bundle: true,
    splitting: true,
    format: "esm",
    platform: "node",
    target: "node22.19",
    external: ["better-sqlite3", NEVER_LOADED],
    banner: { js: REQUIRE },
    plugins: [withoutOldBuffers, quickStart, oneFont],
    // Names stay: the stack of a fault is read by people.
    minifyWhitespace: true,
    legalComments: "none",
    metafile: true,
    logLevel: "warning",
  });
  return metafile;
}
