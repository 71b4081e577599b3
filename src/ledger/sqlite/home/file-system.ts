// The type of the file system that holds a file. SQLite's locks and shared memory do not work across a
// network: two machines could send at the same time.
import { readFileSync } from "node:fs";

const NETWORK = [
  ...["nfs", "nfs4", "cifs", "smb3", "smbfs", "smb", "ncpfs", "afs", "ceph", "9p", "lustre"],
  ...["gfs2", "ocfs2", "glusterfs", "beegfs", "davfs", "coda"],
];
/** File systems that a program provides; they number their files again whenever it starts. */
const BY_PROGRAM = ["fuse", "virtiofs"];

/**
 * As Linux names it; null where the system has no list of mounts. Reads that list instead of asking
 * the file system, which may not answer when it is far away.
 * Source: proc(5), /proc/pid/mountinfo.
 */
export function fileSystemType(path: string, readMounts = readMountInfo): string | null {
  let best: { readonly mountPoint: string; readonly type: string } | null = null;
  for (const line of readMounts().split("\n")) {
    const [before = "", after] = line.split(" - ");
    const mountPoint = unescaped(before.split(" ")[4] ?? "");
    const type = after?.split(" ")[0];
    if (type === undefined || !isWithin(path, mountPoint)) continue;
    // A later mount on the same place hides the earlier one.
    if (best === null || mountPoint.length >= best.mountPoint.length) best = { mountPoint, type };
  }
  return best?.type ?? null;
}

export function isNetworkFileSystem(type: string | null): boolean {
  if (type === null) return false;
  if (NETWORK.includes(type)) return true;
  // `fuse.sshfs` and its like; `fuseblk` is a local disk.
  return type.startsWith("fuse.") && /ssh|dav|s3|gcs|nfs|smb|gluster|ceph|rclone/.test(type);
}

/** Whether a file keeps its number and time of birth for as long as it exists. */
export function keepsFileNumbers(type: string | null): boolean {
  if (type === null) return true;
  return !isNetworkFileSystem(type) && !BY_PROGRAM.includes(type) && !type.startsWith("fuse.");
}

function isWithin(path: string, mountPoint: string): boolean {
  if (mountPoint === "") return false;
  return mountPoint === "/" || path === mountPoint || path.startsWith(`${mountPoint}/`);
}

function unescaped(text: string): string {
  return text.replace(/\\([0-7]{3})/g, (_all, digits: string) =>
    String.fromCharCode(Number.parseInt(digits, 8)),
  );
}

function readMountInfo(): string {
  try {
    return readFileSync("/proc/self/mountinfo", "utf8");
  } catch {
    return "";
  }
}
