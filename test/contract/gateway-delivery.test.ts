import { docker, Sandbox, until } from "../support/containers.js";
import { ask } from "../support/client.js";
import { prodModel } from "../support/nginx.js";
import { TestGateway } from "./gateway.js";

jest.setTimeout(120_000);

/** One container's life, in order: each step stands on the one before. */
describe("a generation that is delivered", () => {
  let sandbox: Sandbox;
  let gateway: TestGateway;

  beforeAll(async () => {
    sandbox = new Sandbox("delivery");
    gateway = await TestGateway.start(sandbox);
  });
  afterAll(() => sandbox.remove());

  const page = async (): Promise<string> => {
    const { ca } = gateway.certificates;
    return (await ask("https", gateway.port("https"), "/", { ca, host: prodModel.hosts.frontend })).body;
  };
  const started = (): string =>
    docker(["inspect", "--format", "{{.State.StartedAt}} {{.State.Pid}}", gateway.container]);
  const generations = (): string[] =>
    gateway.inside("ls /etc/nginx/generations", "0:101").stdout.split("\n").sort();
  const expectDelivery = async (content: string): Promise<string> => {
    const generation = gateway.generation(content);
    expect(await gateway.deliver(generation)).toEqual({ code: 0, stdout: "", stderr: "" });
    return generation.id;
  };

  it("is served", async () => {
    const id = await expectDelivery("first");
    expect(await page()).toBe("first");
    expect(generations()).toEqual([id, "current"].sort());
  });

  it("is switched to in place: the same container, the same process", async () => {
    const before = started();
    await expectDelivery("second");
    expect(await page()).toBe("second");
    expect(started()).toBe(before);
    expect(gateway.inside("tr '\\0' ' ' </proc/1/cmdline").stdout).toMatch(/^nginx: master process/);
  });

  it("is harmless the second time", async () => {
    const before = generations();
    await expectDelivery("second");
    expect(await page()).toBe("second");
    expect(generations()).toEqual(before);
  });

  it("is rejected with nginx's own message when it is broken, and the old one goes on", async () => {
    const before = generations();
    const good = gateway.generation("broken");
    const files = { ...good.files, "nginx.conf": `nonsense on;\n${good.files["nginx.conf"] ?? ""}` };
    const { code, stdout, stderr } = await gateway.deliver({ id: "0badc0ffee000000", files });
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toContain("nginx rejects the new configuration and goes on with the old one:\n");
    expect(stderr).toMatch(
      /unknown directive "nonsense" in \/etc\/nginx\/generations\/0badc0ffee000000\/nginx\.conf:1/,
    );
    expect(await page()).toBe("second");
    expect(generations()).toEqual(before);
  });

  it("is rejected when its key does not belong to its certificate", async () => {
    const good = gateway.generation("mixed up");
    const files = { ...good.files, "certificates/api.key": good.files["certificates/server.key"] ?? "" };
    const { code, stderr } = await gateway.deliver({ id: "0badc0ffee000001", files });
    expect(code).toBe(1);
    expect(stderr).toContain("key values mismatch");
    expect(stderr).not.toContain("PRIVATE KEY");
    expect(await page()).toBe("second");
  });

  it("stays where it is served, even when nginx rejects it the second time", async () => {
    const served = gateway.generation("second");
    const spoil = `echo nonsense >>/etc/nginx/generations/${served.id}/nginx.conf`;
    const mend = `sed -i '$d' /etc/nginx/generations/${served.id}/nginx.conf`;
    expect(gateway.inside(spoil, "0:101").code).toBe(0);
    expect((await gateway.deliver(served)).code).toBe(1);
    expect(gateway.inside(mend, "0:101")).toMatchObject({ code: 0, stderr: "" });
    await expectDelivery("second");
    expect(await page()).toBe("second");
  });

  it("leaves itself and the one before it, and no older one", async () => {
    const third = await expectDelivery("third");
    const fourth = await expectDelivery("fourth");
    expect(generations()).toEqual([third, fourth, "current"].sort());
    const again = await expectDelivery("third");
    const fifth = await expectDelivery("fifth");
    expect(generations()).toEqual([again, fifth, "current"].sort());
    expect(await page()).toBe("fifth");
  });

  it("keeps its keys from everybody but root and nginx, who reads them", () => {
    const list = gateway.inside(
      "cd /etc/nginx/generations/current && stat -c '%n %a %u:%g' . certificates certificates/*.key nginx.conf",
    );
    expect(list.stdout.split("\n")).toEqual([
      ". 750 0:101",
      "certificates 750 0:101",
      "certificates/api.key 640 0:101",
      "certificates/auth.key 640 0:101",
      "certificates/realtime.key 640 0:101",
      "certificates/server.key 640 0:101",
      "certificates/storage.key 640 0:101",
      "nginx.conf 640 0:101",
    ]);
    expect(
      gateway.inside("cat /etc/nginx/generations/current/certificates/api.key", "1000:1000").code,
    ).not.toBe(0);
    expect(gateway.inside("cat /etc/nginx/generations/current/certificates/api.key").code).toBe(0);
  });

  it("cannot be changed by nginx, and neither can anything else but its memory", () => {
    for (const path of [
      "current/nginx.conf",
      "current/certificates/api.key",
      "current/new",
      "new",
      "current",
    ])
      expect(gateway.inside(`: >>/etc/nginx/generations/${path}`).code).not.toBe(0);
    expect(gateway.inside("ln -sfn /tmp /etc/nginx/generations/current").code).not.toBe(0);
    expect(gateway.inside(": >>/etc/nginx/nginx.conf", "0:0").stderr).toContain("Read-only file system");
    expect(gateway.inside(": >/tmp/file").code).toBe(0);
  });

  it("is served again after a restart", async () => {
    const before = started();
    docker(["restart", "--time", "10", gateway.container]);
    expect(started()).not.toBe(before);
    expect(await until("the page", page, 10)).toBe("fifth");
  });
});
