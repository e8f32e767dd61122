"use strict";
// The worker that runs the rules, so that the page stays responsive. It loads the program once, packed by brotli where the
// browser can unpack that, else by gzip.
importScripts("wasm_exec.js");

async function unpacked() {
  for (const [form, name] of [["brotli", "playground.wasm.br"], ["gzip", "playground.wasm.gz"]]) {
    let stream;
    try { stream = new DecompressionStream(form); } catch { continue; }
    const reply = await fetch(name);
    if (!reply.ok) continue;
    return new Response(reply.body.pipeThrough(stream), {headers: {"Content-Type": "application/wasm"}});
  }
  throw new Error("the program of the playground is missing, or this browser cannot unpack it");
}

const ready = (async () => {
  const go = new Go();
  const {instance} = await WebAssembly.instantiateStreaming(unpacked(), go.importObject);
  await new Promise((resolve) => { self.winpolicyReady = resolve; go.run(instance); });
})();

self.onmessage = async ({data}) => {
  try {
    await ready;
    self.postMessage({id: data.id, answer: JSON.parse(self.winpolicy(JSON.stringify(data.question)))});
  } catch (error) {
    self.postMessage({id: data.id, answer: {error: String(error && error.message || error)}, broken: true});
  }
};
