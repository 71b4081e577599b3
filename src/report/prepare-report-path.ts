// Makes sure, before hours of work, that a report can be written where it is wanted.
import { access, constants } from "node:fs/promises";
import { dirname } from "node:path";
import { CasBatchError } from "../core/errors.ts";
import { makeFolder } from "../core/make-folder.ts";
import { notWritable } from "./text/replacement-file.ts";

/**
 * Creates the folder of a report.
 * @throws CasBatchError `usage` when the name does not end in .xlsx, `file-not-writable`
 */
export async function prepareReportPath(path: string): Promise<void> {
  if (!path.toLowerCase().endsWith(".xlsx")) {
    throw new CasBatchError("usage", `The report ${path} must end in .xlsx`);
  }
  try {
    makeFolder(dirname(path));
    await access(dirname(path), constants.W_OK);
  } catch (error) {
    const folder = dirname(path);
    if (error instanceof Error && "code" in error && error.code === "EEXIST") {
      throw new CasBatchError("file-not-writable", `Cannot write into ${folder}: it is a file`, {
        cause: error,
        hint: "Name another folder",
      });
    }
    throw notWritable(path, error);
  }
}
