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

function rowsOf(report) {
  return [...report.querySelectorAll("tbody tr")].map((row) => {
    const shown = row.querySelector("[data-value]");
    return {
      label: row.cells[0].textContent,
      colour: row.cells[0].dataset.colour,
      value: Number(shown.dataset.value),
      text: shown.textContent,
    };
  });
}

function draw(report) {
  const rows = rowsOf(report);
  const lying = report.dataset.report !== "columns";
  const [ink, line, accent] = ["--ink-2", "--line", "--accent"].map(colour);
  const value = {
    grid: { color: line },
    border: { display: false },
    ticks: {
      color: ink,
      maxTicksLimit: 6,
      precision: report.dataset.report === "funnel" ? 0 : undefined,
      callback: (shown) => number(shown),
    },
    beginAtZero: true,
  };
  const label = {
    grid: { display: false },
    border: { color: line },
    ticks: { color: ink, maxRotation: 0, autoSkipPadding: 12 },
  };
  return new window.Chart(report.querySelector("canvas"), {
    type: "bar",
    data: {
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
      plugins: { legend: { display: false }, tooltip: { callbacks: { label: (item) => rows[item.dataIndex].text } } },
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
