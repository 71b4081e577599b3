// What a column or a constant of a profile fills: a header of the default template, or a path.
import { didYouMean } from "../../core/text/did-you-mean.ts";
import { allFields } from "../catalogue/field-groups.ts";
import { knownMembers } from "../catalogue/known-members.ts";
import { matchHeader } from "../headers/match-header.ts";
import type { MemberPath } from "../model/member-path.ts";
import type { CatalogueField } from "../model/message-catalogue.ts";
import type { ValueRule } from "../model/value-rule.ts";

export interface Target {
  /** Null for the item number, which is no member of the message. */
  readonly path: MemberPath | null;
  readonly rule: ValueRule;
  /** The catalogue's entry; null for a member named by its path. */
  readonly field: CatalogueField | null;
}

/** What is wrong with a target, as the end of a sentence; null when nothing is. */
export function checkTarget(text: string): string | null {
  const match = matchHeader(text);
  switch (match.kind) {
    case "field":
    case "member":
      return null;
    case "unusable-path":
      return `"${text}" cannot be filled: ${match.reason}`;
    case "ours":
    case "unknown": {
      const headers = allFields.map(({ header }) => header);
      const known = text.includes(".") ? knownMembers().paths : headers;
      return `"${text}" is no header of the default template and no path into the message${didYouMean(text, known) || "; `cas-batch fields` lists both"}`;
    }
  }
}

/** @throws Error for what `checkTarget` finds fault with: a profile is checked before it is used. */
export function targetOf(text: string): Target {
  const match = matchHeader(text);
  switch (match.kind) {
    case "field":
      return { path: match.path, rule: match.field.rule, field: match.field };
    case "member":
      return { path: match.path, rule: match.rule, field: null };
    case "unusable-path":
    case "ours":
    case "unknown":
      throw new Error(`A profile that was checked fills "${text}"`);
  }
}
