// Where a run writes its status report when nobody says otherwise.
import { join } from "node:path";

export function reportPath(outDirectory: string, runId: string): string {
  return join(outDirectory, runId, "status-report.xlsx");
}
