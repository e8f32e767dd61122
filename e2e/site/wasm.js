// Runs the program of the playground without a browser: node wasm.js WASM_EXEC WASM. It reads questions, one a line, and writes
// their answers.
import {readFileSync} from "node:fs";
import {createInterface} from "node:readline";
import {pathToFileURL} from "node:url";

await import(pathToFileURL(process.argv[2]));
const go = new Go();
const {instance} = await WebAssembly.instantiate(readFileSync(process.argv[3]), go.importObject);
await new Promise((resolve) => { globalThis.winpolicyReady = resolve; go.run(instance); });
for await (const line of createInterface({input: process.stdin})) console.log(globalThis.winpolicy(line));
process.exit(0);
