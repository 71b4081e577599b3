// Reports, result files and annotated copies hold trade data and names: what this process writes, others may read
// only as far as is configured. Said once to the system, for every file and folder, whatever code writes it.

const DEFAULT_MODE = 0o640;
const READ_BITS = 0o444;
const ALL_BITS = 0o777;

/** What the system takes away by itself; null until it was asked. */
let inherited: number | null = null;

/**
 * What the system takes away besides stays taken away. Files that were there before keep their modes.
 * @param mode the most that files get; whoever may read them may also enter the folders
 */
export function limitFileModes(mode = DEFAULT_MODE): void {
  const folderMode = mode | ((mode & READ_BITS) >> 2);
  const taken = ALL_BITS & ~folderMode;
  // It says what held before only when another one is set.
  inherited ??= process.umask(taken);
  process.umask(inherited | taken);
}
