import { type Offer, rate } from "../support/scanners/ssl-labs.js";

const good: Offer = {
  protocols: ["TLSv1.2", "TLSv1.3"],
  cipherBits: [128, 256],
  key: { type: "ec", bits: 256 },
  forwardSecret: true,
  authenticated: true,
};

it.each<[string, Partial<Offer>, number, string]>([
  ["Mozilla's intermediate profile with P-256", {}, 96, "A+"],
  ["the same with RSA-2048", { key: { type: "rsa", bits: 2048 } }, 93, "A+"],
  ["ciphers of 256 bits alone", { cipherBits: [256] }, 100, "A+"],
  ["TLS 1.2 alone", { protocols: ["TLSv1.2"] }, 96, "A-"],
  ["TLS 1.0 beside it", { protocols: ["TLSv1", "TLSv1.2", "TLSv1.3"] }, 94.5, "B"],
  ["a cipher without forward secrecy", { forwardSecret: false }, 96, "B"],
  ["a cipher without authentication", { authenticated: false }, 96, "B"],
  ["nothing newer than TLS 1.1", { protocols: ["TLSv1.1"] }, 94.5, "C"],
])("%s", (_, change, score, grade) => {
  const rating = rate({ ...good, ...change });
  expect([rating.score, rating.grade]).toEqual([expect.closeTo(score, 5), grade]);
});
