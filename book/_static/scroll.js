// What is wider than its place scrolls: while it does, the keyboard reaches it and it has a name.
(() => {
  const kinds = [
    ["div.math", "Formula"],
    [".pst-scrollable-table-container, .cell_output .output:has(table)", "Table"],
    [".cell_output:has(> img)", "Plot"],
    [".cell_output .output, .cell_output pre, [role=group] pre", "Output"],
    ["pre", "Code"],
  ];
  const names = new Map();
  for (const [selector, name] of kinds)
    for (const box of document.querySelectorAll(`main :is(${selector})`))
      if (!names.has(box)) names.set(box, name);

  const settle = (box, scrolls) => {
    if (scrolls) {
      box.tabIndex = 0;
      box.setAttribute("role", "group");
      box.setAttribute("aria-label", `${names.get(box)}, scrolls sideways`);
    } else for (const name of ["tabindex", "role", "aria-label"]) box.removeAttribute(name);
  };
  const watch = new ResizeObserver((changed) => {
    const measured = changed.map(({ target: box }) =>
      [box, box.scrollWidth > box.clientWidth && getComputedStyle(box).overflowX !== "visible"]);
    measured.forEach((one) => settle(...one));
  });
  for (const box of names.keys()) watch.observe(box);
})();
