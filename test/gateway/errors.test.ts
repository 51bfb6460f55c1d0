import { jsonErrors } from "../../components/gateway/errors.js";
import { render } from "../../components/gateway/nginx.js";
import { argsOf, findBlock, parse, prodModel } from "../support/nginx.js";

const errors = parse(render(jsonErrors(prodModel)));

describe("an error of the gateway's own", () => {
  it.each([
    ["400", ["400", "497"]],
    ["401", ["401"]],
    ["403", ["403"]],
    ["404", ["404"]],
    ["405", ["405"]],
    ["408", ["408"]],
    ["413", ["413"]],
    ["414", ["414"]],
    ["421", ["421"]],
    ["429", ["429"]],
    ["431", ["494"]],
    ["500", ["500"]],
    ["503", ["502", "503"]],
    ["504", ["504"]],
  ])("%s is JSON with the request's id, in place of nginx's %j", (status, from) => {
    expect(argsOf(errors, "error_page")).toContainEqual([...from, `=${status}`, `/.errors/${status}`]);
    const location = findBlock(errors, "location", "=", `/.errors/${status}`);
    expect(location).toContainEqual({ name: "internal", args: [] });
    expect(argsOf(location, "default_type")).toEqual([["application/json"]]);
    const [[code, body = ""] = []] = argsOf(location, "return");
    expect(code).toBe(status);
    expect(JSON.parse(body)).toEqual({
      message: expect.stringMatching(/^[A-Z]/) as string,
      request_id: "$request_id",
    });
  });

  it("keeps the server's headers where it adds its own", () => {
    const own = errors.filter(({ children = [] }) => argsOf(children, "add_header").length > 0);
    expect(own.map(({ args }) => args[1])).toEqual(["/.errors/429"]);
    for (const { children = [] } of own) expect(argsOf(children, "add_header_inherit")).toEqual([["merge"]]);
  });

  it("says nothing of limits where there are none", () => {
    expect(JSON.stringify(jsonErrors({ ...prodModel, limits: "off" }))).not.toContain("Retry-After");
  });
});
