// Elements, words and tables of both pages. Text only ever gets in as text.

const $ = (id) => document.getElementById(id);

function make(tag, properties = {}, ...children) {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
}

function note(text) {
  $("note").textContent = text;
  $("note").hidden = !text;
}

function numberText(value) {
  if (typeof value !== "number") return value ?? "";
  const options = {maximumSignificantDigits: Math.abs(value) < 1e15 && Number.isInteger(value) ? 15 : 5};
  try {
    return value.toLocaleString(host.locale(), options);
  } catch {
    return value.toLocaleString(undefined, options);
  }
}

const counted = (count, noun) => `${numberText(count)} ${noun}${count === 1 ? "" : "s"}`;
const withUnit = (name, unit) => unit ? `${name} (${unit})` : name;
const wordOf = (status) => String(status ?? "").replaceAll("_", " ");

function durationText(seconds) {
  const whole = Math.max(1, Math.round(seconds));
  if (whole < 90) return `${whole} s`;
  return whole < 5400 ? `${Math.round(whole / 60)} min` : `${numberText(Math.round(whole / 360) / 10)} h`;
}

// The heading that both pages have, of an answer of experiment_status.
function showHeading(view) {
  $("name").textContent = view.name;
  $("state").textContent = view.state;
  $("state").className = `state ${view.state}`;
  const facts = [`${numberText(view.done)} of ${counted(view.scenarios, "run")} done`];
  if (view.failed) facts.push(`${numberText(view.failed)} failed`);
  if (view.not_finite) facts.push(`${numberText(view.not_finite)} not finite`);
  if (typeof view.eta_seconds === "number") facts.push(`about ${durationText(view.eta_seconds)} left`);
  else if (view.wall_seconds && hasEnded(view)) facts.push(`took ${durationText(view.wall_seconds)}`);
  $("facts").textContent = facts.join(" · ");
  $("reason").textContent = view.reason ?? "";
}

const hasEnded = (view) => view.state !== "running" && view.state !== "paused";

// `columns`: {name, title, isNumber}; `cell(row, column)` gives a text or an element.
function fillTable(table, columns, rows, cell, heading = (column) => column.title ?? column.name) {
  const kind = (column) => ({className: column.isNumber ? "number" : ""});
  const head = make("tr", {}, ...columns.map((column) => {
    const cellOfHead = make("th", {...kind(column), scope: "col"}, heading(column));
    if (column.sorted) cellOfHead.ariaSort = column.sorted;
    return cellOfHead;
  }));
  const body = rows.map((row) =>
    make("tr", {}, ...columns.map((column) => make("td", kind(column), cell(row, column)))));
  table.replaceChildren(make("thead", {}, head), make("tbody", {}, ...body));
}

function fillChoices(select, choices, chosen) {
  const known = choices.map((one) => one.value).join("\n");
  if (select.dataset.known !== known) {
    select.dataset.known = known;
    const before = select.value || chosen;
    select.replaceChildren(...choices.map((one) => make("option", {value: one.value}, one.title)));
    if (choices.some((one) => one.value === before)) select.value = before;
  }
  select.disabled = choices.length < 2;
}
