// host: the program that shows this page. It is spoken to in JSON-RPC, by messages to the window around this one, as
// MCP Apps 2026-01-26 has it. Register with host.on() before host.open().
const host = (() => {
  const waiting = new Map(), listeners = {};
  let last = 0, context = {}, able = {}, isOver = false, again = null;

  const send = (message) => parent.postMessage({jsonrpc: "2.0", ...message}, "*");
  const tell = (method, params = {}) => send({method, params});
  const ask = (method, params = {}) => new Promise((resolve, reject) => {
    waiting.set(++last, {resolve, reject});
    send({id: last, method, params});
  });

  addEventListener("message", (event) => {
    const message = event.data;
    if (event.source !== parent || !message || message.jsonrpc !== "2.0") return;
    const {id, method, params, result, error} = message;
    if (method === undefined) {
      const asked = waiting.get(id);
      waiting.delete(id);
      if (error) asked?.reject(new Error(String(error.message)));
      else asked?.resolve(result);
    } else if (id === undefined) {
      if (method === "ui/notifications/host-context-changed") adopt(params);
      listeners[method]?.(params ?? {});
    } else if (method === "ui/resource-teardown") {
      isOver = true;
      clearTimeout(again);
      send({id, result: {}});
    } else if (method === "ping") {
      send({id, result: {}});
    } else {
      send({id, error: {code: -32601, message: "there is no such method here"}});
    }
  });

  // Colours, fonts and margins of the host; where it names none, those of the style sheet.
  function adopt(news) {
    context = {...context, ...news};
    const {style, classList} = document.documentElement;
    if (context.theme) style.colorScheme = context.theme === "dark" ? "dark" : "light";
    for (const [name, value] of Object.entries(context.styles?.variables ?? {}))
      if (name.startsWith("--")) style.setProperty(name, value ?? "");
    for (const [side, width] of Object.entries(context.safeAreaInsets ?? {}))
      style.setProperty(`--inset-${side}`, `${Number(width) || 0}px`);
    classList.toggle("fullscreen", context.displayMode === "fullscreen");
  }

  function tellSize() {
    let before = "";
    new ResizeObserver(() => {
      const {width, height} = document.documentElement.getBoundingClientRect();
      const size = {width: Math.ceil(width), height: Math.ceil(height)};
      if (before !== (before = JSON.stringify(size))) tell("ui/notifications/size-changed", size);
    }).observe(document.documentElement);
  }

  return {
    on: (name, listener) => { listeners[`ui/notifications/${name}`] = listener; },
    locale: () => context.locale,
    canCall: () => Boolean(able.serverTools),
    async open(title) {
      const opened = await ask("ui/initialize", {
        protocolVersion: "2026-01-26", appInfo: {name: "flowyard", title, version: "1"},
        appCapabilities: {availableDisplayModes: ["inline", "fullscreen"]}});
      able = opened?.hostCapabilities ?? {};
      adopt(opened?.hostContext ?? {});
      tell("ui/notifications/initialized");
      tellSize();
    },
    // What a tool of the server answers; an Error where it refuses.
    async call(name, given) {
      const {structuredContent, content, isError} = await ask("tools/call", {name, arguments: given});
      if (isError) throw new Error(content?.map((block) => block.text ?? "").join("\n") || `${name} failed`);
      return structuredContent ?? {};
    },
    // Calls `look` again and again while it returns true and the page can be seen; slower where answers are slow.
    follow(look) {
      const round = async () => {
        clearTimeout(again);
        again = null;
        if (isOver || document.hidden) return;
        const begun = performance.now();
        let goesOn = true;
        try {
          goesOn = await look();
          note("");
        } catch (error) {
          note(error.message);
        }
        const pause = Math.min(15000, Math.max(1000, 3 * (performance.now() - begun)));
        if (goesOn && !isOver) again = setTimeout(round, pause);
      };
      document.onvisibilitychange = () => document.hidden || round();
      return round();
    },
  };
})();
