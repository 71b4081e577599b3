// The product on one screen: files are staged, queued messages delivered, declarations followed,
// the report written. It joins the stages and holds no rule of its own.
import { createAcrossFiles } from "./intake/sinks/across-files.ts";
import { createTally, type Tally } from "./intake/sinks/tally.ts";
import { stageFile } from "./intake/stage-file.ts";
import { templateModel } from "./map/template-model.ts";
import { reconcile, type ReconcileSummary } from "./reconcile/reconcile.ts";
import { writeTemplateCsv, writeTemplateWorkbook } from "./report/write-template.ts";
import type { Annotator } from "./runs/annotator.ts";
import type { Session, Surroundings } from "./runs/session.ts";
import type { FileChoices, InputFile } from "./runs/stage-batches.ts";

/** Reads and validates; sends nothing, keeps nothing but what an annotator writes. */
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

/** Asks CAS once what became of everything that is still open. */
export async function follow(session: Session, since: Date | null): Promise<ReconcileSummary> {
  const { signal, settings } = session;
  const window = since === null ? {} : { since };
  return reconcile(session, { ...window, settings: settings.reconcile, signal });
}

/** Writes the blank template of one layout: a workbook, or CSV when the path ends in `.csv`. */
export async function writeTemplate(layout: "flat" | "workbook", path: string): Promise<void> {
  const model = templateModel(layout);
  await (path.toLowerCase().endsWith(".csv")
    ? writeTemplateCsv(path, model)
    : writeTemplateWorkbook(path, model));
}
