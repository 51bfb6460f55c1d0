import { renderNginx } from "../../components/gateway/main.js";
import { argsOf, devModel, findAll, findBlock, parse, prodModel } from "../support/nginx.js";

describe.each(Object.entries({ devModel, prodModel }))("the configuration of %s", (_, model) => {
  const text = renderNginx(model, "0123456789abcdef");
  const http = findBlock(parse(text), "http");

  it("is exactly this", () => {
    expect(text).toMatchSnapshot();
  });

  it("writes nowhere but into memory and to the container's own streams", () => {
    const paths = parse(text)
      .concat(http)
      .filter(({ name }) => /^(pid|error_log|access_log|.*_temp_path)$/.test(name))
      .map(({ args }) => args[0] ?? "");
    expect(paths.length).toBeGreaterThan(6);
    for (const path of paths) expect(path).toMatch(/^(\/tmp\/|\/dev\/std(out|err)$)/);
  });

  it("names no address of a service", () => {
    for (const { args } of findAll(http, "server").filter(({ children }) => children === undefined))
      expect(args[0]).toMatch(/^[a-z-]+:\d+$/);
  });

  it("takes TLS 1.2 and 1.3, and leaves its version out of answers", () => {
    expect(argsOf(http, "ssl_protocols")).toEqual([["TLSv1.2", "TLSv1.3"]]);
    expect(argsOf(http, "server_tokens")).toEqual([["off"]]);
  });

  it("keeps connections open long enough over a reload", () => {
    expect(argsOf(http, "keepalive_min_timeout")).toEqual([["5s"]]);
  });
});
