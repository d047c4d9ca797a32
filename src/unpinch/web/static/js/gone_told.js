// How one page tells the others that everything was deleted.
export const GONE = "gone";
export const pages = globalThis.BroadcastChannel ? new BroadcastChannel("unpinch") : null;
