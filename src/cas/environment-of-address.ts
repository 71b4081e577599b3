// Which environment of CAS an address or a scope belongs to, as far as its name says: production and
// acceptance refuse what is the other's. Other names (a gateway, a proxy, this machine) say nothing.
import { CasBatchError } from "../core/errors.ts";

/** Source: Integration methods, Environments; `api-<env>` in Declaration actions. */
const CAS_DOMAIN = ".customs4trade.com";
/** Source: seeds/000, step 1: `c4t{env}b2c` in the scope, and in addresses of the login behind it. */
const DIRECTORY = /c4t([a-z0-9]+)b2c/i;
/** `api`, `login-acc`; of other hosts of CAS only those with a mark of their environment. */
const ADDRESS_LABEL = /^(?:api|login)(?:-([a-z0-9]+))?$/;
const MARKED_LABEL = /(?:^|-)(acc|tst|test|dev|uat|prd|prod)$/;

const PRODUCTION_MARKS: readonly string[] = ["prd", "prod"];

/**
 * @param setting where the text comes from, for the message
 * @throws CasBatchError `environment-mismatch`
 */
export function refuseOtherEnvironment(
  environment: "production" | "acceptance",
  setting: string,
  text: string,
): void {
  const host = URL.parse(text)?.hostname ?? "";
  const mark = markOfHost(host) ?? DIRECTORY.exec(text)?.[1]?.toLowerCase() ?? null;
  if (mark === null) return;
  const isProduction = PRODUCTION_MARKS.includes(mark);
  // A third system of CAS ("tst") is no danger to a test, but nothing sent there is filed.
  if (isProduction === (environment === "production")) return;
  const [owner, remedy] = isProduction
    ? ["production", "production to file with customs"]
    : mark === "acc"
      ? ["acceptance", "acceptance to test"]
      : [`another system of CAS (${mark})`, "acceptance to test there"];
  throw new CasBatchError(
    "environment-mismatch",
    `${setting} (${host === "" ? text : host}) belongs to ${owner}, and the environment is ${environment}`,
    {
      hint: `Leave ${setting} out, so that the one of ${environment} is used, or choose --env ${remedy}`,
    },
  );
}

/** Whether an address is one of CAS itself, encrypted. */
export function isHostOfCas(address: string): boolean {
  const url = URL.parse(address);
  return url?.protocol === "https:" && url.hostname.replace(/\.+$/, "").endsWith(CAS_DOMAIN);
}

function markOfHost(hostname: string): string | null {
  const host = hostname.replace(/\.+$/, "");
  if (!host.endsWith(CAS_DOMAIN)) return null;
  const labels = host.slice(0, -CAS_DOMAIN.length).split(".");
  const [mark] = labels.flatMap((label) => MARKED_LABEL.exec(label)?.[1] ?? []);
  if (mark !== undefined) return mark;
  const [address] = labels.flatMap((label) => {
    const found = ADDRESS_LABEL.exec(label);
    return found === null ? [] : [found[1] ?? "prd"];
  });
  return address ?? null;
}
