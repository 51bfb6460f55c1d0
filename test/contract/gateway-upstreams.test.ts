import { type Answer, ask, type RequestOptions } from "../support/client.js";
import { docker, Sandbox, until } from "../support/containers.js";
import { prodModel } from "../support/nginx.js";
import { listenAgain, startEcho, stopListening, told } from "./echo.js";
import { TestGateway } from "./gateway.js";

jest.setTimeout(120_000);

const { keys, hosts } = prodModel;

describe("a service in several containers", () => {
  let sandbox: Sandbox;
  let gateway: TestGateway;
  const names = ["rest1", "rest2", "rest3"];
  const containers = new Map<string, string>();

  beforeAll(async () => {
    sandbox = new Sandbox("upstreams");
    gateway = await TestGateway.start(sandbox);
    for (const name of names) containers.set(name, startEcho(sandbox, name));
    await gateway.serve(gateway.generation("page", { instances: { rest: 3 } }));
    await until("all of them", async () => ((await answering()).size === 3 ? true : undefined));
  });
  afterAll(() => sandbox.remove());

  const api = (options: RequestOptions = {}): Promise<Answer> =>
    ask("https", gateway.port("api"), "/rest/v1/drink", {
      ca: gateway.certificates.ca,
      host: hosts.api,
      headers: { apikey: keys.anon },
      ...options,
    });

  /** Who answers, over several requests, one after the other. */
  const answering = async (count = 12, options: RequestOptions = {}): Promise<Set<string>> => {
    const answers: Answer[] = [];
    for (let at = 0; at < count; at += 1) answers.push(await api(options));
    expect(answers.map(({ status }) => status).filter((status) => status !== 200)).toEqual([]);
    return new Set(answers.map((answer) => told(answer).name ?? ""));
  };

  it("shares the requests among them", async () => {
    expect([...(await answering())].sort()).toEqual(names);
  });

  it("asks another when one refuses its connections, and leaves that one out until it is back", async () => {
    const stopped = containers.get("rest2") ?? "";
    stopListening(stopped);
    expect([...(await answering(30))].sort()).toEqual(["rest1", "rest3"]);
    listenAgain(stopped);
    await until("the second is asked again", async () => ((await answering()).size === 3 ? true : undefined));
  });

  it("asks another when one says that it cannot, unless the request may have been done", async () => {
    const statuses = async (method: string): Promise<number[]> => {
      const answers: Answer[] = [];
      for (let at = 0; at < 9; at += 1)
        answers.push(await api({ method, headers: { apikey: keys.anon, "x-fails": "rest3" } }));
      return answers.map(({ status }) => status);
    };
    expect(await statuses("GET")).toEqual(Array.from({ length: 9 }, () => 200));
    await until("the third is asked again", async () => ((await answering()).size === 3 ? true : undefined));
    expect(await statuses("POST")).toContain(503);
  });

  it("is found anew when a container is replaced at another address, without touching the gateway", async () => {
    docker(["rm", "--force", containers.get("rest1") ?? ""]);
    containers.set("rest4", startEcho(sandbox, "rest4"));
    await until("the new one", async () => ((await answering()).has("rest4") ? true : undefined), 5);
    expect((await answering()).has("rest1")).toBe(false);
  });
});
