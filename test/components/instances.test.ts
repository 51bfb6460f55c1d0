import { Network } from "../../components/network.js";
import { Service } from "../../components/service.js";
import { register, type Registered, scope } from "./register.js";

const containers = (resources: readonly Registered[]): Registered[] =>
  resources.filter(({ type }) => type === "docker:index/container:Container");

const create = (instances?: number) => (): void => {
  const subnet = { subnet: "10.0.0.0/24", gateway: "10.0.0.1" };
  const network = new Network("network", { scope, networkName: "network", bridge: "test0", ...subnet });
  new Service("rest", {
    ...{ scope, network, image: "postgrest:1", memory: 64, instances },
    health: { command: ["true"] },
    ports: [{ internal: 3000, external: 3000 }],
  });
};

const seen = (resources: readonly Registered[]): unknown[] =>
  containers(resources).map(({ name, inputs }) => [
    name,
    inputs.name,
    (inputs.networksAdvanced as { aliases: string[] }[])[0]?.aliases,
    (inputs.ports as unknown[]).length,
  ]);

it("a service in one container has its own name alone", async () => {
  expect(seen(await register(create()))).toEqual([["rest-container", "test_rest", ["rest"], 1]]);
});

it("a service in several answers to its name in each, and to a name of each; one has the host's port", async () => {
  expect(seen(await register(create(3)))).toEqual([
    ["rest-container", "test_rest", ["rest", "rest1"], 1],
    ["rest2-container", "test_rest2", ["rest", "rest2"], 0],
    ["rest3-container", "test_rest3", ["rest", "rest3"], 0],
  ]);
});

it("more containers change nothing of the first", async () => {
  const [one, three] = [await register(create(1)), await register(create(3))];
  expect(containers(three)[0]).toEqual(containers(one)[0]);
});

it("each is waited for under its own name", async () => {
  const ready = (await register(create(2))).filter(({ name }) => name.endsWith("-ready"));
  expect(ready.map(({ name }) => name)).toEqual(["rest-ready", "rest2-ready"]);
  expect(ready.map(({ inputs }) => String(inputs.create).includes("test_rest2"))).toEqual([false, true]);
});
