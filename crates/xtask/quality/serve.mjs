// A server of one folder on the loopback address, compressing text as the hosts of static sites do.
import { createServer } from "node:http";
import { readFile } from "node:fs/promises";
import { extname, join, normalize, sep } from "node:path";
import { gzipSync } from "node:zlib";

const TYPES = {
  ".html": "text/html; charset=utf-8", ".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8",
  ".svg": "image/svg+xml", ".json": "application/json", ".csv": "text/csv; charset=utf-8", ".txt": "text/plain; charset=utf-8",
  ".xml": "application/xml", ".toml": "text/plain; charset=utf-8", ".png": "image/png", ".jpg": "image/jpeg",
};

/** Serves `folder`; gives the address without a slash at its end, and what ends it. */
export async function serve(folder) {
  const server = createServer(async (request, response) => {
    const path = normalize(decodeURIComponent(new URL(request.url, "http://localhost").pathname));
    const file = join(folder, path.endsWith(sep) ? join(path, "index.html") : path);
    try {
      const body = await readFile(file);
      const type = TYPES[extname(file)] ?? "application/octet-stream";
      const headers = { "Content-Type": type, "Cache-Control": "max-age=600" };
      if (/text|javascript|svg|json|xml/.test(type) && /\bgzip\b/.test(request.headers["accept-encoding"] ?? "")) {
        const small = gzipSync(body, { level: 6 });
        response.writeHead(200, { ...headers, "Content-Encoding": "gzip", "Content-Length": small.length }).end(small);
      } else {
        response.writeHead(200, { ...headers, "Content-Length": body.length }).end(body);
      }
    } catch {
      response.writeHead(404, { "Content-Type": "text/plain" }).end("not here");
    }
  });
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  return { address: `http://127.0.0.1:${server.address().port}`, close: () => server.close() };
}
