// Drafts a profile from the head of a real file.
import { basename } from "node:path";
import type { SheetRow } from "../../core/cell.ts";
import { CasBatchError } from "../../core/errors.ts";
import { visibleName } from "../../core/files/file-names.ts";
import { draftProfile, type Draft } from "../../map/profile/init/draft-profile.ts";
import { surveySheet, type SheetSurvey } from "../../map/profile/init/survey-sheet.ts";
import { openTable, type OpenTableOptions } from "../../parse/open-table.ts";

/** Enough rows to see what kinds of values a column holds. */
const SURVEY_ROWS = 500;

/**
 * A profile to begin with.
 * @throws CasBatchError when no sheet has headers that are like ours
 * @throws UnreadableFileError when it is no spreadsheet
 */
export async function draftProfileOf(path: string, reading: OpenTableOptions): Promise<Draft> {
  const table = await openTable(path, reading);
  try {
    const surveys: SheetSurvey[] = [];
    for (const { name } of table.sheets) {
      const rows: SheetRow[] = [];
      for await (const batch of table.rows(name)) {
        rows.push(...batch.slice(0, SURVEY_ROWS - rows.length));
        if (rows.length >= SURVEY_ROWS) break;
      }
      const survey = surveySheet(name, rows);
      if (survey !== null) surveys.push(survey);
    }
    const fileName = visibleName(basename(path));
    if (surveys.length === 0) {
      throw new CasBatchError(
        "configuration-invalid",
        `No row of ${fileName} has headers that are like those of a shipment`,
        { hint: "Write the profile by hand: docs/profiles.md shows one, templates/profiles more" },
      );
    }
    const { text } = table;
    return draftProfile({
      fileName,
      format: table.format,
      decimalMark: table.decimalMark,
      isDecimalMarkSeen: table.decimalMarkIsGuess !== true,
      csv:
        text === undefined ? null : { encoding: text.encoding, delimiter: text.delimiter ?? "," },
      surveys,
    });
  } finally {
    await table.close();
  }
}
