// Reads the bytes behind a temporary link, from whichever host it names. A link is a secret: its path and query
// open the document to everyone, so no error and no log names more than its host. And the host is not CAS: it gets
// neither the token nor a header that was configured for CAS. One call is one try.
import { CannotNowError, CasBatchError } from "../core/errors.ts";
import { createRedactor } from "../core/text/redact.ts";
import type { CasSettings } from "./cas-settings.ts";
import { contentEncodings } from "./content-encoding.ts";
import { createDispatchers } from "./dispatcher.ts";
import { downloadUrl } from "./download-url.ts";
import { exchange, type Answered, type BodyTaker } from "./exchange.ts";
import { busyError, unansweredError, type CallContext } from "./failures.ts";

/** A storage may lead to another host of its own, which may lead to one near by. */
const REDIRECTS_MAX = 5;
const REDIRECTS = [301, 302, 303, 307, 308];
const PARTIAL = 206;
const RANGE_WRONG = 416;

/** Where an earlier try has ended. */
interface ResumePoint {
  readonly bytes: number;
  /** Strong: the same bytes or none. */
  readonly etag: string;
}

/** What is known of a document before its first byte. */
export interface DocumentHead {
  /** Whether what follows continues at the resume point; else it begins anew. */
  readonly isRest: boolean;
  /** Of the whole document; null when the answer does not say. */
  readonly bytesTotal: number | null;
  /** Null where there is none that names exact bytes. */
  readonly etag: string | null;
  /** As the storage says it; never a path. */
  readonly fileName: string | null;
  /** Of the whole document, in Base64. Source: RFC 1864, and Azure Blob Storage. */
  readonly md5: string | null;
}

export interface DocumentStorage {
  /**
   * @param link as the client gives it
   * @param begin takes the head and gives what takes the bytes; what either throws is what the call throws
   * @throws CasBatchError `document-too-large`, `document-length-unknown`, `answer-compressed`
   * @throws CannotNowError `link-expired`, `link-unusable`, `document-damaged`, and when the same may work later
   */
  readonly read: (
    link: string,
    resume: ResumePoint | null,
    begin: (head: DocumentHead) => Promise<BodyTaker>,
    signal: AbortSignal,
  ) => Promise<void>;
  readonly close: () => Promise<void>;
}

export function createDocumentStorage(settings: CasSettings, bytesMax: number): DocumentStorage {
  const dispatchers = createDispatchers(settings);
  const read: DocumentStorage["read"] = async (link, resume, begin, signal) => {
    let url = new URL(link);
    for (let redirects = 0; redirects <= REDIRECTS_MAX; redirects += 1) {
      const call = contextOf(url);
      const headers = {
        "user-agent": settings.userAgent,
        ...(resume === null
          ? {}
          : { range: `bytes=${String(resume.bytes)}-`, "if-range": resume.etag }),
      };
      const begun: Promise<BodyTaker>[] = [];
      const receive = (status: number, header: Answered["header"]): BodyTaker => {
        const head = headOf(status, header, resume, { bytesMax, call });
        let bytes = head.isRest ? (resume?.bytes ?? 0) : 0;
        const taker = begin(head);
        // It is awaited where the first piece comes, or the end.
        taker.catch(() => undefined);
        begun.push(taker);
        return async (piece) => {
          bytes += piece.length;
          if (bytes > bytesMax) throw tooLarge(bytes, bytesMax, call);
          await (
            await taker
          )(piece);
        };
      };
      const request = { method: "GET", url, headers, signal, receive } as const;
      const answer = await exchange(dispatchers.for(url), request, settings);
      if (!answer.answered) throw unansweredError(answer.fault, call);
      const { status, bodyFault } = answer;
      if (status < 300) {
        if (bodyFault !== null) throw unansweredError(bodyFault, call);
        await Promise.all(begun);
        return;
      }
      if (!REDIRECTS.includes(status)) throw refusal(answer, call);
      const location = answer.header("location");
      url = new URL(downloadUrl(location ?? "", { ...call, what: "follow a redirect" }));
    }
    throw new CannotNowError(
      "link-unusable",
      `The link to the document was redirected more than ${String(REDIRECTS_MAX)} times`,
    );
  };
  return { read, close: dispatchers.close };
}

