/** Every password that the program makes, by name, with its length in characters. */
export const passwordLengths = {
  postgres: 40,
  supabaseAdmin: 40,
  authenticator: 40,
  authAdmin: 40,
  storageAdmin: 40,
  monitor: 40,
  redis: 40,
  minio: 40,
  storageS3: 40,
  // Realtime asks for at least 64 characters here, and for exactly 16 there.
  realtimeSession: 64,
  realtimeEncryption: 16,
  realtimeMetrics: 40,
  grafana: 40,
} as const;

export type PasswordName = keyof typeof passwordLengths;

/** The credentials that have a generation of their own. */
export const credentialNames = [
  "authority",
  "jwt",
  ...(Object.keys(passwordLengths) as PasswordName[]),
] as const;

export type CredentialName = (typeof credentialNames)[number];

/** What each password is made with. */
export const passwordArgs = (
  generations: Readonly<Record<CredentialName, number>>,
): Record<PasswordName, { generation: number; length: number }> =>
  Object.fromEntries(
    Object.entries(passwordLengths).map(([name, length]) => [
      name,
      { generation: generations[name as PasswordName], length },
    ]),
  ) as Record<PasswordName, { generation: number; length: number }>;
