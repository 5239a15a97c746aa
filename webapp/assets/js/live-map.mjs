// MapLibre on one figure of macros/map.html.
//
// data-style      address of the style; ?thema=donker is added on a dark page
// data-features   address of the GeoJSON; without it the <script type="application/json"> inside the figure is read
// data-bounds     west,south,east,north to start with
// data-pick       names of form fields that a click on the map fills, in turn, with "lat, lon"
//
// Checkboxes with data-map-kind="plek" on the page show and hide the features of that kind.
// Every click is also an event "stageroute:map-click" on the figure, with {lat, lon} as detail.
import { AttributionControl, Map as LiveMap, NavigationControl, Popup, ScaleControl, setWorkerUrl } from "maplibre-gl";
import workerUrl from "worker-file:maplibre-gl/dist/maplibre-gl-worker.mjs";

setWorkerUrl(new URL(workerUrl, import.meta.url).href);

const DUTCH = {
  "AttributionControl.ToggleAttribution": "Toon of verberg de bron",
  "NavigationControl.ResetBearing": "Noord naar boven",
  "NavigationControl.ZoomIn": "Inzoomen",
  "NavigationControl.ZoomOut": "Uitzoomen",
  "Popup.Close": "Sluiten",
  "CooperativeGesturesHandler.WindowsHelpText": "Houd Ctrl ingedrukt en scrol om te zoomen",
  "CooperativeGesturesHandler.MacHelpText": "Houd ⌘ ingedrukt en scrol om te zoomen",
  "CooperativeGesturesHandler.MobileHelpText": "Gebruik twee vingers om de kaart te bewegen",
};
const PATIENCE_MS = 20_000;
const CROWD = 400;
const CLOSE_ZOOM = 15;

export async function show(figure) {
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const style = await readJson(styleAddress(figure, dark.matches));
  const features = figure.dataset.features
    ? await readJson(figure.dataset.features)
    : JSON.parse(figure.querySelector('script[type="application/json"]').textContent);
  style.sources.features.data = features;
  calmCrowds(style, features);

  const extra = takeOut(style);
  const bounds = figure.dataset.bounds.split(",").map(Number);
  const map = new LiveMap({
    container: figure.querySelector(".map__canvas"),
    style,
    bounds: [bounds.slice(0, 2), bounds.slice(2)],
    fitBoundsOptions: { padding: 36, maxZoom: 16 },
    attributionControl: false,
    cooperativeGestures: true,
    dragRotate: false,
    pitchWithRotate: false,
    touchPitch: false,
    locale: {
      ...(document.documentElement.lang === "nl" ? DUTCH : {}),
      "Map.Title": figure.dataset.title,
    },
  });
  map.touchZoomRotate.disableRotation();
  map.keyboard.disableRotation();
  map.addControl(new NavigationControl({ showCompass: false }), "top-right");
  map.addControl(new ScaleControl({ unit: "metric" }), "bottom-left");
  map.addControl(new AttributionControl({ compact: false }), "bottom-right");
  dropBackgroundAfterThreeErrors(map);
  map.setMissingStyleImageResolver((name) => addHatching(map, name));
  await firstDrawing(map);
  figure.classList.add("map--live");
  if (extra) putBack(map, extra);
  map.resize();

  dark.addEventListener("change", async () => {
    // A page that is being left cannot fetch any more; then the map keeps its colours.
    try {
      const other = await readJson(styleAddress(figure, dark.matches));
      other.sources.features.data = features;
      calmCrowds(other, features);
      map.setStyle(other);
    } catch (error) {
      console.info("map:", error);
    }
  });
  showNames(map, figure);
  if (figure.dataset.pick) pickPlaces(map, figure);
  switchKinds(map);
  figure.liveMap = map;
}

function styleAddress(figure, dark) {
  const address = new URL(figure.dataset.style, location.href);
  if (dark) address.searchParams.set("thema", "donker");
  return address.href;
}

