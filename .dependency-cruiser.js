// The arrows of docs/architecture.md, one way only. Every rule says why it is there.
const rule = (name, comment, from, to) => ({ name, comment, severity: "error", from, to });
const only = (name, folder, modulePattern) =>
  rule(
    `only-${name}-knows-${modulePattern.replaceAll(/[^a-z0-9-]/g, "")}`,
    `What knows ${modulePattern} lives in ${folder}, so that it can be replaced there alone.`,
    { path: "^src/", pathNot: `^${folder}` },
    { path: `(^|/)node_modules/${modulePattern}(/|$)` },
  );

/** They are handed a client and books, and never import each other. */
const WORKING = "submit|reconcile|change|documents|evidence|notifications|hooks";
const SIDE_BY_SIDE = `${WORKING}|report|metrics`;

/** From the outermost ring to the vocabulary: an arrow may only go down this list. */
const FLOORS = [
  "cli|library",
  "pipeline",
  "runs",
  "intake",
  SIDE_BY_SIDE,
  "map",
  "ledger",
  "parse|cas",
  "simulator",
  "trace|yaml",
  "core",
];
const VOCABULARY = "core|trace|yaml";

/** What the other stages may import of a stage; everything else in it is its own affair. */
const FACES = {
  parse:
    "open-table|file-kind|assert-unchanged|text/(file-finding|read-limits)|csv/csv-splitter|package/(xlsx-package|xml-markup|zip-directory|zip-entry-bytes)|xlsx/(shared-strings|workbook-parts)",
  map: "plan-mapping|read-row|build-shipment|template-model|list-fields|cells/read-code|model/[^/]+|profile/[^/]+|profile/init/(draft-profile|survey-sheet)|rows/merged-cells|watch/(column-watch|shipments-watch|watch-decimal-marks)",
  intake: "stage-file|change-sheet|profiles/[^/]+|sinks/[^/]+",
  submit: "deliver|settle-by-hand|follow-sender|lease/lease|limits/(asked-wait|decide-line)",
  notifications:
    "merge/(merge-notifications|read-event)|receiver/(receiver|protection|keep-notification)",
  report: "[^/]+|annotate/annotate-notes|text/replacement-file",
  evidence: "[^/]+",
  hooks: "[^/]+|mail/try-mail-server",
  documents: "document-settings|fetch-documents?|list-documents",
  metrics: "metrics-text|metrics-server",
  ledger:
    "ledger|contract/[^/]+|sqlite/sqlite-ledger|sqlite/care/(adopt|backup|describe|export|prune|verify)-ledger|sqlite/home/ledger-home|sqlite/file/send-mark",
  cas: "[^/]+|throttle/throttled-client|throttle/throttle",
};

/** The packages that the bundle takes in (scripts/bundle.ts). */
const BUNDLED =
  "big\\.js|chokidar|csv-parse|exceljs|fastest-levenshtein|jose|nodemailer|p-limit|pdfkit|prom-client|string-width|undici|yaml|yargs|yazl|zod|zod-openapi";

