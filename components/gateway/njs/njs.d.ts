// The part of nginx's JavaScript that is used here.
import type { Dictionary } from "./metrics.mjs";

declare global {
  const ngx: { readonly shared: Record<"metrics" | "metrics_readers", Dictionary> };
}
