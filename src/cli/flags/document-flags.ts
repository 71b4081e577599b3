// The flags of commands that download documents.
import type { Options } from "yargs";
import { CasBatchError } from "../../core/errors.ts";
import { documentsFolder, type DocumentChoices } from "../../runs/documents.ts";

export const documentOptions = {
  out: {
    type: "string",
    demandOption: true,
    describe: "Folder for the documents; it is created when it is not there",
  },
  again: {
    type: "boolean",
    default: false,
    describe: "Fetch anew what was fetched before; no file is replaced",
  },
  link: {
    choices: ["url", "redirect"],
    default: "url",
    describe: "How CAS is asked for the link to a document; the other way follows where it fails",
  },
  rate: { type: "number", describe: "Most requests to CAS per second; 10 by default" },
  concurrency: { type: "number", describe: "Most documents at once; 8 by default" },
} as const satisfies Record<string, Options>;

/** For `run` and `reconcile`. */
export const attachmentOptions = {
  attachments: {
    type: "string",
    describe: "Download the documents of our declarations into this folder, those not fetched yet",
  },
  "attachment-type": {
    type: "string",
    array: true,
    nargs: 1,
    describe: "With --attachments: only documents of this type, such as EAD",
  },
} as const satisfies Record<string, Options>;

/**
 * Before any work: a folder that cannot be made must not be found out after the sending.
 * @throws CasBatchError `usage`, `file-not-writable`
 */
export function documentChoices(flags: {
  readonly attachments?: string | undefined;
  readonly attachmentType?: readonly string[] | undefined;
}): DocumentChoices | null {
  const { attachments, attachmentType = [] } = flags;
  if (attachments !== undefined) {
    return { folder: documentsFolder(attachments), types: attachmentType };
  }
  if (attachmentType.length === 0) return null;
  throw new CasBatchError("usage", "--attachment-type needs --attachments with a folder");
}

/** Where documents go is no folder for reports. */
export function withoutOut<Flags extends { readonly out?: string | undefined }>(
  flags: Flags,
): Omit<Flags, "out"> {
  const { out: _out, ...others } = flags;
  return others;
}
