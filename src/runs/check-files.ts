// What `check` and `submit --dry-run` do: every file is read and validated, nothing is sent or recorded.
// Apart from the other use cases, so that a check loads neither the ledger nor the client of CAS.
import { createAcrossFiles } from "../intake/sinks/across-files.ts";
import { createTally, type Tally } from "../intake/sinks/tally.ts";
import { stageFile } from "../intake/stage-file.ts";
import type { Annotator } from "./annotator.ts";
import type { Surroundings } from "./session.ts";
import type { FileChoices, InputFile } from "./stage-batches.ts";

/** The caller closes the tally. @param annotator writes a copy of each file with its mistakes marked */
export async function check(
  files: readonly InputFile[],
  choices: FileChoices,
  surroundings: Surroundings,
  annotator: Annotator | null = null,
): Promise<Tally> {
  const tally = createTally();
  const sink = annotator?.watch(tally) ?? tally;
  const acrossFiles = createAcrossFiles(files.length);
  try {
    for (const file of files) {
      const { path, name } = file;
      const profile = choices.profileOf(file);
      const watched = acrossFiles.watch(sink, { name, severities: profile?.severities });
      await stageFile(path, watched, { ...choices, ...surroundings, name, profile });
    }
  } catch (error) {
    tally.close();
    throw error;
  }
  return tally;
}
