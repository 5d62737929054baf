// Opens what a link on the page leads to, and whatever it is folded into. Without script the link leads there as well.

const open = () => {
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (!target) return;
  const folds = [...target.querySelectorAll(":scope > details")];
  for (let fold = target.closest("details"); fold; fold = fold.parentElement.closest("details")) folds.push(fold);
  if (!folds.length) return;
  for (const fold of folds) fold.open = true;
  target.scrollIntoView();
};

// A link that is followed a second time changes no address, so clicks count as well.
window.addEventListener("hashchange", open);
document.addEventListener("click", (event) => {
  if (event.target.closest("a[href^='#']")?.hash === location.hash) open();
});
open();
