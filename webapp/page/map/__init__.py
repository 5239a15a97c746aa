"""The one map: features, a picture from the server, and the style of the live map."""
