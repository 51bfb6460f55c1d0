import { invalid } from "./errors.js";

/** An e-mail address as it is kept. */
export function checkedAddress(email: string): string {
  if (email === "") throw invalid("An email address is required");
  if (email.length > 255) throw invalid("An email address is too long");
  if (!/^[^\s@<>,;"]+@[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/i.test(email)) {
    throw invalid("Unable to validate email address: invalid format");
  }
  return email.toLowerCase();
}
