// A short form of conversation.py through the protocol's TypeScript client, over HTTP.
//
//   conversation.mjs URL TOKEN EXPERIMENT_AS_TEXT MODE     MODE: legacy, auto or a revision
//
// Prints what was seen as one JSON object.
import {Client, StreamableHTTPClientTransport} from '@modelcontextprotocol/client';

const [url, token, experiment, mode] = process.argv.slice(2);
const versionNegotiation = {mode: /^\d/.test(mode) ? {pin: mode} : mode};
const client = new Client({name: 'conversation', version: '1'}, {capabilities: {elicitation: {}}, versionNegotiation});
const seen = {asked: [], progress: []};
client.setRequestHandler('elicitation/create', async request => {
  seen.asked.push(request.params.message);
  return {action: 'decline'};
});
await client.connect(new StreamableHTTPClientTransport(
    new URL(url), {requestInit: {headers: {Authorization: `Bearer ${token}`}}}));

async function call(name, args) {
  const result = await client.callTool({name, arguments: args}, {onprogress: told => seen.progress.push(told.progress)});
  if (result.isError) throw new Error(`${name}: ${result.content[0].text}`);
  return result.structuredContent;
}

seen.tools = (await client.listTools()).tools.map(tool => tool.name);
const made = await call('experiment_submit', {experiment, key: `typescript-${mode}`});
const which = String(made.id);
seen.end = await call('experiment_wait', {experiment: which});
seen.rows = (await call('results_query', {experiment: which, sort: '-final'})).rows;
seen.declined = await call('experiment_delete', {experiment: which});
seen.deleted = await call('experiment_delete', {experiment: which, confirm: made.name});
seen.prompts = (await client.listPrompts()).prompts.map(prompt => prompt.name);
await client.close();
console.log(JSON.stringify(seen));
