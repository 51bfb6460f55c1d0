import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { environmentFolder, mergeEnvironment, wrapCommand } from "../../components/environment.js";

const known = (output: pulumi.Input<string> | undefined): Promise<string> =>
  new Promise((resolve) => pulumi.output(output ?? "").apply(resolve));

describe("the variables of a service", () => {
  it("are joined by the operator's own", () => {
    expect(mergeEnvironment({ env: { A: "1" }, extraEnv: { B: "2" } })).toEqual({
      env: { A: "1", B: "2" },
    });
  });

  it("that are secret are no part of the container, nor are the operator's then", async () => {
    const { env, file } = mergeEnvironment({
      env: { A: "1" },
      secretEnv: { KEY: "hidden" },
      extraEnv: { TOKEN: "hidden too" },
    });
    expect(env).toEqual({ A: "1" });
    expect(await known(file?.content)).toBe("export KEY=hidden\nexport TOKEN='hidden too'\n");
    expect(await pulumi.isSecret(pulumi.output(file?.content))).toBe(true);
  });
});

it("a shell gives the program every variable as it was, and its arguments too", async () => {
  const values = { PLAIN: "a", QUOTES: `it's "so" $HOME \`id\` \\ end`, LINES: "one\ntwo", EMPTY: "" };
  const { file } = mergeEnvironment({ secretEnv: values });
  const folder = mkdtempSync(join(tmpdir(), "environment-"));
  writeFileSync(join(folder, file?.path ?? ""), await known(file?.content));
  const print = "process.stdout.write(JSON.stringify([process.env, process.argv.slice(1)]))";
  const { entrypoint, command } = wrapCommand({ command: [process.execPath, "-e", print, "an argument"] });
  const [shell = "", ...rest] = [...entrypoint, ...command];
  const args = rest.map((word) => word.replace(environmentFolder, folder));
  const [env, argv] = JSON.parse(execFileSync(shell, args, { encoding: "utf8" })) as [
    typeof values,
    string[],
  ];
  rmSync(folder, { recursive: true });
  expect(env).toMatchObject(values);
  expect(argv).toEqual(["an argument"]);
});
