// Runs the command line at a real pseudo-terminal: with columns, keys that are typed, and everything that is drawn.
import { spawn, spawnSync } from "node:child_process";
import { join } from "node:path";
import { emptyFolder, homeFor, root } from "./run-cli.ts";

const BIN = join(root, "bin/cas-batch.js");

/** Python has pseudo-terminals in its standard library; Node has none. Lines of its input are orders. */
const RELAY = `
import fcntl, json, os, pty, select, struct, sys, termios
def resize(columns):
    fcntl.ioctl(master, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
columns, command = int(sys.argv[1]), sys.argv[2:]
child, master = pty.fork()
if child == 0:
    os.read(0, 1)
    os.execv(command[0], command)
resize(columns)
os.write(master, b"\\n")
orders = b""
while True:
    ready, _, _ = select.select([master, 0], [], [])
    if master in ready:
        try: data = os.read(master, 65536)
        except OSError: data = b""
        if not data: break
        os.write(1, data)
    if 0 in ready:
        data = os.read(0, 65536)
        if not data: break
        orders += data
        while b"\\n" in orders:
            order, orders = orders.split(b"\\n", 1)
            order = json.loads(order)
            if "type" in order: os.write(master, order["type"].encode())
            if "columns" in order: resize(order["columns"])
_, status = os.waitpid(child, 0)
sys.exit(os.waitstatus_to_exitcode(status) & 0xff)
`;

/** Why there is none here; null where there is. */
export function noPseudoTerminal(): string | null {
  if (process.platform === "win32") return "Windows has no pseudo-terminals of this kind";
  const { status } = spawnSync("python3", ["-c", "import pty"], { stdio: "ignore" });
  return status === 0 ? null : "python3 with its module pty is not installed";
}

export interface AtTerminal {
  /** Everything that was written so far, from the first character. */
  readonly shown: () => string;
  /** Resolves as soon as something that fits stands behind what was awaited before. */
  readonly until: (pattern: RegExp) => Promise<void>;
  readonly type: (keys: string) => void;
  readonly resize: (columns: number) => void;
  /** The exit code. */
  readonly ended: Promise<number | null>;
}

export function atTerminal(
  args: readonly string[],
  options: {
    readonly cwd?: string;
    readonly env?: Readonly<Record<string, string>>;
    readonly columns?: number;
  } = {},
): AtTerminal {
  const cwd = options.cwd ?? emptyFolder();
  const columns = String(options.columns ?? 80);
  const child = spawn("python3", ["-c", RELAY, columns, process.execPath, BIN, ...args], {
    cwd,
    env: { PATH: process.env["PATH"] ?? "", HOME: homeFor(cwd), TERM: "xterm", ...options.env },
    stdio: ["pipe", "pipe", "inherit"],
  });
  let shown = "";
  let seen = 0;
  let look: () => void = () => undefined;
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    shown += text;
    look();
  });
  child.stdin.on("error", () => undefined);
  const ended = new Promise<number | null>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => {
      resolve(code);
      look();
    });
  });
  const order = (what: object): void => void child.stdin.write(`${JSON.stringify(what)}\n`);
  return {
    shown: () => shown,
    until: (pattern) =>
      new Promise((resolve, reject) => {
        look = (): void => {
          const found = pattern.exec(shown.slice(seen));
          if (found !== null) {
            seen += found.index + found[0].length;
            look = () => undefined;
            resolve();
          } else if (child.exitCode !== null) {
            reject(new Error(`${String(pattern)} was never shown: ${shown}`));
          }
        };
        look();
      }),
    type: (keys) => {
      order({ type: keys });
    },
    resize: (to) => {
      order({ columns: to });
    },
    ended,
  };
}
