// The stories of test/cases, each through its stage from the bytes of a file. A new story is a new folder;
// see support/case-folders.ts.
import { describe, expect, test } from "vitest";
import type { Finding } from "../src/core/finding.ts";
import { keyText } from "../src/core/shipment.ts";
import type { BatchSink } from "../src/intake/sinks/batch-sink.ts";
import { stageFile } from "../src/intake/stage-file.ts";
import { openTable } from "../src/parse/open-table.ts";
import {
  expectAsWritten,
  expectStory,
  readStory,
  storyNames,
  writeCaseFile,
  type CaseFile,
  type Story,
} from "./support/case-folders.ts";
import { profileOf } from "./support/check-files.ts";

/** Shape: `error value-missing Shipments!B2 "text"`; the words of a message are not part of a story. */
function inShort({ severity, code, sheet, row, cell, value }: Finding): string {
  const at = cell ?? (row === null ? null : `row ${row}`);
  const place = sheet === null ? at : at === null ? sheet : `${sheet}!${at}`;
  return [severity, code, place, value === null ? null : JSON.stringify(value)]
    .filter((part) => part !== null)
    .join(" ");
}

/** What reading makes of a file: its form and its rows as texts, blank cells as "". */
async function parsed({ file, reading }: Story): Promise<unknown> {
  const table = await openTable(writeCaseFile(file), reading);
  try {
    const sheets: Record<string, Record<number, readonly string[]>> = {};
    const flaws: string[] = [];
    for (const { name } of table.sheets) {
      const rows: Record<number, readonly string[]> = {};
      for await (const batch of table.rows(name)) {
        for (const { rowNumber, cells, flaw } of batch) {
          rows[rowNumber] = Array.from(cells, (cell) => cell?.value ?? "");
          if (flaw !== undefined) {
            flaws.push(`${flaw.code} row ${rowNumber}, column ${flaw.columnIndex + 1}`);
          }
        }
      }
      sheets[name] = rows;
    }
    const { detected, decimalMark, findings } = table;
    return { detected, decimalMark, findings: findings.map(inShort), flaws, sheets };
  } finally {
    await table.close();
  }
}

/** What a file becomes: its findings, and the message of each shipment, null where it is stopped. */
async function mapped(file: CaseFile, { profile, reading }: Story) {
  let findings: Finding[] = [];
  let shipments: unknown[] = [];
  const done = (): Promise<void> => Promise.resolve();
  const sink: BatchSink = {
    open: () => {
      findings = [];
      shipments = [];
      return done();
    },
    addRows: done,
    addFindings: (added) => {
      findings.push(...added);
      return done();
    },
    addLines: (lines) => {
      for (const { key, rows, message } of lines) {
        const places = rows.map(({ sheet, row }) => `${sheet}!${row}`);
        shipments.push({ shipment: keyText(key), rows: places, body: message?.body ?? null });
      }
      return Promise.resolve([]);
    },
    seal: done,
  };
  const { rejected } = await stageFile(writeCaseFile(file), sink, {
    name: file.name,
    reading,
    profile: profile === undefined ? null : profileOf(profile),
    onInvalid: "skip",
    onProgress: () => undefined,
    signal: new AbortController().signal,
  });
  return { findings, result: { rejected, findings: findings.map(inShort), shipments } };
}

describe("parse", () => {
  test.each(storyNames("parse"))("%s", async (name) => {
    expectStory("parse", name, await parsed(readStory("parse", name)));
  });
});

describe("map", () => {
  test.each(storyNames("map"))("%s", async (name) => {
    const story = readStory("map", name);
    const { findings, result } = await mapped(story.file, story);
    expectStory("map", name, result);
    if (story.sound === null) throw new Error(`${name} needs a sound.csv or sound.yaml`);
    // A story is named after the finding that its fault makes.
    expect(findings.map(({ code }) => code)).toContain(name);
    expect(findings.find(({ code }) => code === name)?.message).toMatch(/[^.]$/);
    const control = await mapped(story.sound, story);
    expect(control.findings.map(({ code }) => code)).not.toContain(name);
  });
});

test("a story that comes out otherwise than expected fails", async () => {
  const story = readStory("map", "value-missing");
  const { result } = await mapped(story.file, story);
  expectAsWritten("map", "value-missing", result);
  expect(() => {
    expectAsWritten("map", "value-missing", { ...result, findings: [] });
  }).toThrow();
});
