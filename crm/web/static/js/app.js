// One listener per kind of event, on the document: what htmx brings in later works without being wired again.
import "./composition.js";
import "./theme.js";
import "./menu.js";
import "./palette.js";
import "./shortcuts.js";
import "./toasts.js";
import "./forms.js";
import "./drafts.js";
import "./selection.js";
import "./unread.js";
import "./times.js";
import { enhance as cells } from "./cells.js";
import { enhance as places } from "./in_place.js";
import { enhance as tags } from "./tags.js";
import { enhance as reveal } from "./reveal.js";
import { enhance as uploads } from "./upload.js";
import { enhance as tabs } from "./tabs.js";
import { enhance as paths } from "./path.js";
import { enhance as edges } from "./edges.js";
import { enhance as searchable } from "./searchable.js";
import { enhance as rows } from "./rows.js";
import { enhance as comboboxes } from "./combobox.js";
import { watchRequests } from "./requests.js";

const enhancers = [cells, places, tags, reveal, uploads, tabs, paths, edges, searchable, rows, comboboxes];

function enhance(root) {
  for (const enhancer of enhancers) enhancer(root);
}

watchRequests();
enhance(document);
document.addEventListener("htmx:load", (event) => enhance(event.target));
