import type { Project } from "./project.js";
import { mayRead, mayWrite, type Asker, type Extension } from "./policies.js";

const extensions: readonly Extension[] = ["broadcast", "presence"];

/** What one channel may do, as the policies said when it last asked them. A public channel may do everything. */
export class Authority {
  private readable: ReadonlySet<Extension> = new Set(extensions);
  private readonly writable = new Map<Extension, boolean>();

  constructor(
    private readonly project: Project,
    private readonly isPrivate: boolean,
  ) {}

  reads(extension: Extension): boolean {
    return this.readable.has(extension);
  }

  /** Asks anew who may read; who may write is asked when somebody does. @returns what may be read no more */
  async renew(asker: Asker): Promise<Extension[]> {
    this.writable.clear();
    if (!this.isPrivate) return [];
    const before = this.readable;
    const answer = mayRead(this.project.pool, asker, extensions);
    this.readable = await this.timed("read", answer);
    return [...before].filter((extension) => !this.readable.has(extension));
  }

  /** Asked once for a token. */
  async writes(asker: Asker, extension: Extension): Promise<boolean> {
    if (!this.isPrivate) return true;
    const known = this.writable.get(extension);
    if (known !== undefined) return known;
    const may = await this.timed("write", mayWrite(this.project.pool, asker, extension));
    this.writable.set(extension, may);
    return may;
  }

  private timed<T>(check: "read" | "write", answer: Promise<T>): Promise<T> {
    return this.project.metrics.timed(check, this.project.tenant.externalId, answer);
  }
}
