// What the recipe of an image says.

/** A suite of Debian that an image stands on. */
export type Suite = "trixie" | "forky";

/** How one image is made. */
export interface Recipe {
  readonly repository: string;
  /** Version of the program, shown in the tag. @default - the tag is the hash alone */
  readonly version?: string;
  readonly suite: Suite;
  /** Folder of the Dockerfile, below `bootstrap/images`. */
  readonly folder: string;
  /** A program of ours that is bundled into the image; its `main.ts` lies beside the Dockerfile. @default - none */
  readonly bundle?: Bundle;
  /** A program out of an npm package, which is copied beside the Dockerfile. @default - none */
  readonly npmProgram?: NpmProgram;
  /** Programs that are built from Go modules and lie beside the Dockerfile while the image is made. @default - none */
  readonly programs?: readonly GoProgram[];
  /** Data out of Go modules that lies beside the Dockerfile while the image is made. @default - none */
  readonly data?: readonly GoData[];
}

/** A program that Debian does not have, built from its published Go module. */
export interface GoProgram {
  /** The program's file name; `build/<name>` below the image's folder is the Go module that pins all versions. */
  readonly name: string;
  /** The Go package to build. */
  readonly package: string;
  /** Variables of the program that the linker sets, such as its version. @default - none */
  readonly variables?: Readonly<Record<string, string>>;
}

/** Data that Debian does not have in this version, out of its published Go module. */
export interface GoData {
  /** Folder beside the Dockerfile; `build/<name>` below the image's folder is the Go module that pins the version. */
  readonly name: string;
  readonly module: string;
  /** Folder of the module that is copied. */
  readonly path: string;
}

/** A program that npm installs for this machine's kind of processor. */
export interface NpmProgram {
  /** The package whose version is pinned. */
  readonly package: string;
  /** Path below `node_modules`; `{arch}` stands for the processor as Node.js calls it. */
  readonly path: string;
}

/** What a bundled program is made of, apart from its own folder. */
export interface Bundle {
  /** Folder of sources that several programs share, below `bootstrap/images`. */
  readonly shared: string;
  /** npm packages that end up in the bundle. */
  readonly packages: readonly string[];
}
