import { createTransport } from "nodemailer";
import { localImage } from "../../bootstrap/images/catalog.js";
import { exec, Sandbox, until } from "../support/containers.js";
import { hardened, within } from "./image-sandbox.js";

const mail = {
  from: "auth@platform.example",
  to: "alice@example.com",
  subject: "Confirm your address",
  text: "Follow http://localhost:8080/auth/v1/verify?token=abc&type=signup",
  html: "<p>Follow the link</p>",
};
// Upstream's entrypoint writes to /config, which belongs to root.
const inputs = {
  ...hardened,
  user: "1000:1000",
  entrypoints: ["/opt/inbucket/bin/inbucket", "-logjson"],
  envs: ["INBUCKET_WEB_GREETINGFILE=/opt/inbucket/defaults/greeting.html"],
};
let sandbox: Sandbox;
let inbucket: string;
let web: string;

const json = async (path: string): Promise<unknown> => (await fetch(`${web}/api/v1/mailbox/${path}`)).json();

beforeAll(async () => {
  sandbox = new Sandbox("inbucket");
  inbucket = sandbox.start(localImage("inbucket"), { name: "inbucket", ...inputs }, [2500, 9000]);
  const health = ["wget", "-q", "-O", "/dev/null", "http://localhost:9000/"];
  await until("inbucket", () => within(inbucket, ...health).code === 0 || undefined);
  web = `http://127.0.0.1:${String(sandbox.port(inbucket, 9000))}`;
});
afterAll(() => sandbox.remove());

test("a mail that was sent by SMTP is in its mailbox, and gone when the mailbox is emptied", async () => {
  const transport = createTransport({ host: "127.0.0.1", port: sandbox.port(inbucket, 2500) });
  await transport.sendMail(mail);
  const [message] = (await json("alice")) as { id: string }[];
  expect(message).toMatchObject({ mailbox: "alice", subject: mail.subject, from: "<auth@platform.example>" });
  expect(await json(`alice/${message?.id ?? ""}`)).toMatchObject({
    body: { text: mail.text, html: mail.html },
    header: { Subject: [mail.subject] },
  });
  expect((await fetch(`${web}/api/v1/mailbox/alice`, { method: "DELETE" })).status).toBe(200);
  expect(await json("alice")).toEqual([]);
});

test.each(["/", "/m/alice", "/m/alice/some-id"])("%s is the page that reads mailboxes", async (path) => {
  const page = await fetch(web + path);
  expect(page.status).toBe(200);
  const text = await page.text();
  expect(text).toContain('<base href="/"');
  expect(text).toContain("in the place of Inbucket's own web interface");
  const [, script = ""] = /<script src="([^"]+)"/.exec(text) ?? [];
  const served = await fetch(`${web}/${script}`);
  expect(served.headers.get("content-type")).toMatch(/^text\/javascript/);
  expect(await served.text()).toContain("api/v1/mailbox/");
});

test("the home page's greeting is served", async () => {
  expect(await (await fetch(`${web}/serve/greeting`)).text()).toContain("Every mail");
});

test("its entrypoint starts it as root, and not as a user who cannot write to /config", async () => {
  const image = localImage("inbucket");
  const rooted = sandbox.start(image, { name: "rooted", ...hardened });
  await until(
    "inbucket",
    () => within(rooted, "wget", "-q", "-O", "-", "localhost:9000").code === 0 || undefined,
  );
  const refused = exec("docker", ["run", "--rm", "--user", "1000:1000", image]);
  expect(refused).toMatchObject({
    code: 1,
    stderr: expect.stringContaining("/config/greeting.html") as string,
  });
});
