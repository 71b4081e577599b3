import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { startSimulator } from "../../../src/simulator/start-simulator.ts";
import { emptyFolder, runCli } from "../../support/run-cli.ts";

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
  ["simulator --port x", '--port needs a number, and "x" is none\n', "simulator --help"],
  ["simulator --port", "--port needs a number\n", "simulator --help"],
  ["run --rate=x --env simulator", '--rate needs a number, and "x" is none\n', "run --help"],
  ["submit a.csv --out a --out b", "--out is given more than once\n", "submit --help"],
  ["check a.csv --config a --config b", "--config is given more than once\n", "check --help"],
  ["check a.csv --annotate", "--annotate needs a value\n", "check --help"],
  ["submit a.csv --out= --env simulator", "--out needs a value\n", "submit --help"],
  ["check a.csv --json=x", "--json takes no value\n", "check --help"],
  ["run  --env simulator", "One of the words is empty", "run --help"],
  [
    "run --env prodution",
    '--env cannot be "prodution"; it can be production, acceptance, simulator\n',
    "run --help",
  ],
  ["template nope", 'There is no template "nope"\n', "template --help"],
  ["template blank.xlsx", 'There is no template "blank.xlsx"\n', "template --output blank.xlsx"],
  ["run --env simulator --wait -5s", '--wait cannot be "-5s"\n', "run --help"],
  ["check -Z b.csv", "There is no flag -Z\n", "check --help"],
  ["profile init", "the command is `cas-batch profile init …`", "profile init --help"],
  ["ledger verify a b", '"b" is one word too many', "ledger verify --help"],
  ["declarations approve 1", 'declarations has no command "approve"\n', "declarations --help"],
  [
    "declarations search --offset 3 --env simulator",
    "--offset 3 is not divisible",
    "declarations search --help",
  ],
  ["check", "Something is missing: the command is `cas-batch check <files..>`", "check --help"],
])("`cas-batch %s` is told what may have been meant", async (line, message, help) => {
  const { code, stderr } = await runCli(line.split(" "));
  expect(code).toBe(2);
  expect(stderr).toContain(message);
  expect(stderr).toContain(`Run \`cas-batch ${help}\``);
});

it.each([
  "check missing.csv --quiet --quiet --no-input --json=false --log-format text",
  "check missing.csv -q -q --annotate=copies --decimal-mark ,",
])("`cas-batch %s` is understood", async (line) => {
  const { code, stderr } = await runCli(line.split(" "));
  expect(code, stderr).toBe(3);
});

it.each(["99999", "-1", "1.5"])(
  "`cas-batch simulator --port %s` is refused in words",
  async (port) => {
    const { code, stderr } = await runCli(["simulator", "--port", port]);
    expect(code).toBe(2);
    expect(stderr).toContain(`on port ${port}: a port is a whole number from 0 to 65535`);
  },
);

it("--help lists every command once, in 80 columns", async () => {
  const { code, stdout } = await runCli(["--help"]);
  expect(code).toBe(0);
  const [, list = ""] = /report out\.\n\n(.*)\nEverywhere:/s.exec(stdout) ?? [];
  const names = [...list.matchAll(/^([a-z]+) /gm)].map(([, name]) => name);
  expect(names).toHaveLength(25);
  expect(new Set(names).size).toBe(25);
  expect(Math.max(...list.split("\n").map((line) => line.length))).toBeLessThanOrEqual(80);
});

it("a command that sends no messages does not point to `resume` when CAS is out of reach", async () => {
  const simulator = await startSimulator({ stateFile: join(emptyFolder(), "s.jsonl") });
  onTestFinished(() => simulator.close());
  const env = {
    CAS_ENV: "acceptance",
    CAS_API_URL: "http://127.0.0.1:9",
    CAS_TOKEN_URL: simulator.tokenUrl,
    CAS_CLIENT_ID: "simulator",
    CAS_CLIENT_SECRET: "simulator",
  };
  const { code, stderr } = await runCli(["declarations", "get", "1"], { env });
  expect(code).toBe(5);
  expect(stderr).toContain("then run the same command again");
});

it("a command that begins no ledger does not say how to begin one", async () => {
  const { code, stderr } = await runCli(["notifications", "list", "--env", "simulator"]);
  expect(code).toBe(2);
  expect(stderr).toContain("There is no ledger");
  expect(stderr).not.toContain("--create-ledger");
});
