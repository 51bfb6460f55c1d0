// What Pulumi runs: the TypeScript program.
require("./bootstrap/typescript.cjs");

module.exports = require("./index.ts");
