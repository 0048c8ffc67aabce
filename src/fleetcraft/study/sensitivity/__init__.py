"""What drives an answer: indices, screening, a tornado, and the assumptions under which a plan fails."""
