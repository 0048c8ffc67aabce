"""The shapes of the API's requests and answers, as studio-ui/src/lib/types.ts names them."""
