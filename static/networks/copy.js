// Copies a text that stands on the page; without script, or where the browser refuses, it can be selected there.

const copy = async (text) => {
  try {
    await navigator.clipboard.writeText(text.value);
    return true;
  } catch {
    return false;
  }
};

for (const place of document.querySelectorAll("[data-copy]")) {
  const button = place.querySelector("[data-copy-button]");
  const text = place.querySelector("textarea, input");
  const fold = place.querySelector("details");
  const state = place.querySelector("[data-copy-state]");

  button.hidden = false;
  button.addEventListener("click", async () => {
    if (await copy(text)) {
      state.textContent = "Copied.";
      return;
    }
    if (fold) fold.open = true;
    text.focus();
    text.select();
    state.textContent = "Your browser did not allow that. The text is selected: copy it with Ctrl+C or ⌘+C.";
  });
}
