"""The law on minors at work as dated data: facts of one stage, the rules in force, and a verdict with every article."""
