/** @type {import("jest").Config} */
export default {
  testEnvironment: "node",
  testMatch: ["<rootDir>/test/**/*.test.ts"],
  moduleNameMapper: {
    "^(\\.{1,2}/.*)\\.js$": ["$1.ts", "$1.js"],
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
  transformIgnorePatterns: ["/node_modules/(?!jose/)"],
  testEnvironmentOptions: { globalsCleanup: "off" },
  maxWorkers: 2,
  // For the real engine; what waits there is bounded by itself.
  testTimeout: 180_000,
};
