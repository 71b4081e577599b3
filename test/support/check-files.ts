// Files written to a folder of their own and checked as `cas-batch check` does it.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { systemClock } from "../../src/core/time/clock.ts";
import type { Finding } from "../../src/core/finding.ts";
import { parseProfile } from "../../src/map/profile/parse-profile.ts";
import type { Profile } from "../../src/map/profile/profile.ts";
import type { OpenTableOptions } from "../../src/parse/open-table.ts";
import { check } from "../../src/runs/check-files.ts";
import type { Tally } from "../../src/intake/sinks/tally.ts";

export interface CheckedFile {
  readonly name: string;
  /** Null: the file is not there. */
  readonly content: string | Buffer | null;
}

interface Choices {
  /** The profile's text. */
  readonly profile?: string | undefined;
  readonly reading?: OpenTableOptions | undefined;
  /** Done to the first file whenever some of its rows have been read. */
  readonly meanwhile?: ((path: string) => void) | undefined;
  /**
   * Whether what shipments lack is told. Left out it is not: small files lack codes and EORIs, and most
   * tests are about something else.
   */
  readonly advice?: boolean;
}

/** What a check of the files says, closed when the test is over. */
export async function checkFiles(
  files: readonly CheckedFile[],
  { profile, reading = {}, meanwhile, advice = false }: Choices = {},
): Promise<Tally> {
  const folder = mkdtempSync(join(tmpdir(), "cas-batch-check-"));
  onTestFinished(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  for (const { name, content } of files) {
    if (content !== null) writeFileSync(join(folder, name), content);
  }
  const chosen = profile === undefined ? null : profileOf(profile);
  const tally = await check(
    files.map(({ name }) => ({ path: join(folder, name), name })),
    { onInvalid: "skip", reading, profileOf: () => chosen },
    {
      clock: systemClock,
      random: Math.random,
      log: () => undefined,
      onProgress: () => meanwhile?.(join(folder, files[0]?.name ?? "")),
      signal: new AbortController().signal,
      programVersion: "test",
    },
  );
  onTestFinished(() => {
    tally.close();
  });
  return advice ? tally : { ...tally, findings: withoutAdvice(tally.findings) };
}

export async function findingsOf(
  files: readonly CheckedFile[],
  choices: Choices = {},
): Promise<readonly Finding[]> {
  return [...(await checkFiles(files, choices)).findings].flat();
}

function withoutAdvice(findings: Tally["findings"]): Tally["findings"] {
  return {
    *[Symbol.iterator]() {
      for (const batch of findings) yield batch.filter(({ code }) => code !== "value-advisable");
    },
  };
}

export function profileOf(text: string): Profile {
  const reading = parseProfile(text, "test.yaml");
  if (reading.kind === "mistakes") throw new Error(reading.mistakes.join("\n"));
  return reading.profile;
}
