// Preloaded into a scanner: its connections to NAME:PORT go to ports of 127.0.0.1, as CONNECTIONS says, and the list
// of preloaded HSTS names, which its package would download, is empty.
"use strict";
const fs = require("node:fs");
const net = require("node:net");

const connections = JSON.parse(process.env.CONNECTIONS ?? "{}");

const { connect } = net.Socket.prototype;
net.Socket.prototype.connect = function connectElsewhere(...args) {
  const [first] = args;
  const options = Array.isArray(first) ? first[0] : first;
  const port = connections[`${options.host}:${options.port}`];
  if (port === undefined) throw new Error(`no connection to ${options.host}:${options.port} is meant`);
  Object.assign(options, { host: "127.0.0.1", port, lookup: undefined });
  return connect.apply(this, args);
};

const { readFileSync } = fs;
fs.readFileSync = function readOffline(path, ...options) {
  return String(path).endsWith("hsts-preload.json") ? "{}" : readFileSync.call(this, path, ...options);
};
