// The arrows of docs/architecture.md, one way only. Every rule says why it is there.
const rule = (name, comment, from, to) => ({ name, comment, severity: "error", from, to });
const only = (name, folder, modulePattern) =>
  rule(
    `only-${name}-knows-${modulePattern.replaceAll(/[^a-z0-9-]/g, "")}`,
    `What knows ${modulePattern} lives in ${folder}, so that it can be replaced there alone.`,
    { path: "^src/", pathNot: `^${folder}` },
    { path: `(^|/)node_modules/${modulePattern}(/|$)` },
  );

export default {
  forbidden: [
    rule("no-circular", "A cycle has no first file to read.", {}, { circular: true }),
    rule(
      "core-imports-nothing",
      "The vocabulary depends on no stage, so every stage can depend on it.",
      { path: "^src/core/" },
      { path: "^src/", pathNot: "^src/core/" },
    ),
    ...["parse", "map", "submit", "reconcile", "report", "cas", "ledger"].map((stage) =>
      rule(
        `${stage}-stands-alone`,
        "Stages meet in the pipeline and in the ledger, never in each other's code.",
        { path: `^src/${stage}/` },
        {
          path: "^src/",
          // cas and ledger are handed in: a stage sees their interfaces, not their code.
          pathNot: `^src/(${stage}|core)/`,
          dependencyTypesNot: ["type-only"],
        },
      ),
    ),
    rule(
      "stages-see-no-stage-types",
      "Even a type of another stage couples them; only cas/ and ledger/ publish interfaces to submit/ and reconcile/.",
      { path: "^src/(parse|map|submit|reconcile|report|cas|ledger)/" },
      {
        path: "^src/(parse|map|submit|reconcile|report|simulator|cli)/|^src/pipeline",
        pathNot: "^src/$1/",
      },
    ),
    rule(
      "only-cli-imports-simulator",
      "A rehearsal must never be reachable from the code that files for real.",
      { path: "^src/", pathNot: "^src/(cli|simulator)/" },
      { path: "^src/simulator/" },
    ),
    rule(
      "simulator-knows-core-only",
      "A simulator that shares code with the client would share its mistakes.",
      { path: "^src/simulator/" },
      { path: "^src/", pathNot: "^src/(simulator|core)/" },
    ),
    rule(
      "nothing-imports-cli",
      "The command line is the outermost ring.",
      { path: "^src/", pathNot: "^src/cli/" },
      { path: "^src/cli/" },
    ),
    only("ledger", "src/ledger/", "better-sqlite3"),
    only("report", "src/report/", "exceljs"),
    only("report", "src/report/", "yauzl"),
    only("report", "src/report/", "yazl"),
    only("parse", "src/parse/", "csv-parse"),
    only("cas", "src/cas/", "undici"),
    only("submit", "src/submit/", "p-limit"),
    only("cli", "src/cli/", "yargs"),
    rule(
      "no-unlisted-package",
      "What is imported is declared in package.json.",
      { path: "^src/" },
      {
        dependencyTypes: ["npm-no-pkg", "npm-unknown", "npm-dev"],
        dependencyTypesNot: ["type-only"],
      },
    ),
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["import", "node", "default", "types"],
    },
  },
};
