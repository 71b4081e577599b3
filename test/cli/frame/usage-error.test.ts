import { expect, it } from "vitest";
import { runCli } from "../../support/run-cli.ts";

it.each([
  ["chekc march.csv", 'There is no command "chekc"; did you mean `check`?', "check --help"],
  [
    "ledger bakcup a",
    'There is no command "bakcup"; did you mean `backup`?',
    "ledger backup --help",
  ],
  [
    "check --anotate a b.csv",
    "There is no flag --anotate; did you mean `--annotate`?",
    "check --help",
  ],
  ["submit --enviroment simulator b.csv", "did you mean `--env`?", "submit --help"],
  ["check b.csv --zzz", "There is no flag --zzz\n", "check --help"],
  ["doctor extra", '"extra" is one word too many', "doctor --help"],
  ["check", "Something is missing: the command is `cas-batch check <files..>`", "check --help"],
])("`cas-batch %s` is told what may have been meant", async (line, message, help) => {
  const { code, stderr } = await runCli(line.split(" "));
  expect(code).toBe(2);
  expect(stderr).toContain(message);
  expect(stderr).toContain(`Run \`cas-batch ${help}\``);
});
