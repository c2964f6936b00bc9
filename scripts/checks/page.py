"""Look for barriers on HTML pages with axe in a browser: light and dark, wide and 320 px narrow.

    python -m scripts.checks.page report.html --browser /usr/bin/chromium --axe node_modules/axe-core/axe.min.js

The browser is any Chromium (Debian: apt-get install chromium); axe comes from the npm registry (npm install axe-core).
Exits with 1 if axe finds a violation, if a page is wider than its window, or if it asks for another file. What axe
cannot decide is printed, and is for people. Starts a browser without its sandbox where root runs it, which Chromium
asks for: only check pages that localalt made.
"""

from __future__ import annotations

import argparse
import base64
import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

WIDTHS_PX = (1280, 320)
"""WCAG 1.4.10 asks for reading at 320 px without scrolling in two directions."""
SCHEMES = {"dark": 0, "light": 1}
"""What Chromium calls them."""
TIMEOUT_S = 120

# A window is 500 px wide at least, and a frame is as narrow as it is made.
HARNESS = r"""<!DOCTYPE html><html><body><iframe id="page" style="width:WIDTHpx;height:900px;border:0"></iframe>
<script>
const text = base => new TextDecoder().decode(Uint8Array.from(atob(base), each => each.charCodeAt(0)));
const frame = document.getElementById("page");
const ascii = value => JSON.stringify(value).replace(/[^\x20-\x7e]/g,
  each => "\\u" + each.charCodeAt(0).toString(16).padStart(4, "0"));
const report = value => { document.body.textContent = "FOUND" + btoa(ascii(value)) + "END"; };
frame.onload = async () => {
  try {
    const view = frame.contentWindow;
    view.eval(text("AXE"));
    const found = await view.axe.run(view.document);
    const listed = list => list.map(({id, impact, help, nodes}) =>
      ({id, impact, help, nodes: nodes.map(node => node.html.slice(0, 200))}));
    report({
      version: view.axe.version, agent: navigator.userAgent, n_passed: found.passes.length,
      violations: listed(found.violations), incomplete: listed(found.incomplete),
      is_dark: view.matchMedia("(prefers-color-scheme: dark)").matches, width: view.innerWidth,
      scroll_width: view.document.documentElement.scrollWidth,
      client_width: view.document.documentElement.clientWidth,
      asks_for: [...view.document.querySelectorAll("[src], link[href]")]
        .map(each => each.getAttribute("src") ?? each.getAttribute("href")).filter(each => !each.startsWith("data:")),
    });
  } catch (error) { report({error: String(error)}); }
};
frame.srcdoc = text("PAGE");
</script></body></html>
"""


def main() -> int:
    """Check each page in each way, and say what was found."""
    parser = argparse.ArgumentParser(description="Look for barriers on HTML pages with axe in a browser.")
    parser.add_argument("pages", nargs="+", type=Path, metavar="PAGE")
    parser.add_argument("--browser", required=True, type=Path, metavar="PATH", help="a Chromium")
    parser.add_argument("--axe", required=True, type=Path, metavar="PATH", help="axe.min.js of axe-core")
    arguments = parser.parse_args()
    n_bad = 0
    for page in arguments.pages:
        for scheme in SCHEMES:
            for width in WIDTHS_PX:
                n_bad += report(page, scheme, width, checked(page, arguments.axe, arguments.browser, scheme, width))
    return 1 if n_bad else 0


def checked(page: Path, axe: Path, browser: Path, scheme: str, width: int) -> dict[str, Any]:
    """What axe says of a page, in a browser of its own.

    Raises:
        SystemExit: the browser or axe failed, or shows another width or colour scheme than it was asked for.
    """
    # The page forbids scripts, axe's too.
    text = re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", page.read_text(encoding="utf-8"))
    harness = HARNESS.replace("WIDTH", str(width)).replace("AXE", _base64(axe.read_bytes()))
    with tempfile.TemporaryDirectory(prefix="check-page-") as folder:
        file = Path(folder) / "harness.html"
        file.write_text(harness.replace("PAGE", _base64(text.encode())), encoding="utf-8")
        command = [
            *(str(browser), "--headless", "--disable-gpu", f"--user-data-dir={folder}/profile"),
            *(f"--blink-settings=preferredColorScheme={SCHEMES[scheme]}", "--window-size=1400,1000"),
            *("--virtual-time-budget=60000", "--dump-dom", file.as_uri()),
        ]
        if hasattr(os, "geteuid") and os.geteuid() == 0:
            command.insert(1, "--no-sandbox")
        ended = subprocess.run(command, capture_output=True, text=True, timeout=TIMEOUT_S, check=False)
    match = re.search(r"FOUND([A-Za-z0-9+/=]+)END", ended.stdout)
    if match is None:
        raise SystemExit(f"{browser} showed nothing of {page} (exit {ended.returncode}): {ended.stderr[-500:]}")
    found: dict[str, Any] = json.loads(base64.b64decode(match[1]))
    if "error" in found:
        raise SystemExit(f"axe failed on {page}: {found['error']}")
    if found["is_dark"] != (scheme == "dark") or found["width"] != width:
        raise SystemExit(f"{browser} shows {page} neither {scheme} nor {width} px wide: {found['width']} px.")
    return found


def report(page: Path, scheme: str, width: int, found: dict[str, Any]) -> int:
    """Print what was found, and count what is wrong."""
    chromium = re.search(r"Chrome/[\d.]+", found["agent"])
    print(
        f"{page}, {scheme}, {width} px: {found['n_passed']} rules passed, {len(found['violations'])} violations, "
        f"{len(found['incomplete'])} undecided (axe {found['version']}, {chromium[0] if chromium else 'unknown'})"
    )
    for kind in ("violations", "incomplete"):
        for rule in found[kind]:
            print(f"  {kind}: {rule['id']} ({rule['impact']}), {rule['help']}: {len(rule['nodes'])} places")
            for node in rule["nodes"][:3]:
                print(f"    {node}")
    is_wide = found["scroll_width"] > found["client_width"]
    if is_wide:
        print(f"  it is {found['scroll_width']} px wide in a window of {found['client_width']}")
    for name in found["asks_for"]:
        print(f"  it asks for {name}")
    return sum((len(found["violations"]), is_wide, len(found["asks_for"])))


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


if __name__ == "__main__":
    sys.exit(main())
