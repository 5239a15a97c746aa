// Placeholder of the shared map module; see macros/map.html.
import * as maplibre from "maplibre-gl";
import workerUrl from "worker-file:maplibre-gl/dist/maplibre-gl-worker.mjs";

maplibre.setWorkerUrl(new URL(workerUrl, import.meta.url).href);
