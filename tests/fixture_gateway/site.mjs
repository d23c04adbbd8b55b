// The clinic's website: files as they are, and PAGE_FAULT (page-faults.yaml), which changes one place of one of them.
import { readFile } from "node:fs/promises";

const TYPES = { html: "text/html; charset=utf-8", js: "text/javascript; charset=utf-8", css: "text/css; charset=utf-8" };
const FILES = ["index.html", "doctors.html", "appoint.html", "mine.html", "site.js", "site.css"];
const FAULTS = {
  "cancel-button-dead": ["site.js", '$("#sure").onclick =', '$("#sure").onabort ='],
  "wrong-price-shown": ["site.js", "`￥${one.price}`", "`￥${parseInt(one.price)}.00`"],
  "status-not-refreshed": ["site.js", "await listMine(); // cancelled", "// cancelled"],
  "appointment-listed-twice": ["site.js", "[...new Set(numbers)]", "numbers"],
};

/** Whether the request was for the website, and is answered. */
export async function serve(request, response) {
  const { pathname } = new URL(request.url, "http://clinic");
  if (request.method !== "GET" || (pathname !== "/" && !pathname.startsWith("/site/"))) return false;
  if (pathname === "/") {
    response.writeHead(302, { Location: "/site/index.html" }).end();
    return true;
  }
  const name = pathname.slice("/site/".length);
  if (!FILES.includes(name)) {
    response.writeHead(404, { "Content-Type": TYPES.html }).end("<h1>404</h1><p>页面不存在</p>");
    return true;
  }
  let text = await readFile(new URL(`site/${name}`, import.meta.url), "utf8");
  const [file, before, after] = FAULTS[process.env.PAGE_FAULT] ?? [];
  if (file === name) {
    if (!text.includes(before)) throw new Error(`nothing to change for ${process.env.PAGE_FAULT}`);
    text = text.replace(before, after);
  }
  response.writeHead(200, { "Content-Type": TYPES[name.split(".").pop()], "Cache-Control": "no-store" }).end(text);
  return true;
}
