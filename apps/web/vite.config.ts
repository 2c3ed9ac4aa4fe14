import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

const SERVER = process.env.VIBRISSA_SERVER ?? 'http://127.0.0.1:8081';

export default defineConfig({
  plugins: [react()],
  resolve: { conditions: ['source', 'module', 'browser', 'development|production'] },
  server: {
    host: '127.0.0.1',
    port: 5173,
    proxy: { '/api': { target: SERVER, ws: true } },
  },
  build: {
    outDir: 'dist/page',
    target: 'es2023',
    sourcemap: true,
    // Inlined assets are data: URLs, which the page's content security policy does not allow for fonts.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
});
