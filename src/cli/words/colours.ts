// Colour for what a person looks for first: errors, warnings, what is well. It is put on words at the beginning of
// finished lines, whose controls are already shown as names: so no text of others can bring a colour, or take one
// away. Colour is never the only sign.
import { styleText } from "node:util";

type Colour = "red" | "yellow" | "green";

/** Each finds the word between its groups. The time is that of a line of a log. */
const MARKS: readonly (readonly [RegExp, Colour])[] = [
  [/^((?:\d{4}-\S+Z )?)(cas-batch:|error:)/gm, "red"],
  [/^((?:\d{4}-\S+Z )?)(warn:)/gm, "yellow"],
  [/^( {2})(error)(?= {4}\S)/gm, "red"],
  [/^( {2})(warning)(?= {2}\S)/gm, "yellow"],
  [/^()(FAILED)(?= {2}\S)/gm, "red"],
  [/^()(ok)(?= {6}\S)/gm, "green"],
];

export function coloured(lines: string): string {
  return MARKS.reduce(
    (text, [mark, colour]) =>
      text.replace(
        mark,
        (_all, before: string, word: string) =>
          before + styleText(colour, word, { validateStream: false }),
      ),
    lines,
  );
}

/**
 * Whether a stream is written to in colour. FORCE_COLOR wins, as in Node itself; set to nothing, a variable is not
 * set. Source: no-color.org, force-color.org.
 */
export function hasColour(
  stream: { readonly isTTY?: boolean | undefined },
  variables: NodeJS.ProcessEnv,
): boolean {
  const { FORCE_COLOR: forced = "", NO_COLOR: none = "", TERM: terminal } = variables;
  if (forced !== "") return forced !== "0" && forced !== "false";
  return none === "" && terminal !== "dumb" && stream.isTTY === true;
}
