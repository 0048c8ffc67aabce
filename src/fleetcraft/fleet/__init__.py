"""What a scenario makes possible, when craft arrive, what they cost: what deciding and simulating share."""
