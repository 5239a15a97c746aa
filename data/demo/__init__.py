"""The fictional region "Merenveld": roads, schools, postcodes and offers, all made by code from a seed.

Nothing in here is read from a file and nothing depends on the clock, so two builds with the same
arguments are equal byte for byte.
"""
