// Saves each answer as it is given, one after the other, and says so only when the server has said so.
// Without this script the page is a plain form. The wire contract stands in docs/decisions/0005.

const SLOW_AFTER = 4000; // ms without an answer until the page says so
const GIVE_UP_AFTER = 20000; // ms until a request is tried again, with the same operation
const TYPING_PAUSE = 900; // ms after the last key in a comment or number
const LONGEST_PRESS = 1000; // ms
const LONGEST_WAIT = 30000; // ms between two tries

const form = document.querySelector("form[data-save]");
const overall = form?.querySelector("[data-save-state]");
const answered = form?.querySelector("[data-answered]");
const loginUrl = form?.dataset.loginUrl;
const queue = []; // items with something unsent, in the order of their first unsent change
let isSending = false;
let pressing = Promise.resolve(); // kept while a mouse button is down: no note may move what is being pressed
let failures = 0;
let retryTimer = 0;
let isLeaving = false;
let goingTo = null;

const clock = (iso) => new Date(iso).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
const wholeNumber = /^(\d+|\d{1,3}([, \u00a0]\d{3})+)$/; // "7,5" is none
const newOp = () => Array.from(crypto.getRandomValues(new Uint8Array(16)), (b) => b.toString(16).padStart(2, "0")).join("");
const csrfToken = () => document.cookie.match(/(?:^|;\s*)(?:__Host-)?csrftoken=([^;]+)/)?.[1] ?? form.elements.csrfmiddlewaretoken.value;

class Item {
  constructor(box) {
    this.box = box;
    this.key = box.dataset.item;
    this.base = form.elements[`base-${this.key}`];
    this.was = form.elements[`was-${this.key}`];
    this.comment = form.elements[`comment-${this.key}`];
    this.state = box.querySelector("[data-state]");
    this.sent = { value: this.was.value, comment: form.elements[`wascomment-${this.key}`]?.value ?? "" };
    this.change = null; // {op, value, comment}: what the server has not acknowledged
    this.next = null; // the same, given after `change` was sent: it waits until that is settled
    this.isTried = false; // whether `change` has been sent; then it is repeated as it is, for it may have arrived
    this.theirs = null; // {value, comment, by}: what a colleague saved meanwhile, until one of the two is chosen
    this.timer = 0;
    box.addEventListener("change", (event) => this.onChange(event));
    box.addEventListener("input", (event) => this.onInput(event));
  }

  value() {
    if ("fact" in this.box.dataset) {
      const text = form.elements[`answer-${this.key}`].value.trim();
      return !text && form.elements[`dk-${this.key}`].checked ? "dont_know" : text;
    }
    return this.box.querySelector("input[type=radio]:checked")?.value ?? "";
  }

  onChange(event) {
    const target = event.target;
    if (target.name === `dk-${this.key}` && target.checked) form.elements[`answer-${this.key}`].value = "";
    if (target.type === "radio") this.showFoot(target.value);
    this.take();
  }

