"""What a ride costs: dated files of prices, each line with source and status, in whole cents.

Public names
------------
``geo.fares.rules``
    ``read_fares(text, file) -> FareFile``: a file of prices, read whole or refused whole.
``geo.fares.price``
    ``price(rides, files, day) -> Fare``: a receipt that adds up, or the reason why nobody can say.
``geo.fares.month``
    ``compare(days, files) -> list[MonthCost]``: what a month costs with every product, cheapest first.
``geo.fares.receipt``
    ``faults_of(receipt)``: checks a receipt that was written, from its own lines.

Cents are whole numbers and rates are fractions; nothing here is a binary fraction.
"""
