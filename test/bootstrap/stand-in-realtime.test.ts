import { decrypt, encrypt } from "../../bootstrap/images/stand-in/realtime/encryption.js";
import { codec, UserBroadcast } from "../../bootstrap/images/stand-in/realtime/frames.js";
import { Rate } from "../../bootstrap/images/stand-in/realtime/rate.js";
import { readSettings } from "../../bootstrap/images/stand-in/realtime/settings.js";
import { readWanted } from "../../bootstrap/images/stand-in/realtime/wanted.js";

const good = {
  ...{
    DB_HOST: "postgres",
    DB_PORT: "5432",
    DB_USER: "supabase_admin",
    DB_PASSWORD: "secretpw",
    DB_NAME: "postgres",
  },
  ...{ DB_ENC_KEY: "0123456789abcdef", API_JWT_SECRET: "j", METRICS_JWT_SECRET: "m" },
  ...{ SECRET_KEY_BASE: "s".repeat(64), APP_NAME: "realtime" },
};

describe("settings", () => {
  test("defaults", () => {
    expect(readSettings(good)).toEqual({
      port: 4000,
      database: {
        host: "postgres",
        port: 5432,
        user: "supabase_admin",
        password: "secretpw",
        name: "postgres",
      },
      poolSize: 5,
      afterConnect: undefined,
      encryptionKey: "0123456789abcdef",
      tenantName: "realtime-dev",
      jwtSecret: "j",
      apiSecrets: ["j"],
      jwks: undefined,
      metricsSecret: "m",
      maxHeaderLength: 4096,
      janitor: false,
      refusalDelay: { connect: 2000, channel: 5000 },
    });
  });

  test.each<[values: Record<string, string>, problem: string]>([
    [{ METRICS_JWT_SECRET: "" }, "METRICS_JWT_SECRET is missing"],
    [{ DB_ENC_KEY: "0123456789abcdefg" }, "DB_ENC_KEY has 17 characters, expected exactly 16"],
    [{ SECRET_KEY_BASE: "s".repeat(63) }, "SECRET_KEY_BASE has 63 characters, expected at least 64"],
    [{ DB_PORT: "many" }, "DB_PORT is"],
    [{ API_JWT_JWKS: "" }, "API_JWT_JWKS is not a key set"],
    [{ API_JWT_JWKS: "[]" }, "API_JWT_JWKS is not a key set"],
    [{ RUN_JANITOR: "yes" }, "RUN_JANITOR is"],
  ])("%j is refused", (values, problem) => {
    const problems = readSettings({ ...good, ...values });
    expect(problems).toEqual([expect.stringContaining(problem)]);
    expect(JSON.stringify(problems)).not.toContain("secretpw");
  });

  test("all mistakes are told at once", () => {
    expect(readSettings({})).toHaveLength(10);
  });
});

test("what is stored reads as any implementation of the cipher has it", () => {
  expect(encrypt("realtime", "1234567890123456")).toBe("st6lQ7gnWTjlA+C6+CIitQ==");
  expect(decrypt("st6lQ7gnWTjlA+C6+CIitQ==", "1234567890123456")).toBe("realtime");
  expect(() => decrypt("st6lQ7gnWTjlA+C6+CIitQ==", "another-16-bytes")).toThrow();
});

describe("frames", () => {
  const first = codec("1.0.0");
  const second = codec("2.0.0");
  const place = { joinRef: "1", ref: "2", topic: "realtime:a" };

  test("of both versions are read back as they were written", () => {
    const message = { ...place, event: "presence", payload: { event: "track" } };
    for (const one of [first, second])
      expect(one?.decode(Buffer.from(one.encode(message) ?? ""), false)).toEqual(message);
    expect(codec("3.0.0")).toBeUndefined();
  });

  test("of a broadcast are binary in version 2", () => {
    const head = Buffer.from([3, 1, 1, 10, 2, 0, 1]);
    const frame = Buffer.concat([head, Buffer.from('12realtime:aei{"x":1}')]);
    const message = second?.decode(frame, true);
    const broadcast = new UserBroadcast("ei", "json", Buffer.from('{"x":1}'));
    expect(message).toEqual({ ...place, event: "broadcast", payload: broadcast });
    const pushed = { joinRef: null, ref: null, topic: "realtime:a", event: "broadcast", payload: broadcast };
    expect(second?.encode(pushed)).toEqual(
      Buffer.concat([Buffer.from([4, 10, 2, 0, 1]), Buffer.from('realtime:aei{"x":1}')]),
    );
    expect(JSON.parse(String(first?.encode(pushed)))).toMatchObject({
      payload: { type: "broadcast", event: "ei", payload: { x: 1 } },
    });
  });

  test.each([
    ["[1,2]", false],
    ["nothing", false],
    ["\u0003\u0001", true],
    ["\u0003\u0001\u0001\u00ff\u0001\u0000\u0001ab", true],
    ["\u0009\u0001\u0001\u0001\u0001\u0000\u0001abcd", true],
  ])("%j is none", (frame, binary) => {
    expect(() => second?.decode(Buffer.from(frame, "latin1"), binary)).toThrow();
  });
});

test("a rate is the average of the last minute, or of the time since the start", () => {
  let now = 0;
  const rate = new Rate(() => now);
  rate.add(100);
  expect(rate.average()).toBe(100);
  now = 9_999;
  expect(rate.average()).toBe(10);
  now = 59_000;
  rate.add(20);
  expect(rate.average()).toBe(2);
  now = 60_000;
  expect(rate.average()).toBeCloseTo(20 / 60);
  now = 1_000_000;
  expect(rate.average()).toBe(0);
});

test("filters are read one by one", () => {
  const filter = 'id=in.(1,"a b"),title=eq.x=y.z,amount=gte.3';
  expect(readWanted({ schema: "public", table: "notes", filter }).filters).toEqual([
    { column: "id", operator: "in", values: ["1", "a b"] },
    { column: "title", operator: "eq", values: ["x=y.z"] },
    { column: "amount", operator: "gte", values: ["3"] },
  ]);
  expect(readWanted({})).toMatchObject({ event: "*", schema: "public", table: "*", filters: [] });
  expect(() => readWanted({ filter: "undefined" })).toThrow("Error parsing `filter` params");
});