export default {
  forbidden: [
    rule("no-circular", "A cycle has no first file to read.", {}, { circular: true }),
    ...FLOORS.map((floor, index) => ({ floor, above: FLOORS.slice(0, index).join("|") }))
      .filter(({ above }) => above !== "")
      .map(({ floor, above }) =>
        rule(
          `${floor.replaceAll("|", "-")}-looks-down`,
          "Arrows go down: what is below can be read, and replaced, without what is above.",
          { path: `^src/(${floor})(/|\\.ts$)` },
          { path: `^src/(${above})(/|\\.ts$)` },
        ),
      ),
    rule(
      "core-imports-nothing",
      "The vocabulary depends on no stage, so every stage can depend on it.",
      { path: "^src/core/" },
      { path: "^src/", pathNot: "^src/core/" },
    ),
    ...["parse", "map", ...SIDE_BY_SIDE.split("|"), "cas", "ledger"].map((stage) =>
      rule(
        `${stage}-stands-alone`,
        "Stages meet in the pipeline and in the ledger, never in each other's code.",
        { path: `^src/${stage}/` },
        {
          path: "^src/",
          // cas and ledger are handed in: a stage sees their interfaces, not their code.
          // report/ changes the files that parse/ reads, and shares what is known of their form.
          pathNot: `^src/(${stage}|${VOCABULARY}${stage === "report" ? "|parse" : ""})/`,
          dependencyTypesNot: ["type-only"],
        },
      ),
    ),
    rule(
      "stages-see-no-stage-types",
      "Even a type of another stage couples them; only cas/ and ledger/ publish interfaces to those side by side.",
      { path: `^src/(parse|map|${WORKING}|cas|ledger)/` },
      {
        path: `^src/(parse|map|${SIDE_BY_SIDE}|simulator|cli)/|^src/pipeline`,
        pathNot: "^src/$1/",
      },
    ),
    rule(
      "report-sees-no-stage-types",
      "What a report says of another stage comes through core/ and ledger/.",
      { path: "^src/report/" },
      { path: `^src/(map|${WORKING}|simulator|cli)/|^src/pipeline` },
    ),
    ...Object.entries(FACES).map(([stage, faces]) =>
      rule(
        `${stage}-has-faces`,
        `Nobody reaches past the faces of ${stage}/: what lies behind them can change its shape.`,
        { path: "^src/", pathNot: `^src/${stage}/` },
        { path: `^src/${stage}/`, pathNot: `^src/${stage}/(${faces})\\.ts$` },
      ),
    ),
    rule(
      "hooks-know-core-only",
      "Who tells others of a run gets it in plain words: a mail server must never come near books or CAS.",
      { path: "^src/hooks/" },
      { path: "^src/", pathNot: "^src/(hooks|core)/" },
    ),
    rule(
      "mail-is-loaded-late",
      "The library of the mail is loaded where one is sent, and by no other command.",
      { path: "^src/", pathNot: "^src/hooks/mail/" },
      { path: "^src/hooks/mail/", dependencyTypesNot: ["dynamic-import", "type-only"] },
    ),
    rule(
      "sheets-are-data",
      "What a report says knows no workbook, so that it can be drawn as something else.",
      { path: "^src/report/(model|sheets|survey|words)/" },
      { path: "^src/report/workbook/|(^|/)node_modules/exceljs(/|$)" },
    ),
    rule(
      "only-cli-imports-simulator",
      "A rehearsal must never be reachable from the code that files for real.",
      { path: "^src/", pathNot: "^src/(cli|simulator)/" },
      { path: "^src/simulator/" },
    ),
    rule(
      "library-is-the-client",
      "Who imports the library gets the client of CAS and its documents, and loads no spreadsheets, books or commands.",
      { path: "^src/library\\.ts$" },
      { path: "^src/", pathNot: "^src/(cas|core|documents)/" },
    ),
    rule(
      "simulator-knows-core-only",
      "A simulator that shares code with the client would share its mistakes.",
      { path: "^src/simulator/" },
      { path: "^src/", pathNot: "^src/(simulator|core)/" },
    ),
    {
      ...rule(
        "no-folder-loops",
        "Two folders that need each other are one folder, and neither can be read first.",
        {},
        { circular: true },
      ),
      scope: "folder",
    },
    {
      ...only("ledger", "src/(ledger/sqlite|intake/records)/", "better-sqlite3"),
      name: "only-ledger-knows-better-sqlite3",
    },
    only("report", "src/report/", "exceljs"),
    only("report", "src/report/", "yazl"),
    only("parse", "src/parse/", "csv-parse"),
    only("cas", "src/cas/", "undici"),
    only("submit", "src/submit/", "p-limit"),
    only("notifications", "src/notifications/", "jose"),
    only("runs", "src/runs/inbox/", "chokidar"),
    only("hooks", "src/hooks/mail/", "nodemailer"),
    only("metrics", "src/metrics/", "prom-client"),
    only("cli", "src/cli/", "yargs"),
    only("simulator", "src/simulator/documents/", "pdfkit"),
    rule(
      "no-unlisted-package",
      "What is imported is declared in package.json.",
      { path: "^src/" },
      { dependencyTypes: ["npm-no-pkg", "npm-unknown"], dependencyTypesNot: ["type-only"] },
    ),
    rule(
      "no-tool-at-run-time",
      "Of the packages that npm installs for development only, the bundle takes in these and no tool.",
      { path: "^src/" },
      {
        dependencyTypes: ["npm-dev"],
        dependencyTypesNot: ["type-only"],
        pathNot: `(^|/)node_modules/(${BUNDLED})/`,
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
