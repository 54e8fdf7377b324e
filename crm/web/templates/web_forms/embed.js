{# A site loads it by a script tag. It draws the form where the tag stands, or at the end of the page for one in its head, in the
   site's own look. -#}
(() => {
  "use strict";
  const form = {{ described | tojson }};
  const tag = document.currentScript;
  const make = (name, facts = {}, ...inside) => {
    const made = Object.assign(document.createElement(name), facts);
    made.append(...inside);
    return made;
  };
  const input = (question, id) => {
    const facts = { id, name: question.name, required: question.required, dir: "auto" };
    if (question.accept) return make("input", { ...facts, type: "file", accept: question.accept, multiple: question.many });
    if (question.lines) return make("textarea", { ...facts, rows: 4, maxLength: question.longest });
    if (question.choices && question.many) return make("select", { ...facts, multiple: true }, ...options(question));
    if (question.choices) return make("select", facts, make("option", { value: "" }), ...options(question));
    return make("input", { ...facts, type: question.type, maxLength: question.longest, autocomplete: question.filled });
  };
  const options = (question) => question.choices.map(([value, text]) => make("option", { value, textContent: text }));
  const field = (question) => {
    const id = `holdfast-${form.key}-${question.name}`;
    const error = make("p", { className: "holdfast-error", role: "alert", hidden: true });
    error.dataset.of = question.name;
    return make(
      "p",
      { className: "holdfast-field" },
      make("label", { htmlFor: id, textContent: question.required ? `${question.label} *` : question.label }),
      make("br"),
      input(question, id),
      ...(question.hint ? [make("br"), make("small", { className: "holdfast-hint", textContent: question.hint })] : []),
      error
    );
  };
  const place = (made) => (tag && !tag.closest("head") ? tag.after(made) : document.body.append(made));
  const put = (made) => {
    if (document.body) place(made);
    else document.addEventListener("DOMContentLoaded", () => place(made));
  };
  if (![...form.sites, new URL(form.action).origin].includes(location.origin)) {
    console.warn(`Holdfast: ${location.origin} is not among the sites that may show this form.`);
    const link = make("a", { href: form.action, textContent: form.open });
    put(make("p", { className: "holdfast-elsewhere" }, `${form.elsewhere} `, link));
    return;
  }
  const drawn = make("form", { className: "holdfast-form" });
  if (form.heading) drawn.append(make("h2", { textContent: form.heading, dir: "auto" }));
  if (form.intro) drawn.append(make("p", { textContent: form.intro, dir: "auto" }));
  drawn.append(...form.questions.map(field));
  const trap = make("input", { name: form.trap, tabIndex: -1, autocomplete: "off" });
  const hidden = make("div", { ariaHidden: "true" }, trap);
  hidden.style.cssText = "position:absolute;inset-inline-start:-9999px;inline-size:1px;block-size:1px;overflow:hidden";
  drawn.append(hidden);
  if (form.consent) {
    const box = make("input", { type: "checkbox", name: "consent", value: "1", required: true });
    const error = make("p", { className: "holdfast-error", role: "alert", hidden: true });
    error.dataset.of = "consent";
    drawn.append(make("p", {}, make("label", {}, box, ` ${form.consent}`)), error);
  }
  const button = make("button", { type: "submit", textContent: form.button });
  const said = make("p", { className: "holdfast-said", role: "status" });
  drawn.append(button, said);
  const answers = () => {
    const found = new FormData(drawn);
    const beside = { key: form.key, began: form.began, page: location.href, referrer: document.referrer };
    for (const [name, value] of Object.entries(beside)) found.set(name, value);
    return found;
  };
  const show = (problems) => {
    for (const place of drawn.querySelectorAll("[data-of]")) {
      const problem = problems.find((each) => each.field === place.dataset.of);
      place.textContent = problem?.message ?? "";
      place.hidden = !problem;
    }
  };
  drawn.addEventListener("submit", async (event) => {
    event.preventDefault();
    button.disabled = true;
    said.textContent = "";
    try {
      const answer = await fetch(form.action, {
        method: "POST",
        credentials: "omit",
        headers: { Accept: "application/json" },
        body: answers()
      });
      const told = await answer.json();
      show(told.errors ?? []);
      if (!answer.ok) said.textContent = told.detail;
      else if (told.data.redirect) location.assign(told.data.redirect);
      else drawn.replaceChildren(make("p", { className: "holdfast-thanks", role: "status", textContent: told.data.thanks }));
    } catch {
      said.textContent = form.failed;
    } finally {
      button.disabled = false;
    }
  });
  put(drawn);
})();
