// Evidence by the real command line: what is in the folder, what is noticed when somebody changes it, what is taken out.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { MANIFEST, readManifest, SUMS, type Manifest } from "../../../src/evidence/manifest.ts";
import { systemClock } from "../../../src/core/time/clock.ts";
import { writeEvidence } from "../../../src/runs/evidence.ts";
import { reportScope } from "../../../src/runs/report-again.ts";
import { verifyEvidence } from "../../../src/runs/verify-evidence.ts";
import { documentOf, emptyFolder, runCli, type ResultDocument } from "../../support/run-cli.ts";

const SLOW_MS = 120_000;
const PERSON = {
  name: "Jolanthe Vandenbroucke-Müller",
  street: "Kattendijkdok-Oostkaai 56",
  email: "jolanthe@example.org",
  eori: "BE0987654321",
  /** Longer than what messages quote. */
  long: `Firma ${"Übersee ".repeat(12)}und Söhne`,
};
const SHIPMENT = "singleAdministrativeDocument.goodsShipment";
const PROFILE = `version: 1
otherColumns: match
columns:
  Who: { to: ${SHIPMENT}.consignee.name, optional: true }
  Where: { to: ${SHIPMENT}.consignee.address.street, optional: true }
  Mail: { to: ${SHIPMENT}.consignee.contactPerson.email, optional: true }
  Seller: { to: ${SHIPMENT}.seller.name, optional: true }
  Nature: { to: ${SHIPMENT}.trxNatCode, optional: true }
`;
const HEADER =
  "External reference;Direction;Goods description;Commodity code;Consignee EORI;Who;Where;Mail;Seller;Gross mass (kg);Nature";
const { name, street, email, eori, long } = PERSON;
const ROWS = [
  `S-1;IN;Bolts for ${name};73181500;${eori};${name};${street};${email};${long};10;`,
  `S-2;IN;Nuts;73181600;${eori};${name};${street};${email};${long};20;`,
  // Refused, invalid, and with errors of customs: each quotes something.
  `S-3;IN;Refused;73181500;${eori};${name};${street};${email};${long};30;sale`,
  `S-4;IN;Invalid;73181500;${eori};${name};${street};${email};${long};about ${name};`,
  `S-5;IN;Customs;99181500;${eori};${name};${street};${email};${long};50;`,
];

type Written = ResultDocument & {
  readonly evidence: {
    readonly path: string;
    readonly complete: boolean;
    readonly recorded: boolean;
    readonly missing: readonly {
      readonly what: string;
      readonly name: string;
      readonly why: string;
    }[];
  };
};

