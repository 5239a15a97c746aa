"""Pupils, stage places and entree partners: pure rules, standard library only."""
