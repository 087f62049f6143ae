// Each file against the published JSON schema of HAR 1.2 (har-schema); says what does not fit.
const Ajv = require("ajv"), fs = require("node:fs"), schemas = Object.values(require("har-schema"));
const ajv = new Ajv({ allErrors: true });
ajv.addMetaSchema(require("ajv/lib/refs/json-schema-draft-06.json"));
for (const schema of schemas) ajv.addSchema(schema);
for (const file of process.argv.slice(2)) {
  const document = JSON.parse(fs.readFileSync(file));
  if (!ajv.validate("har.json#", document)) {
    console.error(ajv.errors.slice(0, 5).map((error) => `${error.dataPath} ${error.message}`).join("\n"));
    process.exit(1);
  }
  console.log(document.log.entries.length);
}
