// Pulumi's runtime prints an unexpected error by inspecting it with all that hangs on it, which is the whole program: minutes
// of work and gigabytes, for an update whose engine was killed. An error's stack is what its reader needs.
const { inspect } = require("node:util");

Object.defineProperty(Error.prototype, inspect.custom, {
  configurable: true,
  writable: true,
  value() {
    return this.stack ?? String(this);
  },
});
