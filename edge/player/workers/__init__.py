"""Programs of their own that decode and draw, and the memory their pictures cross in. One may die."""
