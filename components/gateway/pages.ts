import { answer, block, type Directive, directive } from "./nginx.js";

/** What a visitor of the frontend's origin is told when nginx itself answers, by status. */
const messages: Readonly<Record<number, readonly [title: string, text: string]>> = {
  400: ["Bad request", "The browser sent something that this server does not understand."],
  403: ["Not allowed", "This address is not open to you."],
  404: ["Page not found", "There is nothing at this address."],
  405: ["Method not allowed", "Pages here can be read, and nothing else."],
  408: ["Request timed out", "The request took too long to arrive."],
  413: ["Request too large", "Pages here can be read, and nothing else."],
  414: ["Address too long", "This address is longer than any page's."],
  429: ["Too many requests", "Please wait a moment, and try again."],
  500: ["Something went wrong", "Please try again in a moment."],
  502: ["Something went wrong", "Please try again in a moment."],
  503: ["Not available", "Please try again in a moment."],
  504: ["No answer in time", "Please try again in a moment."],
};

/** Without style or script, so that the strictest policy shows it whole; browsers bring light and dark themselves. */
const page = (title: string, text: string): readonly string[] => [
  "<!doctype html>",
  '<html lang="en">',
  '<meta charset="utf-8">',
  '<meta name="viewport" content="width=device-width, initial-scale=1">',
  '<meta name="color-scheme" content="light dark">',
  `<title>${title}</title>`,
  `<h1>${title}</h1>`,
  `<p>${text}</p>`,
  "<p><small>Request $request_id</small></p>",
  "</html>",
];

/** Errors as a page with the request's id; they keep the server's security headers, and no cache keeps them. */
export const pageErrors: readonly Directive[] = Object.entries(messages).flatMap(
  ([status, [title, text]]) => [
    directive("error_page", status, `/@page_${status}`),
    // A path rather than a named location: a request whose path nginx could not read gets to no named one.
    block(
      "location",
      ["=", `/@page_${status}`],
      [
        directive("internal"),
        directive("default_type", "text/html"),
        directive("add_header_inherit", "merge"),
        directive("add_header", "Cache-Control", "no-store", "always"),
        answer(Number(status), page(title, text)),
      ],
    ),
  ],
);
