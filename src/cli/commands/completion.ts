// `cas-batch completion SHELL`: the script that a shell loads.
import type { AddCommand } from "../frame/command-entry.ts";
import { EXIT } from "../../runs/result/exit-code.ts";
import { completionScripts, SHELLS } from "../completion/scripts.ts";
import { runCommand } from "../frame/run-command.ts";
import { writeOut } from "../words/output-streams.ts";
import { plainResult } from "../words/plain-result.ts";

export const addCommand: AddCommand = (yargs, { signature, about }) =>
  yargs.command(
    signature,
    about,
    (command) =>
      command
        .positional("shell", {
          choices: SHELLS,
          demandOption: true,
          describe: "Which shell; its script says on its first line how to load it",
        })
        .example("source <($0 completion bash)", "For this window; in ~/.bashrc for all")
        .example("$0 completion powershell | Out-String | Invoke-Expression", ""),
    async (flags) => {
      await runCommand("completion", flags, async () => {
        const script = completionScripts[flags.shell];
        if (flags.json) return plainResult([], { script });
        await writeOut(script);
        return EXIT.done;
      });
    },
  );
