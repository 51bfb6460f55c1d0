import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { localImageNames, recipe, type LocalImageName } from "../../bootstrap/images/catalog.js";
import { imagesPart } from "../../bootstrap/setup/images.js";
import { SetupError } from "../../bootstrap/setup/part.js";
import { useLocalImages } from "../../bootstrap/setup/images-settings.js";

const underway = new Set<LocalImageName>();
let together: LocalImageName[][];
let failing: LocalImageName | undefined;

jest.mock("../../bootstrap/setup/images-present.js", () => ({
  missingImages: (references: readonly string[]) => Promise.resolve([...references]),
}));
jest.mock("../../bootstrap/setup/images-build.js", () => ({
  buildImage: async (name: LocalImageName) => {
    underway.add(name);
    together.push([...underway]);
    await sleep(5);
    underway.delete(name);
    if (name === failing) throw new SetupError(`${name} broke`);
  },
}));

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "order-"));
  useLocalImages(root);
  together = [];
  failing = undefined;
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const provide = (lines: string[] = []) =>
  imagesPart(() => Promise.resolve([]), root).provide((line) => lines.push(line));

test("every image is made, one line each, two at a time at most", async () => {
  const lines: string[] = [];
  await provide(lines);
  expect(together.map((names) => names.at(-1)).sort()).toEqual([...localImageNames].sort());
  expect(lines.map((line) => line.split(" ")[0])).toEqual(
    localImageNames.map((_, index) => `${index + 1}/${localImageNames.length}`),
  );
  expect(Math.max(...together.map((names) => names.length))).toBe(2);
});

test("images that share their first layers are not made at the same time", async () => {
  await provide();
  const bundled = together.map((names) => names.filter((name) => recipe(name).bundle !== undefined));
  expect(Math.max(...bundled.map((names) => names.length))).toBe(1);
});

test("after a failure nothing is begun, and what ran has ended", async () => {
  failing = "postgres";
  await expect(provide()).rejects.toThrow("postgres broke");
  expect(together.length).toBeLessThan(4);
  expect(underway.size).toBe(0);
});
