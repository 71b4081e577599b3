// What reading a file found out about its form. It is kept with the batch, so that the annotated copy can be made
// again later, by another process that knows neither profile nor flags.
import * as z from "zod";
import { profileLinesSchema } from "./profile-line.ts";

const columnIndex = z.number();

export const fileFormSchema = z
  .object({
    /** By sheet, one-based; empty when the file could not be mapped, null when it cannot be read. */
    headerRows: z.record(z.string(), z.number()).readonly().nullable(),
    /** Left out for a workbook. */
    text: z
      .object({ encoding: z.string(), delimiter: z.string().nullable(), quote: z.string() })
      .readonly()
      .optional(),
    /** How blanks carry on, by sheet. */
    carry: z
      .record(
        z.string(),
        z
          .object({
            /** Several when a profile puts the reference together from them. */
            referenceColumns: z.array(columnIndex).readonly(),
            /** Null when no column says it. */
            directionColumn: columnIndex.nullable(),
            /** Of rows that say none and carry none on. */
            direction: z.string().nullable(),
            /** Whether a profile leaves rows out, which then carry nothing on. */
            leavesRowsOut: z.boolean(),
          })
          .readonly(),
      )
      .readonly()
      .optional(),
    /** By sheet, zero-based: columns of numbers read by the file's decimal mark, which nobody named. */
    numberColumns: z.record(z.string(), z.array(columnIndex).readonly()).readonly().optional(),
    /** By sheet, then by the letters of the column: the headers of what was read, as the file spells them. */
    headers: z
      .record(z.string(), z.record(z.string(), z.string()).readonly())
      .readonly()
      .optional(),
    /** The lines of the profile that say values; left out where it says none. */
    profile: profileLinesSchema.optional(),
  })
  .readonly();

export type FileForm = z.infer<typeof fileFormSchema>;
export type CarryForm = NonNullable<FileForm["carry"]>[string];
