"""The live room: what a class is doing, by exercise and by diagnosis, for whoever leads it."""
