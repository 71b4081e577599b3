// The severity of a finding: that of the table of codes, unless the profile names another. A finding
// whose value could not be read stays an error: the shipment would be sent without the value.
import { findingCodes, type FindingCode } from "../../core/codes/finding-codes.ts";
import type { Finding, Severity } from "../../core/finding.ts";

/** By code; `off` leaves the finding out. */
export type Severities = Readonly<Partial<Record<FindingCode, Severity | "off">>>;

/**
 * @param hasValue Whether there is a value to send all the same.
 * @param severity What it weighs here unless the profile says otherwise.
 */
export function severityOf(
  code: FindingCode,
  severities: Severities | undefined,
  hasValue: boolean,
  severity: Severity = findingCodes[code].severity,
): Severity | "off" {
  const { lowerable } = findingCodes[code];
  const wanted = severities?.[code];
  if (wanted === undefined) return severity;
  return severity === "error" && !(lowerable === true && hasValue) ? severity : wanted;
}

/** For findings that were made with the severities of the table. */
export function withSeverities(
  findings: readonly Finding[],
  severities: Severities | undefined,
): readonly Finding[] {
  if (severities === undefined) return findings;
  return findings.flatMap((finding) => {
    const severity = severityOf(finding.code, severities, true, finding.severity);
    return severity === "off" ? [] : [{ ...finding, severity }];
  });
}
