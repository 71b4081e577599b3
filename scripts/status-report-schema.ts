// `docs/schemas/status-report.schema.json`: what stands in the JSON twin of a status report.
import * as z from "zod";
import { twinSchema } from "../src/report/twin/twin-schema.ts";

/** Readers must let members pass that they do not know: later versions add some. */
export function statusReportSchemaText(): string {
  const schema = z.toJSONSchema(twinSchema, { io: "input", target: "draft-2020-12" });
  const titled = { title: "Status report of cas-batch", ...schema };
  return `${JSON.stringify(titled, null, 2)}\n`;
}
