/**
 * Builds the web app to `web/dist`: hashed names, nothing inlined, the player and the strength meter apart.
 */
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

const contentPolicy = [
	"default-src 'none'",
	"script-src 'self' 'wasm-unsafe-eval'",
	"style-src 'self'",
	"img-src 'self' data: blob:",
	"media-src 'self' blob:",
	"connect-src 'self'",
	"worker-src 'self' blob:",
	"font-src 'self'",
	"manifest-src 'self'",
	"base-uri 'none'",
	"form-action 'self'",
	"frame-ancestors 'none'",
	"require-trusted-types-for 'script'",
].join('; ');

export default defineConfig({
	plugins: [react()],
	build: {
		target: 'es2022',
		outDir: 'dist',
		emptyOutDir: true,
		assetsInlineLimit: 0,
		modulePreload: { polyfill: false },
		chunkSizeWarningLimit: 1200,
	},
	worker: { format: 'es' },
	server: { host: '127.0.0.1', proxy: { '/api': 'http://127.0.0.1:8420' } },
	preview: { headers: { 'Content-Security-Policy': contentPolicy } },
});
