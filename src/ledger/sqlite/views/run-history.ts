// Runs of all commands, as they are counted and shown. The order is that in which they began, never that of their
// times: a clock may have been ahead.
import type { LastRun, RecentRun, RunTimes, StatusBooks } from "../../contract/status.ts";
import type { Connection } from "../file/connection.ts";
import { dateOrNull, type Stored } from "../file/stored-json.ts";

const TIMES = `run_id AS runId, started_at AS startedAt, finished_at AS finishedAt,
  exit_code AS exitCode, simulated`;

type TimesRow = Stored<RunTimes>;
type RecentRow = Stored<Omit<RecentRun, "findings" | "attempts">> & { readonly runNo: number };

export function runHistory(
  connection: Connection,
  booksId: number,
): Pick<StatusBooks, "runCounts" | "lastRuns" | "recentRuns"> {
  const counts = connection.prepare<
    [number],
    { readonly command: string; readonly exitCode: number | null; readonly count: number }
  >(
    `SELECT command, exit_code AS exitCode, count(*) AS count FROM runs
     WHERE books_id = ? GROUP BY command, exit_code`,
  );
  const commands = connection
    .prepare<[number], string>(
      "SELECT DISTINCT command FROM runs WHERE books_id = ? ORDER BY command",
    )
    .pluck();
  const lastWhere = (condition: string) =>
    connection.prepare<[object], TimesRow>(
      `SELECT ${TIMES} FROM runs WHERE books_id = @booksId AND command = @command ${condition}
       ORDER BY run_no DESC LIMIT 1`,
    );
  const isIn = (codes: string): string => `exit_code IN (SELECT value FROM json_each(${codes}))`;
  const last = lastWhere("");
  const lastEnded = lastWhere(`AND finished_at IS NOT NULL AND NOT ${isIn("@idle")}`);
  const lastGood = lastWhere(`AND finished_at IS NOT NULL AND ${isIn("@good")}`);
  const recent = connection.prepare<[number, number], RecentRow>(
    `SELECT run_no AS runNo, ${TIMES}, command, program_version AS programVersion,
       coalesce(files, 0) AS files
     FROM runs WHERE books_id = ? ORDER BY run_no DESC LIMIT ?`,
  );
  const findings = connection.prepare<[number], RecentRun["findings"][number]>(
    `SELECT f.code, f.severity, count(*) AS count
     FROM batches b JOIN findings f ON f.batch_no = b.batch_no
     WHERE b.run_no = ? GROUP BY f.code, f.severity ORDER BY f.code, f.severity`,
  );
  const attempts = connection.prepare<[number], RecentRun["attempts"][number]>(
    `SELECT coalesce(outcome, 'open') AS outcome,
       CASE WHEN reason IS NULL THEN 'none'
         WHEN json_valid(reason) THEN coalesce(json_extract(reason, '$.code'), 'text')
         ELSE 'text' END AS reasonCode, count(*) AS count
     FROM attempts WHERE run_no = ? GROUP BY 1, 2 ORDER BY 1, 2`,
  );
  return {
    runCounts: () => connection.read(() => counts.all(booksId)),
    lastRuns: ({ good: goodCodes, idle }) =>
      connection.read(() =>
        commands.all(booksId).flatMap((command): readonly LastRun[] => {
          const row = last.get({ booksId, command });
          if (row === undefined) return [];
          const ended = lastEnded.get({ booksId, command, idle: JSON.stringify(idle) });
          const good = lastGood.get({ booksId, command, good: JSON.stringify(goodCodes) });
          return [
            {
              command,
              last: timesOf(row),
              lastEnded: ended === undefined ? null : timesOf(ended),
              lastGood: good === undefined ? null : timesOf(good),
            },
          ];
        }),
      ),
    recentRuns: (limit) =>
      connection.read(() =>
        recent.all(booksId, limit).map(({ runNo, command, programVersion, files, ...times }) => ({
          ...timesOf(times),
          ...{ command, programVersion, files },
          findings: findings.all(runNo),
          attempts: attempts.all(runNo),
        })),
      ),
  };
}

function timesOf(row: TimesRow): RunTimes {
  return {
    runId: row.runId,
    startedAt: new Date(row.startedAt),
    finishedAt: dateOrNull(row.finishedAt),
    exitCode: row.exitCode,
    simulated: row.simulated === 1,
  };
}
