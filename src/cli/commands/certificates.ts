// `cas-batch certificates`: the documents of certificates of origin. Source: Certificates of origin documents.
import { documentsFolder, fetchCertificate } from "../../runs/documents.ts";
import { withDocuments } from "../../runs/result/documents-result.ts";
import { documentOptions, withoutOut } from "../flags/document-flags.ts";
import type { AddCommand } from "../frame/command-entry.ts";
import { withSession } from "../frame/open-session.ts";
import { runCommand } from "../frame/run-command.ts";
import { plainResult } from "../words/plain-result.ts";

export const addCommand: AddCommand = (yargs, { signature, about }) =>
  yargs.command(signature, about, (command) =>
    command
      .command(
        "download <certificate> <attachment>",
        "Download the document of a certificate of origin",
        (download) =>
          download
            .positional("certificate", {
              type: "string",
              demandOption: true,
              describe: "Its id at CAS, as the notification CoOPDFCreated names it",
            })
            .positional("attachment", {
              type: "string",
              demandOption: true,
              describe: "The id of the document, the last part of the notification's url",
            })
            .options(documentOptions)
            .example(
              "$0 certificates download 77 0f3c --out certificates --env production",
              "Into the folder certificates",
            ),
        async (flags) => {
          await runCommand("certificates download", flags, async (context) => {
            const ids = {
              certificateId: flags.certificate,
              attachmentId: flags.attachment,
            };
            const folder = documentsFolder(flags.out);
            const asked = { folder, types: [], again: flags.again, linkForm: flags.link };
            return withSession(
              "certificates download",
              withoutOut(flags),
              context,
              async (session) => {
                const { simulated } = session.authorization;
                const result = { ...plainResult([], {}), runId: session.runId, simulated };
                const fetched = await fetchCertificate(session, ids, asked);
                return withDocuments(result, session, fetched, "each");
              },
            );
          });
        },
      )
      .demandCommand(1, "certificates needs download"),
  );
