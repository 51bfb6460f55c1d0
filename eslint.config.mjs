import js from "@eslint/js";
import { defineConfig, globalIgnores } from "eslint/config";
import tseslint from "typescript-eslint";

export default defineConfig(
  // The edge functions are programs of Deno, whose own tools check them.
  globalIgnores([
    "node_modules/",
    "**/*.cjs",
    "bootstrap/toolchain/",
    "bootstrap/images/*/ui/",
    "functions/",
    "coverage/",
  ]),
  js.configs.recommended,
  tseslint.configs.recommendedTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      // TypeScript knows what is defined, in JavaScript too.
      "no-undef": "off",
      "@typescript-eslint/no-explicit-any": "error",
      "@typescript-eslint/ban-ts-comment": [
        "error",
        { "ts-ignore": true, "ts-expect-error": true, "ts-nocheck": true },
      ],
    },
  },
  {
    // In JavaScript a cast stands in a comment, which tsc reads and this rule does not.
    files: ["**/*.mjs"],
    rules: { "@typescript-eslint/no-unsafe-assignment": "off" },
  },
);
