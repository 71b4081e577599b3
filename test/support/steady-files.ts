// Files opened as the product opens them, for tests that have a path.
import { openSteadyFile, type SteadyFile } from "../../src/core/files/steady-file.ts";
import { openPackage, type SourcePackage } from "../../src/report/annotate/package/package-file.ts";

/** What `work` makes of the file at `path`, which is closed afterwards. */
export async function withSteadyFile<Value>(
  path: string,
  work: (file: SteadyFile) => Promise<Value>,
): Promise<Value> {
  const file = await openSteadyFile(path);
  try {
    return await work(file);
  } finally {
    await file.close();
  }
}

/** The package at `path`; its file is closed with it. */
export async function packageAt(
  path: string,
): Promise<SourcePackage & { readonly close: () => Promise<void> }> {
  const file = await openSteadyFile(path);
  const source = await openPackage(file);
  return {
    ...source,
    close: () => file.close(),
  };
}
