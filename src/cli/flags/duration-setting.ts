// A duration in the configuration. Shape: `30s`, `10m`, `2h`; becomes milliseconds.
import * as z from "zod";
import { parseDurationMs } from "../../core/time/duration.ts";

export const durationSetting = z.string().transform((text, context) => {
  const durationMs = parseDurationMs(text);
  if (durationMs !== null) return durationMs;
  context.addIssue({
    code: "custom",
    message: `"${text}" is no duration; write it like 30s, 10m or 2h`,
  });
  return z.NEVER;
});
