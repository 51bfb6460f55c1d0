import { AuthStack, api, keys, linkAndCode, sign, site } from "./stand-in-auth-harness.js";

const stack = new AuthStack("client");
const password = "correct horse";

beforeAll(() => stack.start({ GOTRUE_EXTERNAL_ANONYMOUS_USERS_ENABLED: "true" }));
afterAll(() => stack.remove());

/** A user who has followed the link of the first mail. */
async function confirmedUser(email: string) {
  const client = stack.client();
  await client.signUp({ email, password });
  const { values } = await stack.follow(linkAndCode(await stack.sink.next(email)).link);
  return { client, values };
}

test("a user signs up, follows the mailed link, and has a session until they sign out", async () => {
  const client = stack.client();
  const emailRedirectTo = "https://app.site.test/welcome?a=1&b=2";
  const options = { emailRedirectTo, data: { name: "Ann" } };
  const signup = await client.signUp({ email: "Ann@Example.com", password, options });
  expect(signup.error).toBeNull();
  expect(signup.data.session).toBeNull();
  expect(signup.data.user).toMatchObject({ email: "ann@example.com", user_metadata: { name: "Ann" } });
  expect((await client.signInWithPassword({ email: "ann@example.com", password })).error?.code).toBe(
    "email_not_confirmed",
  );

  const mail = await stack.sink.next("ann@example.com");
  expect(mail.text).toMatch(/^From: (The site|"The site") <admin@site.test>/m);
  const { link } = linkAndCode(mail);
  expect(link).toMatch(`${api}/auth/v1/verify?token=`);
  const { target, values } = await stack.follow(link);
  expect(target).toBe(emailRedirectTo);
  expect(values.get("type")).toBe("signup");
  expect(values.get("token_type")).toBe("bearer");

  const [access_token, refresh_token] = ["access_token", "refresh_token"].map(
    (name) => values.get(name) ?? "",
  );
  await client.setSession({ access_token: access_token ?? "", refresh_token: refresh_token ?? "" });
  const { data } = await client.getUser();
  expect(data.user).toMatchObject({ email: "ann@example.com", role: "authenticated", is_anonymous: false });
  const claims = JSON.parse(Buffer.from(access_token?.split(".")[1] ?? "", "base64url").toString()) as object;
  expect(claims).toMatchObject({
    ...{
      iss: `${api}/auth/v1`,
      sub: data.user?.id,
      aud: "authenticated",
      role: "authenticated",
      aal: "aal1",
    },
    app_metadata: { provider: "email", providers: ["email"] },
    amr: [{ method: "otp", timestamp: expect.any(Number) as number }],
  });

  const refreshed = await client.refreshSession();
  expect(refreshed.data.session?.refresh_token).not.toBe(refresh_token);
  expect((await client.signOut()).error).toBeNull();
  const gone = await stack.client().getUser(refreshed.data.session?.access_token);
  expect(gone.error?.name).toBe("AuthSessionMissingError");
});

test("a link works once, and then says why it does not", async () => {
  await confirmedUser("once@example.com");
  const { link } = linkAndCode(await stack.sink.next("once@example.com"));
  const { target, values } = await stack.follow(link);
  expect(target).toBe(site);
  expect([values.get("error"), values.get("error_code")]).toEqual(["access_denied", "otp_expired"]);
});

test("links lead nowhere but to the site and the allowed places", async () => {
  const redirect = encodeURIComponent("https://evil.test/site.test/");
  const { target } = await stack.follow(`${api}/auth/v1/verify?token=x&type=signup&redirect_to=${redirect}`);
  expect(target).toBe(site);
});

test("a wrong password, an unknown user and a weak password are refused in auth-js's own codes", async () => {
  const { client } = await confirmedUser("bob@example.com");
  const wrong = await client.signInWithPassword({ email: "bob@example.com", password: "wrong" });
  const unknown = await client.signInWithPassword({ email: "nobody@example.com", password });
  expect([wrong.error?.code, unknown.error?.code]).toEqual(["invalid_credentials", "invalid_credentials"]);
  expect((await client.signInWithPassword({ email: "bob@example.com", password })).error).toBeNull();
  const weak = await client.signUp({ email: "weak@example.com", password: "short" });
  expect(weak.error).toMatchObject({ code: "weak_password", status: 422, reasons: ["length"] });
});

test("signing up with a taken address looks like any other sign-up, and sends nothing", async () => {
  const { client } = await confirmedUser("taken@example.com");
  const { data, error } = await client.signUp({ email: "taken@example.com", password: "another one" });
  expect(error).toBeNull();
  expect(data.user).toMatchObject({ email: "taken@example.com", identities: [] });
  expect(stack.sink.mails.filter(({ to }) => to === "taken@example.com")).toHaveLength(1);
});

test("a code from a mail logs in, once", async () => {
  await confirmedUser("code@example.com");
  const client = stack.client();
  expect((await client.signInWithOtp({ email: "code@example.com" })).error).toBeNull();
  const { code } = linkAndCode(await stack.sink.next("code@example.com", 1));
  const attempt = (token: string) => client.verifyOtp({ email: "code@example.com", token, type: "email" });
  const wrong = code === "000000" ? "000001" : "000000";
  expect((await attempt(wrong)).error?.code).toBe("otp_expired");
  expect((await attempt(code)).data.session?.user.email).toBe("code@example.com");
  expect((await attempt(code)).error?.code).toBe("otp_expired");
  const strangers = { email: "stranger@example.com", options: { shouldCreateUser: false } };
  expect((await client.signInWithOtp(strangers)).error?.code).toBe("otp_disabled");
});