async function readJson(address) {
  const answer = await fetch(address, { credentials: "same-origin", headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(`${address} answered ${answer.status}`);
  return answer.json();
}

/** Thousands of markers with letters hide the map and each other: seen from afar they are small dots. */
function calmCrowds(style, features) {
  const counts = {};
  for (const { properties } of features.features) counts[properties.kind] = (counts[properties.kind] ?? 0) + 1;
  for (const layer of style.layers) {
    const kind = layer.id.replace(/^f-/, "").replace(/-letter$/, "");
    if (layer.source !== "features" || (counts[kind] ?? 0) < CROWD) continue;
    if (layer.type === "symbol") layer.minzoom = CLOSE_ZOOM;
    if (layer.type === "circle") {
      const radius = layer.paint["circle-radius"];
      layer.paint["circle-radius"] = ["interpolate", ["linear"], ["zoom"], 12, 1.75, CLOSE_ZOOM, radius];
      layer.paint["circle-stroke-width"] = ["interpolate", ["linear"], ["zoom"], 12, 0, CLOSE_ZOOM, 2];
    }
  }
}

/** Wait until the first whole picture is there; a context that is refused or a style that breaks is an error. */
function firstDrawing(map) {
  return new Promise((resolve, reject) => {
    const patience = setTimeout(() => reject(new Error("the map took too long")), PATIENCE_MS);
    map.once("load", () => {
      clearTimeout(patience);
      resolve();
    });
    map.once("webglcontextlost", () => reject(new Error("the graphics card refused")));
  }).catch((error) => {
    map.remove();
    throw error;
  });
}

/** The background of another party waits until our own map is there: it may never keep the map away. */
function takeOut(style) {
  const at = style.layers.findIndex((layer) => layer.id === "pdok");
  if (at < 0) return null;
  const source = style.sources.pdok;
  delete style.sources.pdok;
  const [layer] = style.layers.splice(at, 1);
  return { source, layer, before: style.layers[at]?.id };
}

function putBack(map, { source, layer, before }) {
  map.addSource("pdok", source);
  map.addLayer(layer, before);
}

function dropBackgroundAfterThreeErrors(map) {
  let errors = 0;
  map.on("error", (event) => {
    if (event.sourceId !== "pdok") {
      console.info("map:", event.error?.message);
      return;
    }
    errors += 1;
    if (errors === 3 && map.getLayer("pdok")) {
      map.removeLayer("pdok");
      map.removeSource("pdok");
    }
  });
}

/** Areas that are told apart by hatching use an image that is drawn here, in the colour of their own edge. */
function addHatching(map, name) {
  const area = map.getStyle().layers.find((layer) => layer.paint?.["fill-pattern"] === name);
  if (!area || map.hasImage(name)) return;
  const colour = map.getPaintProperty(area.id.replace(/-fill$/, ""), "line-color") ?? "#16233b";
  map.addImage(name, hatch(colour), { pixelRatio: 2 });
}

function hatch(colour) {
  const size = 16;
  const canvas = Object.assign(document.createElement("canvas"), { width: size, height: size });
  const pen = canvas.getContext("2d");
  pen.strokeStyle = colour;
  pen.lineWidth = 4;
  for (const shift of [-size, 0, size]) {
    pen.beginPath();
    pen.moveTo(shift - 2, size + 2);
    pen.lineTo(shift + size + 2, -2);
    pen.stroke();
  }
  return pen.getImageData(0, 0, size, size);
}

function featureLayers(map) {
  return map.getStyle().layers.filter((layer) => layer.source === "features").map((layer) => layer.id);
}

/** Pointing shows the name; clicking keeps it open, with the link. Keyboard and screen reader use the table. */
function showNames(map, figure) {
  const hint = new Popup({ closeButton: false, closeOnClick: false, maxWidth: "18rem" });
  const kept = new Popup({ closeButton: true, maxWidth: "18rem" });
  const layers = featureLayers(map);
  const at = (event) => map.queryRenderedFeatures(event.point, { layers }).find((one) => one.properties.label);

  map.on("mousemove", (event) => {
    const feature = at(event);
    map.getCanvas().style.cursor = feature?.properties.href ? "pointer" : "";
    if (feature) hint.setLngLat(event.lngLat).setDOMContent(card(feature.properties, false)).addTo(map);
    else hint.remove();
  });
  map.getCanvas().addEventListener("mouseleave", () => hint.remove());
  map.on("click", (event) => {
    const feature = at(event);
    hint.remove();
    if (feature) kept.setLngLat(event.lngLat).setDOMContent(card(feature.properties, true)).addTo(map);
    const detail = { lat: event.lngLat.lat, lon: event.lngLat.lng, feature: feature?.properties ?? null };
    figure.dispatchEvent(new CustomEvent("stageroute:map-click", { bubbles: true, detail }));
  });
}

function card({ label, detail, href }, withLink) {
  const box = document.createElement("div");
  const name = document.createElement(withLink && href ? "a" : "strong");
  name.textContent = label;
  if (name instanceof HTMLAnchorElement) name.href = href;
  box.append(name);
  if (detail) box.append(Object.assign(document.createElement("p"), { textContent: detail }));
  return box;
}

/** A click fills the field that had the focus last, else the first empty one, else the last. */
function pickPlaces(map, figure) {
  // Words that speak of a click are true from here on: without a script or without WebGL nobody sees them.
  for (const words of document.querySelectorAll("[data-with-live-map]")) words.hidden = false;
  const fields = figure.dataset.pick
    .split(",")
    .map((name) => document.querySelector(`[name="${CSS.escape(name.trim())}"]`))
    .filter(Boolean);
  let wanted = null;
  for (const field of fields) field.addEventListener("focus", () => (wanted = field));
  const said = figure.querySelector(".map__said");
  figure.addEventListener("stageroute:map-click", ({ detail }) => {
    if (detail.feature) return;
    const field = wanted ?? fields.find((one) => one.value === "") ?? fields.at(-1);
    if (!field) return;
    field.value = `${detail.lat.toFixed(5)}, ${detail.lon.toFixed(5)}`;
    field.dispatchEvent(new Event("change", { bubbles: true }));
    wanted = null;
    const label = document.querySelector(`label[for="${field.id}"]`)?.textContent.trim() ?? field.name;
    if (said) said.textContent = `${label}: ${field.value}`;
  });
}

function switchKinds(map) {
  const apply = (box) => {
    for (const id of featureLayers(map)) {
      if (id === `f-${box.dataset.mapKind}` || id.startsWith(`f-${box.dataset.mapKind}-`)) {
        map.setLayoutProperty(id, "visibility", box.checked ? "visible" : "none");
      }
    }
  };
  for (const box of document.querySelectorAll("input[data-map-kind]")) {
    apply(box);
    box.addEventListener("change", () => apply(box));
  }
}
