// Keys that an input method takes to itself (Japanese, Chinese, Korean: Enter ends the composition, arrows choose in
// it) reach no handler of a page. On the window, while the event comes down: before all other listeners.
const NOT_YET_A_KEY = 229;

for (const name of ["keydown", "keypress", "keyup"])
  addEventListener(
    name,
    (event) => {
      if (event.isComposing || event.keyCode === NOT_YET_A_KEY) event.stopImmediatePropagation();
    },
    true,
  );
