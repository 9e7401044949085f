// Requests that wait for one of several workers: utilisation, mean wait and p95, by formula.
function erlang(workers, load) { // Erlang C: the share that waits at all, by the recurrence of Erlang B
  let lost = 1;
  for (let n = 1; n <= workers; n++) lost = (load * lost) / (n + load * lost);
  return lost / (1 - (load / workers) * (1 - lost));
}

function measured(arrivals, service, spread, workers) { // requests a second, seconds, ratio, count
  const utilisation = (arrivals * service) / workers;
  if (utilisation > 1 - 1e-9) return { utilisation, waits: null, mean: null, p95: null };
  const waits = erlang(workers, arrivals * service);
  const each = ((1 + spread ** 2) / 2) * (service / (workers * (1 - utilisation))); // mean of those that wait
  return { utilisation, waits, mean: waits * each, p95: Math.max(0, Math.log(waits / 0.05)) * each };
}

export function compute({ arrivals, service, spread, workers }) {
  const rate = arrivals / 60;
  return {
    now: measured(rate, service, spread, workers),
    more: measured(rate, service, spread, workers + 1),
    fewer: measured(0.9 * rate, service, spread, workers),
    even: measured(rate, service, 0, workers),
    surplus: 60 * (rate - workers / service), // requests a minute that no worker ever gets to
  };
}

const round = (value) => { // up to 1, 2 or 5 times a power of ten
  const power = 10 ** Math.floor(Math.log10(value));
  return power * [1, 2, 5, 10].find((one) => one * power >= value * (1 - 1e-9));
};
const END = 1.3; // of the scale of utilisation: beyond 1 is overload
const short = (value) => (value < 10 && value % 1 ? fixed(value, 1) : fixed(value, 0));

function draw({ service, spread, workers }, { now }, width) {
  const top = round(Math.max(2 * service, 1.3 * (now.p95 ?? 5 * service)));
  const box = { left: 56, width: width - 72 };
  const upper = plane({ ...box, x: [0, END], y: [0, top], top: 26, height: 170 });
  const lower = plane({ ...box, x: [0, top], y: [0, 1], top: 288, height: 110 });
  const at = (width < 380 ? [0, 0.5, 1] : [0, 0.25, 0.5, 0.75, 1]).map((v) => [v, percent(v)]);
  const seconds = [0, top / 2, top].map((v) => [v, short(v)]);
  const curve = (key) => { // up to where it leaves the plane
    const points = [];
    for (let u = 0.005; u < 0.9999; u += 0.005) {
      const y = measured((u * workers) / service, service, spread, workers)[key];
      const [before, low] = points.at(-1) ?? [0, 0];
      points.push(y > top ? [before + ((u - before) * (top - low)) / (y - low), top] : [u, y]);
      if (y > top) break;
    }
    return points;
  };
  const [means, tails] = [curve("mean"), curve("p95")];
  const half = (now.mean ?? 0) / (now.waits ?? 1);
  const left = Array.from({ length: 61 }, (_, k) => (k * top) / 60)
    .map((t) => [t, (now.waits ?? 0) * Math.exp(half ? -t / half : 0)]);
  const here = Math.min(END, now.utilisation);
  return {
    height: 444,
    shapes: [
      upper.rules(at, seconds),
      upper.area([[1, 0], [1, top], [END, top], [END, 0]], ""),
      upper.line([[here, 0], [here, now.p95 ?? top]], "thin dashed"),
      upper.line(means, "one"), upper.line(tails, "two"),
      words(Math.min(upper.at(...means.at(-1))[0] + 9, 16 + box.width), 40, "mean", "start", "name one"),
      words(upper.at(...tails.at(-1))[0] - 9, 40, "p95", "end", "name two"),
      now.waits === null ? [] : [upper.dot(here, now.mean, "one"), upper.dot(here, now.p95, "two")],
      words(0, 14, "wait, seconds (shaded: overloaded)"),
      words(56 + box.width / 2, 236, "utilisation of the workers", "middle"),
      lower.rules(seconds, [0, 0.5, 1].map((v) => [v, percent(v)])),
      now.waits === null ? [lower.line([[0, 1], [top, 1]], "two"), words(...lower.at(0.05 * top, 0.6), "it grows without end")] : [
        lower.line([[0, 0.05], [top, 0.05]], "thin dashed"), lower.line(left, "two"),
        lower.dot(now.p95, Math.min(0.05, now.waits), "two"),
      ],
      words(0, 276, "share that still waits (dashed: 5\u00a0%)"),
      words(56 + box.width / 2, 438, "seconds after it came", "middle"),
    ],
  };
}

const time = (v) => (v === null ? "\u221e" : `${fixed(v, v < 100 ? 1 : 0)}\u00a0s`);
const row = (name, { utilisation, mean, p95 }) => [name, percent(utilisation), time(mean), time(p95)];

export default interactive({
  title: "Utilisation of workers against the wait",
  controls: {
    arrivals: { label: "Requests per minute", min: 2, max: 150, step: 1, value: 60, show: String },
    workers: { label: "Workers", min: 1, max: 20, step: 1, value: 5, show: String },
    service: { label: "Mean time to answer one", min: 1, max: 15, step: 0.5, value: 4, show: (v) => `${fixed(v, 1)}\u00a0s` },
    spread: { label: "Spread of that time", min: 0, max: 2, step: 0.1, value: 1, show: (v) => `${fixed(v, 1)} \u00d7 mean` },
  },
  compute, draw,
  table: (_, { now, more, fewer, even }) => [
    ["Way", "Used", "Mean wait", "p95 wait"],
    row("Now", now), row("One worker more", more), row("A tenth fewer requests", fewer), row("All equally long", even),
  ],
  say: (_, { now, surplus }) => now.waits === null
    ? `Overloaded: ${surplus < 0.05 ? "as many requests as" : `${fixed(surplus, 1)} requests per minute more than`} the workers finish, and the queue grows without end.`
    : `${percent(now.utilisation)} used: ${percent(now.waits)} of the requests wait, one in twenty longer than ${time(now.p95)}.`,
  note: "Computed in your browser: requests come at random and wait in one line. Exact for a spread of 1, an approximation elsewhere.",
});