  onInput(event) {
    if (event.target.type === "radio" || event.target.type === "checkbox") return;
    if (event.target.name === `answer-${this.key}` && event.target.value) form.elements[`dk-${this.key}`].checked = false;
    if (this.theirs) return;
    this.say("Not saved yet");
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.take(), TYPING_PAUSE);
  }

  showFoot(value) {
    const comment = this.box.querySelector("[data-comment]"); // a team talk has none
    const low = comment && "critical" in comment.dataset ? ["1", "2", "3", "dont_know"] : ["1", "2"];
    if (comment && low.includes(value)) comment.open = true;
    this.box.querySelector(".clear").toggleAttribute("data-empty", !value);
  }

  clear() {
    for (const radio of this.box.querySelectorAll("input[type=radio]")) radio.checked = false;
    this.box.focus();
    this.showFoot("");
    count();
    this.take();
  }

  get isUnsent() {
    return this.theirs !== null || this.change !== null || this.value() !== this.sent.value || (this.comment?.value ?? "") !== this.sent.comment;
  }

  take() {
    clearTimeout(this.timer);
    if (this.theirs) return this.showBoth();
    const value = this.value();
    const comment = this.comment?.value ?? "";
    const known = this.next ?? this.change ?? this.sent;
    if (value === known.value && comment === known.comment) return this.change || this.say("");
    const change = { op: newOp(), value, comment };
    if (this.change && this.isTried) this.next = change;
    else this.change = change;
    this.say("Saving…");
    if (!queue.includes(this)) queue.push(this);
    pump();
  }

  body(change) {
    const number = wholeNumber.test(change.value) ? Number(change.value.replace(/[, \u00a0]/g, "")) : NaN;
    const value = change.value === "" ? null : Number.isSafeInteger(number) ? number : change.value;
    const body = { op: change.op, base: Number(this.base.value), value };
    if (change.comment !== this.sent.comment) body.comment = change.comment;
    return JSON.stringify(body);
  }

  saved(change, answer) {
    this.base.value = answer.revision;
    this.was.value = change.value;
    this.sent = { value: change.value, comment: change.comment };
    this.goOn();
    this.say(this.change ? "Saving…" : `Saved ${answer.saved_at ? clock(answer.saved_at) : ""}`);
  }

  refused(reason) {
    this.goOn();
    this.say(`Not saved: ${reason}`, "problem");
  }

  goOn() {
    this.change = this.next;
    this.next = null;
    this.isTried = false;
  }

  // Nothing of this question is sent until one of the two answers is chosen, whatever else is typed meanwhile.
  conflict(answer) {
    clearTimeout(this.timer);
    this.next = null;
    this.goOn();
    if (this.comment && this.comment.value === this.sent.comment) this.comment.value = answer.comment; // nobody touched it
    if (String(answer.value ?? "") === this.value() && (this.comment?.value ?? "") === (this.comment ? answer.comment : "")) {
      this.saved({ value: this.value(), comment: this.comment?.value ?? "" }, answer); // both say the same
      return;
    }
    this.base.value = answer.revision;
    this.theirs = { value: answer.value === null ? "" : String(answer.value), comment: answer.comment, by: answer.by };
    this.was.value = this.theirs.value;
    this.sent = { value: this.theirs.value, comment: this.comment ? answer.comment : "" };
    const text = document.createElement("p");
    const note = document.createElement("div");
    note.className = "conflict conflict-now";
    note.setAttribute("role", "alert");
    note.append(text, button("Save mine", () => this.choose(true)), button("Keep theirs", () => this.choose(false)));
    this.box.querySelector(".conflict-now")?.remove();
    this.box.querySelector("legend").after(note);
    this.say("Not saved: a colleague answered too", "problem");
    this.showBoth();
  }

  showBoth() {
    const { value, comment, by } = this.theirs;
    const words = `${by || "A colleague"} answered this meanwhile: ${this.label(value)}${comment ? ` (“${comment}”)` : ""}. Yours, “${this.label(this.value())}”, is not saved.`;
    this.box.querySelector(".conflict-now p").textContent = words;
  }

  choose(isMine) {
    const { value, comment } = this.theirs;
    this.theirs = null;
    this.box.querySelector(".conflict-now").remove();
    this.box.focus();
    if (!isMine) this.show(value, comment);
    this.say(isMine ? "" : "Kept theirs");
    if (isMine) this.take();
    if (!queue.length) settle();
  }

  label(value) {
    if (value === "") return "no answer";
    const radio = this.box.querySelector(`input[type=radio][value="${CSS.escape(value)}"]`);
    return radio?.closest("label").textContent.trim() ?? (value === "dont_know" ? "Don’t know" : value);
  }

  show(value, comment) {
    for (const radio of this.box.querySelectorAll("input[type=radio]")) radio.checked = radio.value === value;
    if ("fact" in this.box.dataset) {
      form.elements[`answer-${this.key}`].value = value === "dont_know" ? "" : value;
      form.elements[`dk-${this.key}`].checked = value === "dont_know";
    }
    if (this.comment) this.comment.value = comment;
    if (!("fact" in this.box.dataset)) this.showFoot(value);
  }

  say(text, tone = "") {
    this.state.textContent = text;
    this.state.dataset.tone = tone;
  }
}

function button(text, action) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = "btn btn-outline-primary me-2";
  made.textContent = text;
  made.addEventListener("click", action);
  return made;
}

function sayOverall(text, tone = "", link = null) {
  overall.textContent = text;
  overall.dataset.tone = tone;
  if (link) {
    const anchor = document.createElement("a");
    Object.assign(anchor, { href: link.href, textContent: link.text, target: "_blank", rel: "noopener" });
    overall.append(" ", anchor);
  }
}

async function pump() {
  if (isSending || !queue.length) return;
  isSending = true;
  await pressing;
  clearTimeout(retryTimer);
  const item = queue[0];
  const change = item.change;
  item.isTried = true;
  sayOverall("Saving…");
  const slow = setTimeout(() => sayOverall("Not saved yet, still trying. Your answers stay on this page.", "problem"), SLOW_AFTER);
  const outcome = await send(item, change);
  clearTimeout(slow);
  isSending = false;
  if (outcome === "again") return later();
  failures = 0;
  if (!item.change) queue.shift();
  if (queue.length) return pump();
  settle();
}

