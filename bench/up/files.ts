import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { run } from "../../bootstrap/run.js";
import type { Inspected } from "./inspection.js";

/** The volumes of a stack that hold files and no data, as folders of this host: what a compose file would mount. */
export async function exportFiles(
  containers: readonly Inspected[],
  folder: string,
): Promise<ReadonlyMap<string, string>> {
  const folders = new Map<string, string>();
  for (const { Id, HostConfig } of containers) {
    for (const { Source = "", Target, ReadOnly } of HostConfig.Mounts ?? []) {
      if (ReadOnly !== true && !Source.endsWith("_generations")) continue;
      const target = join(folder, Source);
      mkdirSync(target, { recursive: true });
      const copy = `docker cp "$1:$2/." - | tar -x --same-owner --preserve-permissions -C "$3"`;
      const { code, stderr } = await run("sh", ["-c", copy, "sh", Id, Target, target]);
      if (code !== 0) throw new Error(`the files of ${Source} cannot be copied: ${stderr}`);
      folders.set(Source, target);
    }
  }
  return folders;
}

/** A script of the database's first start; Postgres's own user reads it. */
export function writeInitScript(folder: string, sql: string): string {
  const target = join(folder, "init");
  mkdirSync(target, { mode: 0o755 });
  writeFileSync(join(target, "prepare.sql"), sql, { mode: 0o644 });
  return target;
}
