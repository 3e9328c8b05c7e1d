"""An app whose one migration widens the tables that are used most, for `bench.machines` to apply under load."""
