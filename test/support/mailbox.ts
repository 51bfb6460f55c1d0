import { docker, until } from "./containers.js";

interface Header {
  readonly id: string;
  readonly subject: string;
}

/** Mail that a stack's Inbucket took in, read from inside its network. */
export class Mailbox {
  constructor(
    private readonly prefix: string,
    private readonly name: string,
  ) {}

  /** The first link in the newest mail, once there is one. */
  async link(): Promise<URL> {
    const text = await until(`mail for ${this.name}`, () => {
      const newest = (this.read("") as Header[]).pop();
      if (newest === undefined) return undefined;
      return (this.read(`/${newest.id}`) as { body: { text: string; html: string } }).body;
    });
    const found = /https?:\/\/[^\s"'<>)]+/.exec(text.html === "" ? text.text : text.html)?.[0];
    if (found === undefined) throw new Error("there is no link in the mail");
    return new URL(found.replaceAll("&amp;", "&"));
  }

  private read(path: string): unknown {
    const url = `http://inbucket:9000/api/v1/mailbox/${this.name}${path}`;
    return JSON.parse(docker(["exec", `${this.prefix}_nginx`, "curl", "-fsS", url])) as unknown;
  }
}
