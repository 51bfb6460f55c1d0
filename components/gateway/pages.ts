import { answer, block, type Directive, directive } from "./nginx.js";

interface ErrorPage {
  readonly title: string;
  readonly text: string;
  /** nginx's own codes that end as this one. @default - the status itself */
  readonly from?: readonly number[];
}

const soon = "Please try again in a moment.";
const readOnly = "Pages here can be read, and nothing else.";

/** What a visitor of the frontend's origin is told when nginx itself answers, by status. */
const pages: Readonly<Record<number, ErrorPage>> = {
  // 497 is plain HTTP on a port of HTTPS.
  400: {
    title: "Bad request",
    text: "The browser sent something that this server does not understand.",
    from: [400, 497],
  },
  403: { title: "Not allowed", text: "This address is not open to you." },
  404: { title: "Page not found", text: "There is nothing at this address." },
  405: { title: "Method not allowed", text: readOnly },
  408: { title: "Request timed out", text: "The request took too long to arrive." },
  413: { title: "Request too large", text: readOnly },
  414: { title: "Address too long", text: "This address is longer than any page's." },
  416: { title: "No such part", text: "The file is shorter than the part that was asked for." },
  429: { title: "Too many requests", text: soon },
  431: { title: "Request too large", text: "Clearing this site's cookies may help.", from: [494] },
  500: { title: "Something went wrong", text: soon },
  503: { title: "Not available", text: soon, from: [502, 503] },
  504: { title: "No answer in time", text: soon },
};

/** Without style or script, so that the strictest policy shows it whole; browsers bring light and dark themselves. */
const html = ({ title, text }: ErrorPage): readonly string[] => [
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

const path = (status: string): string => `/.errors/${status}`;

/**
 * Errors as a page with the request's id; they keep the server's security headers, and no cache keeps them. They are
 * found by path and not by name: nginx has no named locations for a request whose first line it could not read.
 */
export const pageErrors: readonly Directive[] = Object.entries(pages).flatMap(([status, page]) => [
  directive("error_page", ...(page.from ?? [status]), `=${status}`, path(status)),
  block(
    "location",
    ["=", path(status)],
    [
      directive("internal"),
      directive("default_type", "text/html"),
      directive("add_header_inherit", "merge"),
      directive("add_header", "Cache-Control", "no-store", "always"),
      answer(Number(status), html(page)),
    ],
  ),
]);
