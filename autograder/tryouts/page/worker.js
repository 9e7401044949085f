// Python for one page: started once, then it runs one task at a time. The page ends it by
// terminating this worker, so a loop without an end harms nothing.
const NETWORK = ["fetch", "XMLHttpRequest", "WebSocket", "WebSocketStream", "WebTransport", "EventSource",
  "importScripts", "indexedDB", "caches", "Worker", "BroadcastChannel"];

async function start(harness) {
  const home = new URL("PYODIDE/", import.meta.url);
  const { loadPyodide } = await import(new URL("pyodide.mjs", home));
  const python = await loadPyodide({ indexURL: home.href });
  python.FS.writeFile("/home/pyodide/examples.py", harness);
  const examples = python.pyimport("examples");
  // What runs from here on has no use for the network, so it has none.
  for (const name of NETWORK) Object.defineProperty(self, name, { value: undefined });
  return [examples.run, python.runPython("import platform; platform.python_version()")];
}

let run = null;
self.onmessage = async ({ data: { harness, task } }) => {
  try {
    if (harness !== undefined) {
      let version;
      [run, version] = await start(harness);
      self.postMessage({ ready: version });
    } else {
      self.postMessage({ report: JSON.parse(run(task)) });
    }
  } catch (error) {
    self.postMessage({ failed: String(error.message ?? error) });
  }
};
self.addEventListener("unhandledrejection", ({ reason }) => self.postMessage({ failed: String(reason?.message ?? reason) }));
