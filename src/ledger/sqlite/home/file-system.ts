// What kind of file system a file lies on. SQLite's locks and its shared memory do not work across
// a network: two machines could then send side by side, each sure to be alone.
import { readFileSync } from "node:fs";

const NETWORK = [
  ...["nfs", "nfs4", "cifs", "smb3", "smbfs", "smb", "ncpfs", "afs", "ceph", "9p", "lustre"],
  ...["gfs2", "ocfs2", "glusterfs", "beegfs", "davfs", "coda"],
];
/** File systems that a program provides, which number their files anew whenever it starts. */
const BY_PROGRAM = ["fuse", "virtiofs"];

/**
 * The type of the file system that holds `path`, as Linux calls it; null where the system does not
 * tell. Asks the list of mounts and not the file system, which may not answer when it is far away.
 * Source: proc(5), /proc/pid/mountinfo.
 */
export function fileSystemType(path: string, readMounts = readMountInfo): string | null {
  let best: { readonly mountPoint: string; readonly type: string } | null = null;
  for (const line of readMounts().split("\n")) {
    const [before = "", after] = line.split(" - ");
    const mountPoint = unescaped(before.split(" ")[4] ?? "");
    const type = after?.split(" ")[0];
    if (type === undefined || !isWithin(path, mountPoint)) continue;
    // What was mounted later on the same place hides what is below.
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
