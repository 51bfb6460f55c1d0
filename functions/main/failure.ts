/** A request that cannot be answered, in the words that its sender may read. */
export class Failure extends Error {
  constructor(
    readonly status: number,
    /** A name for programs, e.g. `function_not_found`. */
    readonly code: string,
    message: string,
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(message);
  }

  response(): Response {
    const body = { error: this.code, message: this.message };
    return Response.json(body, { status: this.status, headers: this.headers });
  }
}

/** A missing or invalid token, with the members and the header that Supabase's own answer has. */
export class Unauthorized extends Failure {
  constructor(reason: string, message: string) {
    super(401, `UNAUTHORIZED_${reason}`, message);
  }

  override response(): Response {
    const { code, message } = this;
    return Response.json(
      { code, message, msg: message },
      { status: 401, headers: { "sb-error-code": code } },
    );
  }
}
