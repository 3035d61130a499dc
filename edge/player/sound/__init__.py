"""What is heard: mixed in step with the picture, and the one device it goes to."""
