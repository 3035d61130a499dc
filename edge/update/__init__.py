"""Which of the two systems on the disk starts, and when a new one may stay."""
