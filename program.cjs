// What Pulumi runs: the TypeScript program.
require("./bootstrap/errors.cjs");
require("./bootstrap/orphan.cjs");
require("./bootstrap/typescript.cjs");

module.exports = require("./index.ts");
