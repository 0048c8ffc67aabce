import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig, type Plugin } from 'vite';

const TOKENS = resolve(import.meta.dirname, '../src/fleetcraft/report/tokens.json');

/** The palette of the reports as CSS custom properties: `virtual:tokens.css`. */
function tokens(): Plugin {
  const name = 'virtual:tokens.css';
  const variables = (colours: Record<string, string>) =>
    Object.entries(colours)
      .map(([key, value]) => `--${key}:${value};`)
      .join('');
  return {
    name: 'tokens',
    resolveId: (id) => (id === name ? `\0${name}` : undefined),
    load(id) {
      if (id !== `\0${name}`) return undefined;
      this.addWatchFile(TOKENS);
      const { colours, fonts } = JSON.parse(readFileSync(TOKENS, 'utf8'));
      const light = `color-scheme:light;${variables(colours.light)}`;
      const dark = `color-scheme:dark;${variables(colours.dark)}`;
      return (
        `:root{--font:${fonts.page};${light}}` +
        `@media screen and (prefers-color-scheme:dark){:root:not([data-theme=light]){${dark}}}` +
        `@media screen{:root[data-theme=dark]{${dark}}}`
      );
    },
  };
}

const API = process.env.FLEETCRAFT_API ?? 'http://127.0.0.1:8765';

export default defineConfig({
  plugins: [tokens(), svelte()],
  base: './',
  build: {
    outDir: '../src/fleetcraft/studio/static',
    emptyOutDir: true,
    assetsInlineLimit: 0,
    sourcemap: false,
    target: 'es2022',
    reportCompressedSize: false,
    modulePreload: { polyfill: false },
  },
  server: { host: '127.0.0.1', proxy: { '/api': { target: API, changeOrigin: true, headers: { origin: API } } } },
});
