import { createHash } from 'node:crypto';
import { relative } from 'node:path';
import { vitePreprocess } from '@sveltejs/vite-plugin-svelte';

/** Classes are named after a file's path inside the project, so that every checkout builds the same bytes. */
export default {
  preprocess: vitePreprocess(),
  compilerOptions: {
    cssHash: ({ filename }) =>
      `s-${createHash('sha256').update(relative(import.meta.dirname, filename)).digest('hex').slice(0, 8)}`,
  },
};
