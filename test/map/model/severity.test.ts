// What a profile may make of findings, through a real check.
import { describe, expect, test } from "vitest";
import { parseProfile } from "../../../src/map/profile/parse-profile.ts";
import { checkFiles } from "../../support/check-files.ts";

const COLUMNS = [
  ["Ref", "External reference"],
  ["Dir", "Direction"],
  ["Text", "Goods description"],
  ["Type", "Declaration type"],
  ["Gross", "Gross mass (kg)"],
  ["Net", "Net mass (kg)"],
] as const;

function profileWith(severities: Readonly<Record<string, string>>): string {
  const columns = COLUMNS.map(([header, target]) => `  ${header}: ${target}`).join("\n");
  const weights = Object.entries(severities).map(([code, weight]) => `  ${code}: ${weight}`);
  return `version: 1\ncolumns:\n${columns}\nseverities:\n${weights.join("\n")}\n`;
}

async function checkRow(
  row: string,
  severities: Readonly<Record<string, string>>,
): Promise<{
  readonly told: readonly string[];
  readonly isSent: boolean;
  readonly rejected: boolean;
}> {
  const content = `${COLUMNS.map(([header]) => header).join(";")}\n${row}\n`;
  const profile = profileWith(severities);
  const tally = await checkFiles([{ name: "a.csv", content }], { profile });
  return {
    told: [...tally.findings].flat().map(({ code, severity }) => `${severity} ${code}`),
    isSent: tally.files[0]?.counts.buckets.unsent === 1,
    rejected: tally.files[0]?.end.rejected === true,
  };
}

const HEAVY_NET = "PO-1;IN;Bolts;IM;9;10";

describe("a profile", () => {
  test("leaves a code that it does not name as it is", async () => {
    const { told, isSent } = await checkRow(HEAVY_NET, { "code-as-number": "error" });
    expect({ told, isSent }).toEqual({ told: ["error net-exceeds-gross"], isSent: false });
  });

  test("makes a warning of an error whose value can be sent", async () => {
    const { told, isSent } = await checkRow(HEAVY_NET, { "net-exceeds-gross": "warning" });
    expect({ told, isSent }).toEqual({ told: ["warning net-exceeds-gross"], isSent: true });
  });

  test("turns a finding off", async () => {
    const { told, isSent } = await checkRow(HEAVY_NET, { "net-exceeds-gross": "off" });
    expect({ told, isSent }).toEqual({ told: [], isSent: true });
  });

  test("lets a code of another form through as it is written", async () => {
    const { told, isSent } = await checkRow("PO-1;IN;Bolts;IMP;9;9", { "code-format": "info" });
    expect({ told, isSent }).toEqual({ told: ["info code-format"], isSent: true });
  });

  test("makes an error of a warning, which stops the shipment", async () => {
    const { told, isSent } = await checkRow("PO-1;IN;Bolts;XB;9;9", {
      "code-not-in-list": "error",
    });
    expect({ told, isSent }).toEqual({ told: ["error code-not-in-list"], isSent: false });
  });

  test("cannot make less of an error where nothing could be read", async () => {
    const { told, isSent } = await checkRow("PO-1;sideways;Bolts;IM;9;9", {
      "value-not-allowed": "off",
    });
    expect({ told, isSent }).toEqual({ told: ["error value-not-allowed"], isSent: false });
  });

  test.each(["value-missing", "number-ambiguous", "code-lost-zeros", "item-missing"])(
    "that would send a shipment without a value is refused (%s)",
    (code) => {
      const reading = parseProfile(profileWith({ [code]: "warning" }), "p.yaml");
      expect(reading).toMatchObject({ kind: "mistakes" });
      expect(JSON.stringify(reading)).toContain(code);
    },
  );
});
