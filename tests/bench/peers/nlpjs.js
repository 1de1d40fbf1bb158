// nlp.js behind the same two steps as run_engine.py: `nlpjs.js train|answer ENGINE FOLDER`.
"use strict";

const fs = require("fs");
const path = require("path");

const [step, , folder] = process.argv.slice(2);
const read = (name) => JSON.parse(fs.readFileSync(path.join(folder, name), "utf8"));
const write = (name, data) => fs.writeFileSync(path.join(folder, name), JSON.stringify(data));
const seconds = (began) => Number(process.hrtime.bigint() - began) / 1e9;

/** The engine with its Chinese, nothing learned yet. */
async function fresh() {
  const { containerBootstrap } = require("@nlpjs/basic");
  const { LangZh } = require("@nlpjs/lang-zh");
  const { Nlp } = require("@nlpjs/nlp");
  const container = await containerBootstrap();
  container.use(LangZh);
  const nlp = new Nlp({ container, autoSave: false, autoLoad: false, nlu: { log: false, useNoneFeature: true } });
  nlp.addLanguage("zh");
  return nlp;
}

async function train() {
  const began = process.hrtime.bigint();
  const nlp = await fresh();
  for (const { text, intent } of read("train.json")) nlp.addDocument("zh", text, intent);
  await nlp.train();
  fs.writeFileSync(path.join(folder, "model"), nlp.export());
  write("trained.json", { seconds: seconds(began) });
}

async function answer() {
  let began = process.hrtime.bigint();
  const nlp = await fresh();
  nlp.import(fs.readFileSync(path.join(folder, "model"), "utf8"));
  const ranked = async (text) => {
    const { classifications = [] } = await nlp.process("zh", text);
    const known = classifications.filter((one) => one.intent !== "None" && one.score > 0);
    return known.slice(0, 3).map((one) => [one.intent, one.score]);
  };
  await ranked("你好"); // some of it is loaded only now
  const made = { load_seconds: seconds(began), memory_mb: memory(), version: version(), answers: [] };
  for (const text of read("test.json")) {
    began = process.hrtime.bigint();
    const intents = await ranked(text);
    made.answers.push({ ranked: intents, ms: 1000 * seconds(began) });
  }
  write("answers.json", made);
}

function memory() {
  return Number(/^VmRSS:\s+(\d+)/m.exec(fs.readFileSync("/proc/self/status", "utf8"))[1]) / 1024;
}

function version() {
  return `@nlpjs/nlp ${require("@nlpjs/nlp/package.json").version}, Node ${process.versions.node}`;
}

(step === "train" ? train() : answer()).then(
  () => process.exit(0),
  (error) => {
    console.error(String(error.message).split("\n")[0]);
    process.exit(1);
  },
);
