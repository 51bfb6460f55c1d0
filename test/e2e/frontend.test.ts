import { createHash, randomBytes } from "node:crypto";
import { ask } from "../support/client.js";
import { Folder } from "../support/folder.js";
import { createTestStack, type TestStack } from "../support/stack.js";

jest.setTimeout(300_000);

const film = randomBytes(50 * 1024 ** 2);

/** One stack's life, in order: each step stands on the one before. */
describe("a frontend of one's own", () => {
  let test: TestStack;
  let folder: Folder;
  let ca: string;

  beforeAll(async () => {
    folder = new Folder().write({ "index.html": "first", "assets/a-BXk3fD9a.js": "old()", "film.mp4": film });
    test = await createTestStack({
      slot: 8,
      program: "test/fixtures/frontend.ts",
      config: { frontend: { folder: folder.path } },
    });
    const { outputs } = await test.stack.up();
    ca = outputs["caCertificate"]?.value as string;
  });
  afterAll(async () => {
    await test.remove();
    folder.remove();
  });

  const get = (path: string) => ask("https", test.port(443), path, { ca });

  it("is served whole, be it 50 megabytes", async () => {
    expect((await get("/any/path")).body).toBe("first");
    const { bytes } = await get("/film.mp4");
    const hash = (content: Buffer): string => createHash("sha256").update(content).digest("hex");
    expect(hash(bytes)).toBe(hash(film));
  });

  it("is in Pulumi's state by its digest alone", async () => {
    expect(JSON.stringify(await test.stack.exportStack()).length).toBeLessThan(300_000);
  });

  it("changes nothing while it is the same", async () => {
    await expect(test.stack.preview({ expectNoChanges: true })).resolves.toBeDefined();
  });

  it("that is built anew is switched to without losing a request, and open pages keep their files", async () => {
    folder.write({
      "index.html": "after",
      "assets/a-BXk3fD9a.js": "gone()",
      "assets/b-CYl4gE0b.js": "new()",
    });
    const seen: string[] = [];
    const update = test.stack.up();
    let over = false;
    const visits = (async () => {
      while (!over) seen.push((await get("/")).body, (await get("/assets/a-BXk3fD9a.js")).body.slice(-2));
    })();
    await update.finally(() => (over = true));
    await visits;
    expect(new Set(seen)).toEqual(new Set(["first", "after", "()"]));
    // For a moment nginx's old workers answer beside the new ones.
    expect(seen.filter((body) => body !== "()").join()).toMatch(/^first,.*after$/);
    expect((await get("/")).body).toBe("after");
  });

  it("gives way to the platform's own page when it is taken away", async () => {
    await test.set("frontend", { folder: "" });
    await test.stack.up();
    expect((await get("/")).body).toBe("the platform's own");
  });

  it("is refused with every mistake, and nothing is changed", async () => {
    await test.set("frontend", { folder: folder.join("nowhere") });
    await expect(test.stack.up()).rejects.toThrow(/frontend\.folder[^]*a folder with a built frontend/);
    expect((await get("/")).body).toBe("the platform's own");
  });
});
