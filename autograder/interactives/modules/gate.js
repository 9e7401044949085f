// A release gate that blocks above an observed loss: its two errors, precision and recall, exactly.
const APART = 0.1; // the share of items on which two versions disagree
const SIZES = [50, 100, 200, 400, 700, 1000, 1500, 2000, 3000, 4200, 6000];

// Of n items a candidate loses `down` and wins `up` of the shares: the distribution of lost - won.
// (up + rest x + down x^2)^n has these chances as coefficients; Euler's recurrence gives them.
function spread(n, loss) {
  const [down, up] = [(APART + loss) / 2, (APART - loss) / 2];
  const half = (low, high) => { // from the far end to the middle: no term is subtracted there
    const c = new Float64Array(n + 1);
    c[0] = 1e-250;
    for (let j = 0; j < n; j++) {
      c[j + 1] = ((1 - APART) * (n - j) * c[j] + (j ? high * (2 * n - j + 1) * c[j - 1] : 0)) / (low * (j + 1));
      if (c[j + 1] > 1e250) for (let k = 0; k <= j + 1; k++) c[k] *= 1e-250;
    }
    return c;
  };
  const [left, right] = [half(up, down), half(down, up)];
  const all = Float64Array.from({ length: 2 * n + 1 }, (_, j) =>
    j <= n ? left[j] / left[n] : right[2 * n - j] / right[n]);
  const sum = all.reduce((a, b) => a + b);
  return all.map((one) => one / sum);
}

const kept = new Map();
function above(n, loss) { // chances that lost - won exceeds -n, -n + 1, ..., n
  const key = `${n} ${loss}`;
  if (!kept.has(key)) {
    if (kept.size > 20) kept.clear();
    const chances = spread(n, loss);
    const tail = new Float64Array(2 * n + 1);
    for (let j = 2 * n - 1; j >= 0; j--) tail[j] = tail[j + 1] + chances[j + 1];
    kept.set(key, { chances, tail });
  }
  return kept.get(key);
}
const blocks = (n, loss, limit) => above(n, loss).tail[n + Math.floor(limit * n + 1e-9)];

function measured(share, loss, n, limit) {
  const [caught, alarm] = [blocks(n, loss, limit), blocks(n, 0, limit)];
  const blocked = share * caught + (1 - share) * alarm;
  return { recall: caught, alarm, missed: 1 - caught, precision: blocked > 0 ? (share * caught) / blocked : 0 };
}

export function compute({ threshold, size, share, loss }) {
  return measured(share / 100, loss / 100, SIZES[size], threshold / 100);
}

const RANGE = [-2, 6];
function draw({ threshold, size, share, loss }, numbers, width) {
  const n = SIZES[size];
  const box = { x: RANGE, left: 50, width: width - 66 };
  const arms = [["one", 0, 1 - share / 100], ["two", loss / 100, share / 100]].map(([kind, true_, weight]) => {
    const { chances } = above(n, true_);
    const points = [];
    for (let d = Math.ceil((RANGE[0] / 100) * n); d <= (RANGE[1] / 100) * n; d++)
      points.push([(100 * d) / n, (weight * chances[d + n] * n) / 100]);
    return [kind, points];
  });
  const top = 1.25 * Math.max(...arms.flatMap(([, points]) => points.map(([, y]) => y)));
  const upper = plane({ ...box, y: [0, top], top: 24, height: 120 });
  const lower = plane({ ...box, y: [0, 1], top: 196, height: 150 });
  const step = 100 / n; // points between two losses that can be observed; each is a bar
  const half = step * (step > 0.1 ? 0.35 : 0.5);
  const wrong = arms.map(([kind, points]) => upper.area(points
    .filter(([x]) => x > RANGE[0] && x < RANGE[1] && (kind === "one") === (x > threshold + 1e-9))
    .flatMap(([x, y]) => [[x - half, 0], [x - half, y], [x + half, y], [x + half, 0]]), kind));
  const steps = Array.from({ length: 161 }, (_, k) => RANGE[0] + (k * (RANGE[1] - RANGE[0])) / 160)
    .map((at) => [at, measured(share / 100, loss / 100, n, at / 100)]);
  const ticks = [-2, 0, 2, 4, 6].map((v) => [v, v < 0 ? `\u2212${-v}` : String(v)]);
  const line = (it, y) => it.line([[threshold, 0], [threshold, y]], "thin dashed");
  return {
    height: 396,
    shapes: [
      upper.rules(ticks.map(([v]) => [v, ""]), [[0, ""]]),
      wrong, arms.map(([kind, points]) => upper.line(points, kind)), line(upper, top),
      upper.name(arms[0][1], "harmless", "one"), upper.name(arms[1][1], "harmful", "two"),
      words(0, 14, "observed losses (bars: errors)"),
      lower.rules(ticks, [0, 0.25, 0.5, 0.75, 1].map((v) => [v, percent(v)])),
      line(lower, 1),
      lower.line(steps.map(([at, it]) => [at, it.precision]), "ink dashed"),
      lower.line(steps.map(([at, it]) => [at, it.recall]), "two"),
      lower.dot(threshold, numbers.precision, "ink"), lower.dot(threshold, numbers.recall, "two"),
      words(0, 184, "precision (dashed), recall"),
      words(50 + (width - 66) / 2, 390, "observed loss, points", "middle"),
    ],
  };
}

const points = (v) => `${fixed(v, 1)} points`;
export default interactive({
  title: "A release gate's threshold against its errors",
  controls: {
    threshold: { label: "Block above a loss of", min: -1.5, max: 5, step: 0.1, value: 1, show: points },
    size: { label: "Items", min: 0, max: SIZES.length - 1, step: 1, value: 2, show: (v) => SIZES[v].toLocaleString("en") },
    share: { label: "Candidates that are harmful", min: 5, max: 50, step: 5, value: 20, show: (v) => percent(v / 100) },
    loss: { label: "What a harmful one loses", min: 0.5, max: 5, step: 0.5, value: 2, show: points },
  },
  compute, draw,
  table: ({ share }, { recall, missed, alarm }) => [
    ["Of 100 candidates", "Blocked", "Shipped"],
    ["Harmful", fixed(share * recall, 1), fixed(share * missed, 1)],
    ["Harmless", fixed((100 - share) * alarm, 1), fixed((100 - share) * (1 - alarm), 1)],
  ],
  say: (_, { precision, recall, alarm }) =>
    `Precision ${percent(precision)}, recall ${percent(recall)}: it ships ${percent(1 - recall)} of the harmful `
    + `and blocks ${percent(alarm)} of the harmless.`,
  note: "Computed exactly in your browser. A loss is a whole number of items, so it comes in steps, a bar each. Two versions disagree on 10\u00a0% of the items; a harmless candidate loses nothing.",
});
