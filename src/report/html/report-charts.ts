// The four charts on top of the page.
import { statusMeaning } from "../../core/codes/declaration-statuses.ts";
import { durationWords } from "../../core/time/time-words.ts";
import { ofItsFiles, type ReportInput } from "../survey/report-input.ts";
import type { ReportSurvey } from "../survey/report-survey.ts";
import { compareStatuses, stageWords, statusTone } from "../words/outcome-meanings.ts";
import { barChart, timeChart } from "./charts.ts";

const MINUTE_MS = 60_000;

export function reportCharts(
  input: ReportInput,
  { totals, flow }: ReportSurvey,
  timeText: (at: Date) => string,
): readonly string[] {
  const { rows, shipments, declarationStatuses, openAges } = totals;
  const open = openAges.reduce((sum, { count }) => sum + count, 0);
  const { throughput } = flow;
  const statuses = Object.entries(declarationStatuses)
    .sort(([left], [right]) => compareStatuses(left, right))
    .map(([status, count]) => ({
      label: `${status}: ${stageWords[statusMeaning(status).stage].toLowerCase()}`,
      count,
      tone: statusTone(status),
    }));
  return [
    barChart({
      title: "latest" in input.filter ? "From rows to the end" : "The run, from rows to the end",
      about:
        "Rows of the files, then the shipments in them; of shipments, each bar is part of the one above",
      bars: [
        { label: "Rows read", count: rows.read, tone: "quiet" },
        { label: "Shipments", count: shipments, tone: "quiet" },
        { label: "Sent to CAS", count: flow.sent, tone: "wait" },
        { label: "Taken by CAS", count: flow.accepted, tone: "wait" },
        { label: "With a declaration", count: flow.withDeclaration, tone: "wait" },
        { label: "Finished", count: flow.finished, tone: "good" },
      ],
    }),
    barChart({
      title: "Declarations by status",
      about:
        statuses.length === 0
          ? `No declarations so far${ofItsFiles(input)}`
          : "What needs action first",
      bars: statuses,
    }),
    barChart({
      title: "Open shipments by age",
      about:
        open === 0
          ? `No shipment is open${ofItsFiles(input)}`
          : "How long ago CAS took those that are not finished",
      bars: open === 0 ? [] : openAges.map((age) => ({ ...age, tone: "wait" })),
    }),
    timeChart({
      title: "Messages taken by CAS",
      about:
        throughput.stretches.length === 0
          ? "CAS has taken none of these messages so far"
          : `In each ${durationWords(throughput.minutes * MINUTE_MS)}`,
      columns: throughput.stretches.map(({ from, accepted }) => ({
        label: timeText(from),
        count: accepted,
      })),
    }),
  ];
}
