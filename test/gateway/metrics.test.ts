import exposition from "../../components/gateway/njs/exposition.mjs";
import counting from "../../components/gateway/njs/tally.mjs";
import { argsOf, mapped } from "../support/nginx.js";
import { requestCounts } from "../../components/gateway/metrics.js";

const { tally } = counting;
const lines = (...texts: string[]): string => texts.map((text) => `${text}\n`).join("");
const shown = (text: string, more: Record<string, number> = {}): string[] =>
  exposition
    .render({ ...tally(text), ...more }, { generation: "0123456789abcdef", connections_active: "3" })
    .split("\n");

describe("what a line counts for", () => {
  it("its route, method and status, and who answered", () => {
    const text = lines(
      "300|100|rest_v1|GET|200|0.004|0.003",
      "200|50|rest_v1|GET|200|0.004|0.003",
      "90|40|rest_v1|POST|401|0.000|",
      "90|40|rest_v1|GET|503|2.001|-",
      "90|40||BREW|404|0.000|",
    );
    expect(shown(text).filter((line) => line.startsWith("nginx_http_requests_total"))).toEqual([
      'nginx_http_requests_total{route="other",method="other",status="404",source="gateway"} 1',
      'nginx_http_requests_total{route="rest_v1",method="GET",status="200",source="service"} 2',
      'nginx_http_requests_total{route="rest_v1",method="GET",status="503",source="gateway"} 1',
      'nginx_http_requests_total{route="rest_v1",method="POST",status="401",source="gateway"} 1',
    ]);
    expect(shown(text)).toEqual(
      expect.arrayContaining([
        'nginx_http_sent_bytes_total{route="rest_v1"} 680',
        'nginx_http_received_bytes_total{route="rest_v1"} 230',
      ]),
    );
  });

  it.each([
    ["0.000", "0.005"],
    ["0.005", "0.005"],
    ["0.006", "0.01"],
    ["1.000", "1"],
    ["10.000", "10"],
    ["10.001", "+Inf"],
  ])("%s seconds: the first bucket that holds it is %s", (time, le) => {
    const buckets = shown(lines(`1|1|a|GET|200|${time}|`)).filter((line) =>
      line.startsWith("nginx_http_request_duration_seconds_bucket"),
    );
    expect(buckets.find((line) => line.endsWith(" 1"))).toContain(`le="${le}"`);
    expect(buckets.at(-1)).toMatch(/le="\+Inf"} 1$/);
  });

  it.each([
    ["0.001", "0.001"],
    ["-, 0.020", "0.02"],
    ["0.001 : 0.300", "0.3"],
  ])("of a service's times %s, the last", (times, sum) => {
    expect(shown(lines(`1|1|a|GET|200|0.500|${times}`))).toContain(
      `nginx_http_upstream_header_duration_seconds_sum{route="a"} ${sum}`,
    );
  });

  it("a WebSocket for one request, and for no duration", () => {
    const text = shown(lines("1|1|realtime_v1|GET|101|3600.000|0.002"));
    expect(text).toContain(
      'nginx_http_requests_total{route="realtime_v1",method="GET",status="101",source="service"} 1',
    );
    expect(text.filter((line) => line.startsWith("nginx_http_request_duration_seconds_count"))).toEqual([]);
  });

  it("nothing, if it is none", () => {
    expect(tally(lines("", "garbage", "1|2|3", "1|1|a|b|c|d|e|f|g"))).toEqual({});
    expect(tally("1|1|a|GET|200|0.1|")).toEqual({});
  });
});

it("what is shown of the gateway itself", () => {
  expect(shown("", { "loaded|x": 1700000000, lost: 1 })).toEqual(
    expect.arrayContaining([
      'nginx_config_info{generation="0123456789abcdef"} 1',
      "nginx_config_loaded_timestamp_seconds 1700000000",
      "nginx_metrics_lost_total 1",
      "nginx_connections_active 3",
    ]),
  );
});

describe("the two logs", () => {
  const logs = requestCounts("0123456789abcdef");

  it("take turns of ten seconds, so that every request is in one of them", () => {
    const turn = (variable: string, time: string): boolean => mapped(logs, variable, time) !== "";
    for (const [time, slot] of [
      ["1700000000.999", 0],
      ["1700000009.000", 0],
      ["1700000010.000", 1],
      ["1700000099.999", 1],
    ] as const) {
      expect(turn("$first_turn", time)).toBe(slot === 0);
      // As the script that empties the one at rest reckons.
      expect(Math.floor(Number(time) / 10) % 2).toBe(slot);
    }
    expect([turn("$second_turn", ""), turn("$second_turn", "1")]).toEqual([true, false]);
  });

  it("are buffered, and in memory", () => {
    expect(argsOf(logs, "access_log")).toEqual([
      ["/tmp/requests.0", "requests", "buffer=16k", "flush=1s", "if=$first_turn"],
      ["/tmp/requests.1", "requests", "buffer=16k", "flush=1s", "if=$second_turn"],
    ]);
  });
});
