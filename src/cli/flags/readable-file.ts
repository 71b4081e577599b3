// Commands that are about one file end with what its finding says when it cannot be read.
import { CasBatchError, UnreadableFileError } from "../../core/errors.ts";

/** @throws CasBatchError `file-rejected` when the one file that the command is about is unreadable */
export async function readable<Value>(read: () => Promise<Value>): Promise<Value> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof UnreadableFileError)) throw error;
    const { message, hint } = error.finding;
    throw new CasBatchError("file-rejected", message, {
      cause: error,
      ...(hint === null ? {} : { hint }),
    });
  }
}
