// `docs/errors.md` from the tables of codes.
import { actionCodes } from "../src/core/codes/action-codes.ts";
import { errorCodes } from "../src/core/codes/error-codes.ts";
import { evidenceCodes } from "../src/core/codes/evidence-codes.ts";
import { inboxCodes } from "../src/core/codes/inbox-codes.ts";
import { findingCodes, type FindingCode } from "../src/core/codes/finding-codes.ts";

/** What a profile's `severities` may make of a code. */
function severityText(code: FindingCode): string {
  const { severity, lowerable, refusesFile } = findingCodes[code];
  const scope = refusesFile === true ? "; nothing of the file is sent" : "";
  if (severity !== "error") return `${severity}; a profile may change it or turn it off`;
  return lowerable === true
    ? `error${scope}; a profile may lower it where there is a value to send`
    : `error${scope}, always: there is no value to send`;
}

const priorityWords = {
  1: "1 urgent",
  2: "2 to correct",
  3: "3 to decide",
  4: "4 to know",
} as const;

export function errorsPage(): string {
  const codes = Object.keys(findingCodes) as FindingCode[];
  const findings = codes
    .sort((left, right) => left.localeCompare(right))
    .map((code) => {
      const { about, meaning, hint, example } = findingCodes[code];
      return `### \`${code}\`\n\n${meaning}\n\n- About: a ${about}\n- Severity: ${severityText(code)}\n- Example: ${example}\n- What to do: ${hint}\n`;
    });
  const errors = Object.entries(errorCodes)
    .sort(([left], [right]) => left.localeCompare(right))
    .map(
      ([code, { exitCode, meaning, hint }]) =>
        `### \`${code}\`\n\n${meaning}\n\n- Exit code: ${String(exitCode)}\n- What to do: ${hint}\n`,
    );
  const evidence = Object.entries(evidenceCodes)
    .sort(([left], [right]) => left.localeCompare(right))
    .map(([code, { words, hint }]) => `### \`${code}\`\n\n${words}.\n\n- What to do: ${hint}\n`);
  const notTaken = Object.entries(inboxCodes)
    .sort(([left], [right]) => left.localeCompare(right))
    .map(
      ([code, { words, meaning, hint }]) =>
        `### \`${code}\`\n\n${meaning}\n\n- Said of the file: ${words}\n- What to do: ${hint}\n`,
    );
  const actions = Object.entries(actionCodes)
    .sort(([left], [right]) => left.localeCompare(right))
    .map(
      ([code, { priority, title, meaning, nextStep }]) =>
        `### \`${code}\`\n\n${meaning}\n\n- What happened: ${title}\n- Priority: ${priorityWords[priority]}\n- What to do: ${nextStep}\n`,
    );
  return `# Findings, errors and actions

Generated from \`src/core/codes/finding-codes.ts\`, \`error-codes.ts\` and \`action-codes.ts\` there by \`npm run generate\`.
Codes are a contract: a code never changes its meaning.

A **finding** is a fault in a file: it is shown with its file, sheet and cell, all findings of a row at
once, and it never stops the other rows. An **error** ends a command. An **action** is a row of the
sheet Action needed: what a person has to do, or should know.

An error keeps its shipment from being sent, a warning and an info do not. Values whose reading is
certain are read and told; values that could be read in two ways are errors. A profile changes the
severity of a code by its \`severities\` (\`code: error | warning | info | off\`); an error without a
value to send stays one. With \`--fail-on-warning\` a run that had nothing but warnings ends with exit
code 8.

## Findings

${findings.join("\n")}
## Errors

${errors.join("\n")}
## Actions

Priorities 1 to 3 need a person and count in the exit code; priority 4 changes none.

${actions.join("\n")}
## Not taken from an inbox

What \`cas-batch run\` leaves where it is, with the reason ([The nightly job](nightly.md)).

${notTaken.join("\n")}
## Differences of evidence

What \`cas-batch ledger verify --evidence DIR\` finds; each ends it with exit code 6.

${evidence.join("\n")}`;
}
