// Writes what is generated from tables in the code and committed: `docs/errors.md`, `docs/endpoints.md`,
// `docs/fields.md`, `docs/profile-reference.md`, the metrics in `docs/status.md`, `docs/schemas/`, `templates/` and,
// from the licences of the bundle, `NOTICE`. `npm run generate` after a change of a table; a test says when it was
// forgotten.
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { endpointsPage } from "./endpoints-page.ts";
import { errorsPage } from "./errors-page.ts";
import { fieldsPage } from "./fields-page.ts";
import { withMetricsRows } from "./metrics-rows.ts";
import { noticeText } from "./notice.ts";
import { profileReferencePage } from "./profile-reference.ts";
import { profileSchemaText } from "./profile-schema.ts";
import { statusReportSchemaText } from "./status-report-schema.ts";
import { writeTemplates } from "./templates-folder.ts";

const root = join(import.meta.dirname, "..");
mkdirSync(join(root, "templates/profiles"), { recursive: true });
writeFileSync(join(root, "docs/errors.md"), errorsPage());
writeFileSync(join(root, "docs/endpoints.md"), endpointsPage());
writeFileSync(join(root, "docs/fields.md"), fieldsPage());
writeFileSync(join(root, "docs/profile-reference.md"), profileReferencePage());
const statusPage = join(root, "docs/status.md");
writeFileSync(statusPage, withMetricsRows(readFileSync(statusPage, "utf8")));
writeFileSync(join(root, "templates/profiles/profile.schema.json"), profileSchemaText());
mkdirSync(join(root, "docs/schemas"), { recursive: true });
writeFileSync(join(root, "docs/schemas/status-report.schema.json"), statusReportSchemaText());
await writeTemplates(join(root, "templates"));
execFileSync(process.execPath, [join(import.meta.dirname, "build.ts")], { stdio: "inherit" });
writeFileSync(join(root, "NOTICE"), noticeText(root));
