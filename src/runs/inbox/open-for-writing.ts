// Which files a program of this machine has open for writing, where that can be known: on Linux, of the programs
// whose open files this user may see. Elsewhere and of others nothing is known, and what changes while it is
// watched or read is caught all the same.
import { readdir, readFile, readlink, realpath } from "node:fs/promises";
import { join } from "node:path";
import { systemPath, textOfName } from "../../core/files/file-names.ts";

/** O_WRONLY and O_RDWR. Source: proc_pid_fdinfo(5), open(2). */
const WRITING = 0o3;
const OCTAL = 8;

/** Names in the folder. */
export async function openForWriting(folder: string): Promise<ReadonlySet<string>> {
  const names = new Set<string>();
  if (process.platform !== "linux") return names;
  const inside = Buffer.concat([
    await realpath(systemPath(folder), { encoding: "buffer" }),
    Buffer.from("/"),
  ]);
  const processes = (await readdir("/proc").catch(() => [])).filter((name) => /^\d+$/.test(name));
  for (const id of processes) {
    const files = join("/proc", id, "fd");
    // None of a program of another user, or of one that has ended.
    for (const descriptor of await readdir(files).catch(() => [])) {
      const target = await readlink(join(files, descriptor), { encoding: "buffer" }).catch(
        () => null,
      );
      if (target?.subarray(0, inside.length).equals(inside) !== true) continue;
      if (await isWriting(join("/proc", id, "fdinfo", descriptor))) {
        names.add(textOfName(target.subarray(inside.length)));
      }
    }
  }
  return names;
}

async function isWriting(path: string): Promise<boolean> {
  const info = await readFile(path, "latin1").catch(() => "");
  const flags = /^flags:\s*(\d+)/m.exec(info)?.[1];
  return flags !== undefined && (Number.parseInt(flags, OCTAL) & WRITING) !== 0;
}
