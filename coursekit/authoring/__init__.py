"""What authors run: begin a lesson, an exercise, a mistake; make pages into notebooks."""
