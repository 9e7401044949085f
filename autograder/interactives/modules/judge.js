// What a judge's pass rate says, raw and corrected for its error rates.
const Z = 1.96;

export function compute({ truth, tpr, tnr, judged, labels }) {
  const [rate, t, f] = [truth / 100, tpr / 100, tnr / 100];
  const informed = t + f - 1; // Youden's J
  const raw = rate * t + (1 - rate) * (1 - f);
  const each = labels / 2; // half of the labelled answers are good, half bad
  const [judging, good, bad] = [(raw * (1 - raw)) / judged, (t * (1 - t)) / each, (f * (1 - f)) / each];
  const parts = [judging, rate ** 2 * good, (1 - rate) ** 2 * bad];
  const total = parts[0] + parts[1] + parts[2];
  const half = (Z * Math.sqrt(total)) / Math.abs(informed);
  const usable = informed >= 0.2 && informed > Z * Math.sqrt(good + bad);
  return {
    informed, informedHalf: Z * Math.sqrt(good + bad), raw, rawHalf: Z * Math.sqrt(judging), usable,
    corrected: usable ? (raw + f - 1) / informed : null,
    low: usable ? Math.max(0, rate - half) : null,
    high: usable ? Math.min(1, rate + half) : null,
    fromLabels: total > 0 ? (parts[1] + parts[2]) / total : 0,
  };
}

function draw({ truth, tpr, tnr }, { raw, rawHalf, usable, low, high }, width) {
  const it = plane({ x: [0, 1], y: [0, 1], left: 56, top: 28, width: width - 82, height: Math.min(300, width - 60) });
  const rate = truth / 100;
  const ticks = [0, 0.25, 0.5, 0.75, 1].map((v) => [v, percent(v)]);
  const foot = it.at(0, 0)[1];
  const [ideal, mine] = [[[0, 0], [1, 1]], [[0, 1 - tnr / 100], [1, tpr / 100]]];
  return {
    height: Math.round(foot + 54),
    shapes: [
      it.rules(ticks, ticks),
      usable ? it.area([[low, 0], [low, 1], [high, 1], [high, 0]], "one") : [],
      it.line(ideal, "thin dashed quiet"),
      it.line(mine, "two"),
      it.line([[0, raw], [rate, raw], [rate, 0]], "thin dashed"),
      it.line([[0.008, Math.max(0, raw - rawHalf)], [0.008, Math.min(1, raw + rawHalf)]], "two bar"),
      usable ? it.line([[low, 0.008], [high, 0.008]], "one bar") : [],
      it.dot(rate, raw, "two"),
      it.name(mine, "judge", "two"), it.name(ideal, "no errors", "quiet"),
      words(0, 14, "share that the judge passes"),
      words(56 + (width - 82) / 2, foot + 46, "share that is good", "middle"),
    ],
  };
}

const share = (label, min, max, value) => ({ label, min, max, step: 1, value, show: (v) => percent(v / 100) });
const count = (label, min, max, step, value) => ({ label, min, max, step, value, show: (v) => v.toLocaleString("en") });
const between = (low, high) => `${percent(low, 1)} to ${percent(high, 1)}`;

export default interactive({
  title: "A judge's pass rate, raw and corrected",
  controls: {
    truth: share("Answers that are good", 5, 99, 65),
    tpr: share("Good ones that it passes (TPR)", 30, 99, 95),
    tnr: share("Bad ones that it fails (TNR)", 30, 99, 60),
    judged: count("Answers judged", 100, 5000, 100, 1000),
    labels: count("Answers that people labelled", 20, 1000, 20, 200),
  },
  compute, draw,
  table: ({ truth }, { raw, rawHalf, corrected, low, high, informed, informedHalf, usable }) => [
    ["Pass rate", "Rate", "95\u00a0% interval"],
    ["True", percent(truth / 100, 1), "\u2013"],
    ["Raw", percent(raw, 1), between(Math.max(0, raw - rawHalf), Math.min(1, raw + rawHalf))],
    ["Corrected", usable ? percent(corrected, 1) : "none", usable ? between(low, high) : "none"],
    ["TPR + TNR \u2212 1", fixed(informed, 2),
      `${fixed(informed - informedHalf, 2)} to ${fixed(Math.min(1, informed + informedHalf), 2)}`],
  ],
  say: ({ truth }, { raw, rawHalf, low, high, fromLabels, usable }) => {
    const misses = Math.abs(raw - truth / 100) > rawHalf;
    const first = `The raw rate ${misses ? "misses the truth, and its interval does not hold it" : "is near enough for its interval to hold the truth"}.`;
    return usable
      ? `${first} Corrected, the interval is ${fixed((high - low) / (2 * rawHalf), 1)} times as wide; ${percent(fromLabels)} of its variance comes from the labels.`
      : `${first} This judge cannot be corrected: it tells too little about good and bad.`;
  },
  note: "Computed in your browser, with each rate at its expected value. Half of the labelled answers are good, half bad.",
});
