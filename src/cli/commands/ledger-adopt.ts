// `cas-batch ledger adopt`: says that this copy of the ledger is the one that lives.
import type { Argv } from "yargs";
import { plural } from "../../core/text/count-words.ts";
import { adoptLedger, type Adoption } from "../../ledger/sqlite/care/adopt-ledger.ts";
import { homeInWords, type Home } from "../../ledger/sqlite/home/ledger-home.ts";
import type { GlobalOptions } from "../flags/global-flags.ts";
import { caredLedgerPath } from "../flags/settings.ts";
import { runCommand } from "../frame/run-command.ts";
import { userName } from "../words/ledger-words.ts";
import { plainResult } from "../words/plain-result.ts";

export function addAdoptCommand(yargs: Argv<GlobalOptions>): Argv<GlobalOptions> {
  return yargs.command(
    "adopt",
    "Say that this ledger lives, after it was moved, copied or restored",
    (command) =>
      command.example(
        "$0 ledger adopt --ledger /var/lib/cas-batch/ledger.sqlite",
        "Once, and only for one of the copies",
      ),
    async (flags) => {
      await runCommand("ledger adopt", flags, async (context) => {
        const ledger = await caredLedgerPath(flags, context.variables);
        const adoption = await adoptLedger(ledger, context.clock.now(), userName());
        const { changed, before, home } = adoption;
        if (changed && before !== null) context.log("warn", warning(before, home));
        const more = { ledger, ...adoption };
        const next =
          changed && before !== null ? ["`cas-batch reconcile`", "`cas-batch resume`"] : [];
        return plainResult(describe(adoption), more, next);
      });
    },
  );
}

/** A backup that was put back in its ledger's place has no other beside it, only a gap behind it. */
function warning(before: Home, home: Home): string {
  return homeInWords(before) === homeInWords(home)
    ? "What was sent after this copy was made is not in it: read the report before new files are sent"
    : `Never send from ${homeInWords(before)} again: this ledger does not know what is sent from there`;
}

function describe(adoption: Adoption): readonly string[] {
  const { changed, before, home, generation, toBeAskedAbout, superseded } = adoption;
  if (!changed) return [`Nothing to do: ${homeInWords(home)} is the home of this ledger`];
  return [
    `Home of the ledger: ${homeInWords(home)}, generation ${String(generation)}`,
    ...(before === null ? [] : [`Before: ${homeInWords(before)}`]),
    ...(toBeAskedAbout === 0
      ? []
      : [
          `${plural(toBeAskedAbout, "message")} waited in it: CAS is asked about each before it is sent`,
        ]),
    ...(superseded === 0
      ? []
      : [
          `${plural(superseded, "older version")} of them will not be sent: the other ledger may have sent the newer one`,
        ]),
  ];
}
