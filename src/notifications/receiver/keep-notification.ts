// A request's body as it is kept. What an authenticated sender delivers is never refused for what it says: an odd
// body is kept and told, because the sender would give it up after a day.
import type { IncomingHttpHeaders } from "node:http";
import type { ReceivedNotification } from "../../ledger/contract/notifications.ts";
import { readHead } from "../merge/read-event.ts";

/** Names of headers that may hold a secret; the header of the API key is left out by its name. */
const SECRET_HEADER = /auth|cookie|key|secret|token|signature|password/i;

/** A link with a query opens a document to everyone who has it. Source: seeds/000 step 7. */
const LINK_QUERY = /(https?:(?:\\?\/){2}[^"?\s]*)\?(?:[^"\s\\]|\\(?!"))*/g;
const LINK_REMOVED = "?removed";

interface Delivery {
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  readonly receivedAt: Date;
}

/** @param tenant whose notifications these are */
export function receivedNotification(
  { headers, body, receivedAt }: Delivery,
  tenant: string,
  secretHeader: string | null,
): ReceivedNotification {
  const head = readHead(body);
  const isEvent = !("fault" in head);
  const of = isEvent ? head.tenant : null;
  const isOther = of !== null && !tenantsOf(tenant).includes(of);
  return {
    eventId: isEvent ? head.eventId : null,
    standing: isOther ? "other-tenant" : isEvent ? "received" : "unreadable",
    fault: isOther ? `it is of tenant ${of}` : isEvent ? null : head.fault,
    receivedAt,
    headers: JSON.stringify(withoutSecrets(headers, secretHeader)),
    body: body.includes("?") && isEvent ? withoutLinks(body) : body,
  };
}

/** CAS names the tenant in a text that may hold several. Source: seeds/000 step 2, `tenantIds`. */
function tenantsOf(text: string): readonly string[] {
  return [text, ...text.split(/[\s,;]+/)];
}

function withoutLinks(body: Buffer): Buffer {
  return Buffer.from(body.toString().replace(LINK_QUERY, `$1${LINK_REMOVED}`));
}

function withoutSecrets(headers: IncomingHttpHeaders, secretHeader: string | null): object {
  const kept: IncomingHttpHeaders = {};
  for (const name in headers) {
    if (name !== secretHeader && !SECRET_HEADER.test(name)) kept[name] = headers[name];
  }
  return kept;
}
