"use strict";
(() => {
  const findings = [...document.querySelectorAll("article")];
  const files = [...document.querySelectorAll("details.file")];
  const tools = document.getElementById("tools");
  const text = document.getElementById("text");
  const rule = document.getElementById("rule");
  const shown = document.getElementById("shown");
  const boxes = [...tools.querySelectorAll("input[type=checkbox]")];

  document.getElementById("top").after(document.getElementById("summary"));
  const names = new Map();
  for (const one of findings) {
    const code = one.dataset.code;
    const known = names.get(code) || { name: one.dataset.name, count: 0 };
    known.count += 1;
    names.set(code, known);
  }
  for (const [code, known] of [...names].sort()) {
    rule.add(new Option(`${code} ${known.name} (${known.count})`, code));
  }

  const filter = () => {
    const wanted = text.value.toLowerCase();
    const severities = new Set(boxes.filter((box) => box.checked).map((box) => box.value));
    let count = 0;
    for (const file of files) {
      const named = file.firstElementChild.textContent.toLowerCase().includes(wanted);
      const own = [...file.querySelectorAll("article")];
      let kept = 0;
      for (const one of own) {
        const hit = named || one.textContent.toLowerCase().includes(wanted);
        one.hidden = !(hit && severities.has(one.dataset.severity) &&
          (!rule.value || one.dataset.code === rule.value));
        kept += one.hidden ? 0 : 1;
      }
      file.hidden = own.length ? !kept : !(named && !rule.value);
      count += kept;
    }
    shown.textContent = shown.dataset.told.replace("{count}", count)
      .replace("{total}", findings.length);
  };
  const move = (step) => {
    const open = findings.filter((one) => !one.hidden);
    if (!open.length) return;
    const at = open.indexOf(document.activeElement.closest("article"));
    const next = open[Math.max(0, Math.min(open.length - 1, at + step))];
    next.closest("details").open = true;
    next.focus();
    next.scrollIntoView({ block: "center" });
  };
  const open = (state) => files.forEach((file) => { file.open = state; });

  text.addEventListener("input", filter);
  rule.addEventListener("change", filter);
  boxes.forEach((box) => box.addEventListener("change", filter));
  document.getElementById("open").addEventListener("click", () => open(true));
  document.getElementById("close").addEventListener("click", () => open(false));
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Escape" && document.activeElement === text) {
      text.value = "";
      filter();
      text.blur();
    } else if (event.target.matches("input[type=search], select")) {
      return;
    } else if (event.key === "j") move(1);
    else if (event.key === "k") move(-1);
    else if (event.key === "/") {
      event.preventDefault();
      text.focus();
    }
  });
  document.querySelectorAll(".hint").forEach((one) => { one.hidden = false; });
  tools.hidden = false;
  filter();
})();
