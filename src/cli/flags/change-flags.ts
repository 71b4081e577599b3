// The flags of every command that changes something at CAS by hand, and what they ask for.
import type { ArgumentsCamelCase, InferredOptionTypes, Options } from "yargs";
import { resolve } from "node:path";
import { readAnswer } from "../../cas/answer-json.ts";
import type { Edit } from "../../change/body-of-edits.ts";
import type { ChangeContent } from "../../change/change-request.ts";
import { CasBatchError } from "../../core/errors.ts";
import { readSettingsFile } from "../../core/files/settings-file.ts";
import { isJsonObject, parseJson } from "../../core/json.ts";
import type { GlobalFlags } from "./global-flags.ts";
import { macroOptions, textFileOptions } from "./reading-flags.ts";

export const changeOptions = {
  "dry-run": {
    type: "boolean",
    default: false,
    describe: "Show what would be changed, and send nothing",
  },
  yes: {
    alias: "y",
    type: "boolean",
    default: false,
    describe: "Do not ask before something is changed in production",
  },
  wait: {
    type: "string",
    describe: "How long to look for the effect: 30s, 5m, or --no-wait; 10s by default",
  },
  force: {
    type: "boolean",
    default: false,
    describe: "Leave a status that cas-batch does not know to CAS",
  },
  again: {
    type: "boolean",
    default: false,
    describe: "Send it although it is not known what became of an earlier change",
  },
  rate: { type: "number", describe: "Most requests per second; 10 by default" },
  concurrency: { type: "number", describe: "Most requests at once; 8 by default" },
} as const satisfies Record<string, Options>;

export const contentOptions = {
  set: {
    type: "string",
    describe:
      "PATH=VALUE, as often as needed; PATH:=JSON sends JSON as it is. Into a list: LIST[0].NAME or LIST[casReference=X].NAME, counted from 0",
  },
  file: { type: "string", describe: "A JSON file with the members to be changed" },
  "replace-collections": {
    type: "boolean",
    default: false,
    describe: "Send lists without casReference, though CAS then replaces the whole list",
  },
} as const satisfies Record<string, Options>;

/** Changes in bulk. */
export const sheetOption = {
  sheet: { type: "string", describe: "A workbook or CSV file that holds many of them" },
  ...macroOptions,
  ...textFileOptions,
} as const satisfies Record<string, Options>;

export type ChangeFlags = ArgumentsCamelCase<InferredOptionTypes<typeof changeOptions>> &
  GlobalFlags & { readonly replaceCollections?: boolean };

/**
 * What is to be set: by --set, or by --file.
 * @throws CasBatchError `usage`, `file-not-found`, `content-unusable`
 */
export async function contentOf(flags: {
  readonly set?: string | readonly string[] | undefined;
  readonly file?: string | undefined;
}): Promise<ChangeContent | null> {
  const sets = [flags.set ?? []].flat();
  if (sets.length > 0 && flags.file !== undefined) {
    throw new CasBatchError("usage", "--set and --file cannot be given together", {
      hint: "Put all values into the file, or give them all with --set",
    });
  }
  if (flags.file !== undefined) return documentOf(resolve(flags.file));
  return sets.length === 0 ? null : sets.map(editOf);
}

/** Behind the brackets: a reference in them may hold an equals sign. */
const SETTING = /^((?:[^=[]|\[[^\]]*\])+?)(:?=)(.*)$/s;

function editOf(text: string): Edit {
  const [, path, sign, value] = SETTING.exec(text) ?? [];
  if (path === undefined || value === undefined) {
    throw new CasBatchError("usage", `--set "${text}" cannot be understood`, {
      hint: "Write --set PATH=VALUE, such as --set singleAdministrativeDocument.addDeclType=D",
    });
  }
  return { path: path.trim(), value, isJson: sign === ":=", place: "" };
}

async function documentOf(path: string): Promise<ChangeContent> {
  const { text } = await readSettingsFile("the file", path);
  const answer = readAnswer(text);
  const fault = (why: string): CasBatchError =>
    new CasBatchError("content-unusable", `${path}: ${why}`);
  if ("fault" in answer) throw fault(answer.fault);
  const [twice] = answer.repeated;
  if (twice !== undefined) throw fault(`${twice.join(".")} is named twice`);
  const value = parseJson(text.replace(/^\uFEFF/, ""));
  if (isJsonObject(value)) return value;
  throw fault("it holds no JSON object");
}
