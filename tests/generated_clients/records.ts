// Uses the generated client as a program would: every answer is read by its type, and a wrong one ends with an error.
import createClient from "openapi-fetch";
import type { components, paths } from "./api.js";

declare const process: { argv: string[] };

const [baseUrl = "", token = ""] = process.argv.slice(2);
const api = createClient<paths>({ baseUrl, headers: { Authorization: `Bearer ${token}` } });

function expect(holds: boolean, what: string): asserts holds {
  if (!holds) throw new Error(what);
}

type Problem = components["schemas"]["Problem"];

function fieldsOf(problem: Problem | undefined): string[] {
  return (problem?.errors ?? []).map((each) => each.field);
}

const created = await api.POST("/api/clients", {
  params: { header: { "Idempotency-Key": "typescript-1" } },
  body: { name: "Ada Lovelace", email: "ada@example.org", tags: ["vip"] },
});
expect(created.response.status === 201 && created.data !== undefined, "a client is created");
const client: components["schemas"]["Client"] = created.data.data;

const listed = await api.GET("/api/clients", { params: { query: { q: "Lovelace", limit: 10 } } });
expect(listed.data?.data[0]?.name === "Ada Lovelace", "it is listed");
expect(listed.data.page.next === null, "the list has one page");

const changed = await api.PATCH("/api/clients/{client_id}", {
  params: { path: { client_id: client.id }, header: { "If-Match": `"${client.version}"` } },
  body: { name: "Ada King" },
});
expect(changed.data?.data.name === "Ada King", "it is changed");
expect(changed.data.data.version === client.version + 1, "its version grows");

const stale = await api.PATCH("/api/clients/{client_id}", {
  params: { path: { client_id: client.id }, header: { "If-Match": `"${client.version}"` } },
  body: { name: "Nobody" },
});
expect(stale.response.status === 412, "an older version is refused");

const missing = await api.GET("/api/clients/{client_id}", { params: { path: { client_id: 999999 } } });
expect(missing.error?.status === 404 && missing.error.request_id !== "", "a missing one is a problem");

const invalid = await api.POST("/api/clients", { body: { name: "Bob", email: "nowhere" } });
expect(invalid.response.status === 422, "a wrong e-mail is refused");
expect(fieldsOf(invalid.error).includes("email"), "the refusal names its field");

const noted = await api.POST("/api/notes", { body: { subject: "client", subject_id: client.id, text: "Called" } });
expect(noted.data?.data.text === "Called", "a note is added");

console.log("used");
