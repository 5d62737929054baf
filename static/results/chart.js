// Draws the plotly figure when the reader asks for it, in the page's own colours; plotly is loaded only then.
"use strict";

(() => {
  const chart = document.querySelector("[data-chart]");
  const data = document.getElementById("chart-figure");
  const button = chart && chart.querySelector("[data-chart-button]");
  if (!button || !data) return;

  const place = chart.querySelector("[data-chart-place]");
  const picture = chart.querySelector("[data-chart-picture]");
  const legend = chart.querySelector("[data-chart-legend]");
  const state = chart.querySelector("[data-chart-state]");
  const words = { ask: button.textContent, back: button.dataset.chartBack };
  const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

  const loaded = () =>
    new Promise((resolve, reject) => {
      if (window.Plotly) return resolve();
      const script = document.createElement("script");
      script.src = chart.dataset.plotly;
      script.onload = resolve;
      script.onerror = reject;
      document.head.append(script);
    });

  const coloured = (figure) => {
    const bars = figure.data[0];
    bars.marker.color = bars.meta.bands.map((band) => colour(`--band-${band.replace("_", "-")}`));
    bars.marker.pattern.bgcolor = colour("--paper");
    for (const team of figure.data.slice(1)) {
      team.marker.color = colour("--ink");
      team.marker.line.color = team.line ? colour("--ink") : colour("--paper");
      if (team.line) team.line.color = colour("--ink");
    }
    Object.assign(figure.layout, {
      paper_bgcolor: "rgba(0,0,0,0)",
      plot_bgcolor: "rgba(0,0,0,0)",
      font: { color: colour("--ink"), family: getComputedStyle(document.body).fontFamily, size: 14 },
      hoverlabel: { bgcolor: colour("--paper"), bordercolor: colour("--line"), font: { color: colour("--ink") } },
    });
    figure.layout.xaxis.gridcolor = colour("--line");
    return figure;
  };

  const show = (isChart) => {
    place.hidden = !isChart;
    picture.hidden = isChart;
    if (legend) legend.hidden = !isChart;
    button.textContent = isChart ? words.back : words.ask;
  };

  const draw = async () => {
    state.textContent = "Loading the chart…";
    try {
      await loaded();
      show(true);
      const figure = coloured(JSON.parse(data.textContent));
      await window.Plotly.newPlot(place, figure.data, figure.layout, { responsive: true, displayModeBar: false });
      state.textContent = "";
    } catch {
      show(false);
      state.textContent = "The chart could not be loaded. The list above shows the same.";
    }
  };

  button.hidden = false;
  button.addEventListener("click", () => (place.hidden ? draw() : show(false)));
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => place.hidden || draw());
})();
