"""What pages need to be drawn: texts, lists, addresses, the map, the lines of the home page."""
