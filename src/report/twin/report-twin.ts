// The report for programs: one JSON document. Its members are described in twin-schema.ts.
import { holderMembers } from "../../core/sending-words.ts";
import type { ReportForm } from "../model/report-form.ts";
import type { ReportInput } from "../survey/report-input.ts";
import type { ReportSurvey } from "../survey/report-survey.ts";
import { JsonFile } from "../text/text-file.ts";

/** Starts a new file; there must be none of that name. */
export function createTwin(path: string, input: ReportInput, survey: ReportSurvey): ReportForm {
  const json = new JsonFile(path);
  json.member("schemaVersion", 1);
  json.member("report", "status");
  json.member("simulated", input.simulated);
  json.member("environment", input.environment);
  json.member("tenant", input.tenant);
  json.member("runId", input.runId);
  json.member("command", input.command);
  json.member("programVersion", input.programVersion);
  json.member("asOf", input.asOf);
  json.member("completeUpTo", input.completeUpTo);
  json.member("lookedBackUntil", input.lookedBackUntil ?? null);
  json.member("allAskedSince", input.allAskedSince ?? null);
  json.member("stoppedEarly", input.stoppedEarly?.reason ?? null);
  json.member("errorsOpen", input.errorsOpen ?? 0);
  json.member("sender", input.sender === null ? null : holderMembers(input.sender));
  json.member("only", input.only ?? null);
  json.member("ledgerChecked", "latest" in input.filter ? "all" : "run");
  json.member("learnedUpTo", input.learnedUpTo ?? 0);
  json.member("changedSince", input.since ?? null);
  json.member("totals", survey.totals);
  json.member("flow", survey.flow);
  json.startList("files");
  for (const { form: _form, ...batch } of survey.batches) json.element(batch);
  json.endList();
  return {
    page: () => undefined,
    table: (sheet) => ({
      startList: (name) => {
        json.startList(name);
      },
      addRow: (row) => {
        const record = sheet.record(row);
        if (record !== undefined) json.element(record);
      },
      endList: () => {
        json.endList();
      },
      end: () => undefined,
    }),
    drain: () => json.drain(),
    end: async () => {
      json.end();
      await json.flush();
    },
    abandon: () => json.close(),
  };
}
