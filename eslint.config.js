import tseslint from "typescript-eslint";

export default tseslint.config(
  { ignores: ["dist/**", "dist.*/**", "out/**", "samples/**", "templates/**"] },
  {
    files: ["**/*.ts"],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: {
      parserOptions: { project: "./tsconfig.json", tsconfigRootDir: import.meta.dirname },
    },
    linterOptions: { reportUnusedDisableDirectives: "error" },
    rules: {
      "@typescript-eslint/consistent-type-imports": "error",
      "@typescript-eslint/switch-exhaustiveness-check": "error",
      "@typescript-eslint/no-unused-vars": [
        "error",
        { argsIgnorePattern: "^_", varsIgnorePattern: "^_" },
      ],
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      "@typescript-eslint/no-unnecessary-condition": [
        "error",
        { allowConstantLoopConditions: "only-allowed-literals" },
      ],
      "no-restricted-syntax": [
        "error",
        { selector: "TSEnumDeclaration", message: "Use a union of string literals" },
      ],
      eqeqeq: ["error", "always", { null: "ignore" }],
    },
  },
  {
    files: ["src/**/*.ts"],
    ignores: ["src/cli/words/output-streams.ts"],
    rules: {
      // One place writes to the terminal: it shows what a terminal would act on, and a stage that prints
      // would break --json.
      "no-console": "error",
      "no-restricted-properties": [
        "error",
        ...["stdout", "stderr"].map((property) => ({ object: "process", property })),
      ],
      "no-restricted-imports": [
        "error",
        { name: "node:process", message: "Use the global: its streams are guarded" },
        { name: "node:console", message: "Use src/cli/words/output-streams.ts" },
      ],
    },
  },
);
