// The only way an address becomes a URL that we talk to: https: everywhere, plain http: to this
// machine and nowhere else, because a token or a shipment must never cross a network in the clear.
import { CasBatchError } from "../core/errors.ts";

/**
 * @param setting the name of the setting, for the message
 * @throws CasBatchError `insecure-url`, `configuration-invalid`
 */
export function secureUrl(address: string, setting: string): URL {
  if (address === "") {
    throw new CasBatchError(
      "configuration-invalid",
      `The ${setting} is empty; https://HOST is allowed`,
    );
  }
  const url = URL.parse(address);
  if (url === null || (url.protocol !== "https:" && url.protocol !== "http:")) {
    throw new CasBatchError(
      "configuration-invalid",
      `The ${setting} "${address}" is no address of a web service; https://HOST is allowed`,
    );
  }
  if (url.username !== "" || url.password !== "") {
    throw new CasBatchError(
      "configuration-invalid",
      `The ${setting} for ${url.host} holds a user name or password, which do not belong there`,
      { hint: "Set CAS_CLIENT_ID and CAS_CLIENT_SECRET instead" },
    );
  }
  if (url.protocol === "http:" && !isLoopback(url)) {
    throw new CasBatchError(
      "insecure-url",
      `The ${setting} "${address}" is not encrypted; http: is allowed for this machine only`,
    );
  }
  return url;
}

/** 127.0.0.0/8, ::1 and localhost; `URL` has already brought every spelling of them to one form. */
export function isLoopback(url: URL): boolean {
  return /^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(url.hostname);
}
