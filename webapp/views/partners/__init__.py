"""Pages of entree partners: the chain, agreements, the region on the map, what if, and the landkaart."""

from __future__ import annotations

from flask import Blueprint

from webapp.views.partners import agreements, chain, landkaart, region, what_if

BLUEPRINTS: tuple[Blueprint, ...] = (chain.bp, agreements.bp, region.bp, what_if.bp, landkaart.bp)
