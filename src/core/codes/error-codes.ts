// Every way a run can end before its work is done. One table: `docs/errors.md` is generated from it.

interface ErrorCodeEntry {
  /**
   * Source: docs, Exit codes. 0 told beside a result, 2 usage or configuration, 3 input, 4 one of many failed,
   * 5 resumable, 7 locked.
   */
  readonly exitCode: 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7;
  readonly meaning: string;
  /** What to do when the place that throws has nothing better to say. */
  readonly hint: string;
}

type Texts = Pick<ErrorCodeEntry, "meaning" | "hint">;

/** Until a person has changed something. */
const cannotRun = (texts: Texts): ErrorCodeEntry => ({ exitCode: 2, ...texts });
/** Of one declaration, while others of the same command may be changed. */
const cannotChange = (texts: Texts): ErrorCodeEntry => ({ exitCode: 3, ...texts });
/** The same call may work later, and is safe to repeat. */
const cannotNow = (texts: Texts): ErrorCodeEntry => ({ exitCode: 5, ...texts });
/** One document of many; the others are fetched. */
const ofDocument = (texts: Texts): ErrorCodeEntry => ({ exitCode: 4, ...texts });
/** The document is there; this is said beside it. */
const told = (texts: Texts): ErrorCodeEntry => ({ exitCode: 0, ...texts });

