// What is generated and committed must be what its tables say now.
import { createHash } from "node:crypto";
import { globSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { endpointsPage } from "../scripts/endpoints-page.ts";
import { errorsPage } from "../scripts/errors-page.ts";
import { fieldsPage } from "../scripts/fields-page.ts";
import { withMetricsRows } from "../scripts/metrics-rows.ts";
import { noticeText } from "../scripts/notice.ts";
import { profileReferencePage } from "../scripts/profile-reference.ts";
import { profileSchemaText } from "../scripts/profile-schema.ts";
import { statusReportSchemaText } from "../scripts/status-report-schema.ts";
import { writeTemplates } from "../scripts/templates-folder.ts";
import { errorCodes } from "../src/core/codes/error-codes.ts";
import { findingCodes } from "../src/core/codes/finding-codes.ts";
import { root } from "./support/run-cli.ts";

const FORGOTTEN = "run `npm run generate` and commit what it writes";

describe("generated files", () => {
  it("docs/errors.md says what the tables of codes say", () => {
    expect(readFileSync(join(root, "docs/errors.md"), "utf8"), FORGOTTEN).toBe(errorsPage());
  });

  it("docs/endpoints.md says what the tables of paths, names and rights say", () => {
    const page = readFileSync(join(root, "docs/endpoints.md"), "utf8");
    expect(page, FORGOTTEN).toBe(endpointsPage());
  });

  it("docs/fields.md says what the field catalogue says", () => {
    expect(readFileSync(join(root, "docs/fields.md"), "utf8"), FORGOTTEN).toBe(fieldsPage());
  });

  it("docs/profile-reference.md says what profiles may hold, and each member what it is for", () => {
    const page = readFileSync(join(root, "docs/profile-reference.md"), "utf8");
    expect(page, FORGOTTEN).toBe(profileReferencePage());
  });

  it("docs/status.md names the metrics that there are", () => {
    const page = readFileSync(join(root, "docs/status.md"), "utf8");
    expect(withMetricsRows(page) === page, FORGOTTEN).toBe(true);
  });

  it("templates/profiles/profile.schema.json says what profiles may hold", () => {
    const committed = readFileSync(join(root, "templates/profiles/profile.schema.json"), "utf8");
    expect(committed, FORGOTTEN).toBe(profileSchemaText());
  });

  it("docs/schemas/status-report.schema.json says what stands in a twin", () => {
    const committed = readFileSync(join(root, "docs/schemas/status-report.schema.json"), "utf8");
    expect(committed, FORGOTTEN).toBe(statusReportSchemaText());
  });

  it("NOTICE names every package in the bundle, and each has its licence's text", () => {
    expect(readFileSync(join(root, "NOTICE"), "utf8"), FORGOTTEN).toBe(noticeText(root));
    const licences = readFileSync(join(root, "dist/THIRD-PARTY-LICENSES.txt"), "utf8");
    for (const entry of licences.split(`\n${"-".repeat(72)}\n`)) {
      expect(entry).toMatch(/permi|licen[sc]e|copyright/i);
      expect(entry.trim().split("\n").length, entry).toBeGreaterThan(2);
    }
  });

  it("templates/ holds what `cas-batch template` writes, byte for byte", async () => {
    const fresh = mkdtempSync(join(tmpdir(), "cas-batch-templates-"));
    try {
      await writeTemplates(fresh);
      expect(hashes(join(root, "templates")), FORGOTTEN).toEqual(hashes(fresh));
    } finally {
      rmSync(fresh, { recursive: true, force: true });
    }
  });
});

describe("codes", () => {
  const sources = globSync("src/**/*.ts", { cwd: root })
    .filter((name) => !name.endsWith("-codes.ts"))
    .map((name) => readFileSync(join(root, name), "utf8"))
    .join("\n");

  it.each([...Object.keys(findingCodes), ...Object.keys(errorCodes)])(
    "%s is used somewhere, so the documentation promises nothing that cannot happen",
    (code) => {
      expect(sources).toContain(`"${code}"`);
    },
  );
});

function hashes(folder: string): Readonly<Record<string, string>> {
  return Object.fromEntries(
    globSync("*.*", { cwd: folder })
      .sort()
      .map((name) => {
        const content = readFileSync(join(folder, name));
        return [name, createHash("sha256").update(content).digest("hex")];
      }),
  );
}