describe("cas-batch report --evidence", () => {
  const cwd = emptyFolder();
  const env = { CAS_ENV: "simulator" };
  const ledger = join(cwd, "cas-batch-data/simulator/ledger.sqlite");
  const cas = (...args: string[]) => runCli(args, { cwd, env });
  const report = async (...args: string[]): Promise<Written> =>
    documentOf(await cas("report", ...args, "--json")) as Written;
  /** Not near the originals, which would be found in it. */
  const outside = emptyFolder();
  const whole = join(outside, "audit");
  let written: Written | null = null;

  beforeAll(async () => {
    mkdirSync(join(cwd, "in"));
    writeFileSync(join(cwd, "in/night.csv"), `${[HEADER, ...ROWS].join("\n")}\n`);
    writeFileSync(join(cwd, "p.yaml"), PROFILE);
    await cas("run", "in", "--profile", "p.yaml", "--wait", "20s");
    written = await report("latest", "--evidence", whole);
  }, SLOW_MS);

  const manifestOf = (folder: string): Manifest => {
    const manifest = readManifest(readFileSync(join(folder, MANIFEST), "utf8"));
    if (manifest === null) throw new Error(`No manifest in ${folder}`);
    return manifest;
  };
  const verify = async (folder: string, ledgerPath: string | null = ledger) =>
    (await verifyEvidence(folder, ledgerPath, () => undefined)).differences.map(({ code }) => code);

  test("holds everything, and its sums can be checked without the program", async () => {
    expect(written?.evidence).toMatchObject({ complete: true, recorded: true, missing: [] });
    expect(execFileSync("sha256sum", ["-c", "--quiet", SUMS], { cwd: whole }).length).toBe(0);
    const { files } = manifestOf(whole);
    const count = (what: string): number => files.filter((file) => file.what === what).length;
    expect([count("original"), count("profile"), count("payload")]).toEqual([1, 1, 4]);
    expect(readFileSync(join(whole, "profiles/001-p.yaml"), "utf8")).toBe(PROFILE);
    const sent = readFileSync(join(cwd, "cas-batch-data/simulator/simulator.jsonl"), "utf8");
    const payload = files.find(({ message }) => message?.externalReference === "S-1");
    const text = readFileSync(join(whole, payload?.path ?? ""), "utf8");
    expect(sent).toContain(JSON.stringify(text));
    expect(await verify(whole)).toEqual([]);
    expect(await verify(whole, null)).toEqual([]);
    const checked = await cas("ledger", "verify", "--evidence", whole);
    expect([checked.code, checked.stdout]).toEqual([0, expect.stringContaining("WHOLE")]);
  });

  const payloads = (folder: string): string[] =>
    readdirSync(join(folder, "payloads")).map((file) => join(folder, "payloads", file));
  const resum = (folder: string, change: (manifest: Manifest) => Manifest): void => {
    const manifest = change(manifestOf(folder));
    const text = JSON.stringify(manifest);
    writeFileSync(join(folder, MANIFEST), text);
    const sum = createHash("sha256").update(text).digest("hex");
    const sums = [...manifest.files, { path: MANIFEST, sha256: sum }];
    writeFileSync(
      join(folder, SUMS),
      sums.map((file) => `${file.sha256}  ${file.path}\n`).join(""),
    );
  };
  const withTrueSums =
    (folder: string) =>
    (manifest: Manifest): Manifest => ({
      ...manifest,
      files: manifest.files.map((file) => {
        const content = readFileSync(join(folder, file.path));
        const sha256 = createHash("sha256").update(content).digest("hex");
        return { ...file, sha256, bytes: content.length };
      }),
    });
  const swap = (folder: string): void => {
    const [first = "", second = ""] = payloads(folder);
    renameSync(first, `${first}.x`);
    renameSync(second, first);
    renameSync(`${first}.x`, second);
  };

  const changes: readonly [
    string,
    (folder: string) => void,
    readonly string[],
    readonly string[],
  ][] = [
    [
      "a flipped bit",
      (folder) => {
        const [path = ""] = payloads(folder);
        const content = readFileSync(path);
        content[10] = (content[10] ?? 0) ^ 1;
        writeFileSync(path, content);
      },
      ["evidence-file-changed"],
      ["evidence-file-changed"],
    ],
    [
      "a file that was deleted",
      (folder) => {
        rmSync(payloads(folder)[0] ?? "");
      },
      ["evidence-file-missing"],
      ["evidence-file-missing"],
    ],
    [
      "a file that was added",
      (folder) => {
        writeFileSync(join(folder, "originals/new.csv"), "x");
      },
      ["evidence-file-added"],
      ["evidence-file-added"],
    ],
    [
      "a file that was renamed",
      (folder) => {
        const [path = ""] = payloads(folder);
        renameSync(path, `${path}.old`);
      },
      ["evidence-file-missing", "evidence-file-added"],
      ["evidence-file-missing", "evidence-file-added"],
    ],
    [
      "two messages that were swapped",
      swap,
      ["evidence-file-changed", "evidence-file-changed"],
      ["evidence-file-changed", "evidence-file-changed"],
    ],
    [
      "two messages swapped, with a manifest and sums to fit",
      (folder) => {
        swap(folder);
        resum(folder, withTrueSums(folder));
      },
      ["evidence-payload-differs", "evidence-payload-differs"],
      ["evidence-payload-differs", "evidence-payload-differs", "evidence-manifest-changed"],
    ],
    [
      "an edited manifest",
      (folder) => {
        const path = join(folder, MANIFEST);
        writeFileSync(path, readFileSync(path, "utf8").replace('"SIMULATOR"', '"ANOTHER"'));
      },
      ["evidence-manifest-changed"],
      ["evidence-manifest-changed", "evidence-other-ledger"],
    ],
    [
      "a manifest without a file, and sums to fit",
      (folder) => {
        rmSync(join(folder, "originals"), { recursive: true });
        resum(folder, (manifest) => ({
          ...manifest,
          files: manifest.files.filter(({ what }) => what !== "original"),
        }));
      },
      [],
      ["evidence-manifest-changed"],
    ],
    [
      "a receipt that was taken out, with sums to fit",
      (folder) => {
        const path = join(folder, "records/receipt.jsonl");
        writeFileSync(path, readFileSync(path, "utf8").split("\n").slice(1).join("\n"));
        resum(folder, withTrueSums(folder));
      },
      [],
      ["evidence-manifest-changed", "evidence-receipt-differs"],
    ],
    [
      "a status that was never seen, with sums to fit",
      (folder) => {
        const path = join(folder, "records/status.jsonl");
        writeFileSync(path, readFileSync(path, "utf8").replace('"Released"', '"Cancelled"'));
        resum(folder, withTrueSums(folder));
      },
      [],
      ["evidence-manifest-changed", "evidence-status-differs"],
    ],
    [
      "a manifest that was deleted",
      (folder) => {
        rmSync(join(folder, MANIFEST));
      },
      ["evidence-manifest-missing"],
      ["evidence-manifest-missing"],
    ],
  ];

  test.each(changes)("ledger verify notices %s", async (_name, change, alone, withLedger) => {
    const folder = join(emptyFolder(), "audit");
    cpSync(whole, folder, { recursive: true });
    change(folder);
    expect((await verify(folder, null)).sort()).toEqual([...alone].sort());
    // In a folder elsewhere, an edited manifest is one that the ledger does not know.
    const found = (await verify(folder)).map((code) =>
      code === "evidence-not-recorded" ? "evidence-manifest-changed" : code,
    );
    expect([...new Set(found)].sort()).toEqual([...new Set(withLedger)].sort());
  });

  test("ends with exit code 6 when something differs, and names it", async () => {
    cpSync(whole, join(outside, "copy"), { recursive: true });
    rmSync(join(outside, "copy/originals/001-night.csv"));
    const { code, stdout } = await cas("ledger", "verify", "--evidence", join(outside, "copy"));
    expect([code, stdout]).toEqual([6, expect.stringContaining("[evidence-file-missing]")]);
    expect(stdout).toContain("originals/001-night.csv");
  });

  test("is never written over", async () => {
    const before = readFileSync(join(whole, MANIFEST), "utf8");
    const again = await report("--evidence", whole);
    expect([again.exitCode, again.error?.code]).toEqual([2, "evidence-exists"]);
    expect(readFileSync(join(whole, MANIFEST), "utf8")).toBe(before);
    const others = await report("--evidence", "in");
    expect(others.error?.code).toBe("evidence-exists");
    expect(
      [...readdirSync(cwd), ...readdirSync(outside)].filter((entry) => entry.includes(".part-")),
    ).toEqual([]);
  });

  test(
    "names an original that is gone, and finds one that was moved",
    { timeout: SLOW_MS },
    async () => {
      const away = emptyFolder();
      renameSync(join(cwd, "in/night.csv"), join(away, "archived.csv"));
      const without = await report("latest", "--evidence", join(outside, "without"));
      expect(without.exitCode).toBe(4);
      expect(without.evidence).toMatchObject({
        complete: false,
        missing: [{ what: "original", name: "night.csv", why: "not-found" }],
      });
      const found = await report(
        "latest",
        "--evidence",
        join(outside, "found"),
        "--originals",
        away,
      );
      expect(found.evidence).toMatchObject({ complete: true, missing: [] });
      renameSync(join(away, "archived.csv"), join(cwd, "in/night.csv"));
    },
  );

  test.each([{ redact: false }, { redact: true }])(
    "nothing is left of evidence that is stopped, $redact",
    async ({ redact }) => {
      const place = { ledgerPath: ledger, environment: "simulator", tenant: null } as const;
      const made = { allowedIn: {}, timeZone: "UTC", clock: systemClock, programVersion: "0" };
      const scope = await reportScope({ ...place, ...made }, "latest");
      const folder = join(emptyFolder(), "stopped");
      const stop = new AbortController();
      const onProgress = (): void => {
        stop.abort("SIGINT");
      };
      if (redact) onProgress();
      const choices = { folder, redact, originals: [] };
      const writing = writeEvidence(scope, choices, { onProgress, signal: stop.signal });
      await expect(writing).rejects.toBe("SIGINT");
      expect(readdirSync(dirname(folder))).toEqual([]);
    },
  );

  test(
    "--redact leaves no personal value anywhere, and keeps what belongs together",
    { timeout: SLOW_MS },
    async () => {
      const { evidence } = await report(
        "latest",
        "--evidence",
        join(outside, "redacted"),
        "--redact",
      );
      expect(evidence.missing.map(({ what, why }) => `${what} ${why}`)).toContain(
        "original redacted",
      );
      const folder = join(outside, "redacted");
      expect(existsSync(join(folder, "originals"))).toBe(false);
      const searched = [name, street, email, eori, long, long.slice(0, 45)];
      expect(hits(folder, searched)).toEqual([]);
      // The search itself finds them where nothing was taken out.
      expect(new Set(hits(whole, searched).map((hit) => hit.split(" in ")[0]))).toEqual(
        new Set(searched),
      );
      const marks = payloads(folder).map(
        (path) => /"name":"(\[redacted:[0-9a-f]{12}\])"/.exec(readFileSync(path, "utf8"))?.[1],
      );
      expect(new Set(marks).size).toBe(1);
      expect(await verify(folder)).toEqual([]);
      // What is no personal value stays, also where its cell is told.
      const texts = readFileSync(join(folder, "records/version.jsonl"), "utf8");
      expect(texts).toContain('"name":"F2"');
    },
  );
});

/** Where a text stands below a folder: in names, in files, and in the parts of workbooks. */
function hits(folder: string, searched: readonly string[]): string[] {
  const found: string[] = [];
  const look = (path: string, text: string): void => {
    for (const one of searched) {
      const forms = [one, JSON.stringify(one).slice(1, -1)];
      if (forms.some((form) => text.toLowerCase().includes(form.toLowerCase())))
        found.push(`${one} in ${path}`);
    }
  };
  for (const entry of readdirSync(folder, { recursive: true, encoding: "utf8" })) {
    const path = join(folder, entry);
    look(path, entry);
    if (statSync(path).isDirectory()) continue;
    look(path, readFileSync(path, "utf8"));
    if (path.endsWith(".xlsx")) {
      const text = execFileSync("unzip", ["-p", path], { maxBuffer: 1 << 28 }).toString("utf8");
      look(path, text.replaceAll("&quot;", '"').replaceAll("&amp;", "&"));
    }
  }
  return found;
}
