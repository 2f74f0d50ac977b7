/**
 * Serves the demo site on localhost.
 *
 *   import { serve } from "./serve.mjs";
 *   const { url, close } = await serve({ port: 0, tagHtml: '<script async src="…"></script>' });
 *
 * or from a shell: node serve.mjs --port 8080 --tag-file tag.html
 *
 * It is a server for demonstration and tests: nothing is cached, and only this machine can reach it.
 */
import { createServer } from "node:http";
import { readFile, stat } from "node:fs/promises";
import { realpathSync } from "node:fs";
import { extname, join, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const SITE = fileURLToPath(new URL("./site", import.meta.url));
const TAG_PLACEHOLDER = "<!-- hatsuban:tag -->";
const PANEL_HTML =
  '<link rel="stylesheet" href="/assets/panel.css">\n  <script src="/assets/panel.js" defer></script>\n  ';
const CONTENT_TYPES = {
  ".html": "text/html; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".svg": "image/svg+xml; charset=utf-8",
  ".json": "application/json; charset=utf-8",
  ".txt": "text/plain; charset=utf-8",
};

/**
 * @param {object} [options]
 * @param {number} [options.port] 0 takes a free one
 * @param {string} [options.tagHtml] stands in every page's head instead of the placeholder comment
 * @param {boolean} [options.panel] add the visitor panel to every page
 * @param {(html: string) => string} [options.transform] last change to every page, for tests
 * @returns {Promise<{url: string, close: () => Promise<void>}>}
 */
export async function serve({ port = 8080, tagHtml, panel = true, transform = (html) => html } = {}) {
  const page = (html) => {
    const withPanel = panel ? html.replace(TAG_PLACEHOLDER, () => PANEL_HTML + TAG_PLACEHOLDER) : html;
    return transform(withPanel.replace(TAG_PLACEHOLDER, () => tagHtml ?? TAG_PLACEHOLDER));
  };
  const servers = await listenOnLocalhost(port, (request, response) => {
    answer(request, response, page).catch(() => {
      if (response.headersSent) response.destroy();
      else send(response, 500, "text/plain; charset=utf-8", "500\n");
    });
  });
  return {
    url: `http://localhost:${servers[0].address().port}`,
    close: async () => {
      await Promise.all(servers.map(stop));
    },
  };
}

async function answer(request, response, page) {
  if (request.method !== "GET" && request.method !== "HEAD") {
    response.setHeader("allow", "GET, HEAD");
    return send(response, 405, "text/plain; charset=utf-8", "405\n");
  }
  const [rawPath, query] = splitOnce(request.url, "?");
  const path = decodedPath(rawPath);
  if (path === null) return send(response, 400, "text/plain; charset=utf-8", "400\n");

  const found = await find(path);
  if (found.redirect) {
    response.setHeader("location", encodeURI(found.redirect) + (query === undefined ? "" : `?${query}`));
    return send(response, 308, "text/plain; charset=utf-8", "308\n");
  }
  const type = CONTENT_TYPES[extname(found.file)] ?? "application/octet-stream";
  const body = await readFile(found.file);
  send(response, found.status, type, type.startsWith("text/html") ? page(body.toString("utf8")) : body);
}

/** The file for a path; `/reserve/…` without an extension is a route of the single-page section. */
async function find(path) {
  const file = join(SITE, path);
  if (file === SITE || file.startsWith(SITE + sep)) {
    const kind = await kindOf(file);
    if (kind === "file" && !path.endsWith("/")) return { status: 200, file };
    if (kind === "directory" && !path.endsWith("/")) return { redirect: `/${file.slice(SITE.length + 1)}/` };
    const index = join(file, "index.html");
    if (kind === "directory" && (await kindOf(index)) === "file") return { status: 200, file: index };
    if (file.startsWith(join(SITE, "reserve") + sep) && extname(file) === "") {
      return { status: 200, file: join(SITE, "reserve", "index.html") };
    }
  }
  return { status: 404, file: join(SITE, "404.html") };
}

async function kindOf(file) {
  try {
    const found = await stat(file);
    return found.isFile() ? "file" : found.isDirectory() ? "directory" : "other";
  } catch {
    return "nothing";
  }
}

function decodedPath(rawPath) {
  try {
    const path = decodeURIComponent(rawPath);
    return path.startsWith("/") && !/[\0\\]/.test(path) ? path : null;
  } catch {
    return null;
  }
}

function splitOnce(text, mark) {
  const at = text.indexOf(mark);
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)];
}

function send(response, status, type, body) {
  response.writeHead(status, {
    "content-type": type,
    "content-length": Buffer.byteLength(body),
    "cache-control": "no-cache",
    "x-content-type-options": "nosniff",
  });
  response.end(response.req.method === "HEAD" ? undefined : body);
}

/** Both loopback addresses, because `localhost` is ::1 for some programs and 127.0.0.1 for others. */
async function listenOnLocalhost(port, handler, attemptsLeft = 5) {
  const v4 = await listen(handler, port, "127.0.0.1");
  try {
    return [v4, await listen(handler, v4.address().port, "::1")];
  } catch (error) {
    if (error.code === "EADDRNOTAVAIL" || error.code === "EAFNOSUPPORT") return [v4];
    await stop(v4);
    if (error.code === "EADDRINUSE" && port === 0 && attemptsLeft > 0) {
      return listenOnLocalhost(port, handler, attemptsLeft - 1);
    }
    throw error;
  }
}

function listen(handler, port, host) {
  return new Promise((resolve, reject) => {
    const server = createServer(handler);
    server.once("error", reject);
    server.listen(port, host, () => resolve(server.off("error", reject)));
  });
}

function stop(server) {
  return new Promise((resolve) => {
    server.close(resolve);
    server.closeAllConnections();
  });
}

async function main() {
  const { values } = parseArgs({
    options: {
      port: { type: "string", default: "8080" },
      "tag-file": { type: "string" },
      "no-panel": { type: "boolean", default: false },
    },
  });
  const port = Number(values.port);
  if (!Number.isInteger(port) || port < 0 || port > 65535) throw new Error(`--port ${values.port} is no port`);
  const tagHtml = values["tag-file"] && (await readFile(values["tag-file"], "utf8")).trim();
  const { url } = await serve({ port, tagHtml, panel: !values["no-panel"] });
  console.log(`${url}/`);
}

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  main().catch((error) => {
    const inUse = error.code === "EADDRINUSE" ? " (choose another with --port)" : "";
    console.error(`${error.message}${inUse}`);
    process.exitCode = 1;
  });
}
