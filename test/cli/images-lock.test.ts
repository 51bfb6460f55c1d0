import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { lockImages } from "../../cli/images-lock.js";
import { imageReference, lockable, upstreamImages } from "../../components/images.js";
import { type Registry, serveImage } from "../support/registry.js";

const repositories = Object.values(lockable).map((reference) => reference.replace(/:.*$/, ""));
const image = `platform-test-lock:${String(process.pid)}`;

describe("locking the images", () => {
  let registry: Registry;
  let folder: string;
  const pulled = (): string[] => Object.values(lockable).map((reference) => `${registry.host}/${reference}`);

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "platform-lock-"));
    const layer = execFileSync("tar", ["--create", "--file=-", "--directory", folder, "."]);
    execFileSync("docker", ["import", "-", image], { input: layer });
    registry = await serveImage(image, repositories);
  });
  afterAll(() => {
    registry.close();
    const made = pulled().filter(
      (reference) => execFileSync("docker", ["image", "ls", "--quiet", reference]).length > 0,
    );
    execFileSync("docker", ["image", "rm", image, ...made]);
    rmSync(folder, { recursive: true, force: true });
  });

  it("writes the digest of every upstream image that the registry gives, and references carry it", async () => {
    const file = join(folder, "images.lock.json");
    const lines: string[] = [];
    await expect(lockImages(registry.host, file, (line) => lines.push(line))).resolves.toBe(
      repositories.length,
    );
    const digests = JSON.parse(readFileSync(file, "utf8")) as Record<string, string>;
    expect(digests).toEqual(
      Object.fromEntries(Object.values(lockable).map((name) => [name, registry.digest])),
    );
    expect(lines).toHaveLength(repositories.length);
    expect(imageReference("rest", { registry: "", overrides: {}, digests })).toBe(
      `${upstreamImages.rest}@${registry.digest}`,
    );
  });

  it("names every image that cannot be had, and leaves the file alone", async () => {
    const file = join(folder, "untouched.json");
    const attempt = lockImages("127.0.0.1:9", file, () => undefined);
    await expect(attempt).rejects.toThrow(/No digest for:[^]*supabase[^]*postgrest[^]*nginx[^]*unchanged/);
    expect(existsSync(file)).toBe(false);
  });
});
