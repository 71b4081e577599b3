// A mail as plain text, and as a page for mail programs: no styles that they would drop, no pictures, no links that
// follow who reads it.
import { escapedText } from "../../core/text/escaped-text.ts";
import type { MailParts } from "./mail-parts.ts";

export function mailText({ head, warning, facts, sections }: MailParts): string {
  const width = Math.max(...facts.map(([name]) => name.length));
  return [
    ...(warning === null ? [] : [warning, ""]),
    head,
    "",
    ...facts.map(([name, value]) => `${name.padEnd(width)}  ${value}`),
    ...sections.flatMap(({ title, lines }) => ["", title, ...lines.map((line) => `  - ${line}`)]),
    "",
  ].join("\n");
}

export function mailPage({ subject, head, warning, facts, sections }: MailParts): string {
  const rows = facts.map(
    ([name, value]) =>
      `<tr><th align="left" valign="top">${escapedText(name)}</th><td>${escapedText(value)}</td></tr>`,
  );
  const lists = sections.map(
    ({ title, lines }) =>
      `<h2>${escapedText(title)}</h2>\n<ul>\n${lines.map((line) => `<li>${escapedText(line)}</li>`).join("\n")}\n</ul>`,
  );
  return [
    "<!doctype html>",
    `<html lang="en"><head><meta charset="utf-8"><title>${escapedText(subject)}</title></head><body>`,
    ...(warning === null ? [] : [`<p><strong>${escapedText(warning)}</strong></p>`]),
    `<p>${escapedText(head)}</p>`,
    `<table cellpadding="4">`,
    ...rows,
    "</table>",
    ...lists,
    "</body></html>",
    "",
  ].join("\n");
}
