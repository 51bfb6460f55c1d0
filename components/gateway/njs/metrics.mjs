// Runs in nginx: counts requests for Prometheus. A line for every request goes to a buffered log in memory, which is
// read ten times a second: to call a function for every request would cost several times as much.
import fs from "fs";
import exposition from "./exposition.mjs";
import counting from "./tally.mjs";

/**
 * Shared memory of all workers, which outlives a reload.
 * @typedef {object} Dictionary
 * @property {(key: string, value: number) => boolean} add
 * @property {(key: string) => boolean} delete
 * @property {() => number} freeSpace
 * @property {(key: string) => number | undefined} get
 * @property {(key: string) => boolean} has
 * @property {(key: string, delta: number, initial: number) => number} incr
 * @property {() => [string, number][]} items
 * @property {() => string[]} keys
 * @property {(key: string, value: number) => unknown} set
 *
 * @typedef {object} Session
 * @property {Record<string, string | undefined>} variables
 *
 * @typedef {object} Request
 * @property {Record<string, string | undefined>} variables
 * @property {Record<string, string>} headersOut
 * @property {(status: number, body: string) => void} return
 */

/** Most bytes of a log that are read at once. */
const chunk = 4 * 1024 * 1024;

/** Adds to counters; once the memory is used up, only to those that are there. @param {Dictionary} counters @param {Record<string, number>} more */
function add(counters, more) {
  Object.keys(more).forEach((key) => {
    if (counters.freeSpace() > 0 || counters.has(key)) counters.incr(key, more[key] || 0, 0);
    else counters.incr("lost", 1, 0);
  });
}

/**
 * Counts what was written to one of the two logs since the last time. A log that nothing has been written to for five
 * seconds is emptied, as the other one is in use; lines stay in a worker's buffer for one second at most.
 * @param {Dictionary} counters @param {number} slot @param {number} now milliseconds
 */
function readLog(counters, slot, now) {
  const path = `/tmp/requests.${slot}`;
  const file = fs.openSync(path, "r");
  const size = fs.fstatSync(file).size;
  const key = `position|${slot}`;
  const known = counters.get(key) || 0;
  const position = known > size ? 0 : known;
  const bytes = Buffer.alloc(Math.min(size - position, chunk));
  const length = bytes.length > 0 ? fs.readSync(file, bytes, 0, bytes.length, position) : 0;
  fs.closeSync(file);
  const text = bytes.toString("utf8", 0, length);
  const whole = text.lastIndexOf("\n") + 1;
  if (whole > 0) add(counters, counting.tally(text.substring(0, whole)));
  const resting = Math.floor(now / 10000) % 2 !== slot && now % 10000 > 5000;
  const emptied = resting && size > 0 && position + whole === size;
  if (emptied) fs.writeFileSync(path, "");
  counters.set(key, emptied ? 0 : position + whole);
}

/** Says when the configuration that is served was loaded. @param {Dictionary} counters @param {string} generation @param {number} now */
function noteGeneration(counters, generation, now) {
  const key = `loaded|${generation}`;
  if (counters.has(key)) return;
  counters
    .keys()
    .filter((name) => name.indexOf("loaded|") === 0)
    .forEach((name) => counters.delete(name));
  counters.set(key, Math.floor(now / 1000));
}

/** Reads both logs; one worker at a time, as two are there for a moment when nginx reloads. @param {Session} session */
function collect(session) {
  const counters = ngx.shared.metrics;
  const readers = ngx.shared.metrics_readers;
  if (!readers.add("reader", 1)) return;
  const now = Date.now();
  counters.add("lost", 0);
  noteGeneration(counters, session.variables.generation || "", now);
  readLog(counters, 0, now);
  readLog(counters, 1, now);
  readers.delete("reader");
}

/** Shows the counters. @param {Request} r */
function show(r) {
  /** @type {Record<string, number>} */
  const counters = {};
  ngx.shared.metrics.items().forEach((item) => {
    counters[item[0]] = item[1];
  });
  r.headersOut["Content-Type"] = "text/plain; version=0.0.4";
  r.return(200, exposition.render(counters, r.variables));
}

export default { collect, show };
