// A help begins with what is particular to its command. yargs puts flags that are in no group last, behind those that
// every command has; a group that is there when the command begins stays in front.
import type { Argv } from "yargs";

/** Where yargs puts what is in no group. */
const OWN_GROUPS = ["Positionals:", "Options:"];

/** The same parser: there is one, to which also the commands of commands are added. */
export function ownFlagsFirst<Values>(parser: Argv<Values>): Argv<Values> {
  const add = parser.command.bind(parser) as (...parts: unknown[]) => Argv<Values>;
  return Object.assign(parser, {
    command: (signature: unknown, about: unknown, builder?: unknown, ...more: unknown[]) =>
      add(
        signature,
        about,
        ...(isBuilder(builder) ? [(own: Argv) => builder(inFront(own)), ...more] : []),
      ),
  });
}

function inFront(own: Argv): Argv {
  for (const heading of OWN_GROUPS) own.group([], heading);
  return own;
}

function isBuilder(builder: unknown): builder is (own: Argv) => unknown {
  return typeof builder === "function";
}
