// Writes what is generated from tables in the code and committed: `docs/errors.md`, `docs/fields.md`
// and `templates/`. `npm run generate` after a change of a table; a test says when it was forgotten.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { errorsPage } from "./errors-page.ts";
import { fieldsPage } from "./fields-page.ts";
import { profileSchemaText } from "./profile-schema.ts";
import { writeTemplates } from "./templates-folder.ts";

const root = join(import.meta.dirname, "..");
mkdirSync(join(root, "templates/profiles"), { recursive: true });
writeFileSync(join(root, "docs/errors.md"), errorsPage());
writeFileSync(join(root, "docs/fields.md"), fieldsPage());
writeFileSync(join(root, "templates/profiles/profile.schema.json"), profileSchemaText());
await writeTemplates(join(root, "templates"));
