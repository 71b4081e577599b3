// The address of a document, as CAS names it. It comes from outside and is called without the token; it may lead
// to any host, but never over the network in the clear.
import { CannotNowError } from "../core/errors.ts";
import type { CallContext } from "./failures.ts";
import { isLoopback } from "./secure-url.ts";

/**
 * @param text absolute, or relative to the address that was asked
 * @throws CannotNowError `link-unusable`
 */
export function downloadUrl(text: string, { what, host, address }: CallContext): string {
  const unusable = (fault: string): CannotNowError =>
    new CannotNowError("link-unusable", `Could not ${what}: the one that ${host} names ${fault}`);
  if (text.trim() === "") throw unusable("is empty");
  const url = URL.parse(text, address.href);
  if (url === null) throw unusable("is no address of the web");
  // Without the query: it holds what opens the document.
  const shown = `${url.protocol}//${url.host}`;
  if (url.protocol !== "https:" && url.protocol !== "http:") {
    throw unusable(`(${url.protocol}) is no address of the web; https: is allowed`);
  }
  if (url.username !== "" || url.password !== "") {
    throw unusable(`at ${url.host} holds a user name or password, which do not belong there`);
  }
  if (url.protocol === "http:" && !(isLoopback(url) && isLoopback(address))) {
    throw unusable(`(${shown}) is not encrypted; https: is allowed`);
  }
  return url.href;
}