async function send(item, change) {
  const reply = await ask(item, change);
  await pressing;
  return reply ? settled(item, change, ...reply) : unreachable(item);
}

// Gives the response and what it says; null when none came.
async function ask(item, change) {
  const patience = new AbortController();
  const timer = setTimeout(() => patience.abort(), GIVE_UP_AFTER);
  try {
    const response = await fetch(form.dataset.itemUrl.replace("_key_", item.key), {
      method: "PUT",
      headers: { "Content-Type": "application/json", "X-CSRFToken": csrfToken() },
      body: item.body(change),
      credentials: "same-origin",
      redirect: "error",
      signal: patience.signal,
    });
    const isJson = response.headers.get("Content-Type")?.includes("application/json");
    return [response, isJson ? ((await response.json()) ?? {}) : {}];
  } catch {
    return null;
  } finally {
    clearTimeout(timer);
  }
}

function settled(item, change, response, answer) {
  if (response.ok && answer.revision) return item.saved(change, answer);
  if (response.status === 409) return item.conflict(answer);
  if (response.status === 401) {
    item.say("Not saved yet", "problem");
    sayOverall(answer.error, "problem", loginUrl && { href: loginUrl, text: "Sign in in a new tab" });
    return "again";
  }
  if (response.status === 403 && answer.code === "csrf") return unreachable(item);
  if ([403, 404, 422].includes(response.status)) return item.refused(answer.error ?? "please reload the page.");
  return unreachable(item);
}

function unreachable(item) {
  item.say("Not saved, retrying", "problem");
  sayOverall("Not saved, retrying. Your answers stay on this page.", "problem");
  return "again";
}

function later() {
  const wait = Math.min(1000 * 2 ** failures, LONGEST_WAIT);
  failures += 1;
  retryTimer = setTimeout(pump, wait);
}

function count() {
  const asked = items.filter((item) => !("fact" in item.box.dataset));
  answered.textContent = `${asked.filter((item) => item.value()).length} of ${asked.length} answered`;
}

function settle() {
  const open = items.filter((item) => item.isUnsent);
  if (!open.length) sayOverall("All answers saved");
  else sayOverall(`${open.length === 1 ? "One answer is" : `${open.length} answers are`} not saved. Please look at the notes above.`, "problem");
  if (goingTo && !open.length) {
    isLeaving = true;
    HTMLFormElement.prototype.submit.call(goingTo());
  } else if (open.length && goingTo) {
    goingTo = null;
    open[0].box.focus({ preventScroll: true });
    open[0].box.scrollIntoView({ block: "center" });
  }
}

// Everything is saved by then; the post only asks the server where to go on.
function ticket(name, value) {
  return () => {
    const made = document.createElement("form");
    made.method = "post";
    made.hidden = true;
    for (const [key, text] of [["csrfmiddlewaretoken", csrfToken()], [name, value]]) {
      const input = document.createElement("input");
      Object.assign(input, { type: "hidden", name: key, value: text });
      made.append(input);
    }
    document.body.append(made);
    return made;
  };
}

const items = form ? Array.from(form.querySelectorAll("fieldset[data-item]:not([disabled])"), (box) => new Item(box)) : [];

if (form && overall) {
  sayOverall("Saved as you answer.");
  form.addEventListener("change", count);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const pressed = event.submitter;
    if (pressed?.name === "clear") return items.find((item) => item.key === pressed.value)?.clear();
    for (const item of items) item.take();
    if (pressed?.value === "stay") return; // Enter in a field
    goingTo = ticket("go", pressed?.value ?? "next");
    if (!queue.length) settle();
    else pump();
  });
  // What was given before this script came is saved now; what the server has complained of waits for a change.
  for (const item of items) if (!item.box.classList.contains("item-problem")) item.take();
  for (const wake of ["online", "focus"]) addEventListener(wake, () => { if (queue.length && !isSending) { failures = 0; pump(); } });
  let letGo = () => {};
  addEventListener("pointerdown", () => {
    letGo();
    pressing = new Promise((resolve) => { letGo = resolve; });
    setTimeout(letGo, LONGEST_PRESS);
  });
  for (const end of ["pointerup", "pointercancel"]) addEventListener(end, () => setTimeout(letGo));
  addEventListener("beforeunload", (event) => { if (!isLeaving && items.some((item) => item.isUnsent)) event.preventDefault(); });
  addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
}
