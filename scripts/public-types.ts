// The declarations of the library, for those who import it: what its face can be reached by, and nothing of what lies
// behind.
import { dirname, join, resolve } from "node:path";
import { mkdirSync, writeFileSync } from "node:fs";
import ts from "typescript";

/** Of a relative import in a declaration. */
const RELATIVE = /((?:from|import\()\s*")(\.{1,2}\/[^"]+)\.ts"/g;

/** @param face the source file whose declarations are public; the folder gets them with all that they name */
export function writePublicTypes(face: string, folder: string): void {
  const root = resolve(dirname(face));
  const { config } = ts.readConfigFile(join(root, "../tsconfig.json"), (path) =>
    ts.sys.readFile(path),
  ) as { config: { compilerOptions: ts.CompilerOptions } };
  const { options } = ts.convertCompilerOptionsFromJson(config.compilerOptions, root);
  const declarations = new Map<string, string>();
  const program = ts.createProgram([face], {
    ...options,
    noEmit: false,
    declaration: true,
    emitDeclarationOnly: true,
    allowImportingTsExtensions: true,
    rootDir: root,
    outDir: folder,
  });
  const { diagnostics } = program.emit(undefined, (path, text) => declarations.set(path, text));
  for (const { messageText } of diagnostics) {
    throw new Error(ts.flattenDiagnosticMessageText(messageText, "\n"));
  }
  const write = (path: string): void => {
    const text = declarations.get(path);
    if (text === undefined) throw new Error(`${path} is named by the public types and not there`);
    declarations.delete(path);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text.replaceAll(RELATIVE, '$1$2.js"'));
    for (const [, , name = ""] of text.matchAll(RELATIVE)) {
      const named = `${join(dirname(path), name)}.d.ts`;
      if (declarations.has(named)) write(named);
    }
  };
  write(join(folder, "library.d.ts"));
}
