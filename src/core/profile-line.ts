// The lines of a profile that say what no cell says as it was sent: constants, and tables that cells are read
// through. Kept with the form of a file, once for all its messages: a later error is led to the line that
// counted when the file was read, whatever the profile says by then.
import * as z from "zod";

/** `default`: a constant beside a column, where its cell is blank. `values`, `lookup`: a table that its cell is read through. */
const by = z.enum(["constant", "default", "values", "lookup"]);

export const profileLineSchema = z
  .object({
    /** What people see; the name of the profile's file. */
    name: z.string(),
    /** One-based. */
    line: z.number(),
    by,
  })
  .readonly();

export const profileLinesSchema = z
  .object({
    name: z.string(),
    members: z
      .array(
        z
          .object({
            /** Shape: `singleAdministrativeDocument.goodsShipment.governmentAgencyGoodsItems[].origin`. */
            path: z.string(),
            line: z.number(),
            by,
            /** Of a constant, as it is sent; null for a table. */
            value: z.string().nullable(),
            /** Of a table: the column whose cells are read through it. Shape: `["Export", "C"]`. */
            column: z.tuple([z.string(), z.string()]).readonly().nullable(),
          })
          .readonly(),
      )
      .readonly(),
  })
  .readonly();

export type ProfileLine = z.infer<typeof profileLineSchema>;
export type ProfileLines = z.infer<typeof profileLinesSchema>;

/** Shape: `export.yaml:14 (constant: IM)`. */
export function profileLineText(
  { name, line, by: how }: ProfileLine,
  value: string | null,
): string {
  const what = how === "constant" || how === "default" ? value : null;
  return `${name}:${String(line)} (${how}${what === null ? "" : `: ${what}`})`;
}
