// What other linters say of alt texts: axe-core, eslint-plugin-jsx-a11y, GitHub's rules for Markdown and for JSX, Alfa.
//
//     node alt_text_linters.mjs FILE.jsonl … [--show NAME]
//
// Reads lines with `text` and, for labelled ones, `expected`; others were published by people who wrote with care, and
// have `language` and nothing else. Each text becomes the alternative of one picture in a page, a component or a
// Markdown file, with a caption that says something else and a file name that no text repeats. A linter's rules about
// pictures count, whatever their severity; those that this script cannot load are left out and named.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";

// Packages are looked for where the command runs, not beside this file.
const require = createRequire(path.join(process.cwd(), "package.json"));

const escaped = (text) =>
  text.replace(/&/g, "&amp;").replace(/"/g, "&quot;").replace(/</g, "&lt;").replace(/>/g, "&gt;");

const pageOf = ({ text, language }) =>
  `<!doctype html><html lang="${language || "en"}"><head><title>A page</title></head><body><main><h1>Heading</h1>` +
  `<p>A paragraph.</p><img src="picture" alt="${escaped(text)}"></main></body></html>`;

function axe() {
  const { JSDOM } = require("jsdom");
  const source = require("axe-core").source;
  const rules = ["image-alt", "image-redundant-alt", "role-img-alt", "svg-img-alt", "object-alt"];
  return async (line) => {
    const { window } = new JSDOM(pageOf(line), { runScripts: "outside-only", pretendToBeVisual: true });
    window.eval(source);
    const { violations } = await window.axe.run(window.document, { runOnly: { type: "rule", values: rules } });
    window.close();
    return violations.map((each) => each.id);
  };
}

function eslint(plugin, prefix, rules) {
  const { Linter } = require("eslint");
  const linter = new Linter({ configType: "flat" });
  const config = {
    files: ["**/*.jsx"],
    plugins: { [prefix]: plugin },
    languageOptions: { parserOptions: { ecmaFeatures: { jsx: true } } },
    rules: Object.fromEntries(rules.map((rule) => [`${prefix}/${rule}`, "error"])),
  };
  // A string in braces: JSX text in quotes knows no escapes for quotation marks.
  return async ({ text }) =>
    linter
      .verify(`const a = <img src="picture" alt={${JSON.stringify(text)}} />;`, [config], { filename: "a.jsx" })
      .map((message) => message.ruleId ?? `unreadable: ${message.message}`);
}

function jsxA11y() {
  return eslint(require("eslint-plugin-jsx-a11y"), "jsx-a11y", ["alt-text", "img-redundant-alt"]);
}

function githubJsx() {
  const rule = "a11y-no-generic-link-text";
  const plugin = require("eslint-plugin-github");
  const about = Object.keys(plugin.rules).filter((name) => /alt|img|image/.test(name));
  if (!about.length) throw new Error(`no rule about alternatives, only such as ${rule}`);
  return eslint(plugin, "github", about);
}

async function githubMarkdown() {
  const { lint } = await import(require.resolve("markdownlint/sync").replace(/^/, "file://"));
  const custom = await import(require.resolve("@github/markdownlint-github").replace(/^/, "file://"));
  const rules = (custom.default ?? custom).filter((rule) => rule.names.some((name) => /alt/.test(name)));
  const config = { default: false, ...Object.fromEntries(rules.map((rule) => [rule.names[1] ?? rule.names[0], true])) };
  return async ({ text }) => {
    const strings = { a: `# Heading\n\n![${text.replace(/[[\]\\]/g, "\\$&").replace(/\s+/g, " ")}](picture)\n` };
    const found = lint({ strings, config, customRules: rules });
    return found.a.map((each) => each.ruleNames.at(-1));
  };
}

async function alfa() {
  const load = (name) => import(`file://${require.resolve(`@siteimprove/${name}`)}`);
  const [{ Audit }, { Rules, default: all }, { Page }, { Element, Document, h }, { Device }, { Request, Response }] =
    await Promise.all(["alfa-act", "alfa-rules", "alfa-web", "alfa-dom", "alfa-device", "alfa-http"].map(load));
  const chosen = ["R2", "R39"].map((name) => (Rules ?? all)[name] ?? Rules.get(name).getUnsafe());
  return async ({ text, language }) => {
    const document = h.document([h.element("html", { lang: language || "en" }, [h.element("img", { src: "picture.jpg", alt: text })])]);
    const page = Page.of(Request.empty(), Response.empty(), document, Device.standard());
    const outcomes = await Audit.of(page, chosen).evaluate();
    return [...outcomes].filter((each) => each.outcome === "failed").map((each) => each.rule.uri.split("/").at(-1));
  };
}

const LINTERS = { "axe-core": axe, "jsx-a11y": jsxA11y, "github (JSX)": githubJsx, "github (Markdown)": githubMarkdown, alfa };

const share = (n, of) => (of ? `${n} of ${of}: ${((100 * n) / of).toFixed(1)}%` : "0 of 0");

async function main() {
  const shown = process.argv.includes("--show") ? process.argv[process.argv.indexOf("--show") + 1] : null;
  const files = process.argv.slice(2).filter((each) => each.endsWith(".jsonl"));
  const lines = files.flatMap((file) => readFileSync(file, "utf8").split("\n").filter(Boolean).map(JSON.parse));
  console.log("| linter | errors found | false, labelled texts | published texts | rules |\n|---|---|---|---|---|");
  for (const [name, make] of Object.entries(LINTERS)) {
    let check;
    try {
      check = await make();
    } catch (error) {
      console.error(`${name} is left out: ${String(error.message).split("\n")[0]}`);
      continue;
    }
    const counts = { error: [0, 0], none: [0, 0], published: [0, 0] };
    const rules = new Map();
    for (const line of lines) {
      const group = line.expected ?? "published";
      if (!(group in counts)) continue;
      const found = await check(line);
      counts[group][0] += found.length > 0;
      counts[group][1] += 1;
      for (const rule of new Set(found)) rules.set(rule, (rules.get(rule) ?? 0) + 1);
      if (shown === name && found.length) console.error(`${group} ${found.join(" ")}: ${line.text}`);
    }
    const by = [...rules].map(([rule, n]) => `${rule} ${n}`).join(", ") || "-";
    const cells = ["error", "none", "published"].map((group) => share(...counts[group]));
    console.log(`| ${name} | ${cells.join(" | ")} | ${by} |`);
  }
}

await main();
