// What Pulumi runs: the TypeScript program through tsx, which compiles each file once and keeps it.
require("tsx/cjs");

module.exports = require("./index.ts");
