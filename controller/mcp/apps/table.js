// The table of results, as results_query answers it: what tells rows apart, then status and runs, then what came out.

const quoted = (names) => names.map((name) => `"${name}"`).join(",");

function shapeOf(columns) {
  const status = columns.findIndex((column) => column.name === "status");
  const before = columns.slice(0, status), after = columns.slice(status + 1);
  const isFolded = after[0]?.name === "runs";
  const outcomes = new Map();  // by name: {name, unit, columns}
  for (const column of after.slice(isFolded ? 1 : 0)) {
    if (column.kind !== "number") continue;
    const name = column.outcome ?? column.name;
    if (!outcomes.has(name)) outcomes.set(name, {name, unit: column.unit ?? "", columns: []});
    outcomes.get(name).columns.push(column.name);
  }
  return {isFolded, outcomes: [...outcomes.values()],
          words: before.filter((column) => column.kind === "text").map((column) => column.name),
          axes: before.filter((column) => column.kind === "number")};
}

// Of each row what tells it apart, how far it is, and one outcome, or none: {rows, total}.
const kMostRows = 1000;
async function readRows(experiment, shape, outcome) {
  const columns = quoted([...shape.words, ...shape.axes.map((axis) => axis.name), "status",
                          ...(shape.isFolded ? ["runs"] : []), ...(outcome?.columns ?? [])]);
  const rows = [];
  let cursor, total;
  do {
    const page = await host.call("results_query", {experiment, columns, limit: 200, ...(cursor ? {cursor} : {})});
    rows.push(...page.rows);
    cursor = page.next;
    total = page.total ?? total;
  } while (cursor && rows.length < kMostRows);
  return {rows, total: total ?? rows.length};
}

// What a row is called among others.
const titleOf = (shape, row) =>
  [...shape.words.map((name) => row[name]), ...shape.axes.map((axis) => `${axis.name} ${numberText(row[axis.name])}`)]
    .join(", ");
