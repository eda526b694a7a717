"""What is true: pure rules. What a store promises is said beside the thing stored."""
