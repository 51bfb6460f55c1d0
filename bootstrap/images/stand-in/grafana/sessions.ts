import { randomBytes } from "node:crypto";

const lifetime = { seconds: 7 * 24 * 60 * 60, most: 1000 };

/** Who is signed in, until the server ends. */
export class Sessions {
  private readonly ends = new Map<string, number>();

  constructor(
    private readonly path: string,
    private readonly secure: boolean,
  ) {}

  /** @returns the value of a Set-Cookie header */
  begin(): string {
    const id = randomBytes(32).toString("hex");
    const [oldest] = this.ends.keys();
    if (this.ends.size >= lifetime.most && oldest !== undefined) this.ends.delete(oldest);
    this.ends.set(id, Date.now() + lifetime.seconds * 1000);
    return this.cookie(id, lifetime.seconds);
  }

  /** @returns the value of a Set-Cookie header */
  end(cookies: string | undefined): string {
    this.ends.delete(idOf(cookies));
    return this.cookie("", 0);
  }

  has(cookies: string | undefined): boolean {
    return (this.ends.get(idOf(cookies)) ?? 0) > Date.now();
  }

  private cookie(id: string, age: number): string {
    const secure = this.secure ? "; Secure" : "";
    return `grafana_session=${id}; Path=${this.path || "/"}; Max-Age=${age}; HttpOnly; SameSite=Lax${secure}`;
  }
}

const idOf = (cookies = ""): string => /(?:^|;\s*)grafana_session=([0-9a-f]+)/.exec(cookies)?.[1] ?? "";
