// A change on its way to the server; a refusal comes back in words.
import { csrfToken, text } from "../page.js";

export async function send(address, values) {
  const body = new URLSearchParams({ ...values, csrf_token: csrfToken() });
  try {
    const answer = await fetch(address, {
      method: "POST",
      body,
      headers: { "HX-Request": "true", "X-CSRFToken": csrfToken() },
    });
    if (answer.ok) return { ok: true, ...(await answer.json()) };
    const refusal = await answer.json().catch(() => null);
    return {
      text: refusal?.text ?? text(answer.status === 401 ? "expired" : answer.status === 503 ? "busy" : "failed"),
    };
  } catch {
    return { text: text("offline") };
  }
}
