"""Many training runs: as data, in batches, on many workers, in a store that survives."""
