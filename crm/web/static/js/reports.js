// Draws each report from its own table, which a button shows instead of the drawing.
import { number } from "./formats.js";
import { onAction } from "./page.js";

const css = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

// A colour of the theme as the browser computes it: the scheme decides which of the two it is.
function colour(name) {
  const probe = document.createElement("span");
  probe.style.color = `var(${name})`;
  document.body.append(probe);
  const found = getComputedStyle(probe).color;
  probe.remove();
  return found;
}

// What a row is about, without the links beside its name.
function nameOf(row) {
  return row.cells[0].dataset.name ?? row.cells[0].textContent.trim();
}

// Of each column with values, a line.
function linesOf(report, colours) {
  const rows = [...report.querySelectorAll("tbody tr")];
  const places = [...(rows[0]?.cells ?? [])].filter((cell) => "value" in cell.dataset).map((cell) => cell.cellIndex);
  return {
    labels: rows.map(nameOf),
    datasets: places.map((place, number) => ({
      label: report.querySelector("thead tr").cells[place].textContent.trim(),
      data: rows.map((row) => (row.cells[place].dataset.value === "" ? null : Number(row.cells[place].dataset.value))),
      texts: rows.map((row) => row.cells[place].textContent.trim()),
      borderColor: colours[number % colours.length],
      backgroundColor: colours[number % colours.length],
      borderDash: number ? [6, 4] : [],
      pointRadius: rows.length > 40 ? 0 : 3,
      tension: 0.2,
    })),
  };
}

function rowsOf(report) {
  return [...report.querySelectorAll("tbody tr")].map((row) => {
    const shown = row.querySelector("[data-value]");
    return {
      label: nameOf(row),
      colour: row.cells[0].dataset.colour,
      value: Number(shown.dataset.value),
      text: shown.textContent,
    };
  });
}

function draw(report) {
  const lines = report.dataset.report === "lines";
  const rows = lines ? [] : rowsOf(report);
  const lying = !lines && report.dataset.report !== "columns";
  const [ink, line, accent] = ["--ink-2", "--line", "--accent"].map(colour);
  const value = {
    grid: { color: line },
    border: { display: false },
    title: { display: Boolean(report.dataset.currency), text: report.dataset.currency, color: ink },
    ticks: {
      color: ink,
      maxTicksLimit: 6,
      precision: report.dataset.report === "funnel" ? 0 : undefined,
      callback: (shown) => number(shown),
    },
    beginAtZero: true,
  };
  const longest = report.clientWidth < 480 ? 18 : 32;
  const label = {
    grid: { display: false },
    border: { color: line },
    ticks: {
      color: ink,
      maxRotation: 0,
      autoSkipPadding: 12,
      callback(place) {
        const name = this.getLabelForValue(place);
        return name.length > longest ? `${name.slice(0, longest - 1)}…` : name;
      },
    },
  };
  const textOf = (item) =>
    lines ? `${item.dataset.label}: ${item.dataset.texts[item.dataIndex]}` : rows[item.dataIndex].text;
  return new window.Chart(report.querySelector("canvas"), {
    type: lines ? "line" : "bar",
    data: lines
      ? linesOf(report, [ink, accent])
      : {
          labels: rows.map((row) => row.label),
          datasets: [
            {
              data: rows.map((row) => row.value),
              backgroundColor: rows.map((row) => row.colour || accent),
              borderRadius: 5,
              maxBarThickness: 34,
            },
          ],
        },
    options: {
      indexAxis: lying ? "y" : "x",
      maintainAspectRatio: false,
      animation: matchMedia("(prefers-reduced-motion: reduce)").matches ? false : { duration: 300 },
      font: { family: css("--sans") },
      scales: lying ? { x: value, y: label } : { x: label, y: value },
      plugins: { legend: { display: lines, labels: { color: ink } }, tooltip: { callbacks: { label: textOf } } },
    },
  });
}

const charts = new Map();

function show(report, asTable) {
  report.classList.toggle("report-as-table", asTable);
  report.querySelector('[data-action="swap-report"]').setAttribute("aria-pressed", String(asTable));
  if (asTable || charts.has(report)) return;
  charts.set(report, draw(report));
}

function drawAll() {
  window.Chart.defaults.font.family = css("--sans");
  for (const report of document.querySelectorAll("[data-report]")) show(report, false);
}

onAction("swap-report", (button) =>
  show(button.closest("[data-report]"), button.getAttribute("aria-pressed") === "false"),
);

function redraw() {
  // Of a copy: what is drawn anew is put back into the map, where the loop would meet it again without end.
  for (const [report, chart] of [...charts]) {
    chart.destroy();
    charts.delete(report);
    if (!report.classList.contains("report-as-table")) show(report, false);
  }
}

matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redraw);
new MutationObserver(redraw).observe(document.documentElement, { attributeFilter: ["data-theme"] });
drawAll();
