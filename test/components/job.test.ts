import * as pulumi from "@pulumi/pulumi";
import { Job } from "../../components/job.js";
import { only, register } from "./register.js";

/** The command of a job inside a container whose id is `container-id`. */
const job = async (args: { readonly user?: string }): Promise<Record<string, unknown>> => {
  const resources = await register(() => {
    const service = new pulumi.ComponentResource("test:index:Service", "service");
    const known = Object.assign(service, {
      containerName: "test_db",
      containerId: pulumi.output("container-id"),
    });
    return new Job("job", {
      service: known,
      command: ["sh", "-c", "it's $HOME"],
      stdin: pulumi.secret("select 1"),
      ...args,
    });
  });
  return only(resources, "command:local:Command").inputs;
};

it("a job names its container by a variable, and quotes its command", async () => {
  expect(await job({ user: "postgres" })).toMatchObject({
    create: `exec docker exec --interactive --user postgres "$CONTAINER" sh -c 'it'\\''s $HOME'`,
    environment: { CONTAINER: "container-id" },
  });
});

it("a job without a user runs as the container's own", async () => {
  expect((await job({})).create).not.toContain("--user");
});

it("a job runs again for a new container, and no output of it is logged", async () => {
  const inputs = await job({});
  expect(inputs).toMatchObject({ triggers: ["container-id"], stdin: "select 1" });
  expect(inputs.logging).not.toMatch(/stdout/i);
});
