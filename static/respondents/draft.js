// Saves a page of a therapist's answers when there is a pause, and when a button is pressed; says so only when it is so.
// Without this script the page is a plain form. A save is that form, posted in the background with the button that was
// pressed: the server saves and says where the button leads, so a page is turned with one post.

const PAUSE = 10000; // ms after the last answer until it is saved by itself
const GIVE_UP_AFTER = 20000; // ms until a request is tried again
const LONGEST_WAIT = 30000; // ms between two tries

const form = document.querySelector("form[data-draft]");
const state = form?.querySelector("[data-save-state]");
let changes = 0; // answers given on this page
let saved = 0; // of these, how many the server has acknowledged
let isSaving = false; // one request after the other, so that none overtakes a newer answer
let isRefused = false; // the server will not have it: pressing a button shows its reasons
let isLeaving = false;
let failures = 0;
let timer = 0;
let pressed = null; // the button whose answer is awaited

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
  if (isSaving || isLeaving || (saved === changes && !pressed)) return;
  clearTimeout(timer);
  isSaving = true;
  const upTo = changes;
  const button = pressed;
  say("Saving…");
  const sent = filledIn(button);
  const response = await posted(sent);
  isSaving = false;
  if (response?.status === 204) return acknowledged(sent, upTo, button, response.headers.get("Location"));
  if ([403, 404, 409, 422].includes(response?.status)) return refused();
  say("Not saved, retrying. Your answers stay on this page.", "problem");
  saveAfter(Math.min(1000 * 2 ** failures, LONGEST_WAIT));
  failures += 1;
}

function filledIn(button) {
  form.elements.csrfmiddlewaretoken.value = csrfToken() ?? form.elements.csrfmiddlewaretoken.value;
  const fields = new URLSearchParams(new FormData(form));
  if (button) fields.append(button.name, button.value);
  return fields;
}

async function posted(body) {
  try {
    return await fetch(location.href, {
      method: "POST",
      headers: { "X-Requested-With": "fetch" },
      body,
      credentials: "same-origin",
      redirect: "error",
      signal: AbortSignal.timeout(GIVE_UP_AFTER),
    });
  } catch {
    return null;
  }
}

function acknowledged(sent, upTo, button, destination) {
  failures = 0;
  saved = upTo;
  for (const box of form.querySelectorAll("[data-item]")) settle(box, sent);
  if (pressed !== button || (pressed && saved < changes)) return save();
  pressed = null;
  if (saved < changes) return saveAfter(PAUSE);
  say(`Saved ${clock()}`);
  const goingTo = new URL(destination ?? "", location.href);
  if (goingTo.pathname === location.pathname) return; // cleared an answer, or pressed Enter
  isLeaving = true;
  location.assign(goingTo);
}

// What the server holds now is what this page shows: the next save names what was changed after that.
function settle(box, sent) {
  const key = box.dataset.item;
  const was = form.elements[`was-${key}`];
  const given = sent.get(`answer-${key}`);
  was.value = given ?? was.value;
  if (sent.get("clear") !== key) return;
  was.value = "";
  const chosen = box.querySelector("input[type=radio]:checked");
  if (chosen?.value !== given) return; // answered again meanwhile
  if (chosen) chosen.checked = false;
  box.querySelector(".clear").setAttribute("data-empty", "");
  box.focus();
}

function refused() {
  isRefused = true;
  say("Not saved. Press a button below to see why.", "problem");
  if (pressed) form.requestSubmit(pressed);
}

if (form) {
  say("Saved by itself when you pause or go on.");
  form.addEventListener("change", (event) => {
    changes += 1;
    isRefused = false;
    if (failures) pressed = null; // whoever goes on answering does not want to leave any more
    event.target.closest(".item").querySelector(".clear").removeAttribute("data-empty");
    say("Not saved yet");
    saveAfter(PAUSE);
  });
  form.addEventListener("submit", (event) => {
    if (isRefused) {
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
