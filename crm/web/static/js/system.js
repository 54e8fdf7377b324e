// The live charts of Settings → System: asked for anew every few seconds while somebody looks.
import { hour, number } from "./formats.js";

const EVERY = 5000;
const root = document.querySelector("[data-system]");
const charts = new Map();

function colour(name) {
  const probe = document.createElement("span");
  probe.style.color = `var(${name})`;
  document.body.append(probe);
  const found = getComputedStyle(probe).color;
  probe.remove();
  return found;
}

function datasets(figure, course) {
  const colours = ["--accent", "--bad"].map(colour);
  return [...figure.querySelectorAll("[data-series]")].map((legend, i) => {
    legend.style.borderBottom = `2px solid ${colours[i]}`;
    return {
      label: legend.textContent,
      data: course[legend.dataset.series],
      borderColor: colours[i],
      backgroundColor: colours[i],
      borderWidth: 2,
      pointRadius: 1,
      pointHitRadius: 8,
      tension: 0.25,
      spanGaps: true,
    };
  });
}

function draw(figure, course) {
  const [ink, line] = ["--ink-2", "--line"].map(colour);
  const ticks = { color: ink, maxTicksLimit: 5, callback: (shown) => number(shown) };
  return new window.Chart(figure.querySelector("canvas"), {
    type: "line",
    data: { labels: course.at.map(hour), datasets: datasets(figure, course) },
    options: {
      animation: false,
      maintainAspectRatio: false,
      interaction: { intersect: false, mode: "index" },
      scales: {
        x: {
          grid: { display: false },
          border: { color: line },
          ticks: { color: ink, maxRotation: 0, autoSkipPadding: 24 },
        },
        y: { grid: { color: line }, border: { display: false }, beginAtZero: true, suggestedMax: 1, ticks },
      },
      plugins: { legend: { display: false } },
    },
  });
}

function say(figure, course) {
  for (const place of figure.querySelectorAll("[data-now]")) {
    const values = course[place.dataset.now].filter((value) => value !== null);
    place.textContent = values.length ? number(values.at(-1)) : "–";
  }
}

function show(course) {
  for (const figure of root.querySelectorAll("[data-chart]")) {
    say(figure, course);
    const chart = charts.get(figure);
    if (!chart) {
      charts.set(figure, draw(figure, course));
      continue;
    }
    chart.data.labels = course.at.map(hour);
    chart.data.datasets.forEach((set, i) => Object.assign(set, { data: datasets(figure, course)[i].data }));
    chart.update();
  }
}

let last = null;

async function refresh() {
  if (document.hidden) return;
  const answer = await fetch(root.dataset.system, { headers: { Accept: "application/json" } }).catch(() => null);
  if (!answer?.ok) return;
  last = (await answer.json()).data;
  show(last);
}

function redraw() {
  for (const chart of charts.values()) chart.destroy();
  charts.clear();
  if (last) show(last);
}

matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redraw);
new MutationObserver(redraw).observe(document.documentElement, { attributeFilter: ["data-theme"] });
refresh();
setInterval(refresh, EVERY);
