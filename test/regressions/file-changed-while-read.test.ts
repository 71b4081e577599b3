// Another program writes to a file while it is read. Rows of one state were sent under the hash of
// another: T-1500 with 25 kg instead of 25,000, and nobody was told.
import {
  appendFileSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import type { SourceFile } from "../../src/core/cell.ts";
import { THREAD_FILE_BYTES_MIN } from "../../src/intake/records/open-records.ts";
import type { BatchSink, FileEnd } from "../../src/intake/sinks/batch-sink.ts";
import { stageFile } from "../../src/intake/stage-file.ts";
import { createAnnotator } from "../../src/runs/annotator.ts";
import { traceInFile } from "../../src/runs/trace-in-file.ts";
import { makeZip, workbookParts } from "../parse/make-workbook.ts";

const HEADER = [
  "External reference",
  "Direction",
  "Goods description",
  "Commodity code",
  "Gross mass (kg)",
];
const OLD_MASS = "25000";
const NEW_MASS = "   25";

/** Descriptions that hardly pack, so that a workbook has several blocks, too. */
function description(shipment: number): string {
  let text = "";
  for (let state = shipment + 1, at = 0; at < 20; at += 1) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    text += state.toString(36);
  }
  return `Bolts ${text}`;
}

function rowsOf(shipments: number, mass: string): readonly (readonly string[])[] {
  return Array.from({ length: shipments }, (_, at) => [
    `T-${String(at + 1)}`,
    ...["IN", description(at), "73181500", mass],
  ]);
}

type Content = (mass: string) => Buffer;

/** Scattered rows make it be read twice. */
function csv(shipments: number, isScattered = false): Content {
  return (mass) => {
    const rows = rowsOf(shipments, mass).map((row) => row.join(","));
    const last = isScattered ? [rows[0] ?? ""] : [];
    return Buffer.from([HEADER.join(","), ...rows, ...last, ""].join("\n"));
  };
}

function xlsx(shipments: number, ballastBytes = 0): Content {
  const ballast = Buffer.alloc(ballastBytes);
  for (let at = 0, state = 1; at < ballastBytes; at += 4) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    ballast.writeUInt32LE(state, at);
  }
  return (mass) => {
    const rows = [HEADER, ...rowsOf(shipments, mass)].map((row) => {
      const cells = row.map((text) => `<c t="inlineStr"><is><t>${text.trim()}</t></is></c>`);
      return `<row>${cells.join("")}</row>`;
    });
    const parts = workbookParts({ sheets: { Shipments: rows.join("") } });
    return makeZip({ ...parts, "xl/media/image1.bin": ballast });
  };
}

const contents: Readonly<Record<string, readonly [name: string, content: Content]>> = {
  "a small CSV file": ["night.csv", csv(3)],
  "a CSV file of several blocks": ["night.csv", csv(1_500)],
  "a CSV file that is read twice": ["night.csv", csv(1_500, true)],
  "a CSV file that a thread reads": ["night.csv", csv(55_000)],
  "a small workbook": ["night.xlsx", xlsx(3)],
  "a workbook of several blocks": ["night.xlsx", xlsx(2_000)],
  "a workbook that a thread reads": ["night.xlsx", xlsx(2_000, THREAD_FILE_BYTES_MIN)],
};

type Change = (path: string, content: Content) => void;

/** Writes into the same file, and sets its time back. */
function overwrite(path: string, bytes: Buffer): void {
  const { atime, mtime } = statSync(path);
  writeFileSync(path, bytes, { flag: "r+" });
  utimesSync(path, atime, mtime);
}

const changes: Readonly<Record<string, Change>> = {
  "is cut off": (path) => {
    truncateSync(path, Math.floor(statSync(path).size / 2));
  },
  "is emptied": (path) => {
    truncateSync(path);
  },
  grows: (path, content) => {
    appendFileSync(path, content(OLD_MASS).subarray(-100));
  },
  "is written over, with its time set back": (path, content) => {
    overwrite(path, content(NEW_MASS));
  },
  "is written anew": (path, content) => {
    writeFileSync(path, content(NEW_MASS));
  },
  "is changed in its last bytes, with its time set back": (path) => {
    const bytes = readFileSync(path);
    bytes.write("x", bytes.length - 2);
    overwrite(path, bytes);
  },
  "is replaced by another": (path, content) => {
    writeFileSync(`${path}.new`, content(NEW_MASS));
    renameSync(`${path}.new`, path);
  },
  "is deleted": (path) => {
    rmSync(path);
  },
};

const soundChanges: Readonly<Record<string, Change>> = {
  "is left alone": () => undefined,
  "is looked at by another program": (path) => {
    utimesSync(path, new Date(), statSync(path).mtime);
  },
  "is touched": (path) => {
    utimesSync(path, new Date(), new Date());
  },
  "is written anew as it was": (path, content) => {
    writeFileSync(path, content(OLD_MASS));
  },
  "is replaced by a copy": (path, content) => {
    writeFileSync(`${path}.new`, content(OLD_MASS));
    renameSync(`${path}.new`, path);
  },
};

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "cas-batch-changing-"));
  onTestFinished(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  return folder;
}

interface Staged {
  readonly end: FileEnd;
  readonly file: SourceFile | null;
  readonly codes: readonly string[];
  readonly masses: ReadonlySet<string>;
  readonly lines: number;
}

type Moment = "open" | "lines" | "last lines";

const options = {
  reading: {},
  profile: null,
  onInvalid: "skip",
  onProgress: () => undefined,
  signal: new AbortController().signal,
} as const;

