"use strict";
(() => {
  const read = (id) => JSON.parse(document.getElementById(id).textContent);
  const data = read("data");
  const change = (target, changes) => {
    for (const [key, value] of Object.entries(changes)) {
      const isInside = typeof value === "object" && !Array.isArray(value);
      if (isInside && typeof target[key] === "object") change(target[key], value);
      else target[key] = value;
    }
  };
  const other = document.getElementById("other");
  if (location.hash === `#lang=${other.lang}`) {
    document.getElementById("page").replaceChildren(other.content.cloneNode(true));
    document.documentElement.lang = other.lang;
    change(data, read("other-words"));
  }
  const language = document.getElementById("language");
  language.addEventListener("click", () => {
    location.hash = `lang=${language.lang}`;
    location.reload();
  });
  const { words, dims, cube, base } = data;
  const SEVERITIES = ["error", "warning", "info"];
  const FACETS = ["rule", "instrument", "folder", "period"];
  const ROWS_MAX = 12;
  const format = new Intl.NumberFormat(document.documentElement.lang);
  const filters = { rule: -1, instrument: -1, folder: -1, period: -1 };
  const severities = new Set(SEVERITIES);
  const unfolded = new Set();
  let wanted = "";
  let heatBy = "rule";

  const byId = (id) => document.getElementById(id);
  const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
  const count = (number) => format.format(number);
  const make = (name, attributes = {}, ...children) => {
    const one = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) {
      if (value !== undefined && value !== false) one.setAttribute(key, value === true ? "" : value);
    }
    one.append(...children);
    return one;
  };
  const nameOf = (facet, at) => {
    const entry = dims[facet][at];
    if (facet !== "rule") return entry;
    const isDoubled = dims.rule.filter((one) => one.code === entry.code).length > 1;
    return `${entry.code} ${entry.name}${isDoubled ? ` (${words[entry.severity]})` : ""}`;
  };
  const severityOf = (at) => dims.rule[at].severity;
  const matchesText = (at) => !wanted || nameOf("rule", at).toLowerCase().includes(wanted) ||
    dims.rule[at].summary.toLowerCase().includes(wanted);

  // Counts of findings and files by the entries of a facet, under the filters of all the others.
  const tally = (facet) => {
    const sums = dims[facet].map(() => [0, 0]);
    const others = FACETS.filter((one) => one !== facet && filters[one] >= 0);
    const allowed = dims.rule.map((_, at) => severities.has(severityOf(at)) && matchesText(at));
    for (let cell = 0; cell < cube.findings.length; cell += 1) {
      if (!allowed[cube.rule[cell]]) continue;
      if (others.some((one) => cube[one][cell] !== filters[one])) continue;
      const sum = sums[cube[facet][cell]];
      sum[0] += cube.findings[cell];
      sum[1] += cube.files[cell];
    }
    return sums;
  };
  const crossTally = (facet) => {
    const cells = new Map();
    const others = FACETS.filter((one) => one !== facet && one !== "period" && filters[one] >= 0);
    const allowed = dims.rule.map((_, at) => severities.has(severityOf(at)) && matchesText(at));
    for (let cell = 0; cell < cube.findings.length; cell += 1) {
      if (!allowed[cube.rule[cell]]) continue;
      if (others.some((one) => cube[one][cell] !== filters[one])) continue;
      const key = cube[facet][cell] * dims.period.length + cube.period[cell];
      cells.set(key, (cells.get(key) || 0) + cube.findings[cell]);
    }
    return cells;
  };
  // All files by the entries of a facet, with findings or not; a file has one cell whatever was found.
  const tallyBase = (facet) => {
    const sums = dims[facet].map(() => 0);
    const others = FACETS.filter((one) => one !== facet && one !== "rule" && filters[one] >= 0);
    for (let cell = 0; cell < base.files.length; cell += 1) {
      if (others.some((one) => base[one][cell] !== filters[one])) continue;
      sums[base[facet][cell]] += base.files[cell];
    }
    return sums;
  };
  // With a rule chosen its files; else a file would count once for each of its rules.
  const tallyFiles = (facet, sums) =>
    facet === "rule" || filters.rule >= 0 ? sums.map((sum) => sum[1]) : tallyBase(facet);
  const countFiles = () => {
    const at = filters.period;
    const sums = tallyFiles("period", tally("period"));
    return at < 0 ? sums.reduce((sum, one) => sum + one, 0) : sums[at];
  };

  const choose = (facet, at) => {
    filters[facet] = filters[facet] === at ? -1 : at;
    draw();
  };

  const drawFacet = (facet) => {
    const sums = tally(facet);
    const ofFiles = tallyFiles(facet, sums);
    const order = sums.map((sum, at) => [sum[0], ofFiles[at], at]).filter((one) => one[0] > 0);
    order.sort((a, b) => b[0] - a[0] || a[2] - b[2]);
    const most = order.length ? order[0][0] : 1;
    const limit = unfolded.has(facet) ? order.length : ROWS_MAX;
    const body = byId(`${facet}-rows`);
    const focused = body.contains(document.activeElement) ? document.activeElement.dataset.at : null;
    const rows = order.slice(0, limit).map(([findings, files, at]) => {
      const bar = make("span", { class: "bar", "aria-hidden": "true" });
      bar.style.inlineSize = `${Math.max(1, Math.round(100 * findings / most))}%`;
      const button = make("button", {
        type: "button", "data-at": at, "aria-pressed": String(filters[facet] === at),
      }, nameOf(facet, at));
      button.addEventListener("click", () => choose(facet, at));
      const label = make("th", { scope: "row" });
      if (facet === "rule") {
        label.append(make("span", { class: `dot ${severityOf(at)}`, "aria-hidden": "true" }));
        button.title = dims.rule[at].summary;
      }
      label.append(button);
      if (facet === "rule") {
        label.append(make("span", { class: "soft" }, dims.rule[at].summary));
      }
      const cells = [label];
      if (facet === "rule") {
        cells.push(make("td", { class: severityOf(at) }, words[severityOf(at)]));
      }
      cells.push(make("td", { class: "number" }, count(findings)),
        make("td", { class: "number" }, count(files)));
      if (facet === "rule") {
        cells.push(make("td", { class: "number" },
          dims.rule[at].fixable ? count(dims.rule[at].fixable) : "–"));
      }
      cells.push(make("td", { class: "bars", "aria-hidden": "true" }, bar));
      return make("tr", { class: filters[facet] === at ? "chosen" : undefined }, ...cells);
    });
    body.replaceChildren(...rows);
    const more = byId(`${facet}-more`);
    more.hidden = order.length <= ROWS_MAX;
    more.textContent = unfolded.has(facet)
      ? words.fewer : fill(words.more, { count: count(order.length - ROWS_MAX) });
    byId(`${facet}-none`).hidden = order.length > 0;
    if (focused !== null) body.querySelector(`button[data-at="${focused}"]`)?.focus();
  };

  const drawHeat = () => {
    const cells = crossTally(heatBy);
    const width = dims.period.length;
    const sums = new Map();
    let most = 1;
    for (const [key, value] of cells) {
      const row = Math.floor(key / width);
      sums.set(row, (sums.get(row) || 0) + value);
      most = Math.max(most, value);
    }
    const rows = [...sums].sort((a, b) => b[1] - a[1]).slice(0, data.heat_rows).map((one) => one[0]);
    // A label needs 3.5 rem; cells are as wide as the page allows.
    const size = Math.min(3, Math.max(0.85, 56 / width));
    byId("heat").style.setProperty("--cell", `${size}rem`);
    let labelled = -Infinity;
    const head = make("tr", {}, make("td"), ...dims.period.map((name, at) => {
      const text = name.slice(0, data.tick);
      const isTick = at === 0 || text !== dims.period[at - 1].slice(0, data.tick);
      const hasRoom = (at - labelled) * size >= (text.length > 4 ? 5.5 : 3);
      if (isTick && hasRoom) labelled = at;
      const label = make("span", { "aria-hidden": "true" }, labelled === at ? text : "");
      return make("th", { scope: "col", "aria-label": name }, label);
    }));
    const body = rows.map((row) => {
      const line = make("tr", {}, make("th", { scope: "row" }, nameOf(heatBy, row)));
      for (let at = 0; at < width; at += 1) {
        const value = cells.get(row * width + at) || 0;
        const told = fill(words.cell, {
          name: nameOf(heatBy, row), period: dims.period[at], count: count(value),
        });
        const cell = make("td", {
          role: "gridcell", tabindex: "-1", "aria-label": told, title: told, "data-row": row,
          "data-at": at, "aria-selected": String(filters.period === at && filters[heatBy] === row),
        });
        if (value) {
          cell.classList.add("filled");
          cell.style.setProperty("--share", `${Math.round(12 + 88 * Math.log1p(value) / Math.log1p(most))}%`);
        }
        line.append(cell);
      }
      return line;
    });
    byId("heat").replaceChildren(make("thead", {}, head), make("tbody", {}, ...body));
    byId("heat").querySelector("td[role]")?.setAttribute("tabindex", "0");
    byId("heat-scale").textContent = fill(words.scale, { most: count(most) });
    const left = sums.size - rows.length;
    byId("heat-left").textContent = left > 0 ? ` · ${fill(words.heat_left, { count: count(left) })}` : "";
  };
  const moveInHeat = (event) => {
    const steps = { ArrowRight: [0, 1], ArrowLeft: [0, -1], ArrowDown: [1, 0], ArrowUp: [-1, 0] };
    const cell = event.target.closest("td[role]");
    if (!cell) return;
    if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      pickCell(cell);
    } else if (steps[event.key]) {
      event.preventDefault();
      const [down, right] = steps[event.key];
      const lines = [...byId("heat").tBodies[0].rows];
      const line = lines[lines.indexOf(cell.parentElement) + down];
      focusCell(line?.cells[cell.cellIndex + right]);
    }
  };
  const focusCell = (cell) => {
    if (!cell?.matches("td[role]")) return;
    byId("heat").querySelectorAll('[tabindex="0"]').forEach((one) => { one.tabIndex = -1; });
    cell.tabIndex = 0;
    cell.focus();
  };
  const pickCell = (cell) => {
    const [row, at] = [Number(cell.dataset.row), Number(cell.dataset.at)];
    const isChosen = filters.period === at && filters[heatBy] === row;
    filters.period = isChosen ? -1 : at;
    filters[heatBy] = isChosen ? -1 : row;
    draw();
    focusCell(byId("heat").querySelector(`td[data-row="${row}"][data-at="${at}"]`));
  };

  // Files of the sample.
  const showsFinding = (one) => severities.has(one.severity) && matchesText(one.rule) &&
    (filters.rule < 0 || filters.rule === one.rule);
  const showsFile = (file) => FACETS.every((facet) => facet === "rule" || filters[facet] < 0 ||
    file[facet] === filters[facet]) && file.findings.some(showsFinding);
  const drawFiles = () => {
    let shown = 0;
    data.files.forEach((file, at) => {
      const isShown = showsFile(file);
      sections[at].hidden = !isShown;
      shown += isShown ? 1 : 0;
      if (isShown && sections[at].open) openFile(sections[at], file);
    });
    byId("files-shown").textContent = fill(words.sampled, {
      shown: count(shown), sample: count(data.files.length), all: count(data.offenders),
    });
  };
  const drawMarked = (text, findings) => {
    const spans = findings.filter((one) => one.end > one.start)
      .sort((a, b) => a.start - b.start || b.end - a.end);
    const line = document.createDocumentFragment();
    let at = 0;
    const put = (from, to, target) => target.append([...text.slice(from, to)].join(""));
    for (const one of spans) {
      const start = Math.max(at, one.start);
      const end = Math.min(one.end, text.length);
      if (start >= end) continue;
      put(at, start, line);
      const mark = make("mark", { class: one.severity });
      put(start, end, mark);
      line.append(mark);
      at = end;
    }
    put(at, text.length, line);
    return line;
  };
  const drawFinding = (one) => {
    const rule = dims.rule[one.rule];
    return make("p", { class: `note ${one.severity}` },
      make("span", { class: "severity" }, words[one.severity]), ` ${rule.code} ${rule.name}: `,
      one.message, ...(one.fix ? [make("span", { class: "soft" }, ` (${one.fix})`)] : []));
  };
  const drawHdu = (hdu, findings) => {
    const box = make("details", { class: "cards", open: findings.some((one) => one.card) });
    box.append(make("summary", {}, hdu.title));
    const byCard = Map.groupBy(findings, (one) => one.card || 0);
    for (const one of byCard.get(0) || []) box.append(drawFinding(one));
    const list = make("div", { class: "sheet", role: "group", "aria-label": hdu.title, tabindex: "0" });
    hdu.cards.forEach(([number, text]) => {
      const own = byCard.get(number) || [];
      list.append(make("pre", { class: own.length ? `hit ${own[0].severity}` : undefined },
        make("span", { class: "place" }, String(number).padStart(4) + " "), drawMarked(text, own)));
      for (const one of own) list.append(drawFinding(one));
    });
    if (hdu.left) list.append(make("p", { class: "soft" }, hdu.left));
    box.append(list);
    return box;
  };
  const openFile = (section, file) => {
    const findings = file.findings.filter(showsFinding);
    const parts = [];
    if (file.note) parts.push(make("p", { class: "soft" }, file.note));
    const numbers = new Set(file.hdus.map((hdu) => hdu.hdu));
    for (const one of findings.filter((each) => !numbers.has(each.hdu))) {
      parts.push(drawFinding(one));
    }
    for (const hdu of file.hdus) {
      parts.push(drawHdu(hdu, findings.filter((one) => one.hdu === hdu.hdu)));
    }
    section.querySelector(".body").replaceChildren(...parts);
    section.querySelectorAll(".sheet").forEach((sheet) => {
      const first = sheet.querySelector(".hit");
      if (first) sheet.scrollTop = first.offsetTop - sheet.offsetTop - 60;
    });
  };
  const sections = data.files.map((file) => {
    const section = make("details", { class: "file" },
      make("summary", {}, file.path, " ", make("span", { class: "soft" }, file.told)),
      make("div", { class: "body" }));
    section.addEventListener("toggle", () => { if (section.open) openFile(section, file); });
    return section;
  });

  // The census of keywords.
  const SVG = "http://www.w3.org/2000/svg";
  const drawBars = (bins, label) => {
    const svg = document.createElementNS(SVG, "svg");
    const most = Math.max(1, ...bins);
    svg.setAttribute("viewBox", `0 0 ${bins.length * 5} 24`);
    svg.setAttribute("role", "img");
    svg.setAttribute("aria-label", label);
    bins.forEach((value, at) => {
      const height = value ? Math.max(1.5, 24 * value / most) : 0;
      const bar = document.createElementNS(SVG, "rect");
      for (const [key, number] of [["x", at * 5], ["y", 24 - height], ["width", 4], ["height", height]]) {
        bar.setAttribute(key, number);
      }
      svg.append(bar);
    });
    return svg;
  };
  const drawCensus = () => {
    const text = byId("census-text").value.toLowerCase();
    const found = data.census.filter((one) => one.keyword.toLowerCase().includes(text));
    const limit = unfolded.has("census") || text ? found.length : 25;
    byId("census-rows").replaceChildren(...found.slice(0, limit).map((one) => {
      const values = make("td", {});
      if (one.bins) {
        values.append(drawBars(one.bins, fill(words.histogram, { keyword: one.keyword, range: one.range })),
          make("span", { class: "soft" }, one.range));
      } else values.append(one.top);
      return make("tr", {}, make("th", { scope: "row" }, make("code", {}, one.keyword)),
        make("td", { class: "number" }, count(one.cards)), make("td", {}, one.types),
        make("td", {}, one.units), values);
    }));
    const more = byId("census-more");
    more.hidden = Boolean(text) || found.length <= 25;
    more.textContent = unfolded.has("census")
      ? words.fewer : fill(words.more, { count: count(found.length - 25) });
    byId("census-shown").textContent = fill(words.keywords, {
      shown: count(Math.min(limit, found.length)), all: count(data.keyword_count),
    });
  };

  const drawChips = () => {
    const chips = FACETS.filter((facet) => filters[facet] >= 0).map((facet) => {
      const chip = make("button", { type: "button", class: "chip" },
        `${words[facet]}: ${nameOf(facet, filters[facet])} ×`);
      chip.setAttribute("aria-label", fill(words.drop, { name: nameOf(facet, filters[facet]) }));
      chip.addEventListener("click", () => choose(facet, filters[facet]));
      return chip;
    });
    byId("chips").replaceChildren(...chips);
    const sums = tally("rule");
    const findings = sums.reduce((sum, one, at) =>
      sum + (filters.rule < 0 || filters.rule === at ? one[0] : 0), 0);
    byId("shown").textContent = fill(words.shown, {
      findings: count(findings), all: count(data.finding_count), files: count(countFiles()),
    });
  };
  const draw = () => {
    FACETS.filter((facet) => facet !== "period").forEach(drawFacet);
    drawHeat();
    drawFiles();
    drawChips();
  };

  for (const facet of [...FACETS, "census"]) {
    byId(`${facet}-more`)?.addEventListener("click", () => {
      unfolded.has(facet) ? unfolded.delete(facet) : unfolded.add(facet);
      facet === "census" ? drawCensus() : drawFacet(facet);
    });
  }
  byId("text").addEventListener("input", (event) => {
    wanted = event.target.value.trim().toLowerCase();
    draw();
  });
  byId("heat-by").addEventListener("change", (event) => { heatBy = event.target.value; drawHeat(); });
  byId("heat").addEventListener("keydown", moveInHeat);
  byId("heat").addEventListener("click", (event) => {
    const cell = event.target.closest("td[role]");
    if (cell) pickCell(cell);
  });
  byId("census-text").addEventListener("input", drawCensus);
  document.querySelectorAll("#tools input[type=checkbox]").forEach((box) => {
    box.addEventListener("change", () => {
      box.checked ? severities.add(box.value) : severities.delete(box.value);
      draw();
    });
  });
  byId("reset").addEventListener("click", () => {
    FACETS.forEach((facet) => { filters[facet] = -1; });
    byId("text").value = wanted = "";
    document.querySelectorAll("#tools input[type=checkbox]").forEach((box) => {
      box.checked = true;
      severities.add(box.value);
    });
    draw();
  });
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Escape") byId("reset").click();
    else if (event.target.matches("input[type=search], select")) return;
    else if (event.key === "/") {
      event.preventDefault();
      byId("text").focus();
    }
  });
  byId("files").append(...sections);
  document.querySelectorAll(".needs-script").forEach((one) => { one.hidden = false; });
  drawCensus();
  draw();
})();
