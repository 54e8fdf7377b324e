// form[data-upload]: files dropped anywhere on its [data-drop-area], or chosen, go up one by one with a bar each.
import { csrfToken, refusalIn, text } from "./page.js";
import { toast } from "./toasts.js";

const MEGABYTE = 1024 * 1024;

function send(form, file, row) {
  const body = new FormData();
  body.append("file", file);
  body.append("csrf_token", csrfToken());
  const request = new XMLHttpRequest();
  const bar = row.querySelector("progress");
  request.upload.addEventListener("progress", (event) => {
    if (event.lengthComputable) bar.value = event.loaded / event.total;
  });
  return new Promise((resolve) => {
    request.addEventListener("loadend", () => resolve(request));
    request.open("POST", form.action);
    request.setRequestHeader("X-CSRFToken", csrfToken());
    request.setRequestHeader("HX-Request", "true");
    request.send(body);
  });
}

function rowFor(file) {
  const row = document.createElement("li");
  row.className = "upload";
  const line = document.createElement("div");
  line.className = "upload-line";
  const name = document.createElement("span");
  name.className = "ellipsis";
  name.textContent = file.name;
  line.append(name);
  const bar = document.createElement("progress");
  bar.max = 1;
  bar.value = 0;
  bar.setAttribute("aria-label", file.name);
  row.append(line, bar);
  return row;
}

function refuse(row, file, reason) {
  row.classList.add("upload-failed");
  row.querySelector("progress").remove();
  row.querySelector(".ellipsis").textContent = `${file.name} ${reason}`;
}

// There is no refusal when the connection broke.
function reasonOf(request) {
  const said = refusalIn(request.responseText);
  return said ? `— ${said}` : text("uploadFailed");
}

async function upload(form, files) {
  const list = form.querySelector(".uploads");
  const size = form.dataset.maxMb;
  const jobs = files.map((file) => [file, rowFor(file)]);
  list.replaceChildren(...jobs.map(([, row]) => row));
  let done = 0;
  for (const [file, row] of jobs) {
    if (file.size > Number(size) * MEGABYTE) {
      refuse(row, file, text("tooLarge", { size }));
      continue;
    }
    const request = await send(form, file, row);
    if (request.status >= 200 && request.status < 300) {
      row.remove();
      done += 1;
    } else refuse(row, file, reasonOf(request));
  }
  form.reset();
  // The files' part of the page comes anew and takes the rows along: what was refused must still be said.
  if (done) for (const row of list.querySelectorAll(".upload-failed")) toast(row.textContent, { bad: true });
  if (done) form.dispatchEvent(new CustomEvent("uploaded", { bubbles: true }));
}

// Without scripts the form sends one file; with them each goes up by itself.
export function enhance(root) {
  for (const field of root.querySelectorAll("form[data-upload] input[type=file]")) field.multiple = true;
}

document.addEventListener("change", (event) => {
  event.target.closest("form[data-picture]")?.requestSubmit();
  const form = event.target.closest("form[data-upload]");
  if (form && event.target.files?.length) upload(form, [...event.target.files]);
});

const carriesFiles = (event) => event.dataTransfer?.types.includes("Files");
const formOf = (event) =>
  event.target.closest?.("[data-drop-area]")?.querySelector("form[data-upload]") ??
  event.target.closest?.("form[data-upload]");

document.addEventListener("dragover", (event) => {
  if (!carriesFiles(event)) return;
  event.preventDefault();
  document.body.classList.toggle("dropping", Boolean(formOf(event)));
  event.dataTransfer.dropEffect = formOf(event) ? "copy" : "none";
});
document.addEventListener("dragleave", (event) => {
  if (!event.relatedTarget) document.body.classList.remove("dropping");
});
document.addEventListener("drop", (event) => {
  document.body.classList.remove("dropping");
  if (!carriesFiles(event)) return;
  event.preventDefault();
  const form = formOf(event);
  if (form) upload(form, [...event.dataTransfer.files]);
});
