import { type File, Files } from "../../components/files.js";
import { Network } from "../../components/network.js";
import type { Scope } from "../../components/scope.js";
import { Service } from "../../components/service.js";
import { only, register, type Registered, scope } from "./register.js";

const volumeType = "docker:index/volume:Volume";
const containerType = "docker:index/container:Container";

describe("the volume of files", () => {
  const files = (...set: File[]): Promise<Registered[]> =>
    register(() => new Files("rest-files", { scope, files: set, owner: "1000:1001" }));
  const setOf = async (...set: File[]): Promise<unknown> => {
    const { labels } = only(await files(...set), volumeType).inputs;
    return (labels as { label: string; value: string }[]).find(({ label }) => label === "platform.files")
      ?.value;
  };
  const [a, b] = [
    { path: "a", content: "1" },
    { path: "b", content: "2" },
  ];

  it("stays when content, mode or order changes", async () => {
    const before = await setOf(a, b);
    expect(before).toMatch(/^[0-9a-f]{12}$/);
    expect(await setOf(b, { ...a, content: "other", mode: "0444" })).toBe(before);
  });

  it("is another one when a file comes, goes or moves", async () => {
    const sets = [await setOf(a, b), await setOf(a), await setOf({ ...a, path: "c" }, b), await setOf()];
    expect(new Set(sets).size).toBe(sets.length);
  });

  it("is filled by a carrier that never runs, with the owner's files readable to the owner alone", async () => {
    const { inputs } = only(await files(a, { ...b, mode: "0444" }), containerType);
    expect(inputs).toMatchObject({
      start: false,
      mustRun: false,
      networkMode: "none",
      image: "sha256:carrier",
    });
    expect(inputs.uploads).toEqual([
      { file: "/files/a", content: "1", owner: "1000", group: "1001", permissions: "0400" },
      { file: "/files/b", content: "2", owner: "1000", group: "1001", permissions: "0444" },
    ]);
  });
});

describe("a data volume", () => {
  const volumes = async (data: Scope["data"]): Promise<Registered[]> => {
    const own = { ...scope, data };
    const resources = await register(() => {
      const network = new Network("network", {
        scope: own,
        networkName: "test_network",
        bridge: "test0",
        subnet: "10.0.0.0/24",
        gateway: "10.0.0.1",
      });
      return new Service("store", {
        scope: own,
        network,
        image: "store:1",
        memory: 64,
        health: { command: ["true"] },
        files: { folder: "/etc/store", files: [{ path: "a", content: "1" }] },
        data: [
          { name: "data", path: "/data" },
          { name: "kept", path: "/kept", content: "precious" },
          { name: "cache", path: "/cache", content: "derived" },
        ],
      });
    });
    return resources.filter(({ type }) => type === volumeType);
  };

  it("is protected where the stack's data is and nothing else makes its content again", async () => {
    const names = (await volumes("protected")).filter(({ protect }) => protect).map(({ name }) => name);
    expect(names).toEqual(["store-data", "store-kept"]);
  });

  it("is never protected where the stack's data is disposable", async () => {
    expect((await volumes("disposable")).filter(({ protect }) => protect)).toEqual([]);
  });

  it("is named by prefix, service and content", async () => {
    expect((await volumes("disposable")).map(({ inputs }) => inputs.name)).toEqual(
      expect.arrayContaining(["test_store_data", "test_store_kept", "test_store_cache", "test_store-files"]),
    );
  });
});
