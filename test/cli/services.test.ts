import { renderServices } from "../../cli/logs.js";
import { psqlCommand, requireRunning } from "../../cli/psql.js";
import { pickService, readServices, servicesOf } from "../../cli/services.js";
import { inspection, service } from "./samples.js";

describe("the services on an engine", () => {
  it("are the containers with a health check, of this project alone, by name", () => {
    const strange = inspection("rest", ["CMD", "true"]);
    const found = readServices(
      [
        inspection("rest", ["CMD", "postgrest", "--ready"]),
        inspection("rest-files", undefined),
        {
          ...strange,
          Config: { ...strange.Config, Labels: { "platform.stack": "another/dev" } },
        },
        inspection("auth", ["CMD-SHELL", "true && true"]),
      ],
      "sobertube",
    );
    expect(found.map(({ component }) => component)).toEqual(["auth", "rest"]);
    expect(found.map(({ check }) => check)).toEqual([
      ["sh", "-c", "true && true"],
      ["postgrest", "--ready"],
    ]);
  });

  it("are read with their state, variables, names and addresses", () => {
    const [found] = readServices([inspection("rest", ["CMD", "true"])], "sobertube");
    expect(found).toMatchObject({
      container: "sobertube_rest",
      label: "sobertube/dev",
      state: "running",
      health: "healthy",
      restarts: 2,
      startedAt: Date.UTC(2026, 0, 2, 3, 4, 5, 678),
      environment: { A: "b=c", EMPTY: "" },
      aliases: ["rest"],
      addresses: ["172.16.0.2"],
    });
  });
});

describe("the stack of a command", () => {
  const dev = [service("rest"), service("auth")];
  const stopped = service("rest", { label: "sobertube/old", state: "exited" });
  const pull = service("rest", { label: "sobertube/pull-7" });

  it("is the one that is named", () => {
    expect(servicesOf([...dev, pull], "sobertube", "pull-7")).toEqual({ stack: "pull-7", services: [pull] });
  });

  it("is the only one that runs, where none is named", () => {
    expect(servicesOf([...dev, stopped], "sobertube", undefined)).toEqual({ stack: "dev", services: dev });
  });

  it("is the only one that is there, where none runs", () => {
    expect(servicesOf([stopped], "sobertube", undefined).stack).toBe("old");
  });

  it("is asked for where several run, by their names", () => {
    expect(() => servicesOf([...dev, pull], "sobertube", undefined)).toThrow(
      /Which stack\? dev, pull-7 run[^]*--stack dev/,
    );
  });

  it.each([
    [undefined, /No stack runs[^]*npm run up -- --stack dev/],
    ["dev", /No container of stack dev[^]*npm run up -- --stack dev/],
  ])("%j is refused with the next step where nothing is there", (name, message) => {
    expect(() => servicesOf([], "sobertube", name)).toThrow(message);
  });
});

describe("the service of a command", () => {
  const services = [
    service("gateway", { container: "sobertube_nginx", aliases: ["nginx"] }),
    service("rest"),
  ];

  it.each(["gateway", "nginx", "sobertube_nginx"])("is found as %s", (name) => {
    expect(pickService(services, name).component).toBe("gateway");
  });

  it("is refused with the names that there are", () => {
    expect(() => pickService(services, "kong")).toThrow("no service kong. Those there are: gateway, rest.");
  });

  it("has to run for psql, and the refusal says where its log is", () => {
    const down = service("postgres", { state: "exited", exitCode: 3 });
    expect(() => requireRunning(down, "dev")).toThrow(
      /exited, exit code 3\.\nWhy: npm run logs -- postgres --stack dev\nNext: npm run up -- --stack dev/,
    );
  });
});

it("lists services with their state, and points to the first one that is in trouble", () => {
  const services = [
    service("auth", { health: "" }),
    service("rest", { state: "restarting", exitCode: 1, restarts: 4 }),
  ];
  expect(renderServices("dev", services)).toBe(
    `Services of stack dev
  auth  running
  rest  restarting, exit code 1, restarted 4 times

Next: npm run logs -- rest --stack dev`,
  );
});

it("gives psql a terminal only where there is one, and its arguments the last word", () => {
  const piped = psqlCommand("id", ["-c", "select 1"], false);
  expect(piped).not.toContain("--tty");
  expect(piped.slice(-4)).toEqual(["id", "psql", "-c", "select 1"]);
  expect(psqlCommand("id", [], true)).toContain("--tty");
});
