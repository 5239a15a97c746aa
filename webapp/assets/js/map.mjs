// Turns the server-made picture of a map into a live one, where the browser can: see macros/map.html and docs/maps.md.
//
// This module is small and comes with every page that has a map; MapLibre itself is a file of its own and is fetched
// only when a map comes into view in a browser with WebGL 2. Whatever fails, the picture stays.
import liveMapUrl from "built-file:live-map.mjs";
import mapCssUrl from "built-file:map.css";

function canDraw() {
  try {
    const context = document.createElement("canvas").getContext("webgl2");
    context?.getExtension("WEBGL_lose_context")?.loseContext();
    return context !== null;
  } catch {
    return false;
  }
}

function loadStyles() {
  const href = new URL(mapCssUrl, import.meta.url).href;
  if ([...document.styleSheets].some((sheet) => sheet.href === href)) return Promise.resolve();
  return new Promise((resolve, reject) => {
    const link = Object.assign(document.createElement("link"), { rel: "stylesheet", href });
    link.addEventListener("load", resolve);
    link.addEventListener("error", reject);
    document.head.append(link);
  });
}

async function enliven(figure) {
  if (figure.dataset.mapState) return;
  figure.dataset.mapState = "loading";
  try {
    const [live] = await Promise.all([import(new URL(liveMapUrl, import.meta.url).href), loadStyles()]);
    await live.show(figure);
    figure.dataset.mapState = "live";
  } catch (error) {
    figure.dataset.mapState = "picture";
    console.info("the live map could not start; the picture stays", error);
  }
}

if (canDraw()) {
  const watcher = new IntersectionObserver(
    (entries) => {
      for (const entry of entries) {
        if (!entry.isIntersecting) continue;
        watcher.unobserve(entry.target);
        enliven(entry.target);
      }
    },
    { rootMargin: "200px" },
  );
  const watch = () => document.querySelectorAll("[data-map]:not([data-map-state])").forEach((one) => watcher.observe(one));
  watch();
  document.addEventListener("htmx:after:swap", watch);
}
