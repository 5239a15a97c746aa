"""The version of Stageroute."""

VERSION = "0.1.0"