/** Stages a file, and does something to it when its first reading comes to a moment. */
async function staged(
  [name, content]: readonly [string, Content],
  moment: Moment,
  ...steps: readonly Change[]
): Promise<Staged> {
  const path = join(temporaryFolder(), name);
  const before = content(OLD_MASS);
  writeFileSync(path, before);
  const total = before.toString("latin1").split("\n").length;
  const waiting = [...steps];
  const at = (reached: Moment): void => {
    if (reached === moment) waiting.shift()?.(path, content);
  };
  let file: SourceFile | null = null;
  let codes: string[] = [];
  let masses = new Set<string>();
  let lines = 0;
  const sink: BatchSink = {
    open: (opened) => {
      file = opened;
      codes = [];
      masses = new Set();
      lines = 0;
      at("open");
      return Promise.resolve();
    },
    addRows: () => Promise.resolve(),
    addFindings: (findings) => {
      codes.push(...findings.map(({ code }) => code));
      return Promise.resolve();
    },
    addLines: (added) => {
      for (const { message } of added) {
        lines += 1;
        const body = JSON.stringify(message?.body);
        masses.add(/"25(?:000)?"|:25(?:000)?\b/.exec(body)?.[0].replace(/\D/g, "") ?? body);
      }
      at("lines");
      if (lines >= total - 2) at("last lines");
      return Promise.resolve([]);
    },
    seal: () => Promise.resolve(),
  };
  const end = await stageFile(path, sink, { ...options, name });
  return { end, file, codes, masses, lines };
}

const patiently = { timeout: 120_000 };

/** Large files take their time: the fourth stands for all. */
function changesOf(
  what: string,
  all: Readonly<Record<string, Change>>,
): readonly (readonly [string, Change])[] {
  const entries = Object.entries(all);
  return what.includes("thread") ? entries.slice(3, 4) : entries;
}

describe.each(Object.keys(contents))("nothing is sent of %s", (what) => {
  const content = contents[what] ?? ["", csv(0)];
  test.each(changesOf(what, changes))("that %s", patiently, async (_how, change) => {
    for (const moment of ["open", "lines"] as const) {
      const { end, codes, lines } = await staged(content, moment, change);
      expect({ rejected: end.rejected, codes, lines }, moment).toEqual({
        ...{ rejected: true, lines: 0 },
        codes: ["file-changed-while-read"],
      });
    }
  });
});

describe.each(Object.keys(contents))("all is sent of %s", (what) => {
  const content = contents[what] ?? ["", csv(0)];
  test.each(changesOf(what, soundChanges))("that %s", patiently, async (_how, change) => {
    const { end, codes, masses, lines } = await staged(content, "lines", change);
    expect({
      rejected: end.rejected,
      errors: codes.filter((code) => code.startsWith("file-")),
    }).toEqual({ rejected: false, errors: [] });
    expect(masses).toEqual(new Set([OLD_MASS]));
    expect(lines).toBeGreaterThanOrEqual(3);
  });
});

test("a file that is changed and put back is not read as a mixture", patiently, async () => {
  const content = ["night.csv", csv(9_000)] as const;
  const putBack: Change = (path, of) => {
    overwrite(path, of(OLD_MASS));
  };
  const change: Change = (path, of) => {
    overwrite(path, of(NEW_MASS));
  };
  const steps = [change, ...Array.from({ length: 20 }, () => () => undefined), putBack];
  const { end, codes, lines } = await staged(content, "lines", ...steps);
  expect({ rejected: end.rejected, codes, lines }).toEqual({
    ...{ rejected: true, lines: 0 },
    codes: ["file-changed-while-read"],
  });
});

test("what is refused stands in the books with the hash of the bytes that were read", async () => {
  const { file } = await staged(["night.csv", csv(3)], "lines", (path) => {
    rmSync(path);
  });
  expect(file).toMatchObject({ sizeBytes: csv(3)(OLD_MASS).length });
  expect(file?.sha256).toHaveLength(64);
});

test("there is no annotated copy of a file that is changed while it is checked", async () => {
  const folder = temporaryFolder();
  const path = join(folder, "night.csv");
  writeFileSync(path, csv(3)("heavy"));
  const annotator = createAnnotator(join(folder, "copies"));
  const nothing = (): Promise<void> => Promise.resolve();
  const sink: BatchSink = {
    ...{ open: nothing, addRows: nothing, addFindings: nothing, seal: nothing },
    addLines: (lines) => {
      const buckets = Array.from(lines, () => "invalid" as const);
      appendFileSync(path, "T-9,IN,Nuts,73181600,1\n");
      return Promise.resolve(buckets);
    },
  };
  await stageFile(path, annotator.watch(sink), { ...options, name: "night.csv" });
  expect(annotator.written).toMatchObject([{ path: null }]);
});

test("traceInFile() tells no cell of a file that is changed while it is read again", async () => {
  const path = join(temporaryFolder(), "night.csv");
  writeFileSync(path, csv(3)(OLD_MASS));
  const opened: SourceFile[] = [];
  const nothing = (): Promise<void> => Promise.resolve();
  await stageFile(
    path,
    {
      ...{ addRows: nothing, addFindings: nothing, seal: nothing },
      open: (file) => {
        opened.push(file);
        return Promise.resolve();
      },
      addLines: (lines) => Promise.resolve(Array.from(lines, () => "unsent" as const)),
    },
    { ...options, name: "night.csv" },
  );
  const [file] = opened;
  if (file === undefined) throw new Error("It was not opened");
  const lines = new Map([[1, []]]);
  const named = { ...options, name: "night.csv" };
  expect([...(await traceInFile(file, named, lines)).keys()]).toEqual([1]);
  overwrite(path, csv(3)(NEW_MASS));
  expect([...(await traceInFile(file, named, lines)).keys()]).toEqual([]);
});
