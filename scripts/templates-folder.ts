// The blank templates that are shipped, written by the same code as `cas-batch template`.
import { join } from "node:path";
import { writeTemplate } from "../src/pipeline.ts";

export async function writeTemplates(folder: string): Promise<void> {
  await writeTemplate("flat", join(folder, "customs-shipments-flat.xlsx"));
  await writeTemplate("flat", join(folder, "customs-shipments-flat.csv"));
  await writeTemplate("workbook", join(folder, "customs-shipments-workbook.xlsx"));
}
