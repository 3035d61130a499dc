"""What is in front when: from the evaluator's answers to zones, held pictures and transitions. It reads no clock."""
