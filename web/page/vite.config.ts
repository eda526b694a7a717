import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";
import { packed } from "./packed.ts";

const gateway = process.env.PARLEY_GATEWAY ?? "http://127.0.0.1:8080";

export default defineConfig({
  plugins: [packed()],
  resolve: {
    alias: {
      "parley-client": fileURLToPath(new URL("../client/src/index.ts", import.meta.url)),
      "react/jsx-runtime": "preact/jsx-runtime",
      "react-dom": "preact/compat",
      react: "preact/compat",
    },
  },
  build: { target: "es2022", assetsInlineLimit: 0, sourcemap: false, manifest: true, reportCompressedSize: true },
  server: { proxy: { "/api": gateway, "/readyz": gateway, "/socket.io": { target: gateway, ws: true } } },
});
