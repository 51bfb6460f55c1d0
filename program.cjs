// What Pulumi runs: the TypeScript program.
require("./bootstrap/errors.cjs");
require("./bootstrap/typescript.cjs");

module.exports = require("./index.ts");