export const errorCodes = {
  usage: cannotRun({
    meaning:
      "The command line cannot be understood: an unknown command or flag, or one is missing.",
    hint: "Run `cas-batch --help`, or `cas-batch COMMAND --help` for one command",
  }),
  "configuration-invalid": cannotRun({
    meaning:
      "A setting on the command line, in the environment or in cas-batch.yaml cannot be used.",
    hint: "Correct the setting, then run `cas-batch doctor`",
  }),
  "credentials-missing": cannotRun({
    meaning: "No client id or client secret was given for an environment that needs them.",
    hint: "Set CAS_CLIENT_ID and CAS_CLIENT_SECRET, or CAS_CLIENT_SECRET_FILE, then run `cas-batch doctor`",
  }),
  "secret-file-unsafe": cannotRun({
    meaning: "The file that holds the client secret can be read by others.",
    hint: "Run `chmod 600` on the file",
  }),
  "config-file-unsafe": cannotRun({
    meaning:
      "The configuration file can be changed by others, and it names an address that is not of CAS: the client secret, tokens or shipments could go to them. Nothing was sent.",
    hint: "Run `chmod go-w` on the file and make it your own, or name the address in CAS_TOKEN_URL or CAS_API_URL",
  }),
  "credentials-refused": cannotRun({
    meaning: "The token endpoint refused the client id or the client secret.",
    hint: "Check CAS_CLIENT_ID and CAS_CLIENT_SECRET, and that they belong to the chosen --env, then run `cas-batch doctor`",
  }),
  "scope-refused": cannotRun({
    meaning: "The token endpoint refused the scope, which CAS_SCOPE or `scope` may have set.",
    hint: "Leave CAS_SCOPE and `scope` in cas-batch.yaml out, so that the scope of the chosen --env is used, or correct them; then run `cas-batch doctor`",
  }),
  "token-refused": cannotRun({
    meaning: "CAS refused the token (401), also after a fresh one was fetched.",
    hint: "Check that the credentials, and CAS_SCOPE where it is set, belong to the chosen --env, then run `cas-batch doctor`",
  }),
  "scope-missing": cannotRun({
    meaning: "The token is valid but lacks a right, or belongs to another tenant (403).",
    hint: "Run `cas-batch doctor` to see the scopes of the token, and ask Customs4trade for the missing one",
  }),
  "environment-mismatch": cannotRun({
    meaning:
      "An address or a scope belongs to another environment than the chosen one: acceptance's in production or the other way round, the simulator in production, or something else than the simulator in a rehearsal. No shipment was sent.",
    hint: "Leave the address out, so that the environment's own is used, or choose the environment that it belongs to",
  }),
  "insecure-url": cannotRun({
    meaning: "A plain http: address was configured for something else than this machine.",
    hint: "Use https:, or 127.0.0.1 for a local simulator",
  }),
  "hook-failed": cannotRun({
    meaning:
      "A hook of cas-batch.yaml would not work: its command cannot be started, or its mail server does not take our mail.",
    hint: "Correct `hooks` in cas-batch.yaml, then run `cas-batch hooks test`",
  }),
  "file-not-found": cannotRun({
    meaning: "A file or folder named on the command line is not there, or cannot be looked into.",
    hint: "Check the path; quote it when it holds blanks",
  }),
  "sheet-unknown": cannotRun({
    meaning: "The workbook has no sheet of the name or number that was asked for.",
    hint: "Name one of its sheets",
  }),
  "file-rejected": {
    exitCode: 3,
    meaning: "The one file that a command is about cannot be read.",
    hint: "Run `cas-batch check FILE` to see what is wrong with it",
  },
  "run-unknown": cannotRun({
    meaning: "The ledger has no run of that name, or none at all for the environment.",
    hint: "Name one of the runs that the message lists, or `latest`; without one, the report shows the newest state of every shipment",
  }),
  "twin-unusable": cannotRun({
    meaning: "The .json file is no report, or a report on another environment, tenant or ledger.",
    hint: "Name the status-report.json of these books, or the id of the run that wrote it",
  }),
  "changes-not-known": cannotRun({
    meaning:
      "What changed since that time is not known, because an older version of cas-batch wrote the ledger then.",
    hint: "Name a later time; reports written from now on know what changed",
  }),
  "run-pruned": cannotRun({
    meaning: "What the run's files held was removed from the ledger by `ledger prune`.",
    hint: "Leave the run out for a report on the newest state, or name a backup from before that with --ledger",
  }),
  "evidence-exists": cannotRun({
    meaning: "The folder that evidence is to be written to holds something already.",
    hint: "Name a folder that is not there yet; evidence is never written over",
  }),
  "reference-unknown": cannotRun({
    meaning:
      "The ledger holds nothing about the reference, LRN, MRN, declaration id or reference id that was asked for.",
    hint: "Check the spelling, --env and --ledger; references are compared letter by letter",
  }),
  "subscription-unknown": cannotChange({
    meaning: "CAS has no subscription of the id that was given.",
    hint: "Copy the id from `cas-batch subscriptions list`",
  }),
  "status-forbids": cannotChange({
    meaning:
      "The status of the declaration does not allow the change or the action. Nothing was sent for it.",
    hint: "Run `cas-batch explain REFERENCE`: it names the corrections that the status allows",
  }),
  "status-not-known": cannotChange({
    meaning:
      "This version of cas-batch does not know the status of the declaration, so it cannot tell whether the change is allowed. Nothing was sent for it.",
    hint: "Look the declaration up in CAS; add --force to let CAS decide",
  }),
  "collection-replaced": cannotChange({
    meaning:
      "The change gives a list whose elements have no casReference, or null or another value where a list is: CAS would replace the whole list, and what it holds now would vanish. Nothing was sent for it.",
    hint: "Give each element its casReference to change it alone, or add --replace-collections when the whole list is meant",
  }),
  "collection-mixed": cannotChange({
    meaning:
      "Some elements of a list have a casReference and others have none, or two have the same. CAS does not say what becomes of such a list, so nothing was sent for it.",
    hint: "Give each element its own casReference, or none of them together with --replace-collections",
  }),
  "element-unknown": cannotChange({
    meaning: "A list of the declaration has no element with the casReference that was given.",
    hint: "Copy the casReference from `cas-batch declarations get ID`",
  }),
  "list-with-gaps": cannotChange({
    meaning: "An element of a list is given without the one before it.",
    hint: "Number the elements of a list without gaps, from [0]",
  }),
  "path-unusable": cannotChange({
    meaning: "A path names no value of the declaration that can be set.",
    hint: "Write it like singleAdministrativeDocument.addDeclType; `cas-batch declarations get ID` shows the members that are there",
  }),
  "path-repeated": cannotChange({
    meaning: "The same path, or a part of it, is given twice, and which value counts is not known.",
    hint: "Give each path once",
  }),
  "value-unusable": cannotChange({
    meaning: "A value does not fit the member that it is for, or is missing.",
    hint: "Write numbers like 1234.5, without blanks and thousands separators; write --set PATH:=JSON to send JSON as it is",
  }),
  "content-unusable": cannotChange({
    meaning: "What is to be sent is no JSON object, names a member twice, or says nothing.",
    hint: "Correct the file; it holds the members to be changed, as `cas-batch declarations get ID` shows them",
  }),
  "declaration-moved": cannotChange({
    meaning:
      "The declaration changed between the moment when the change was shown and the moment of sending. Nothing was sent for it.",
    hint: "Run the same command again and look at the difference",
  }),
  "change-unsettled": {
    exitCode: 6,
    meaning:
      "It is not known what became of an earlier change of the same declaration or subscription, and looking at it does not tell.",
    hint: "Look it up in CAS; add --again to send this one all the same",
  },
  "not-confirmed": cannotRun({
    meaning: "The question whether to make the change was not answered with yes. Nothing was sent.",
    hint: "Run the same command again, and answer yes or add --yes",
  }),
  "file-not-moved": cannotRun({
    meaning:
      "A file of the inbox that was read could not be moved to the archive, to the rejected files or back. Nothing of it is lost: it stays with the files in work, and what it says was sent stands in the ledger.",
    hint: "Check the rights of the folders and the free space on their disks, then run the same command again: it takes the file first, and sends nothing twice",
  }),
  "file-not-writable": cannotRun({
    meaning: "A result cannot be written to the place that was asked for.",
    hint: "Close the file in other programs, check the rights of the folder and the free space on its disk, or name another place",
  }),
  "ledger-unusable": cannotRun({
    meaning: "The ledger cannot be opened: no rights, a damaged or foreign file.",
    hint: "Check CAS_LEDGER and the rights of its folder",
  }),
  "ledger-missing": cannotRun({
    meaning:
      "There is no ledger where the configuration names one. None is begun in its place: an empty one would know nothing of what was sent.",
    hint: "Check --ledger, CAS_LEDGER, `ledger` in cas-batch.yaml and the current folder; to begin a new ledger there, add --create-ledger once",
  }),
  "ledger-ambiguous": cannotRun({
    meaning:
      "There are two ledgers where one is expected, in the current folder and in its usual place. Each may know of something sent that the other does not.",
    hint: "Name the one to go on with, by --ledger or `ledger` in cas-batch.yaml, and move the other one away",
  }),
  "ledger-newer": cannotRun({
    meaning: "The ledger was written by a newer cas-batch.",
    hint: "Install the newer version; an older one must not touch this ledger",
  }),
  "ledger-moved": cannotRun({
    meaning:
      "The ledger is a copy or a backup, was moved, or is older than what was sent from its place: it may not know what was sent since.",
    hint: "Make sure that nothing is sent from the other one any more, then run `cas-batch ledger adopt`",
  }),
  "ledger-damaged": {
    exitCode: 6,
    meaning: "A backup of the ledger was not kept, because what is in it is damaged.",
    hint: "Run `cas-batch ledger verify`: it says what is damaged and what to do",
  },
  "ledger-write-failed": cannotNow({
    meaning:
      "The ledger could not be written (disk full, read-only, I/O error); sending stopped at once.",
    hint: "Free space or restore the disk, then run `cas-batch resume`",
  }),
  "lock-held": {
    exitCode: 7,
    meaning: "Another process is sending for the same environment and tenant.",
    hint: "Wait until it has finished",
  },
  unreachable: cannotNow({
    meaning: "CAS cannot be reached: name, network, TLS or no one listening.",
    hint: "Check the network and https://status.customs4trade.com, then run `cas-batch resume`",
  }),
  "timed-out": cannotNow({
    meaning: "CAS did not answer in time.",
    hint: "Check https://status.customs4trade.com, then run `cas-batch resume`",
  }),
  "rate-limited": cannotNow({
    meaning: "CAS answered that there were too many requests (429).",
    hint: "Lower --rate, then run `cas-batch resume`",
  }),
  "server-error": cannotNow({
    meaning: "CAS answered with a fault of its own (5xx).",
    hint: "Check https://status.customs4trade.com, then run `cas-batch resume`",
  }),
  "answer-not-understood": cannotNow({
    meaning: "CAS answered something that is not what its documentation says.",
    hint: "Check that CAS_API_URL points to CAS and not to a proxy's page",
  }),
  "answer-compressed": cannotNow({
    meaning:
      "The answer is compressed in a way that cas-batch cannot read. It asks for answers that are not compressed, and reads gzip, deflate, br and zstd all the same.",
    hint: "Ask those who run the gateway or proxy before CAS to send its answers uncompressed, then run `cas-batch resume`",
  }),
  "address-wrong": cannotRun({
    meaning:
      "What answers where shipments are sent to is not CAS: a redirect (3xx), a proxy that wants a password (407), or no such path (404, 405).",
    hint: "Check CAS_API_URL, `endpoints` in cas-batch.yaml, and whether a proxy or a login page answers in place of CAS; then run `cas-batch resume`",
  }),
  "id-unusable": cannotRun({
    meaning:
      "What was given as the id of something at CAS cannot be one: it is empty, or holds dots that lead elsewhere or characters that are not seen. Nothing was asked.",
    hint: "Copy the id from `cas-batch declarations search`, from the report or from CAS",
  }),
  "body-unusable": cannotRun({
    meaning:
      "What a program gave the client to send is no JSON object, or holds a number that would not arrive as it is. Nothing was sent.",
    hint: 'Give an object or its JSON text, and numbers of many digits as exactNumber("25000.1234")',
  }),
  "link-unusable": cannotNow({
    meaning:
      "CAS named a download address that cannot be used: none at all, not https, or with a password in it. Nothing was downloaded.",
    hint: "Run the same command again for a fresh link; if it stays, show the message to your CAS team",
  }),
  "link-expired": ofDocument({
    meaning:
      "The storage of CAS did not take the link to a document (4xx), nor a fresh one: it had expired, or the document is gone. Nothing of it was kept.",
    hint: "Run the same command again; if it stays, open the document in CAS and tell your CAS team",
  }),
  "document-damaged": ofDocument({
    meaning:
      "A document came several times otherwise than the storage says: empty, of another length, or with another checksum. Nothing of it was kept.",
    hint: "Run the same command again; if it stays, tell your CAS team, or those who run the proxy on the way",
  }),
  "document-unavailable": cannotNow({
    meaning:
      "The storage of CAS could not be reached or had a fault of its own, several times. The other documents are fetched all the same, and the command ends with 4; after many in a row it stops. Nothing of the document was kept.",
    hint: "Run the same command again later: what was fetched is skipped",
  }),
  "document-too-large": ofDocument({
    meaning: "A document is larger than `documents.maxBytes` allows. Nothing of it was kept.",
    hint: "If it is wanted, set `documents.maxBytes` in cas-batch.yaml higher and run the same command again",
  }),
  "document-length-unknown": ofDocument({
    meaning:
      "The storage says neither how long a document is nor where it ends: a part of it would pass for the whole. Nothing of it was kept.",
    hint: "Ask those who run the proxy on the way to pass on Content-Length, then run the same command again; else download it in CAS",
  }),
  "document-without-id": ofDocument({
    meaning: "CAS lists a document without an id, so that no link to it can be asked for.",
    hint: "Open the declaration in CAS to download it, and tell your CAS team",
  }),
  "document-length-unstated": told({
    meaning:
      "The storage did not say before how long a document is. It came to its end, which the transfer itself marks, and was kept.",
    hint: "Nothing is to be done",
  }),
  "document-name-unsafe": told({
    meaning:
      "The name that CAS or its storage gives a document holds `/`, `\\` or `../`, or characters that are not seen. The document was kept under a safe name in the folder that was asked for.",
    hint: "Use the path that is shown, and tell your CAS team of the name",
  }),
  "declaration-unknown": cannotRun({
    meaning: "CAS has no declaration, or no goods item of it, of the id that was asked for.",
    hint: "Check the id, the environment and the tenant; `cas-batch declarations search` finds declarations by your reference or their MRN",
  }),
  "gateway-blocked": cannotRun({
    meaning:
      "Something before CAS, such as a firewall, answered 403 with a page of its own. One shipment is refused for it; when several in a row are, the run stops.",
    hint: "Ask those who run the firewall or proxy between here and CAS why it blocks these requests, then run `cas-batch resume`",
  }),
  "request-refused": cannotRun({
    meaning:
      "CAS refused a request (4xx): a shipment, with the reasons it names, or another, such as a search.",
    hint: "Correct in the file what CAS says of a shipment; of another request, please report the answer shown",
  }),
  "outcome-unknown": {
    exitCode: 6,
    meaning:
      "It is not known whether CAS received a message: the connection broke or no answer came.",
    hint: "Run `cas-batch resume`: it asks CAS before anything is sent again",
  },
  "deadline-reached": cannotNow({
    meaning: "The time came until which a run was allowed to send, before everything was sent.",
    hint: "Run `cas-batch resume`",
  }),
  "listen-unprotected": cannotRun({
    meaning:
      "An address that other machines reach would take notifications from everyone: nothing was chosen that protects it.",
    hint: "Add --api-key-header NAME --api-key-file FILE, or --jwks URL --issuer ISSUER --audience AUDIENCE, and give CAS the same with `cas-batch subscriptions`; or leave --host out, to listen on this machine only",
  }),
  "address-unavailable": cannotRun({
    meaning: "The receiver of notifications cannot listen at the address that was chosen.",
    hint: "Choose another --port, or end the program that listens there",
  }),
  "tenant-unknown": cannotRun({
    meaning:
      "It cannot be told for which tenant notifications are: CAS was not asked or cannot be reached, and the ledger knows none or several.",
    hint: "Add --tenant NAME, as `cas-batch doctor` shows it",
  }),
  "notification-unknown": cannotRun({
    meaning: "The ledger holds no notification with the id that was given.",
    hint: "Run `cas-batch notifications list` to see those that it holds",
  }),
  "notification-file-invalid": cannotRun({
    meaning:
      "A file of notifications cannot be read as such: it is neither one JSON object nor one JSON object a line. Nothing of it was taken.",
    hint: "Give a file in which every line is the body of one notification",
  }),
  interrupted: cannotNow({
    meaning: "The run was stopped before its work was done.",
    hint: "Run `cas-batch resume`",
  }),
  unexpected: {
    exitCode: 1,
    meaning: "A fault in cas-batch itself.",
    hint: "Please report this with the text above",
  },
} satisfies Record<string, ErrorCodeEntry>;

export type ErrorCode = keyof typeof errorCodes;
