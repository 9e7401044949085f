// Paper is light, whatever the screen's colours are.
(() => {
  const page = document.documentElement;
  let shown;
  window.addEventListener("beforeprint", () => {
    shown = page.dataset.theme;
    page.dataset.theme = "light";
  });
  window.addEventListener("afterprint", () => {
    if (shown) page.dataset.theme = shown;
  });
})();
