// Keeps one version of the guide for where there is no network. Only there if somebody asked for it on the page of downloads.
var PREFIX = "wireloom " + registration.scope + " ", NAME = PREFIX + VERSION;
addEventListener("install", event => {
  event.waitUntil(caches.open(NAME)
    .then(cache => cache.addAll(FILES.map(file => new Request(file, { cache: "reload" }))))
    .then(() => skipWaiting()));
});
addEventListener("activate", event => {
  event.waitUntil(caches.keys()
    .then(names => Promise.all(names.filter(name => name.startsWith(PREFIX) && name !== NAME).map(name => caches.delete(name))))
    .then(() => clients.claim()));
});
addEventListener("fetch", event => {
  var url = event.request.url.split(/[?#]/)[0];
  if (event.request.method !== "GET" || !url.startsWith(registration.scope)) { return; }
  if (url.endsWith("/")) { url += "index.html"; }
  event.respondWith(caches.open(NAME).then(cache => cache.match(url)).then(kept => kept || fetch(event.request)));
});
