// Charts of one outcome, drawn as SVG: over an axis (a fan where there is more than one value to a place), a range for
// each row, or a histogram.

function drawn(tag, attributes, ...children) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

function ticksOf(least, most, about) {
  const rough = (most - least) / about, power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((one) => one * power).find((one) => one >= rough * 0.999);
  const ticks = [];
  for (let i = Math.ceil(least / step - 1e-9); i * step <= most + step * 1e-9; ++i) ticks.push(i * step);
  return ticks;
}

const shortText = (value) => {
  const size = Math.abs(value);
  if (size !== 0 && (size >= 1e7 || size < 1e-3)) return value.toExponential(1).replace(".0e", "e");
  return numberText(Number(value.toPrecision(6)));
};

function quantile(sorted, part) {
  const at = part * (sorted.length - 1), low = Math.floor(at);
  return sorted[low] + (sorted[Math.min(low + 1, sorted.length - 1)] - sorted[low]) * (at - low);
}

// The range and the middle of an outcome in one row, or null.
function spreadOf(row, shape, outcome) {
  const cell = (end) => row[`${outcome.name}${end}`];
  const [low, middle, high] = shape.isFolded ? [cell(".p05"), cell(".median"), cell(".p95")]
                                             : Array(3).fill(row[outcome.columns[0]]);
  return Number.isFinite(middle) ? {low, middle, high} : null;
}

function merged(spreads) {
  if (spreads.length === 1) return spreads[0];
  const middles = spreads.map((one) => one.middle).sort((a, b) => a - b);
  return {low: Math.min(quantile(middles, 0.05), ...spreads.map((one) => one.low < one.middle ? one.low : Infinity)),
          middle: quantile(middles, 0.5),
          high: Math.max(quantile(middles, 0.95), ...spreads.map((one) => one.high > one.middle ? one.high : -Infinity))};
}

// Which charts there can be of such rows.
function kindsOfChart(shape, rows) {
  const kinds = shape.axes.filter((axis) => new Set(rows.map((row) => row[axis.name])).size > 1)
    .map((axis) => ({value: `over ${axis.name}`, title: `over ${axis.name}`}));
  if (rows.length <= 40) kinds.push({value: "rows", title: "row by row"});
  if (rows.length > 4) kinds.push({value: "histogram", title: "histogram"});
  return kinds;
}

const kColours = 6;

function drawChart(svg, kind, shape, rows, outcome) {
  const width = Math.max(260, svg.clientWidth || 600), height = 240;
  svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
  const found = rows.map((row) => ({row, spread: spreadOf(row, shape, outcome)})).filter((one) => one.spread);
  const inner = {left: 56, right: width - 10, top: 24, bottom: height - 38};
  const scene = {svg, inner, marks: [], legend: []};
  svg.replaceChildren();
  $("legend").replaceChildren();
  $("no-chart").hidden = found.length > 0;
  svg.style.display = found.length > 0 ? "" : "none";
  if (found.length === 0) return;
  const label = withUnit(outcome.name, outcome.unit);
  if (kind === "histogram") drawHistogram(scene, found, label);
  else if (kind === "rows") drawRows(scene, found, shape, label);
  else drawFan(scene, found, rows, shape, shape.axes.find((axis) => `over ${axis.name}` === kind), label);
  svg.setAttribute("aria-label", `${label}, ${kind}, from ${counted(found.length, "row")}`);
}

// Room on both sides, and some where all is one value.
function extended(values, part) {
  const least = Math.min(...values), most = Math.max(...values);
  const room = most > least ? (most - least) * part : Math.abs(most) * 0.1 || 1;
  return [least - room, most + room];
}

function drawAxes({svg, inner}, [fromX, toX], [fromY, toY], labelX, labelY, hasTicksX = true) {
  const x = (value) => inner.left + (value - fromX) / (toX - fromX) * (inner.right - inner.left);
  const y = (value) => inner.bottom - (value - fromY) / (toY - fromY) * (inner.bottom - inner.top);
  for (const tick of ticksOf(fromY, toY, 4)) {
    svg.append(drawn("line", {class: "grid", x1: inner.left, x2: inner.right, y1: y(tick), y2: y(tick)}),
               drawn("text", {x: inner.left - 6, y: y(tick) + 4, "text-anchor": "end"}, shortText(tick)));
  }
  for (const tick of hasTicksX ? ticksOf(fromX, toX, (inner.right - inner.left) / 90) : [])
    svg.append(drawn("text", {x: x(tick), y: inner.bottom + 16,
                              "text-anchor": x(tick) > inner.right - 20 ? "end" : "middle"}, shortText(tick)));
  svg.append(drawn("line", {class: "axis", x1: inner.left, x2: inner.right, y1: inner.bottom, y2: inner.bottom}),
             drawn("text", {class: "label", x: 4, y: 13}, labelY),
             drawn("text", {class: "label", x: inner.right, y: inner.bottom + 33, "text-anchor": "end"}, labelX));
  return {x, y};
}

