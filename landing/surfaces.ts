/** What the page tells of one service. */
export interface Surface {
  readonly name: string;
  readonly purpose: string;
  /** Below the API's origin. */
  readonly path: string;
  /** One line of supabase-js. */
  readonly example: string;
  /** Name under which the gateway knows its state. */
  readonly service: string;
}

export const surfaces: readonly Surface[] = [
  {
    name: "Database",
    purpose: "Tables, views and functions as a REST API",
    path: "/rest/v1/",
    example: 'supabase.from("videos").select()',
    service: "rest",
  },
  {
    name: "Sign-in",
    purpose: "Users, sessions and providers",
    path: "/auth/v1/",
    example: "supabase.auth.signInWithPassword({ email, password })",
    service: "auth",
  },
  {
    name: "Realtime",
    purpose: "Messages, presence and changes over WebSockets",
    path: "/realtime/v1/",
    example: 'supabase.channel("room").subscribe()',
    service: "realtime",
  },
  {
    name: "Storage",
    purpose: "Files and pictures, resumable uploads, S3",
    path: "/storage/v1/",
    example: 'supabase.storage.from("media").upload(name, file)',
    service: "storage",
  },
  {
    name: "Functions",
    purpose: "Your own code in TypeScript",
    path: "/functions/v1/",
    example: 'supabase.functions.invoke("hello")',
    service: "functions",
  },
];
