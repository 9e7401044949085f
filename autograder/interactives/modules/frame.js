// The frame: native controls, a picture, a table, one sentence that is said.

// A plane in pixels with two scales; the origin is at the lower left.
function plane({ x, y, left, top, width, height }) {
  const at = (a, b) => [
    left + ((a - x[0]) / (x[1] - x[0])) * width,
    top + (1 - (b - y[0]) / (y[1] - y[0])) * height,
  ];
  // What a name keeps clear of: points in pixels, how far, and the line that they are of.
  const taken = [];
  const keep = (pixels, gap, of) => {
    let [a, b] = pixels[0];
    taken.push([a, b, gap, of]);
    for (const [x, y] of pixels)
      for (let far; (far = Math.hypot(x - a, y - b)) > 5;) taken.push([a += (5 * (x - a)) / far, b += (5 * (y - b)) / far, gap, of]);
  };
  const path = (points) => points.map(([a, b], n) => (n ? "L" : "M") + at(a, b).map((v) => v.toFixed(1))).join("");
  return {
    at,
    line: (points, kind) => {
      keep(points.map((one) => at(...one)), 13, points);
      return s("path", { d: path(points), class: `line ${kind}` });
    },
    area: (points, kind) => s("path", { d: points.length ? `${path(points)}Z` : "", class: `area ${kind}` }),
    dot: (a, b, kind) => {
      const [cx, cy] = at(a, b);
      keep([[cx, cy]], 13);
      return s("circle", { cx, cy, r: 6, class: `dot ${kind}` });
    },
    // A line's name, beside it and away from all else that is drawn by then.
    name: (points, text, kind) => {
      const half = 4 * text.length;
      const free = (x, y) => taken.reduce((least, [a, b, gap, of]) => Math.min(least,
        Math.hypot(Math.max(0, Math.abs(a - x) - half), Math.max(0, Math.abs(b - y) - 7)) / (of === points ? 4 : gap)), 1);
      let best = [-1];
      for (const [a, b, , of] of [...taken]) {
        if (of === points) for (const [dx, dy] of [[0, -14], [0, 14], [1, 0], [-1, 0], [0, -24], [0, 24], [1, 14], [-1, -14]]) {
          const [x, y] = [a + dx * (half + 6), b + dy];
          const inside = x - half >= left && x + half <= left + width && y - 8 >= top && y + 8 <= top + height;
          if (inside && free(x, y) > best[0]) best = [free(x, y), x, y];
        }
      }
      if (best[0] < 0) return [];
      const [, x, y] = best;
      keep([[x - half, y], [x + half, y]], 20);
      return words(x, y + 5, text, "middle", `name ${kind}`);
    },
    rules: (xs, ys) => [
      ...ys.map(([value, text]) => {
        const [px, py] = at(x[0], value);
        keep([[px, py], [px + width, py]], 2);
        return [s("path", { d: `M${px} ${py}h${width}`, class: "rule" }), words(px - 8, py + 5, text, "end")];
      }),
      ...xs.map(([value, text]) => {
        const [px, py] = at(value, y[0]);
        return [s("path", { d: `M${px} ${py}v5`, class: "tick" }), words(px, py + 20, text, "middle")];
      }),
    ].flat(),
  };
}

let frames = 0;

// controls: {key: {label, min, max, step, value, show}}; compute(values) gives the numbers;
// draw(values, numbers, width) the picture's height and shapes; table(values, numbers) its rows,
// heads first; say(values, numbers) one sentence; drag, if any, turns a pixel into new values;
// extra gives nodes. Arrow keys are not for JupyterLab.
function interactive({ title, controls, compute, draw, table, say, drag, note, extra }) {
  const render = ({ el, ...host }) => {
    const me = `rungs-play-${++frames}`;
    const start = Object.fromEntries(Object.entries(controls).map(([key, one]) => [key, one.value]));
    let values = { ...start };
    const inputs = {};
    const form = h("form", { class: "controls", "aria-label": `Controls of: ${title}` });
    for (const [key, { label, min, max, step }] of Object.entries(controls)) {
      const input = h("input", { type: "range", id: `${me}-${key}`, min, max, step });
      const shown = h("span", { class: "value", "aria-hidden": "true" });
      form.append(h("div", {}, h("label", { for: input.id }, label), shown, input));
      input.addEventListener("input", () => set({ [key]: Number(input.value) }));
      inputs[key] = [input, shown];
    }
    const again = h("button", { type: "button" }, "Start again");
    again.addEventListener("click", () => set(start));
    form.append(again);
    form.addEventListener("submit", (event) => event.preventDefault());
    const picture = s("svg", { role: "img", "aria-label": `${title}. The table has its numbers.` });
    const body = h("table");
    const said = h("output", { "aria-live": "polite" });
    const board = h("div", { class: "board" }, picture);
    const root = h("div", { class: "rungs-play", "data-lm-suppress-shortcuts": "" }, form, extra ? extra({ host, set, again }) : [], board, said, body, h("p", { class: "note" }, note));

    function show() {
      const numbers = compute(values);
      for (const [key, [input, shown]] of Object.entries(inputs)) {
        input.value = values[key];
        shown.textContent = controls[key].show(values[key]);
        input.setAttribute("aria-valuetext", shown.textContent);
      }
      const width = Math.min(Math.max(board.clientWidth, 250), 660);
      const { height, shapes } = draw(values, numbers, width);
      for (const [name, value] of [["width", width], ["height", height], ["viewBox", `0 0 ${width} ${height}`]])
        picture.setAttribute(name, value);
      picture.replaceChildren(...shapes.flat(9));
      const [heads, ...rows] = table(values, numbers);
      body.replaceChildren(
        h("thead", {}, h("tr", {}, heads.map((cell) => h("th", { scope: "col" }, cell)))),
        h("tbody", {}, rows.map(([first, ...rest]) =>
          h("tr", {}, h("th", { scope: "row" }, first), rest.map((cell) => h("td", {}, cell))))),
      );
      said.textContent = say(values, numbers);
    }
    function set(changed) {
      values = { ...values, ...changed };
      show();
    }
    if (drag) {
      let held = null;
      const point = (event) => {
        const box = picture.getBoundingClientRect();
        return [event.clientX - box.left, event.clientY - box.top, box.width];
      };
      picture.classList.add("drag");
      picture.addEventListener("pointerdown", (event) => {
        held = drag.take(values, ...point(event));
        if (held) picture.setPointerCapture(event.pointerId);
      });
      picture.addEventListener("pointermove", (event) => held && set(drag.move(held, ...point(event))));
      for (const end of ["pointerup", "pointercancel"]) picture.addEventListener(end, () => { held = null; });
    }
    el.replaceChildren(root);
    let last = 0;
    const watch = new ResizeObserver(() => {
      if (board.clientWidth !== last) {
        last = board.clientWidth;
        show();
      }
    });
    watch.observe(board);
    show();
    return () => watch.disconnect();
  };
  return { render };
}
