"""The operations of the API: a file for each noun, each giving its router for a studio."""
