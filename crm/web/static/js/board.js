// The board: its cards are dragged, moved by keys and by a menu, and added; other browsers' changes come by themselves.
import { ready } from "./board/dragging.js";
import "./board/keys.js";
import "./board/quick_add.js";
import { onFresh } from "./board/refreshing.js";

onFresh(ready);
ready();
document.addEventListener("htmx:load", ready);
