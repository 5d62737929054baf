// Saves a page of a therapist's answers when there is a pause, and before the page is left; says so only when it is so.
// Without this script the page is a plain form. A save is that form, posted in the background.

const PAUSE = 10000; // ms after the last answer until it is saved by itself
const GIVE_UP_AFTER = 20000; // ms until a request is tried again
const LONGEST_WAIT = 30000; // ms between two tries

const form = document.querySelector("form[data-draft]");
const state = form?.querySelector("[data-save-state]");
let changes = 0; // answers given on this page
let saved = 0; // of these, how many the server has acknowledged
let isSaving = false;
let isRefused = false; // the server will not have it: pressing a button shows its reasons
let isLeaving = false;
let failures = 0;
let timer = 0;
let pressed = null; // the button by which the page is left once all is saved

const csrfToken = () => document.cookie.match(/(?:^|;\s*)(?:__Host-)?csrftoken=([^;]+)/)?.[1];
const clock = () => new Date().toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });

function say(text, tone = "") {
  state.textContent = text;
  state.dataset.tone = tone;
}

function saveAfter(wait) {
  clearTimeout(timer);
  timer = setTimeout(save, wait);
}

async function save() {
  if (isSaving || saved === changes) return;
  clearTimeout(timer);
  isSaving = true;
  const upTo = changes;
  say("Saving…");
  const status = await posted();
  isSaving = false;
  if (status === 204) return acknowledged(upTo);
  if ([403, 404, 422].includes(status)) return refused();
  say("Not saved, retrying. Your answers stay on this page.", "problem");
  saveAfter(Math.min(1000 * 2 ** failures, LONGEST_WAIT));
  failures += 1;
}

async function posted() {
  form.elements.csrfmiddlewaretoken.value = csrfToken() ?? form.elements.csrfmiddlewaretoken.value;
  try {
    const response = await fetch(location.href, {
      method: "POST",
      headers: { "X-Requested-With": "fetch" },
      body: new URLSearchParams(new FormData(form)),
      credentials: "same-origin",
      redirect: "error",
      signal: AbortSignal.timeout(GIVE_UP_AFTER),
    });
    return response.status;
  } catch {
    return 0;
  }
}

function acknowledged(upTo) {
  failures = 0;
  saved = upTo;
  if (saved < changes) return pressed ? save() : saveAfter(PAUSE);
  say(`Saved ${clock()}`);
  if (pressed) leave();
}

function refused() {
  isRefused = true;
  say("Not saved. Press a button below to see why.", "problem");
  if (pressed) leave();
}

function leave() {
  isLeaving = true;
  form.requestSubmit(pressed);
}

if (form) {
  say("Saved by itself when you pause or go on.");
  form.addEventListener("change", (event) => {
    changes += 1;
    isRefused = false;
    event.target.closest(".item").querySelector(".clear").removeAttribute("data-empty");
    say("Not saved yet");
    saveAfter(PAUSE);
  });
  form.addEventListener("submit", (event) => {
    if (isLeaving || isRefused || (saved === changes && !isSaving)) {
      isLeaving = true;
      return;
    }
    event.preventDefault();
    pressed = event.submitter;
    save();
  });
  for (const wake of ["online", "focus"]) addEventListener(wake, () => { if (failures) { failures = 0; save(); } });
  addEventListener("beforeunload", (event) => { if (!isLeaving && saved < changes) event.preventDefault(); });
}

// A second press of the send button changes nothing.
for (const once of document.querySelectorAll("form[data-once]")) {
  once.addEventListener("submit", (event) => {
    if (once.dataset.once) event.preventDefault();
    once.dataset.once = "pressed";
  });
}

addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
