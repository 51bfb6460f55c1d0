// Runs in nginx: what the lines of the requests' log count for.

/** @typedef {Record<string, number>} Counters */

/** Upper bounds of the histograms' buckets, in milliseconds. */
const bounds = [5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10000];

const methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];

/** @param {Counters} counters @param {string} key @param {number} delta */
function count(counters, key, delta) {
  counters[key] = (counters[key] || 0) + delta;
}

/** @param {Counters} counters @param {string} name @param {string} seconds @param {number} times */
function observe(counters, name, seconds, times) {
  const time = Math.round(Number(seconds) * 1000);
  const bucket = bounds.filter((bound) => time > bound).length;
  count(counters, `${name}|${bucket}`, times);
  count(counters, `${name}|sum`, times * time);
}

/**
 * Adds what one kind of request has to be counted as.
 * @param {Counters} counters
 * @param {string} kind `route|method|status|request_time|upstream_header_time`
 * @param {{ times: number, sent: number, received: number }} group
 */
function countKind(counters, kind, group) {
  const fields = kind.split("|");
  if (fields.length !== 5) return;
  /** @param {number} index */
  const field = (index) => fields[index] || "";
  const route = field(0) || "other";
  const method = methods.indexOf(field(1)) < 0 ? "other" : field(1);
  const status = field(2);
  // Of several tries the last one counts; without its time no service has answered.
  const answered = /\d+\.\d+$/.exec(field(4));
  const source = answered ? "service" : "gateway";
  count(counters, `requests|${route}|${method}|${status}|${source}`, group.times);
  count(counters, `received|${route}`, group.received);
  count(counters, `sent|${route}`, group.sent);
  // A socket's request ends when the socket does, which says nothing of how fast it was.
  if (status !== "101") observe(counters, `duration|${route}`, field(3), group.times);
  if (answered) observe(counters, `upstream|${route}`, answered[0], group.times);
}

/**
 * What whole lines of the log add to the counters. Lines differ in few things but their sizes, so equal ones are
 * counted before they are read.
 * @param {string} text
 */
function tally(text) {
  /** @type {Record<string, { times: number, sent: number, received: number } | undefined>} */
  const groups = {};
  let start = 0;
  for (let end = text.indexOf("\n"); end >= 0; end = text.indexOf("\n", start)) {
    const first = text.indexOf("|", start);
    const second = text.indexOf("|", first + 1);
    const kind = text.substring(second + 1, end);
    const group = groups[kind] || (groups[kind] = { times: 0, sent: 0, received: 0 });
    group.times += 1;
    group.sent += Number(text.substring(start, first));
    group.received += Number(text.substring(first + 1, second));
    start = end + 1;
  }
  /** @type {Counters} */
  const counters = {};
  Object.keys(groups).forEach((kind) => {
    const group = groups[kind];
    if (group) countKind(counters, kind, group);
  });
  return counters;
}

export default { bounds, tally };