test("a forgotten password is replaced, which ends the other sessions", async () => {
  const { client, values } = await confirmedUser("forgot@example.com");
  await client.resetPasswordForEmail("forgot@example.com");
  const { link } = linkAndCode(await stack.sink.next("forgot@example.com", 1));
  const token_hash = new URL(link).searchParams.get("token") ?? "";
  expect((await client.verifyOtp({ token_hash, type: "recovery" })).error).toBeNull();
  expect((await client.updateUser({ password })).error?.code).toBe("same_password");
  expect((await client.updateUser({ password: "a new one", data: { seen: true } })).error).toBeNull();
  const other = await stack.client().getUser(values.get("access_token") ?? "");
  expect(other.error?.name).toBe("AuthSessionMissingError");
  const login = await stack
    .client()
    .signInWithPassword({ email: "forgot@example.com", password: "a new one" });
  expect(login.data.user?.user_metadata).toMatchObject({ seen: true });
});

test("a new address counts when both mails were answered", async () => {
  const { client } = await confirmedUser("old@example.com");
  await client.signInWithPassword({ email: "old@example.com", password });
  const { data } = await client.updateUser({ email: "new@example.com" });
  expect(data.user?.new_email).toBe("new@example.com");
  const first = await stack.follow(linkAndCode(await stack.sink.next("old@example.com", 1)).link);
  expect(first.values.get("message")).toMatch("other email");
  expect((await client.getUser()).data.user?.email).toBe("old@example.com");
  await stack.follow(linkAndCode(await stack.sink.next("new@example.com")).link);
  expect((await client.getUser()).data.user).toMatchObject({ email: "new@example.com" });
});

test("a client with a proof of its own gets a code in the link and exchanges it", async () => {
  const client = stack.client(keys.anon, "pkce");
  await client.signUp({ email: "pkce@example.com", password });
  const { target } = await stack.follow(linkAndCode(await stack.sink.next("pkce@example.com")).link);
  const code = new URL(target).searchParams.get("code") ?? "";
  const body = JSON.stringify({ auth_code: code, code_verifier: "another client's" });
  const stolen = await stack.fetch(`${api}/auth/v1/token?grant_type=pkce`, { method: "POST", body });
  expect(await stolen.json()).toMatchObject({ code: 400, error_code: "bad_code_verifier" });
  const { data } = await client.exchangeCodeForSession(code);
  expect(data.user?.email).toBe("pkce@example.com");
});

test("an old refresh token ends the session, the one before the last does not", async () => {
  const { values } = await confirmedUser("chain@example.com");
  const first = { refresh_token: values.get("refresh_token") ?? "" };
  const second = (await stack.client().refreshSession(first)).data.session?.refresh_token ?? "";
  expect((await stack.client().refreshSession(first)).data.session?.refresh_token).toBe(second);
  const third =
    (await stack.client().refreshSession({ refresh_token: second })).data.session?.refresh_token ?? "";
  expect((await stack.client().refreshSession(first)).error?.code).toBe("refresh_token_already_used");
  expect((await stack.client().refreshSession({ refresh_token: third })).error?.code).toBe(
    "refresh_token_already_used",
  );
  expect((await stack.client().refreshSession({ refresh_token: "made up" })).error?.code).toBe(
    "refresh_token_not_found",
  );
});

test("someone without a name logs in", async () => {
  const { data } = await stack.client().signInAnonymously();
  expect(data.user).toMatchObject({ is_anonymous: true, role: "authenticated" });
});

test("only the service manages users", async () => {
  const { client } = await confirmedUser("plain@example.com");
  await client.signInWithPassword({ email: "plain@example.com", password });
  expect((await client.admin.listUsers()).error).toMatchObject({ status: 403, code: "not_admin" });
  const forged = sign({ role: "service_role" }, "another-secret-of-thirty-two-characters");
  expect((await stack.client(forged).admin.listUsers()).error?.code).toBe("bad_jwt");

  const { admin } = stack.client(keys.service);
  const made = await admin.createUser({ email: "made@example.com", password, email_confirm: true });
  const id = made.data.user?.id ?? "";
  const listed = await admin.listUsers({ page: 1, perPage: 2 });
  expect(listed.data).toMatchObject({ aud: "authenticated", nextPage: 2 });
  expect(listed.data.users[0]).toMatchObject({ id, email: "made@example.com" });
  await admin.updateUserById(id, { app_metadata: { plan: "gold" }, ban_duration: "1h" });
  const login = await stack.client().signInWithPassword({ email: "made@example.com", password });
  expect(login.error?.code).toBe("user_banned");
  expect((await admin.getUserById(id)).data.user?.app_metadata).toMatchObject({ plan: "gold" });
  expect((await admin.deleteUser(id)).error).toBeNull();
  expect((await admin.getUserById(id)).error?.code).toBe("user_not_found");
  const link = await admin.generateLink({ type: "magiclink", email: "plain@example.com" });
  const { values } = await stack.follow(link.data.properties?.action_link ?? "");
  expect(values.get("access_token")).toBeTruthy();
});
