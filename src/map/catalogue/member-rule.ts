// How values of a member that is named by its path alone are read: by the data type of the API that the
// member's name implies, else as they stand.
import {
  containerDoubt,
  incotermDoubt,
  mrnDoubt,
  transportIdentificationDoubt,
  transportModeDoubt,
} from "./code-doubts.ts";
import { codeForms } from "./code-forms.ts";
import type { MemberPath } from "../model/member-path.ts";
import type { ValueRule } from "../model/value-rule.ts";

/**
 * Source: Data types: date, timestamp, country, currency; public samples of earlier years for the
 * rest. That names imply them is assumed.
 */
const rules: readonly (readonly [name: RegExp, rule: ValueRule])[] = [
  [/[dD]ate$/, { kind: "date" }],
  [/(?:[dD]ateTime|[tT]imestamp)$/, { kind: "timestamp" }],
  [/[cC]ountry(?:Code)?$/, { kind: "code", form: codeForms.country }],
  [/[cC]urrency(?:Code)?$/, { kind: "code", form: codeForms.currency }],
  [/TransportMeans\.mode$/, { kind: "any", doubt: transportModeDoubt }],
  [/TransportMeans\.identificationType$/, { kind: "any", doubt: transportIdentificationDoubt }],
  [/[tT]radeTerms\.termsCode$/, { kind: "any", doubt: incotermDoubt }],
  [/(?:^|\.)docRefNum$|[mM]rn$|MRN$/, { kind: "any", doubt: mrnDoubt }],
  [/[cC]ontainerIdentification$/, { kind: "any", doubt: containerDoubt }],
];

export function memberRule(path: MemberPath): ValueRule {
  const name = path.segments.filter((segment) => typeof segment === "string").join(".");
  return rules.find(([pattern]) => pattern.test(name))?.[1] ?? { kind: "any" };
}
