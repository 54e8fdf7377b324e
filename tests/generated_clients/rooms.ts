// Does the main work of every room by the generated client; the compiler checks what is sent and read.
import createClient from "openapi-fetch";
import type { components, paths } from "./api.js";

declare const process: { argv: string[] };

const [baseUrl = "", token = ""] = process.argv.slice(2);
const api = createClient<paths>({ baseUrl, headers: { Authorization: `Bearer ${token}` } });

type Answer<T> = { data?: T; error?: components["schemas"]["Problem"]; response: Response };

function good<T>(answer: Answer<T>): T {
  if (answer.data === undefined) throw new Error(`${answer.response.url}: ${JSON.stringify(answer.error)}`);
  return answer.data;
}

function expect(holds: boolean, what: string): asserts holds {
  if (!holds) throw new Error(what);
}

const client = good(await api.POST("/api/clients", { body: { name: "Tess Typed", phone: "+4930901821" } })).data;
const tagging = { op: "tag" as const, id: client.id, add: ["typed"] };
const [outcome] = good(await api.POST("/api/clients/bulk", { body: { operations: [tagging] } })).data;
expect(typeof outcome?.operation_id === "number", "what changes many tells its operation");
const undone = await api.POST("/api/operations/{operation_id}/undo", {
  params: { path: { operation_id: outcome.operation_id } },
});
expect(good(undone).data.undone === 1, "many are undone as one");

const pipeline = good(await api.POST("/api/pipelines", { body: { name: "Sales by TypeScript" } })).data;
const place = { params: { path: { pipeline_id: pipeline.id } } };
const stage = good(await api.POST("/api/pipelines/{pipeline_id}/stages", { ...place, body: { name: "Visit" } })).data;
const lead = good(
  await api.POST("/api/leads", {
    body: { title: "Roof", value: 12.5, currency: "KWD", pipeline_id: pipeline.id, client_id: client.id },
  }),
).data;
const ofLead = { params: { path: { lead_id: lead.id } } };
const moved = good(await api.PUT("/api/leads/{lead_id}/stage", { ...ofLead, body: { stage_id: stage.id } })).data;
expect(moved.stage_name === "Visit", "a lead is moved");
expect(good(await api.POST("/api/leads/{lead_id}/win", ofLead)).data.status === "won", "it is won");
const found = await api.GET("/api/leads", {
  params: { query: { value_from: 12, pipeline_id: pipeline.id, status: "won" } },
});
expect(good(found).data[0]?.id === lead.id, "it is found by value and status");
const board = good(await api.GET("/api/pipelines/{pipeline_id}/board", place)).data;
expect(board.stages.some((each) => each.cards.some((card) => card.id === lead.id)), "it is on the board");
const report = good(await api.GET("/api/reports/leads", { params: { query: { pipeline_id: pipeline.id } } })).data;
expect(report.funnel.length > 0, "the report has a funnel");

const task = good(
  await api.POST("/api/tasks", {
    body: { title: "Call", due_day: "2030-03-14", repeat: "weekly", subject: "lead", subject_id: lead.id },
  }),
).data;
expect(task.due_day === "2030-03-14", "a task has its day");
const day = good(await api.GET("/api/tasks/my-day")).data;
const waiting: components["schemas"]["Lead"][] = day.stale;
expect(waiting.every((each) => each.title !== ""), "what waits are leads");

const form = new FormData();
form.append("file", new Blob(["two gates"], { type: "text/plain" }), "plan.txt");
const kept = good(
  await api.POST("/api/clients/{client_id}/files", {
    params: { path: { client_id: client.id } },
    body: { file: "plan.txt" },
    bodySerializer: () => form,
  }),
).data;
const content = await api.GET("/api/files/{file_id}/content", {
  params: { path: { file_id: kept.id } },
  parseAs: "text",
});
expect(good(content) === "two gates", "a file comes back as it was");

const pair = good(
  await api.POST("/api/leads", { body: { customer_phone: "+447700900556", customer_name: "Cleo Customer" } }),
).data;
expect("conversation_id" in pair, "a customer's lead comes with its conversation");
const conversation = { params: { path: { conversation_id: pair.conversation_id } } };
await api.POST("/api/conversations/{conversation_id}/notes", { ...conversation, body: { text: "Call back" } });
const thread = good(await api.GET("/api/conversations/{conversation_id}/messages", conversation)).data;
expect(thread[0]?.body === "Call back", "a note is in the thread");

const view = good(await api.POST("/api/views", { body: { list: "leads", name: "Won", query: "status=won" } })).data;
expect(view.name === "Won", "a view is saved");
expect(good(await api.GET("/api/me")).data.user.role === "owner", "one knows who asks");
expect(good(await api.GET("/api/activities/verification")).data.whole, "the ledger is whole");

console.log("used");
