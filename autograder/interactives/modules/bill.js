// A cache in front of a router in front of two models: the bill, and what it costs in quality.
const RIGHT = 0.9; // share of right answers of the large model
const HARDEST = 0.4; // what the small one loses on the hardest request; on the easiest, nothing

// Mean loss when this share goes to the small model: an order by difficulty, or none, or between.
const lost = (share, skill) => HARDEST * ((1 - skill) * share / 2 + (skill * share ** 2) / 2);

function most(room, skill) { // the largest share that loses at most `room`
  if (room < 0) return null;
  const [a, b, c] = [skill / 2, (1 - skill) / 2, room / HARDEST];
  const root = a ? (Math.sqrt(b * b + 4 * a * c) - b) / (2 * a) : c / b;
  return Math.min(1, root);
}

export function compute({ repeats, price, routed, skill, floor }) {
  const [asked, cheap, share, known] = [1 - repeats / 100, price / 100, routed / 100, skill / 100];
  const mixed = 1 - share * (1 - cheap);
  const quality = RIGHT - lost(share, known);
  const top = most(RIGHT - floor / 100, known);
  return {
    cacheOnly: asked, routeOnly: mixed, bill: asked * mixed, quality,
    holds: quality >= floor / 100 - 1e-12, top,
    leastQuality: RIGHT - lost(top ?? 0, known),
    least: top === null ? asked : asked * (1 - top * (1 - cheap)),
  };
}

function draw({ repeats, price, routed, skill, floor }, { bill, quality, top }, width) {
  const box = { x: [0, 100], left: 56, width: width - 82 };
  const upper = plane({ ...box, y: [0, 1], top: 28, height: 150 });
  const lower = plane({ ...box, y: [0.65, 0.95], top: 230, height: 120 });
  const at = [0, 25, 50, 75, 100].map((v) => [v, percent(v / 100)]);
  const shares = Array.from({ length: 51 }, (_, k) => 2 * k);
  const limit = top === null ? 0 : 100 * top;
  const beyond = (it, [low, high]) => limit < 100 ? it.area([[limit, low], [limit, high], [100, high], [100, low]], "") : [];
  return {
    height: 404,
    shapes: [
      upper.rules(at.map(([v]) => [v, ""]), [0, 0.5, 1].map((v) => [v, percent(v)])),
      beyond(upper, [0, 1]),
      upper.line([[0, 1], [100, price / 100]], "thin dashed quiet"),
      upper.line([[0, 1 - repeats / 100], [100, (1 - repeats / 100) * (price / 100)]], "one"),
      (100 - limit) * box.width > 12000 ? words(50 + box.width, 46, "below the floor", "end", "quiet bare") : [],
      upper.dot(routed, bill, "one"),
      words(0, 14, "bill (dashed: without the cache)"),
      lower.rules(at, [0.7, 0.8, 0.9].map((v) => [v, percent(v)])),
      beyond(lower, [0.65, 0.95]),
      lower.line(shares.map((v) => [v, RIGHT - lost(v / 100, skill / 100)]), "two"),
      lower.line([[0, floor / 100], [100, floor / 100]], "thin dashed"),
      lower.dot(routed, quality, "two"),
      words(0, 216, "right answers (dashed: the floor)"),
      words(56 + (width - 82) / 2, 398, "share routed to the small model", "middle"),
    ],
  };
}

const share = (label, min, max, step, value) => ({ label, min, max, step, value, show: (v) => percent(v / 100) });

export default interactive({
  title: "A cache and a router against the bill",
  controls: {
    repeats: share("Answered by the cache", 0, 80, 5, 30),
    price: share("Price of the small model", 1, 100, 1, 10),
    routed: share("Routed to the small model", 0, 100, 1, 60),
    skill: share("Skill of the router", 0, 100, 5, 70),
    floor: share("Quality floor", 70, 92, 1, 85),
  },
  compute, draw,
  table: (_, { cacheOnly, routeOnly, bill, quality, top, least, leastQuality }) => [
    ["Way", "Bill", "Right answers"],
    ["Today: large model, no cache", percent(1, 1), percent(RIGHT, 1)],
    ["Cache alone", percent(cacheOnly, 1), percent(RIGHT, 1)],
    ["Router alone", percent(routeOnly, 1), percent(quality, 1)],
    ["Both", percent(bill, 1), percent(quality, 1)],
    ...(top === null ? [] : [[`Both, ${percent(top)} routed`, percent(least, 1), percent(leastQuality, 1)]]),
  ],
  say: ({ repeats, floor }, { routeOnly, bill, quality, holds, top }) => {
    const sum = percent(repeats / 100 + 1 - routeOnly);
    const saved = `Both together save ${percent(1 - bill)}, not ${sum}, the sum of the two.`;
    if (top === null) return `${saved} No routing meets a floor of ${percent(floor / 100)}: the large model itself is below it.`;
    return `${saved} ${percent(quality, 1)} right: ${holds ? "the floor holds" : `below the floor, which allows ${percent(top)} routed`}.`;
  },
  note: "Computed in your browser from an invented model: 90\u00a0% right by the large model; the small one loses nothing on the easiest "
    + "request, 40 points on the hardest, in a straight line. A request that the cache answers costs nothing and is as good.",
});