function drawHistogram(scene, found, label) {
  const values = found.map((one) => one.spread.middle);
  const [from, to] = extended(values, 0);
  const count = Math.min(30, Math.max(5, Math.ceil(Math.sqrt(values.length))));
  const bins = Array(count).fill(0);
  for (const value of values) ++bins[Math.min(count - 1, Math.floor((value - from) / (to - from) * count))];
  const most = Math.max(...bins);
  const {x, y} = drawAxes(scene, [from, to], [0, most * 1.08], label, "rows");
  bins.forEach((height, i) => {
    const left = x(from + (to - from) * i / count), right = x(from + (to - from) * (i + 1) / count);
    scene.svg.append(drawn("rect", {class: "bin", x: left + 0.5, width: Math.max(1, right - left - 1), y: y(height),
                                    height: y(0) - y(height)}));
  });
}

function drawRows(scene, found, shape, label) {
  const {inner, svg} = scene;
  const {x, y} = drawAxes(scene, [-0.5, found.length - 0.5],
                          extended(found.flatMap(({spread}) => [spread.low, spread.high]), 0.06), "", label, false);
  const room = (inner.right - inner.left) / found.length;
  found.forEach(({row, spread}, i) => {
    const title = titleOf(shape, row) || `row ${i + 1}`;
    const mark = drawn("g", {class: `c${i % kColours}`},
      drawn("title", {}, `${title}: ${numberText(spread.middle)}`
            + (shape.isFolded ? ` (${numberText(spread.low)} to ${numberText(spread.high)})` : "")),
      drawn("line", {class: "range", x1: x(i), x2: x(i), y1: y(spread.low), y2: y(spread.high)}),
      drawn("circle", {cx: x(i), cy: y(spread.middle), r: 4}));
    svg.append(mark);
    const most = Math.floor(room / 6.5);
    if (most >= 3)
      svg.append(drawn("text", {x: x(i), y: inner.bottom + 16, "text-anchor": "middle"},
                       title.length > most ? title.slice(0, most - 1) + "…" : title));
  });
  if (shape.isFolded) addLegend("dot: median, bar: 5 % to 95 % of runs");
}

// All rows have their place, also those without a value yet.
function drawFan(scene, found, rows, shape, axis, label) {
  const groups = new Map();  // by what it is called: place -> spreads
  for (const {row, spread} of found) {
    const name = shape.words.map((word) => row[word]).join(", "), place = row[axis.name];
    if (!Number.isFinite(place)) continue;
    if (!groups.has(name)) groups.set(name, new Map());
    const places = groups.get(name);
    places.set(place, [...(places.get(place) ?? []), spread]);
  }
  const lines = [...groups].slice(0, kColours).map(([name, places]) => ({name, points: [...places]
    .map(([place, spreads]) => ({place, ...merged(spreads)})).sort((a, b) => a.place - b.place)}));
  const all = lines.flatMap((line) => line.points);
  const {x, y} = drawAxes(scene, extended(rows.map((row) => row[axis.name]).filter(Number.isFinite), 0.02),
                          extended(all.flatMap((one) => [one.low, one.high]), 0.06),
                          withUnit(axis.name, axis.unit), label);
  const path = (points, end) => points.map((one) => `${x(one.place).toFixed(1)},${y(one[end]).toFixed(1)}`);
  const hasBand = all.some((one) => one.high > one.low);
  lines.forEach(({name, points}, i) => {
    if (hasBand) scene.svg.append(drawn("polygon", {
      class: `band c${i}`, points: [...path(points, "high"), ...path(points, "low").reverse()].join(" ")}));
    scene.svg.append(drawn("polyline", {class: `line c${i}`, points: path(points, "middle").join(" ")}));
    for (const one of points.length <= 40 ? points : [])
      scene.svg.append(drawn("circle", {class: `c${i}`, cx: x(one.place), cy: y(one.middle), r: 2.5},
                             drawn("title", {}, `${name} ${numberText(one.place)}: ${numberText(one.middle)}`)));
    if (lines.length > 1) addLegend(name, `c${i}`);
  });
  if (groups.size > lines.length) addLegend(`the first ${lines.length} of ${groups.size}`);
  if (hasBand) addLegend("line: median, band: 5 % to 95 %");
}

function addLegend(text, colour) {
  $("legend").append(make("span", {}, ...(colour ? [make("i", {className: colour})] : []), text));
}

// The choice of outcome and kind with the chart of what is chosen. `refresh` reads the rows anew.
class ChartPanel {
  constructor(refresh) {
    $("outcome").onchange = () => refresh().catch((error) => note(error.message));
    $("kind").onchange = () => this.draw();
    new ResizeObserver(() => this.width !== $("chart").clientWidth && this.draw()).observe($("chart").parentElement);
  }
  offer(shape) {
    this.shape = shape;
    fillChoices($("outcome"), shape.outcomes.map((one) => ({value: one.name, title: one.name})));
  }
  get outcome() { return this.shape?.outcomes.find((one) => one.name === $("outcome").value); }
  show({rows, total}) {
    this.rows = rows;
    fillChoices($("kind"), kindsOfChart(this.shape, rows));
    $("some").textContent = rows.length < total ? `from the first ${numberText(rows.length)} of ${numberText(total)} rows` : "";
    this.draw();
  }
  draw() {
    this.width = $("chart").clientWidth;
    if (this.rows && this.outcome) drawChart($("chart"), $("kind").value, this.shape, this.rows, this.outcome);
  }
}
