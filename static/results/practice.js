// The answers of a practice run live on the page alone: ask before leaving it by accident.

const form = document.querySelector("form[data-practice]");
let isGiven = false;

form.addEventListener("change", () => { isGiven = true; });
form.addEventListener("submit", () => { isGiven = false; });
addEventListener("beforeunload", (event) => { if (isGiven) event.preventDefault(); });
