// Draws a plotly figure when the reader asks for it, in the page's own colours; plotly is loaded only then. With
// `data-chart-fresh` the page is asked for once more first: what it shows may have been withdrawn since it was opened.
"use strict";

(() => {
  const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const bandColour = (band) => colour(`--band-${band.replace("_", "-")}`);
  let loading = null;

  const loaded = (address) => {
    loading ??= new Promise((resolve, reject) => {
      const script = document.createElement("script");
      script.src = address;
      script.onload = resolve;
      script.onerror = () => {
        loading = null;
        reject();
      };
      document.head.append(script);
    });
    return loading;
  };

  // `meta.bands` names the band of every bar or dot, or of a heat map's steps between `meta.edges`. What has none is
  // in ink, or in the colour that `meta.colour` names.
  const colourTrace = (trace) => {
    const { bands, colour: name = "ink" } = trace.meta || {};
    if (trace.type === "heatmap") {
      trace.colorscale = bands.flatMap((band, i) =>
        [i, i + 1].map((edge) => [trace.meta.edges[edge] / 100, bandColour(`${band}-soft`)]),
      );
      trace.textfont = { color: colour("--ink") };
      return;
    }
    trace.marker.color = bands ? bands.map(bandColour) : colour(`--${name}`);
    if (trace.marker.pattern) trace.marker.pattern.bgcolor = colour("--paper");
    if (trace.marker.line) trace.marker.line.color = colour(trace.line ? "--ink" : "--paper");
    if (trace.line) trace.line.color = colour("--ink");
  };

  const coloured = (figure) => {
    figure.data.forEach(colourTrace);
    Object.assign(figure.layout, {
      paper_bgcolor: "rgba(0,0,0,0)",
      plot_bgcolor: "rgba(0,0,0,0)",
      font: { color: colour("--ink"), family: getComputedStyle(document.body).fontFamily, size: 14 },
      hoverlabel: { bgcolor: colour("--paper"), bordercolor: colour("--line"), font: { color: colour("--ink") } },
    });
    figure.layout.xaxis.gridcolor = colour("--line");
    return figure;
  };

  // A page that shows something else by now, or nothing, is loaded anew in place of the chart.
  const isOutdated = async (data) => {
    const answer = await fetch(window.location.pathname + window.location.search, { cache: "no-store" });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    return page.getElementById(data.id)?.textContent !== data.textContent;
  };

  const prepare = (chart) => {
    const data = document.getElementById(chart.dataset.chart || "chart-figure");
    const button = chart.querySelector("[data-chart-button]");
    if (!button || !data) return;

    const place = chart.querySelector("[data-chart-place]");
    const picture = chart.querySelector("[data-chart-picture]");
    const legend = chart.querySelector("[data-chart-legend]");
    const state = chart.querySelector("[data-chart-state]");
    const words = { ask: button.textContent, back: button.dataset.chartBack };

    const show = (isChart) => {
      place.hidden = !isChart;
      picture.hidden = isChart;
      if (legend) legend.hidden = !isChart;
      button.textContent = isChart ? words.back : words.ask;
    };

    const draw = async () => {
      state.textContent = "Loading the chart…";
      try {
        if ("chartFresh" in chart.dataset && (await isOutdated(data))) {
          window.location.reload();
          return;
        }
        await loaded(chart.dataset.plotly);
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
  };

  document.querySelectorAll("[data-chart]").forEach(prepare);
})();
