"""Road networks and points; knows no pupil, no school and no euro.

Public names (stable; everything else is inside)
------------------------------------------------
``geo.definition``
    ``DistanceDefinition``, ``load_definitions() -> dict[id, DistanceDefinition]``, ``load_definition(id)``.
``geo.build``
    ``build_network(home, name, source, *, place=None, on_progress=None) -> RoadGraph``: reads ``.osm.pbf``, ``.osm``,
    ``.graphml``; atomic.
``geo.graph``
    ``Networks(home)``: ``names()``, ``open(name) -> RoadGraph`` (cached per process, follows a rebuild).
    ``RoadGraph``: ``name digest source extract_date bbox licence definitions counts dropped``,
    ``layer(definition_id) -> Layer``, ``dropped_lines(definition_id)`` as GeoJSON.
``geo.search``
    ``prepare_targets``, ``nearest``, ``one_to_many``, ``many_to_many``, ``warm``.
``geo.paths``
    ``route``, ``reach_nodes``.
``geo.travel``
    ``RoadTravel(networks, network_name)`` is the Travel port: ``nearest(definition_id, origin, destinations, k=,
    limit_s=)``, ``nearest_many``, ``trips(definition_id, origins, destinations, limit_s=)``; and for the screens
    ``route(definition_id, origin, destination) -> RouteAnswer``, ``trip`` for what it takes without the line,
    ``reach(definition_id, origin, minutes) -> list[ReachArea]``; ``Trip``, ``to_geojson(RouteAnswer)``.
    ``geo.snapping.NoTripReason``: the codes.
``geo.areas``
    ``reach_areas(layer, origin, minutes)``.
``geo.overlay``
    ``Overlay(closed=, extra=)``, ``ExtraRoad``, ``closing``, ``closing_ways``.
``geo.errors``
    ``GeoError`` and its children; ``str(error)`` is one Dutch sentence.

Points are ``(lat, lon)`` in WGS84 degrees. Lengths are metres, times seconds; inside, integer decimetres and tenths of
a second. Importing this package, or opening a network, imports neither numba nor osmnx nor geopandas: the kernel is
imported at the first question (``geo.search.warm(graph)`` does it beforehand).
"""
