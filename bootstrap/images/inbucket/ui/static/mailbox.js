// Lists a mailbox and shows one message, through Inbucket's REST API. Addresses are /m/<mailbox> and /m/<mailbox>/<id>.
const element = (selector) => document.querySelector(selector);
const base = new URL(document.baseURI).pathname;
const api = (...path) => `${base}api/v1/mailbox/${path.map(encodeURIComponent).join("/")}`;
const page = (...path) => `${base}m/${path.map(encodeURIComponent).join("/")}`;

async function read(address) {
  const answer = await fetch(address, { cache: "no-store" });
  if (!answer.ok) throw new Error(`${answer.status} ${answer.statusText}`);
  return answer.json();
}

function link(href, text) {
  const anchor = document.createElement("a");
  anchor.href = href;
  anchor.textContent = text;
  return anchor;
}

// Text stays text; only addresses of pages become links.
function withLinks(text) {
  return text
    .split(/(https?:\/\/[^\s<>()"]+)/)
    .map((part, index) => (index % 2 === 1 ? link(part, part) : part));
}

async function showMessages(mailbox) {
  const messages = await read(api(mailbox));
  const items = messages.reverse().map(({ id, subject, from, date }) => {
    const item = document.createElement("li");
    item.append(
      link(page(mailbox, id), subject || "(no subject)"),
      ` ${from}, ${new Date(date).toLocaleString()}`,
    );
    return item;
  });
  element("#messages").replaceChildren(...items);
  element("#state").textContent =
    items.length === 0 ? `${mailbox} is empty.` : `${items.length} in ${mailbox}`;
}

async function showMessage(mailbox, id) {
  const { subject, from, to, date, body } = await read(api(mailbox, id));
  element("#message h2").textContent = subject || "(no subject)";
  element("#message .envelope").textContent =
    `${from} to ${to.join(", ")}, ${new Date(date).toLocaleString()}`;
  element("#message pre").replaceChildren(...withLinks(body.text || body.html));
  element("#message a[target]").href = api(mailbox, id, "source");
  element("#message").hidden = false;
}

async function show() {
  const [, mailbox, id] = location.pathname.slice(base.length).split("/").map(decodeURIComponent);
  if (!mailbox) return;
  element("#open").elements.mailbox.value = mailbox;
  await showMessages(mailbox);
  if (id) await showMessage(mailbox, id);
}

element("#open").addEventListener("submit", (event) => {
  event.preventDefault();
  location.assign(page(event.target.elements.mailbox.value.trim()));
});

show().catch((error) => {
  element("#state").textContent = `Cannot be shown: ${error.message}`;
});
