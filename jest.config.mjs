/** @type {import("jest").Config} */
export default {
  testEnvironment: "node",
  testMatch: ["<rootDir>/test/**/*.test.ts"],
  moduleNameMapper: {
    "^(\\.{1,2}/.*)\\.js$": ["$1.ts", "$1.js"],
    // It has an entry for `import` alone.
    "^unicorn-magic$": "<rootDir>/node_modules/unicorn-magic/node.js",
  },
  transform: {
    "\\.(ts|mjs|js)$": [
      "@swc/jest",
      {
        jsc: { parser: { syntax: "typescript" }, target: "es2022" },
        module: { type: "commonjs" },
      },
    ],
  },
  // Packages that ship ES modules alone.
  transformIgnorePatterns: [
    "/node_modules/(?!(jose|execa|@sindresorhus|is-stream|is-plain-obj|figures|npm-run-path|path-key|unicorn-magic|pretty-ms|parse-ms|strip-final-newline|yoctocolors|get-stream|human-signals|is-unicode-supported|@sec-ant)/)",
  ],
  testEnvironmentOptions: { globalsCleanup: "off" },
  maxWorkers: 2,
};
