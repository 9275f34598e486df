import { createHmac } from "node:crypto";
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { identifyText } from "../../shared/protocol/widget.ts";

const README = readFileSync(new URL("README.md", import.meta.url), "utf8");

test("[S3] the signed text is what the examples for sites sign, and the one that is told comes out", () => {
  const example = identifyText("42", { name: "Анна", email: "anna@example.com" });
  expect(example).toBe("42\nАнна\nanna@example.com\n");
  const signature = createHmac("sha256", "ws_example").update(example, "utf8").digest("hex");
  expect(README).toContain(signature);
  expect(identifyText("42", {})).toBe("42\n\n\n");
});
