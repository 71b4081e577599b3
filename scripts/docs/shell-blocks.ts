// The fenced blocks of a page that hold commands. What a block needs is said in its info string:
//
//     ```sh                             its lines run one by one and end with exit code 0
//     ```sh exit=4                      they end with this code; `exit=0,4` with one of these
//     ```sh skip="needs Windows"        it is not run, for this reason
//
// A line whose comment says "until Ctrl-C" is started, and ended by Ctrl-C when it has said something.

export interface ShellBlock {
  readonly lines: readonly string[];
  readonly exitCodes: readonly number[];
  /** Why it cannot run in a test; null when it can. */
  readonly skip: string | null;
  /** One-based, of the fence in the page. */
  readonly lineNumber: number;
}

interface Fence {
  readonly info: string;
  readonly lines: readonly string[];
  readonly lineNumber: number;
}

const SHELL = "sh";
/** What a command begins with; such a line in a block that is not marked as shell would never run. */
const COMMAND = /^(?:\$ )?(?:npx |npm (?:ci|run|test|install)|cas-batch (?!line\b))/;

/** @throws Error for a block of commands that is not marked as one, and for a mark that is not known */
export function shellBlocks(page: string): readonly ShellBlock[] {
  return fences(page).flatMap((fence) => {
    const [language = "", ...marks] = wordsOf(fence.info);
    if (language === SHELL) return [blockOf(fence, marks)];
    const hidden = fence.lines.find((line) => COMMAND.test(line));
    if (hidden === undefined) return [];
    throw new Error(`Line ${fence.lineNumber}: mark the block of "${hidden}" as \`\`\`${SHELL}`);
  });
}

function blockOf({ lines, lineNumber }: Fence, marks: readonly string[]): ShellBlock {
  let exitCodes = [0];
  let skip: string | null = null;
  for (const mark of marks) {
    const [, name = "", text = ""] = /^(\w+)="?([^"]+)"?$/.exec(mark) ?? [];
    if (name === "exit") exitCodes = text.split(",").map(Number);
    else if (name === "skip") skip = text;
    else throw new Error(`Line ${lineNumber}: the mark ${mark} is not known`);
  }
  return { lines: joinedLines(lines), exitCodes, skip, lineNumber };
}

/** Words, with what stands in quotation marks kept together. */
function wordsOf(info: string): readonly string[] {
  return info.match(/(?:[^\s"]|"[^"]*")+/g) ?? [];
}

/** Command lines: a backslash at the end goes on in the next line. */
function joinedLines(lines: readonly string[]): readonly string[] {
  return lines
    .join("\n")
    .replaceAll(/\\\n\s*/g, "")
    .split("\n")
    .filter((line) => line.trim() !== "" && !line.startsWith("#"));
}

function fences(page: string): readonly Fence[] {
  const found: Fence[] = [];
  let open: { info: string; lines: string[]; lineNumber: number } | null = null;
  for (const [index, line] of page.split("\n").entries()) {
    const [, info] = /^ {0,3}```(.*)$/.exec(line) ?? [];
    if (info === undefined) open?.lines.push(line);
    else if (open === null) open = { info, lines: [], lineNumber: index + 1 };
    else {
      found.push(open);
      open = null;
    }
  }
  return found;
}