function contextOf(url: URL): CallContext {
  // By value, wherever the library may repeat it.
  const redactor = createRedactor([url.href, url.pathname + url.search, url.search]);
  const what = "fetch the document";
  return { what, host: url.host, address: url, now: new Date(), redactor };
}

/** 408, 429 and 5xx may pass; every other status says that the link is no good, or not any more. */
function refusal(answer: Answered, call: CallContext): Error {
  const { status } = answer;
  if (status === RANGE_WRONG) {
    return new CannotNowError("document-damaged", `${call.host} does not have the rest (416)`);
  }
  return (
    busyError(answer, call) ??
    new CannotNowError(
      "link-expired",
      `Could not ${call.what}: ${call.host} answered ${String(status)} to the link`,
    )
  );
}

function headOf(
  status: number,
  header: Answered["header"],
  resume: ResumePoint | null,
  { bytesMax, call }: { readonly bytesMax: number; readonly call: CallContext },
): DocumentHead {
  const damaged = (words: string): CannotNowError =>
    new CannotNowError("document-damaged", `${call.host} answered ${words}`);
  const [encoding] = contentEncodings(header("content-encoding") ?? undefined);
  if (encoding !== undefined) {
    throw new CasBatchError(
      "answer-compressed",
      `Could not ${call.what}: ${call.host} packed it (${encoding}), though it was asked not to`,
    );
  }
  const isRest = status === PARTIAL;
  const length = wholeNumber(header("content-length"));
  let bytesTotal = length;
  if (isRest) {
    const [, first, total] = /^bytes (\d+)-\d+\/(\d+)$/.exec(header("content-range") ?? "") ?? [];
    if (resume === null || Number(first) !== resume.bytes || total === undefined) {
      throw damaged("with another part than was asked for");
    }
    bytesTotal = Number(total);
    if (length !== null && resume.bytes + length !== bytesTotal) {
      throw damaged("with a rest of another length than it says");
    }
  } else if (status !== 200) {
    throw damaged(`${String(status)} instead of 200`);
  }
  if (bytesTotal === null && !/chunked/i.test(header("transfer-encoding") ?? "")) {
    throw new CasBatchError(
      "document-length-unknown",
      `${call.host} does not say how long the document is, nor where it ends, so that a part of it would pass for the whole`,
    );
  }
  if (bytesTotal !== null && bytesTotal > bytesMax) throw tooLarge(bytesTotal, bytesMax, call);
  const etag = header("etag");
  const md5 = header("x-ms-blob-content-md5") ?? (isRest ? null : header("content-md5"));
  return {
    isRest,
    bytesTotal,
    etag: etag?.startsWith('"') === true ? etag : null,
    fileName: fileNameOf(header("content-disposition")),
    md5,
  };
}

function tooLarge(bytes: number, bytesMax: number, { host }: CallContext): CasBatchError {
  return new CasBatchError(
    "document-too-large",
    `The document at ${host} has ${String(bytes)} bytes or more; ${String(bytesMax)} are taken`,
  );
}

function wholeNumber(text: string | null): number | null {
  return text !== null && /^\d{1,15}$/.test(text) ? Number(text) : null;
}

/** Source: RFC 6266; the extended form (RFC 8187) counts more. */
function fileNameOf(disposition: string | null): string | null {
  if (disposition === null) return null;
  const [, encoded] = /;\s*filename\*\s*=\s*utf-8'[^']*'([^;\s]+)/i.exec(disposition) ?? [];
  if (encoded !== undefined) {
    try {
      return decodeURIComponent(encoded);
    } catch {
      // The plain form may do.
    }
  }
  const [, quoted, plain] =
    /;\s*filename\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^;\s]+))/i.exec(disposition) ?? [];
  return quoted?.replaceAll(/\\(.)/g, "$1") ?? plain ?? null;
}
