// What other linters say of alt texts: axe-core, eslint-plugin-jsx-a11y and GitHub's rule for Markdown.
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
import { pathToFileURL } from "node:url";

// Packages are looked for where the command runs, not beside this file.
const require = createRequire(path.join(process.cwd(), "package.json"));

const escaped = (text) =>
  text.replace(/&/g, "&amp;").replace(/"/g, "&quot;").replace(/</g, "&lt;").replace(/>/g, "&gt;");

const PER_PAGE = 200;

function axe() {
  const { JSDOM } = require("jsdom");
  const source = require("axe-core").source;
  const rules = ["image-alt", "image-redundant-alt", "role-img-alt", "svg-img-alt", "object-alt"];
  return async (lines) => {
    const found = lines.map(() => []);
    for (let start = 0; start < lines.length; start += PER_PAGE) {
      const images = lines
        .slice(start, start + PER_PAGE)
        .map(({ text }, index) => `<img id="i${start + index}" src="picture" alt="${escaped(text)}">`);
      const page = `<!doctype html><html lang="en"><head><title>A page</title></head><body>${images.join("")}</body></html>`;
      const { window } = new JSDOM(page, { runScripts: "outside-only" });
      window.eval(source);
      const { violations } = await window.axe.run(window.document, { runOnly: { type: "rule", values: rules } });
      for (const { id, nodes } of violations) {
        for (const { target } of nodes) found[Number(target[0].slice(2))].push(id);
      }
      window.close();
    }
    return found;
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
  const check = ({ text }) =>
    linter
      .verify(`const a = <img src="picture" alt={${JSON.stringify(text)}} />;`, [config], { filename: "a.jsx" })
      .map((message) => message.ruleId ?? `unreadable: ${message.message}`);
  return async (lines) => lines.map(check);
}

function jsxA11y() {
  return eslint(require("eslint-plugin-jsx-a11y"), "jsx-a11y", ["alt-text", "img-redundant-alt"]);
}

async function githubMarkdown() {
  const load = async (name) => import(pathToFileURL(require.resolve(name)));
  const { lint } = await load("markdownlint/sync");
  const custom = await load("@github/markdownlint-github");
  const markdownIt = require("markdown-it");
  const rules = (custom.default ?? custom).filter((rule) => rule.names.some((name) => /alt/.test(name)));
  const config = { default: false, ...Object.fromEntries(rules.map((rule) => [rule.names[0], true])) };
  const check = ({ text }) => {
    const plain = text.replace(/[[\]\\]/g, "\\$&").replace(/\s+/g, " ");
    const strings = { a: `# Heading\n\n![${plain}](picture)\n` };
    const found = lint({ strings, config, customRules: rules, markdownItFactory: () => markdownIt({ html: true }) });
    return found.a.map((each) => each.ruleNames.at(-1));
  };
  return async (lines) => lines.map(check);
}

const LINTERS = { "jsx-a11y": jsxA11y, "github (Markdown)": githubMarkdown, "axe-core": axe };

const share = (n, of) => (of ? `${n} of ${of}: ${((100 * n) / of).toFixed(1)}%` : "0 of 0");

async function main() {
  const shown = process.argv.includes("--show") ? process.argv[process.argv.indexOf("--show") + 1] : null;
  const files = process.argv.slice(2).filter((each) => each.endsWith(".jsonl"));
  const lines = files
    .flatMap((file) => readFileSync(file, "utf8").split("\n").filter(Boolean).map((line) => JSON.parse(line)))
    .filter((line) => ["error", "none", undefined].includes(line.expected));
  console.log("| linter | errors found | false, labelled texts | published texts | rules |\n|---|---|---|---|---|");
  for (const [name, make] of Object.entries(LINTERS)) {
    let check;
    try {
      check = await make();
      await check(lines.slice(0, 1));
    } catch (error) {
      console.error(`${name} is left out: ${String(error.message).split("\n")[0]}`);
      continue;
    }
    const counts = { error: [0, 0], none: [0, 0], published: [0, 0] };
    const rules = new Map();
    const found = await check(lines);
    for (const [index, line] of lines.entries()) {
      const group = line.expected ?? "published";
      counts[group][0] += found[index].length > 0;
      counts[group][1] += 1;
      for (const rule of new Set(found[index])) rules.set(rule, (rules.get(rule) ?? 0) + 1);
      if (shown === name && found[index].length) console.error(`${group} ${found[index].join(" ")}: ${line.text}`);
    }
    const by = [...rules].map(([rule, n]) => `${rule} ${n}`).join(", ") || "-";
    const cells = ["error", "none", "published"].map((group) => share(...counts[group]));
    console.log(`| ${name} | ${cells.join(" | ")} | ${by} |`);
  }
}

await main();
