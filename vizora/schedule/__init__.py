"""What is on at t, why, and what comes next: one evaluator for device and cloud (CONTRACT section 6)."""
