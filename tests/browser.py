"""What a real browser makes of a page: headless Chromium, where it is installed."""

import json
import re
import shutil
import subprocess
from html import unescape
from pathlib import Path

CHROMIUM = next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), ""
)
OPTIONS = [
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
    *("--hide-scrollbars", "--allow-file-access-from-files"),
]
POLICY = re.compile('<meta http-equiv="Content-Security-Policy"[^>]*>')
DARK = ["--blink-settings=preferredColorScheme=0"]
SCRIPT = r"""
addEventListener("load", () => {
  const number = text => (text.match(/[\d.]+/g) || []).map(Number);
  const light = ([r, g, b]) => [r, g, b].map(c => c / 255)
    .map(c => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)
    .reduce((sum, c, k) => sum + c * [0.2126, 0.7152, 0.0722][k], 0);
  const ground = e => {
    for (; e; e = e.parentElement) {
      const c = number(getComputedStyle(e).backgroundColor);
      if (c.length === 3 || c[3] > 0.99) return c.slice(0, 3);
    }
    return [255, 255, 255];
  };
  const shown = e => e.checkVisibility() && e.getBoundingClientRect().width > 1;
  const found = {math: 0, flat: [], backslash: [], low: [], headings: [], wide: 0};
  for (const e of document.querySelectorAll("math")) {
    found.math++;
    const box = e.getBoundingClientRect();
    if (e.checkVisibility() && !(box.width > 2 && box.height > 4)) found.flat.push(e.outerHTML);
    if (getComputedStyle(e).display.indexOf("math") < 0) found.flat.push("no math: " + e.outerHTML);
  }
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node; node = walk.nextNode();) {
    const e = node.parentElement, text = node.data.trim();
    if (!text || e.closest("script, style") || !shown(e)) continue;
    if (text.includes("\\") && !e.closest("pre, code")) found.backslash.push(text);
    const ink = number(getComputedStyle(e.closest("svg") ? e.closest("svg") : e).color).slice(0, 3);
    const [a, b] = [light(ink), light(ground(e))].sort((a, b) => b - a);
    const ratio = (a + 0.05) / (b + 0.05);
    if (ratio < 4.5) found.low.push(ratio.toFixed(2) + ": " + text.slice(0, 60));
  }
  found.headings = [...document.querySelectorAll("h1, h2, h3, h4, h5, h6")].filter(shown)
    .map(e => Number(e.tagName[1]));
  found.requests = performance.getEntriesByType("resource").map(e => e.name);
  found.wide = document.documentElement.scrollWidth - document.documentElement.clientWidth;
  found.ground = ground(document.body);
  const out = document.createElement("pre");
  out.id = "found-in-the-browser";
  out.textContent = JSON.stringify(found);
  document.body.append(out);
});
"""


def look_at(page: Path, folder: Path, *options: str, width: int = 1000) -> dict:
    """What is seen of a copy of a page, beside it, that has a script to look with."""
    text = page.read_text(encoding="utf-8")
    text = POLICY.sub("", text)  # what a page may not ask for, it might
    copy = page.with_name(f"looked-at-{page.name}")
    copy.write_text(text.replace("</body>", f"<script>{SCRIPT}</script></body>"), encoding="utf-8")
    try:
        done = subprocess.run(
            [
                *(CHROMIUM, *OPTIONS, f"--user-data-dir={folder}", f"--window-size={width},900"),
                *(*options, "--virtual-time-budget=4000", "--dump-dom", copy.as_uri()),
            ],
            capture_output=True,
            text=True,
            check=True,
            timeout=120,
        )
    finally:
        copy.unlink()
    (found,) = re.findall(r'id="found-in-the-browser">(.*?)</pre>', done.stdout, re.DOTALL)
    return json.loads(unescape(found))
