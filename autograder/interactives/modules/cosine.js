// Which document is nearer to a query, by four measures, in the plane.
const QUERY = [Math.cos(Math.PI / 6), Math.sin(Math.PI / 6)]; // length 1, 30 degrees

const vector = (length, degrees) => {
  const angle = (degrees * Math.PI) / 180;
  return [length * Math.cos(angle), length * Math.sin(angle)];
};
const product = ([a, b], [c, d]) => a * c + b * d;
const apart = ([a, b], [c, d]) => Math.hypot(a - c, b - d);

export function compute({ aLength, aDegrees, bLength, bDegrees }) {
  const measured = (length, degrees) => {
    const it = vector(length, degrees);
    const cosine = product(it, QUERY) / (Math.hypot(...it) * Math.hypot(...QUERY));
    return { cosine, dot: product(it, QUERY), distance: apart(it, QUERY), unit: apart(vector(1, degrees), QUERY) };
  };
  return { a: measured(aLength, aDegrees), b: measured(bLength, bDegrees) };
}

const MEASURES = [
  ["cosine", "Cosine", 1],
  ["dot", "Dot product", 1],
  ["distance", "Euclidean distance", -1],
  ["unit", "Distance, lengths made 1", -1],
];
const nearer = ({ a, b }, key, sign) => {
  const gap = sign * (a[key] - b[key]);
  return Math.abs(gap) < 1e-9 ? "tie" : gap > 0 ? "A" : "B";
};

const scale = (width) => (width - 40) / 4.3; // pixels a unit: two to each side and some room
const origin = (width) => [width / 2, 2.1 * scale(width) + 12];

function arrow(width, [x, y], name, kind) {
  const [left, low] = origin(width);
  const [px, py] = [left + x * scale(width), low - y * scale(width)];
  const turn = (Math.atan2(py - low, px - left) * 180) / Math.PI;
  const out = Math.hypot(x, y) || 1;
  return [
    s("path", { d: `M${left} ${low}L${px} ${py}`, class: `line ${kind}` }),
    s("path", { d: "M4 0L-9 -6V6Z", class: `fill ${kind}`, transform: `translate(${px} ${py}) rotate(${turn})` }),
    name.length > 1 ? words(px + 9, py + 9, name, "start", "name")
      : words(px + (17 * x) / out, py - (17 * y) / out + 5, name, "middle", "name"),
  ];
}

function draw(values, numbers, width) {
  const [left, low] = origin(width);
  const rings = [1, 2].map((r) => {
    const reach = r * scale(width);
    return s("path", { d: `M${left - reach} ${low}A${reach} ${reach} 0 0 1 ${left + reach} ${low}`, class: "rule hollow" });
  });
  const marks = [1, 2].map((r) => words(left + r * scale(width), low + 20, String(r), "middle"));
  return {
    height: Math.round(low + 28),
    shapes: [
      rings,
      s("path", { d: `M${left - 2.1 * scale(width)} ${low}H${left + 2.1 * scale(width)}`, class: "tick" }),
      marks,
      arrow(width, QUERY, "query", "ink"),
      arrow(width, vector(values.aLength, values.aDegrees), "A", "one"),
      arrow(width, vector(values.bLength, values.bDegrees), "B", "two"),
    ],
  };
}

const clipped = (value, low, high, step) => Math.min(high, Math.max(low, Math.round(value / step) * step));
const drag = {
  take(values, x, y, width) {
    const [left, low] = origin(width);
    const near = ["a", "b"].map((name) => {
      const [vx, vy] = vector(values[`${name}Length`], values[`${name}Degrees`]);
      return [Math.hypot(left + vx * scale(width) - x, low - vy * scale(width) - y), name];
    }).sort((p, q) => p[0] - q[0])[0];
    return near[0] < 40 ? near[1] : null;
  },
  move(name, x, y, width) {
    const [left, low] = origin(width);
    const [vx, vy] = [(x - left) / scale(width), Math.max(0, (low - y) / scale(width))];
    return {
      [`${name}Length`]: clipped(Math.hypot(vx, vy), 0.2, 2, 0.1),
      [`${name}Degrees`]: clipped((Math.atan2(vy, vx) * 180) / Math.PI, 0, 180, 1),
    };
  },
};

const length = (name, value) => ({
  label: `Length of ${name}`, min: 0.2, max: 2, step: 0.1, value, show: (v) => fixed(v, 1),
});
const degrees = (name, value) => ({
  label: `Direction of ${name}`, min: 0, max: 180, step: 1, value, show: (v) => `${v}°`,
});

export default interactive({
  title: "Two documents and a query in the plane",
  controls: {
    aLength: length("A", 1.9), aDegrees: degrees("A", 62),
    bLength: length("B", 0.8), bDegrees: degrees("B", 50),
  },
  compute, draw, drag,
  table: (values, numbers) => [
    ["Measure", "A", "B", "Nearer"],
    ...MEASURES.map(([key, name, sign]) =>
      [name, fixed(numbers.a[key], 2), fixed(numbers.b[key], 2), nearer(numbers, key, sign)]),
  ],
  say: (values, numbers) => {
    const by = (wanted) => MEASURES.slice(0, 3).filter(([key, , sign]) => nearer(numbers, key, sign) === wanted)
      .map(([, name]) => name.replace("Cosine", "cosine").replace("Dot", "dot"));
    const parts = ["A", "B"].filter((name) => by(name).length).map((name) => `${name} by ${by(name).join(" and ")}`);
    return parts.length ? `Nearer to the query: ${parts.join("; ")}.` : "A and B are equally near to the query.";
  },
  note: "Computed in your browser. The query has length 1 and points to 30°. Drag a tip, or use the sliders.",
});
